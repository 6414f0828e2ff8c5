"""A file without a name that grows at its end; nobody's but ours, and gone when we are."""

from __future__ import annotations

import weakref
from tempfile import TemporaryFile
from typing import IO


class Scratch:
    """Pieces of bytes on disk, each found by its place and its size."""

    def __init__(self) -> None:
        # As long-lived as what is in it. No buffer: a piece is written, or read, in one go.
        self._file: IO[bytes] = TemporaryFile(buffering=0)  # noqa: SIM115
        weakref.finalize(self, self._file.close)
        self._end = 0

    def put(self, content: bytes) -> int:
        """Keep a piece; return its place."""
        self._file.seek(self._end)
        left = memoryview(content)
        while left:  # a disk that is nearly full takes less, then says so
            left = left[self._file.write(left) :]
        place, self._end = self._end, self._end + len(content)
        return place

    def get(self, place: int, size: int) -> bytes:
        """Return a piece."""
        self._file.seek(place)
        return self._file.read(size)
