"""A file without a name that grows at its end; nobody's but ours, and gone when we are."""

from __future__ import annotations

import weakref
from tempfile import TemporaryFile
from typing import IO


class Scratch:
    """Pieces of bytes on disk, each found by its place and its size."""

    def __init__(self) -> None:
        self._file: IO[bytes] = TemporaryFile()  # noqa: SIM115 (as long-lived as what is in it)
        weakref.finalize(self, self._file.close)
        self._end = 0

    def put(self, content: bytes) -> int:
        """Keep a piece; return its place."""
        self._file.seek(self._end)
        self._file.write(content)
        place, self._end = self._end, self._end + len(content)
        return place

    def get(self, place: int, size: int) -> bytes:
        """Return a piece."""
        self._file.seek(place)
        return self._file.read(size)
