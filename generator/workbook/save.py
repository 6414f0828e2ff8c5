"""Files written whole or not at all: a temporary name in the same folder, then renamed."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from datetime import datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook

_EPOCH = (2020, 1, 1, 0, 0, 0)
_FONT = re.compile(rb"(?<=<font>).*?(?=</font>)", re.DOTALL)
_FONT_PART = re.compile(rb"<(\w+)[^>]*/>")
_FONT_ORDER = (
    b"b i strike condense extend outline shadow u vertAlign sz color name family charset scheme"
)
_MODIFIED = re.compile(rb"(<dcterms:(?:modified|created)[^>]*>)[^<]*")


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file so that an interruption leaves the old one or the new one.

    Raises:
        OSError: the folder cannot be written, or the file is open in Excel; the old one stays.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()


def write_text(path: Path, text: str) -> None:
    """Write a UTF-8 text file, whole or not at all."""
    write_bytes(path, text.encode())


def save_workbook(book: Workbook, path: Path) -> None:
    """Save a workbook of ours, whole or not at all; equal workbooks are equal bytes."""
    write_bytes(path, workbook_bytes(book))


def workbook_bytes(book: Workbook) -> bytes:
    """Return a workbook as .xlsx bytes without the time of writing in them."""
    book.properties.creator = "jixiao"
    book.properties.created = datetime(*_EPOCH)  # noqa: DTZ001 - the format has no zone
    stream = BytesIO()
    book.save(stream)
    steady = BytesIO()
    with ZipFile(stream) as source, ZipFile(steady, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = _MODIFIED.sub(rb"\g<1>2020-01-01T00:00:00Z", source.read(name))
            if name == "xl/styles.xml":
                content = _FONT.sub(_in_schema_order, content)
            info = ZipInfo(name, _EPOCH)
            info.compress_type = ZIP_DEFLATED
            target.writestr(info, content)
    return steady.getvalue()


def _in_schema_order(font: re.Match[bytes]) -> bytes:
    """Return a font's parts in the order of the standard, which openpyxl does not keep."""
    order = _FONT_ORDER.split()
    parts = sorted(_FONT_PART.finditer(font[0]), key=lambda part: order.index(part[1]))
    return b"".join(part[0] for part in parts)
