"""Files written whole or not at all: a temporary name in the same folder, then renamed."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from socket import gethostname
from threading import get_ident
from time import time
from typing import IO, TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

if TYPE_CHECKING:  # whoever only writes files gets on without it
    from openpyxl import Workbook

_EPOCH = (2020, 1, 1, 0, 0, 0)
_FONT = re.compile(rb"(?<=<font>).*?(?=</font>)", re.DOTALL)
_FONT_PART = re.compile(rb"<(\w+)[^>]*/>")
_FONT_ORDER = (
    b"b i strike condense extend outline shadow u vertAlign sz color name family charset scheme"
)
_PREFIX = ".jixiao-"
_HOST = sha256(gethostname().encode("utf-8", "replace")).hexdigest()[:8]
_TEMPORARY = re.compile(re.escape(_PREFIX) + r"([0-9a-f]{8})-(\d{1,10})-\d+-[0-9a-f]{12}\.tmp")
_ATTEMPTS = 3
_AT_ONCE = 8  # files that the disk is asked to have for good at the same time
_DAY = 86_400.0
_MODIFIED = re.compile(rb"(<dcterms:(?:modified|created)[^>]*>)[^<]*")


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file so that an interruption leaves the old one or the new one.

    Raises:
        OSError: the folder cannot be written, or the file is open in Excel; the old one stays.
    """
    write_by(path, lambda stream: stream.write(content))


def write_by(path: Path, fill: Callable[[IO[bytes]], object]) -> None:
    """Let a function write a file, which is there as a whole or as it was before.

    It may be asked to write it again.

    What runs that were killed have left behind in the folder is cleared away.

    Raises:
        OSError: the folder cannot be written, or the file is open in Excel; the old one stays.
    """
    _clear_once(path.parent)
    temporary = path.with_name(_temporary_name(path.name))
    try:
        _put(temporary, path, fill)
    except OSError as error:  # it names the temporary file, which nobody knows
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        with suppress(OSError):  # a folder that is gone, say: its own error is on the way
            temporary.unlink()


def write_together(files: Sequence[tuple[Path, bytes]]) -> None:
    """Write files as `write_bytes` does; the disk is asked for all of them at the same time.

    Threads do nothing but wait for it: whatever else they did, they would wait for each other.

    Raises:
        OSError: one of them cannot be written; those before it are.
    """
    begun = list[_Begun]()
    try:
        for path, content in files:
            begun.append(_Begun(path, content))
        with ThreadPoolExecutor(_AT_ONCE) as disk:  # each gets its share at once: they wait less
            for _ in disk.map(_keep, [begun[start::_AT_ONCE] for start in range(_AT_ONCE)]):
                pass
        for each in begun:
            if not each.renamed():
                write_bytes(each.path, each.content)  # which says what is wrong, if it still is
    finally:
        for each in begun:
            each.discard()


class _Begun:
    """A file that has a temporary name so far, unless it could not be written."""

    def __init__(self, path: Path, content: bytes) -> None:
        self.path = path
        self.content = content
        self._stream: IO[bytes] | None = None
        self._safe = False
        _clear_once(path.parent)
        with suppress(OSError):
            self._stream = path.with_name(_temporary_name(path.name)).open("wb", buffering=0)
            self._safe = self._stream.write(content) == len(content)

    def keep(self) -> None:
        """Ask the disk to have it for good."""
        try:
            if self._stream:
                os.fsync(self._stream.fileno())
        except OSError:
            self._safe = False

    def renamed(self) -> bool:
        """Give it its name; say whether it has it now."""
        if self._stream is None or not self._safe:
            return False
        try:
            self._stream.close()
            Path(self._stream.name).replace(self.path)
        except OSError:
            return False
        self._stream = None
        return True

    def discard(self) -> None:
        """Remove the temporary file unless it has got its name."""
        if self._stream:
            with suppress(OSError):
                self._stream.close()
            with suppress(OSError):
                Path(self._stream.name).unlink()


def _keep(files: Iterable[_Begun]) -> None:
    for each in files:
        each.keep()


def _put(temporary: Path, path: Path, fill: Callable[[IO[bytes]], object]) -> None:
    for _ in range(_ATTEMPTS):
        if _written(temporary, path, fill):
            return
    raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))


def _written(temporary: Path, path: Path, fill: Callable[[IO[bytes]], object]) -> bool:
    """Write and rename; False when somebody cleared away what was about to be renamed."""
    with temporary.open("wb") as stream:
        fill(stream)
        stream.flush()
        os.fsync(stream.fileno())
    try:
        temporary.replace(path)
    except FileNotFoundError:
        if temporary.exists() or not path.parent.is_dir():
            raise
        return False
    return True


def _temporary_name(name: str) -> str:
    """Return a name that tells whose it is, and is short however long the other one is."""
    digest = sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{_PREFIX}{_HOST}-{os.getpid()}-{get_ident()}-{digest}.tmp"


@lru_cache(maxsize=256)
def _clear_once(folder: Path) -> None:
    clear_strays(folder)


def clear_strays(folder: Path) -> list[Path]:
    """Remove the temporary files of runs that were killed; return which."""
    removed = []
    with suppress(OSError):  # writing will say what is wrong with the folder
        for each in sorted(folder.glob(f"{_PREFIX}*.tmp")):
            if _is_abandoned(each):
                each.unlink()  # Windows refuses, and we stop, while somebody writes it
                removed.append(each)
    return removed


def _is_abandoned(path: Path) -> bool:
    match = _TEMPORARY.fullmatch(path.name)
    if match is None:
        return False
    host, process = match.groups()
    if host == _HOST and os.name == "posix":
        return not _is_alive(int(process))
    if host == _HOST:
        return int(process) != os.getpid()
    return path.stat().st_mtime < time() - _DAY  # of another PC on a shared folder


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def write_text(path: Path, text: str) -> None:
    r"""Write a UTF-8 text file, whole or not at all; half characters are written `\udcbd`."""
    write_bytes(path, text.encode("utf-8", "backslashreplace"))


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
