"""The folder where returns are collected: which of its files could be one, and how old it is."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from generator.workbook.reader.container import CORE, ZIP_ERRORS, moment_in
from generator.workbook.reader.formats import is_lock_file

BEIJING = timezone(timedelta(hours=8))
_WORKBOOKS = {
    *(".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlt", ".xlsb"),
    *(".et", ".ett", ".ods", ".ots", ".csv"),
}
_ARCHIVES = {".zip", ".rar", ".7z"}
_DOCUMENTS = {
    *(".doc", ".docx", ".docm", ".wps", ".wpt", ".ppt", ".pptx", ".dps", ".odt", ".odp", ".vsd"),
    *(".pdf", ".ofd", ".txt", ".md", ".rtf", ".msg", ".eml", ".jar", ".exe", ".dll", ".msi"),
    *(".htm", ".html", ".xml", ".json", ".yaml", ".yml", ".db", ".ini", ".lnk", ".tmp", ".log"),
    *(".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".mp4", ".mp3", ".wav"),
}
_BEGINNINGS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_MOST_BYTES = 2**16
_STAMPED = datetime(2020, 1, 1, tzinfo=UTC)  # what a Blank says: no office program has saved it
_OLDEST = datetime(2000, 1, 1, tzinfo=UTC)
_SLACK = timedelta(days=1)  # clocks and zones


def listed(folder: Path, exclude: Iterable[Path] = ()) -> tuple[list[Path], list[Path]]:
    """Return the files of a folder and below that could be returns, and the other ones, sorted.

    Lock files, hidden files and what is excluded are neither.
    """
    candidates: list[Path] = []
    others: list[Path] = []
    for name, likely in found_in(folder, exclude):
        (candidates if likely else others).append(folder / name)
    return candidates, others


def found_in(folder: Path, exclude: Iterable[Path] = ()) -> Iterator[tuple[str, bool]]:
    """Yield the files that `listed` lists by their names in the folder, and if each is likely."""
    left_out = {each.resolve() for each in exclude}
    names = {each.name.casefold() for each in left_out}
    for name, entry in _entries(folder, ""):  # a Path would have Python intern each name
        odd = entry.is_symlink() or entry.name.casefold() in names
        if not (is_lock_file(entry.name) or (odd and Path(entry.path).resolve() in left_out)):
            yield name, _could_be_workbook(entry)


def _entries(folder: Path | str, before: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield the files of a folder and below in the order of their names; no hidden ones."""
    with suppress(PermissionError), os.scandir(folder) as entries:
        for each in sorted(entries, key=lambda each: each.name):
            if each.name.startswith("."):
                continue
            if each.is_dir(follow_symlinks=False):
                yield from _entries(each.path, f"{before}{each.name}/")
            elif each.is_file():
                yield before + each.name, each


def saved_at(path: Path, said: datetime | None) -> datetime:
    """Return when a workbook was last saved, in Beijing's time: as it says itself, else its file.

    What it says is not believed when it is later than the file, or when only we have written it.
    """
    written = datetime.fromtimestamp(int(path.stat().st_mtime), BEIJING)
    if said is None or said == _STAMPED or not _OLDEST < said < written + _SLACK:
        return written
    return said.astimezone(BEIJING)


def _could_be_workbook(entry: os.DirEntry[str]) -> bool:
    _, dot, behind = entry.name.rpartition(".")
    suffix = dot + behind.lower()
    if suffix in _WORKBOOKS or suffix in _ARCHIVES:
        return True
    return suffix not in _DOCUMENTS and _begins_like_one(Path(entry.path))


def _begins_like_one(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(8).startswith(_BEGINNINGS)
    except OSError:
        return False


def _is_plain(part: ZipInfo) -> bool:
    return part.file_size <= _MOST_BYTES and part.compress_type in (ZIP_STORED, ZIP_DEFLATED)


def said_in(content: bytes) -> datetime | None:
    """Return when a workbook says it was saved, if it does."""
    if not content.startswith(_BEGINNINGS[0]):
        return None
    try:
        with ZipFile(BytesIO(content)) as package:
            if CORE not in package.namelist() or not _is_plain(package.getinfo(CORE)):
                return None
            return moment_in(package.read(CORE))
    except ZIP_ERRORS:
        return None
