"""Long sheets read some rows at a time, so that they need not fit into memory.

What is not plain (see `plain`) is not read here: whoever asks is told where, and asks expat.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from generator.workbook.book import Line
from generator.workbook.reader import plain

_OPENING, _CLOSING = b"<sheetData>", b"</sheetData>"
_TEXT, _TEXT_END, _TEXTS_END = b"<si>", b"</si>", b"</sst>"


def read_lines(chunks: Iterable[bytes], strings: Sequence[str]) -> Iterator[list[Line] | None]:
    """Yield the rows of a sheet some at a time, from above; None, and no more, where expat must."""
    below = 0
    for body in _bodies(chunks):
        lines = None if body is None else plain.read_lines(body, strings)
        if lines is None or (lines and lines[0][0] <= below):
            yield None
            return
        if lines:
            below, _ = lines[-1]
            yield lines


def read_texts(chunks: Iterable[bytes], most: int) -> list[str] | None:
    """Return the texts that cells refer to by number; None if expat has to read them, or count."""
    texts: list[str] = []
    for piece in _pieces(chunks, _TEXT_END):
        if piece.strip() == _TEXTS_END:
            return texts
        body = piece if texts else _without_head(piece)
        several = plain.read_strings(body) if body else None
        if several is None or len(texts) + len(several) > most:
            return None
        texts += several
    return None


def _without_head(piece: bytes) -> bytes | None:
    parts = plain.cut(piece, _TEXT, _TEXT_END)
    return _TEXT + parts[1] + _TEXT_END if parts else None


def _bodies(chunks: Iterable[bytes]) -> Iterator[bytes | None]:
    """Yield whole rows as they are written, and None where there is anything else."""
    begun = False
    for piece in _pieces(chunks, b"</row>"):
        body, end, _ = piece.partition(_CLOSING)
        if not begun:
            parts = plain.cut(body + _CLOSING, _OPENING, _CLOSING)
            if parts is None:
                break
            begun, (_, body) = True, parts
        yield body
        if end:
            return
    yield None


def _pieces(chunks: Iterable[bytes], closing: bytes) -> Iterator[bytes]:
    """Yield the same bytes in pieces that end behind a closing tag, as long as there is one."""
    rest = b""
    for chunk in chunks:
        rest += chunk
        end = rest.rfind(closing) + len(closing)
        if end >= len(closing):
            yield rest[:end]
            rest = rest[end:]
        elif len(rest) > plain.LARGEST:
            break
    yield rest
