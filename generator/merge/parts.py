"""Departments' parts of the totals on disk: they come by department and are asked for by locus."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, overload

from generator.consolidate import Share, Shares, read_value, write_value
from generator.merge.plain import Plain, packed, unpacked
from generator.merge.scratch import Scratch
from generator.model.expression import Value
from generator.model.totals import Locus, Part, Parts

_AT_HAND = 20_000  # parts that are kept in memory until they are sorted into the file
_STRETCH = 500  # parts read at a time


class OnDisk:
    """Keeps what there is per department in files without names; see `consolidate.Parts`."""

    def __init__(self) -> None:
        self._blocks = Scratch()
        self._finished = Scratch()
        self._codes: list[str] = []
        self._numbers: dict[str, int] = {}
        self._latest: dict[tuple[str, Locus], Plain] = {}
        self._count = 0
        self._index: dict[tuple[str, Locus], list[tuple[int, int]]] = {}

    def share(self, locus: Locus, department: str, share: Share, *, has_cells: bool) -> None:
        """Take in a department's part of a locus."""
        stated = None if share.stated is None else str(share.stated)
        number = self._number(department)
        self._put(("share", locus), [number, has_cells, str(share.value), stated])

    def shares(self, locus: Locus, *, with_cells: bool) -> Shares:
        """Return departments' parts of a locus."""
        return [
            (self._codes[number], Decimal(value), None if stated is None else Decimal(stated))
            for number, has_cells, value, stated in self._all(("share", locus))
            if has_cells or not with_cells
        ]

    def column(self, locus: Locus, values: Sequence[Value]) -> None:
        """Take in a return's cells of a whole column."""
        for each in values:
            self._put(("column", locus), write_value(each))

    def columns(self, locus: Locus) -> Sequence[Value]:
        """Return all returns' cells of a whole column."""
        return [read_value(each) for each in self._all(("column", locus))]

    def keep(self, parts: Iterable[Part]) -> Sequence[Part]:
        """Return the finished parts of a total; each takes as much room as the longest."""
        numbers, texts = array("l"), list[bytes]()
        for each in parts:
            numbers.append(self._number(each.department))
            texts.append(_written(each))
        width = max(map(len, texts), default=0)
        place = self._finished.put(b"".join(text.ljust(width) for text in texts))
        return _Kept(self, self._finished, place, width, numbers)

    def code(self, number: int) -> str:
        """Return the department of that number."""
        return self._codes[number]

    def number(self, department: str) -> int | None:
        """Return the number of a department, if there is anything of it."""
        return self._numbers.get(department)

    def _number(self, department: str) -> int:
        number = self._numbers.setdefault(department, len(self._codes))
        if number == len(self._codes):
            self._codes.append(department)
        return number

    def _put(self, key: tuple[str, Locus], item: object) -> None:
        self._latest.setdefault(key, []).append(item)
        self._count += 1
        if self._count >= _AT_HAND:
            for each, items in self._latest.items():
                block = packed(items)
                self._index.setdefault(each, []).append((self._blocks.put(block), len(block)))
            self._latest.clear()
            self._count = 0

    def _all(self, key: tuple[str, Locus]) -> Iterator[Any]:
        for place, size in self._index.get(key, ()):
            yield from unpacked(self._blocks.get(place, size))
        yield from self._latest.get(key, ())


class _Kept(Parts):
    """The finished parts of one total."""

    def __init__(
        self, store: OnDisk, file: Scratch, place: int, width: int, numbers: array[int]
    ) -> None:
        self._store = store
        self._file = file
        self._place = place
        self._width = width
        self._numbers: Sequence[int] = numbers
        self._stretch = (-1, b"")  # the one that was read last, by where it starts
        if list(numbers) == list(range(len(numbers))):
            self._numbers = range(len(numbers))  # all of them: nothing need be remembered

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[Part]:
        for start in range(0, len(self), _STRETCH):
            numbers = self._numbers[start : start + _STRETCH]
            size = len(numbers) * self._width
            yield from self._read(numbers, self._file.get(self._place + start * self._width, size))

    @overload
    def __getitem__(self, index: int) -> Part: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Part, ...]: ...

    def __getitem__(self, index: int | slice) -> Part | tuple[Part, ...]:
        if isinstance(index, slice):
            return tuple(self)[index]
        at = range(len(self))[index]
        start, width = at - at % _STRETCH, self._width
        if self._stretch[0] != start:
            size = min(_STRETCH, len(self) - start) * width
            self._stretch = start, self._file.get(self._place + start * width, size)
        place = (at - start) * width
        (part,) = self._read((self._numbers[at],), self._stretch[1][place : place + width])
        return part

    def of(self, department: str) -> Part | None:
        """Return the part of the department with that code, if it has one."""
        number = self._store.number(department)
        if number is None:
            return None
        at = bisect_left(self._numbers, number)
        return self[at] if at < len(self) and self._numbers[at] == number else None

    def _read(self, numbers: Iterable[int], content: bytes) -> Iterator[Part]:
        text, width = content.decode("ascii"), self._width
        written = (text[place : place + width] for place in range(0, len(text), width))
        fields = "|".join(written).split("|")
        values, stated, shares, ranks = (fields[each::4] for each in range(4))
        return map(
            Part,
            map(self._store.code, numbers),
            map(Decimal, values),
            map(_decimal, stated),
            map(_decimal, shares),
            map(int, ranks),
        )


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _written(part: Part) -> bytes:
    stated = "" if part.stated is None else part.stated
    share = "" if part.share is None else part.share
    return f"{part.value}|{stated}|{share}|{part.rank}".encode("ascii")
