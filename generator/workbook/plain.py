"""The common dialect of office programs, read by regular expressions, faster than expat.

Only text that the expressions cover to the last character is taken; whatever else a part may hold
(prefixes, comments, CDATA, unusual attributes, mistakes) makes these functions return None, and
expat reads the part instead. What lies around the rows or texts always goes through expat.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from generator.workbook.book import Cell, CellKind, shortest_decimal
from generator.workbook.cells import Formulas, blank, filled
from generator.workbook.markup import unescaped
from generator.workbook.references import position

_NUMERIC = frozenset(("", "n"))
LARGEST = 2**21  # above this, the list of matches would outweigh the speed

_TEXT = "[^<]*+"
_T = rf"<t(?: [^<>]*)?>({_TEXT})</t>"
_CELL = re.compile(
    r'<c r="([A-Z]{1,3}[1-9]\d{0,6})"(?: s="(\d{1,6})")?(?: t="(\w+)")? ?(?:/>|>'
    rf"(<f(?: [^<>]*)?(?:(?<!/)>{_TEXT}</f>|/>))?"
    rf"(?:<v ?/>|<v>({_TEXT})</v>|<is>{_T}</is>|<is><t ?/></is>)?</c>)"
    r"|(<row(?: [^<>]*)?>|</row>|.)",
    re.DOTALL,
)
_FORMULA = re.compile(rf"<f( [^<>]*)?>({_TEXT})</f>|<f( [^<>]*)?/>")
_ROW_STYLE = re.compile(
    r'<row (?=[^<>]*customFormat="(?:1|true)")(?=[^<>]*\br="(\d+)")[^<>]*\bs="(\d+)"'
)
_RUN = re.compile(_T)
_SILENT = rf"(?:<rPh [^<>]*><t(?: [^<>]*)?>{_TEXT}</t></rPh>)*+(?:<phoneticPr[^<>]*/>)?"
_STRING = re.compile(
    rf"<si>(?:{_T}|<t ?/>|((?:<r>(?:<rPr>(?:<(?!/rPr>)[^<>]*>)*+</rPr>)?"
    rf"<t(?: [^<>]*)?(?:/>|>{_TEXT}</t>)</r>)++)){_SILENT}</si>|(.)",
    re.DOTALL,
)
_ENCODING = re.compile(rb"""\s*<\?xml[^>]*encoding=["']([^"']+)""")
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9A-Fa-f]{1,6});)")
_NUMBERED = re.compile(r"&#(?:(\d+)|x([0-9A-Fa-f]+));")
_NAMED = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r"))


@dataclass(frozen=True)
class Rows:
    """What stands in a sheet's rows."""

    cells: dict[tuple[int, int], Cell]
    row_locks: dict[int, bool]


def cut(content: bytes, opening: bytes, closing: bytes) -> tuple[bytes, str] | None:
    """Return a part without its body, and the body; None unless it is plain UTF-8."""
    start, end = content.find(opening), content.rfind(closing)
    encoding = _ENCODING.match(content)
    if not 0 <= start < end or len(content) > LARGEST:
        return None
    if encoding and encoding[1].lower() not in (b"utf-8", b"us-ascii"):
        return None
    body = content[start + len(opening) : end]
    if len(body.translate(None, _CONTROL)) != len(body):
        return None
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    if "\r" in text:  # as XML reads line ends
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "&" in text and (_ENTITY.search(text) or not _are_letters(text)):
        return None
    return content[: start + len(opening)] + content[end:], text


def read_rows(body: str, strings: Sequence[str], styles: Mapping[str, Cell]) -> Rows | None:
    """Return the cells of plain rows, or None when expat has to read them."""
    cells: dict[tuple[int, int], Cell] = {}
    formulas = Formulas()
    inside = False
    make, text, number = tuple.__new__, CellKind.TEXT, CellKind.NUMBER  # Cell() takes twice as long
    for address, style, kind, element, value, inline, other in _CELL.findall(body):
        if other:
            if not _follows(other, inside=inside):
                return None
            inside = other[1] == "r" and other[-2] != "/"
            continue
        empty, where = styles.get(style), position(address)
        if empty is None or where is None or not inside:
            return None
        _, _, _, code, lock = empty
        formula = _formula(element, where, formulas) if element else ""
        if kind == "inlineStr":
            cells[where] = make(Cell, (_plain_text(inline or value), text, formula, code, lock))
        elif kind in _NUMERIC and (decimal := shortest_decimal(value)) is not None:
            cells[where] = make(Cell, (decimal, number, formula, code, lock))
        elif value or (kind == "str" and formula):
            cells[where] = filled(empty, kind, _plain_text(value), formula, strings)
        else:
            cells[where] = blank(empty, formula) if formula else empty
    return None if inside else Rows(cells, _row_locks(body, styles))


def _follows(tag: str, *, inside: bool) -> bool:
    """Say whether a row may begin or end here."""
    return tag == "</row>" if inside else tag.startswith("<row")


def _formula(element: str, where: tuple[int, int], formulas: Formulas) -> str:
    if element.startswith("<f>"):
        return _simple_formula(element)
    match = _FORMULA.fullmatch(element)
    traits, text, shared = match.groups() if match else ("", "", "")
    return formulas.read(where, _plain_text(text or ""), traits or shared or "")


def read_strings(body: str) -> list[str] | None:
    """Return shared texts that are plain or rich, or None when expat has to read them."""
    texts = []
    for text, runs, stray in _STRING.findall(body):
        if stray:
            return None
        texts.append(_plain_text("".join(_RUN.findall(runs)) if runs else text))
    return texts


@lru_cache(maxsize=8192)
def _simple_formula(element: str) -> str:
    """Return the formula of an element without attributes; all returns of a form share them."""
    return _plain_text(element[3:-4])


def _plain_text(text: str) -> str:
    if "&" in text:
        if "&#" in text:
            text = _NUMBERED.sub(_numbered, text)
        for entity, letter in _NAMED:  # & comes last, or &amp;lt; would become <
            text = text.replace(entity, letter)
    return unescaped(text) if "_x" in text else text


def _are_letters(text: str) -> bool:
    """Say whether all numbered characters are those that XML allows."""
    if "&#" not in text:
        return True
    numbers = {_number_of(each) for each in _NUMBERED.finditer(text)}
    return all(
        each in (9, 10, 13)
        or 32 <= each < 0xD800
        or 0xE000 <= each < 0xFFFE
        or 0xFFFF < each < 0x110000
        for each in numbers
    )


def _numbered(match: re.Match[str]) -> str:
    number = _number_of(match)
    return "&amp;" if number == 38 else chr(number)  # what is no entity must not become one


def _number_of(match: re.Match[str]) -> int:
    return int(match[1]) if match[1] else int(match[2], 16)


def _row_locks(body: str, styles: Mapping[str, Cell]) -> dict[int, bool]:
    if 'customFormat="1"' not in body and 'customFormat="true"' not in body:
        return {}
    found = _ROW_STYLE.findall(body)
    return {int(row): bool(styles[style].locked) for row, style in found if style in styles}
