"""Compound files (MS-CFB, version 3): folders and files inside one file, as Excel keeps VBA.

A compound file is a row of sectors. A table, the FAT, says for each sector which one follows;
streams shorter than 4,096 bytes lie in small sectors inside one stream, with a table of their own.
The folders' entries form a binary tree, sorted by the length of the name and then by the name.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

Storage: TypeAlias = "Mapping[str, bytes | Storage]"

SECTOR, SMALL_SECTOR = 512, 64
SMALL = 4096  # a stream of exactly this size is not small; Excel rejects one that is kept so
ENTRY = 128
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
NOBODY = 0xFFFFFFFF
STORAGE, STREAM, ROOT = 1, 2, 5
RED, BLACK = 0, 1
FATS_IN_HEADER = 109
LINKS = SECTOR // 4  # of a sector of the FAT


def compound_file(tree: Storage) -> bytes:
    """Return the bytes of a compound file with these storages and streams.

    Raises:
        ValueError: for a name that no compound file may hold, or for more than 7 MB.
    """
    entries = [_Entry("Root Entry", ROOT)]
    entries[0].child = _add(tree, entries)
    small, whole = _Sectors(SMALL_SECTOR), _Sectors(SECTOR)
    for entry in entries:
        if entry.kind == STREAM:
            entry.start = (small if len(entry.data) < SMALL else whole).add(entry.data)
    entries[0].data = bytes(small.body)
    entries[0].start = whole.add(entries[0].data)
    directory = whole.add(_padded(b"".join(map(_packed, entries)), _packed(_Entry("", 0)), SECTOR))
    small_fat = struct.pack(f"<{len(small.links)}I", *small.links)
    small_fats = (whole.add(_padded(small_fat, b"\xff", SECTOR)), -(-len(small_fat) // SECTOR))
    return _file(whole, directory, small_fats)


@dataclass
class _Entry:
    """One entry of the directory."""

    name: str
    kind: int
    data: bytes = b""
    start: int = 0
    left: int = NOBODY
    right: int = NOBODY
    child: int = NOBODY
    colour: int = BLACK


@dataclass
class _Sectors:
    """Sectors of one size, filled in order, and for each the number of the one that follows."""

    size: int
    links: list[int] = field(default_factory=list)
    body: bytearray = field(default_factory=bytearray)

    def add(self, data: bytes) -> int:
        """Append data and return where it starts."""
        if not data:
            return END
        start, count = len(self.links), -(-len(data) // self.size)
        self.links += [*range(start + 1, start + count), END]
        self.body += data.ljust(count * self.size, b"\0")
        return start


def _add(storage: Storage, entries: list[_Entry]) -> int:
    """Enter what a storage holds and return the entry on top of its tree."""
    numbers = []
    for name in sorted(storage, key=_order):
        content = storage[name]
        _check(name)
        numbers.append(len(entries))
        if isinstance(content, bytes):
            entries.append(_Entry(name, STREAM, content))
        else:
            entries.append(_Entry(name, STORAGE))
            entries[numbers[-1]].child = _add(content, entries)
    return _tree(numbers, entries)


def _order(name: str) -> tuple[int, str]:
    """Return what siblings are sorted by: Excel looks a name up by halving, so order matters."""
    return len(name.encode("utf-16-le")), name.upper()


def _check(name: str) -> None:
    if not 0 < len(name.encode("utf-16-le")) <= 62 or set(name) & set("/\\:!"):
        raise ValueError(f"a compound file cannot hold the name {name!r}")


def _tree(numbers: Sequence[int], entries: list[_Entry]) -> int:
    """Link sorted entries into a balanced tree; return its top.

    All entries are black, save those of a deepest level that is not full: so every way down
    passes equally many black ones and no red one follows another, as a red-black tree demands.
    """
    full = (len(numbers) + 1).bit_count() == 1
    last = -1 if full else len(numbers).bit_length() - 1

    def link(part: Sequence[int], level: int) -> int:
        if not part:
            return NOBODY
        middle = len(part) // 2
        entry = entries[part[middle]]
        entry.left = link(part[:middle], level + 1)
        entry.right = link(part[middle + 1 :], level + 1)
        entry.colour = RED if level == last else BLACK
        return part[middle]

    return link(numbers, 0)


def _packed(entry: _Entry) -> bytes:
    name = entry.name.encode("utf-16-le") + b"\0\0" if entry.name else b""
    return struct.pack(
        "<64sHBBIII16sIQQIQ",
        *(name, len(name), entry.kind, entry.colour if entry.kind else 0),
        *(entry.left, entry.right, entry.child),
        *(b"", 0, 0, 0),  # no class, no state, no times: the same input gives the same bytes
        *(entry.start, len(entry.data)),
    )


def _padded(data: bytes, filler: bytes, size: int) -> bytes:
    return data + filler * (-len(data) % size // len(filler))


def _file(whole: _Sectors, directory: int, small_fats: tuple[int, int]) -> bytes:
    """Return the header, the sectors, and behind them the FAT, which speaks of itself too."""
    used = len(whole.links)
    fats = next(n for n in range(1, used + 2) if n * LINKS >= used + n)
    if fats > FATS_IN_HEADER:
        raise ValueError("the VBA project is too large")
    links = [*whole.links, *[FAT] * fats]
    links += [FREE] * (fats * LINKS - len(links))
    return b"".join([*_header(used, fats, directory, small_fats), whole.body, _words(links)])


def _header(used: int, fats: int, directory: int, small_fats: tuple[int, int]) -> Iterator[bytes]:
    yield bytes.fromhex("D0CF11E0A1B11AE1") + bytes(16)
    yield struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)  # version, byte order, sizes as powers
    yield _words([0, fats, directory, 0, SMALL, *small_fats, END, 0])
    yield _words([*range(used, used + fats), *[FREE] * (FATS_IN_HEADER - fats)])


def _words(numbers: Sequence[int]) -> bytes:
    return struct.pack(f"<{len(numbers)}I", *numbers)
