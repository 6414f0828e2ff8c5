"""Packages written piece by piece: parts that were packed while they were made are only copied.

zipfile packs what it is given; here the packing has been done before, in the background, and what
is longer than memory waits in files of its own.
"""

from __future__ import annotations

import shutil
import weakref
import zlib
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from struct import pack
from tempfile import SpooledTemporaryFile
from typing import IO, Any, NamedTuple

try:  # five times as fast; what is in the file stays the same
    from isal.isal_zlib import compressobj, crc32

    _LEVEL = 2
except ImportError:
    from zlib import compressobj, crc32

    _LEVEL = 3  # half the time of the usual one, a tenth more bytes

_AT_ONCE = 2**19  # bytes that are packed at a time
_IN_MEMORY = 2**17
_CHUNK = 2**16
_DATE = (40 << 9) | (1 << 5) | 1  # 2020-01-01 in the zip format
_UTF8, _DEFLATED = 0x800, 8
_FULL = 0xFFFFFFFF  # what says that a number is too large for its place


class Packed(NamedTuple):
    """Bytes as they were packed by themselves, perhaps in another process."""

    content: bytes
    size: int  # of what was packed
    crc: int


class Stretch:
    """A piece of a part: bytes go in, and wait packed, on disk; stretches can be joined."""

    def __init__(self, content: bytes = b"") -> None:
        self._file: IO[bytes] = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115
        weakref.finalize(self, self._file.close)
        self._deflate: Any = None  # it holds a third of a megabyte
        self._waiting: list[bytes] = []
        self._length = 0
        self._busy: Future[None] | None = None
        self.size = self.packed = 0
        self.crc = 0
        if content:
            self.write(content)

    def write(self, content: bytes) -> None:
        """Add bytes at the end."""
        self._waiting.append(content)
        self._length += len(content)
        if self._length > _AT_ONCE:
            self._send()

    def append(self, other: Packed) -> None:
        """Add what is packed already."""
        self.close()
        self._keep(other.content)
        self.crc = combined(self.crc, other.crc, other.size)
        self.size += other.size

    def close(self) -> None:
        """Pack what is left, so that it can be copied, or other packed bytes can follow."""
        self._send()
        self._wait()
        if self._deflate is not None:
            self._keep(self._deflate.flush(zlib.Z_FULL_FLUSH))
            self._deflate = None

    def taken(self) -> Packed:
        """Return what it holds."""
        self.close()
        self._file.seek(0)
        return Packed(self._file.read(), self.size, self.crc)

    def copy_to(self, target: IO[bytes]) -> None:
        """Copy the packed bytes."""
        self._file.seek(0)
        shutil.copyfileobj(self._file, target, _CHUNK)

    def _send(self) -> None:
        if not self._waiting:
            return
        self._wait()
        if self._deflate is None:
            self._deflate = compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        content = b"".join(self._waiting)
        self._waiting.clear()
        self._length = 0
        if len(content) < _AT_ONCE:
            self._pack(content)
        else:
            self._busy = _helper().submit(self._pack, content)

    def _wait(self) -> None:
        if self._busy:
            self._busy.result()
            self._busy = None

    def _pack(self, content: bytes) -> None:
        self.crc = crc32(content, self.crc)
        self.size += len(content)
        self._keep(self._deflate.compress(content))

    def _keep(self, packed: bytes) -> None:
        self.packed += len(packed)
        self._file.write(packed)


@cache
def _helper() -> ThreadPoolExecutor:
    """Return one thread that packs while others write: packing leaves Python alone."""
    return ThreadPoolExecutor(1, "jixiao-pack")


class Archive:
    """A package that is being written."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target = target
        self._directory: list[bytes] = []
        self._place = 0

    def add(self, name: str, content: bytes) -> None:
        """Add a part that is at hand."""
        deflate = compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        packed = deflate.compress(content) + deflate.flush()
        self._head(name, crc32(content), len(packed), len(content))
        self._write(packed)

    def join(self, name: str, stretches: Sequence[Stretch]) -> None:
        """Add a part that consists of closed stretches."""
        crc, size = 0, 0
        for each in stretches:
            crc, size = combined(crc, each.crc, each.size), size + each.size
        end = b"\x03\x00"  # an empty last block
        packed = sum(each.packed for each in stretches) + len(end)
        self._head(name, crc, packed, size)
        for each in stretches:
            each.copy_to(self._target)
            self._place += each.packed
        self._write(end)

    def close(self) -> None:
        """Write the directory."""
        start, count = self._place, len(self._directory)
        for each in self._directory:
            self._write(each)
        size, end = self._place - start, self._place
        if start >= _FULL:
            where = pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, count, count, size, start)
            self._write(b"PK\x06\x06" + where)
            self._write(b"PK\x06\x07" + pack("<IQI", 0, end, 1))
        last = pack("<HHHHIIH", 0, 0, count, count, size, min(start, _FULL), 0)
        self._write(b"PK\x05\x06" + last)

    def _head(self, name: str, crc: int, packed: int, size: int) -> None:
        encoded, place = name.encode(), self._place
        sizes = size >= _FULL or packed >= _FULL
        known = pack("<QQ", size, packed) if sizes else b""
        here = pack("<HH", 1, len(known)) + known if known else b""
        known += pack("<Q", place) if place >= _FULL else b""
        there = pack("<HH", 1, len(known)) + known if known else b""
        shown = (_FULL, _FULL) if sizes else (packed, size)
        says = (_UTF8, _DEFLATED, 0, _DATE, crc, *shown, len(encoded))
        version = 45 if there else 20
        self._write(b"PK\x03\x04" + pack("<HHHHHIIIHH", version, *says, len(here)))
        self._write(encoded + here)
        line = pack("<HHHHHHIIIHH", version, version, *says, len(there))
        line += pack("<HHHII", 0, 0, 0, 0, min(place, _FULL))
        self._directory.append(b"PK\x01\x02" + line + encoded + there)

    def _write(self, content: bytes) -> None:
        self._target.write(content)
        self._place += len(content)


# -- the checksum of two pieces from those of each --


def combined(first: int, second: int, length: int) -> int:
    """Return the checksum of two texts from theirs and the length of the second.

    >>> combined(crc32(b"jixiao "), crc32(b"xlsx"), 4) == crc32(b"jixiao xlsx")
    True
    """
    for power in range(length.bit_length()):
        if length >> power & 1:
            first = _times(_behind(power), first)
    return first ^ second


@cache
def _behind(power: int) -> Sequence[int]:
    """Return what 2**power zero bytes behind a text make of its checksum: a matrix of bits."""
    if power:
        return _squared(_behind(power - 1))
    bit = [0xEDB88320, *(1 << place for place in range(31))]  # one zero bit
    return _squared(_squared(_squared(bit)))


def _times(matrix: Sequence[int], vector: int) -> int:
    total = 0
    for row in matrix:
        if vector & 1:
            total ^= row
        vector >>= 1
        if not vector:
            break
    return total


def _squared(matrix: Sequence[int]) -> list[int]:
    return [_times(matrix, row) for row in matrix]
