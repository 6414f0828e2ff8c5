"""A list that may be longer than memory: what is too much for it goes to a file of its own."""

from __future__ import annotations

import pickle
import weakref
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO, Generic, TypeVar

_T = TypeVar("_T")
_AT_HAND = 5_000  # items that are kept in memory


class Spool(Generic[_T]):
    """Items in order, to be gone through from the first to the last, more than once if need be.

    The file has no name, is nobody's but ours, and is gone when we are; so it may hold pickles.
    """

    def __init__(self) -> None:
        self._latest: list[_T] = []
        self._file: IO[bytes] | None = None
        self._count = 0

    def append(self, item: _T) -> None:
        """Add an item at the end."""
        self._latest.append(item)
        self._count += 1
        if len(self._latest) >= _AT_HAND:
            if self._file is None:
                self._file = TemporaryFile()  # noqa: SIM115 (as long-lived as the spool)
                weakref.finalize(self, self._file.close)
            self._file.seek(0, 2)
            pickle.dump(self._latest, self._file, pickle.HIGHEST_PROTOCOL)
            self._latest = []

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[_T]:
        place = 0
        for _ in range(self._count // _AT_HAND):
            assert self._file is not None
            self._file.seek(place)
            yield from pickle.load(self._file)
            place = self._file.tell()
        yield from self._latest
