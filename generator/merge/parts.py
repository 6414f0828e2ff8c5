"""Departments' parts of the totals on disk: they come by department and are asked for by locus."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import compress, repeat
from operator import itemgetter
from typing import Any, overload

from generator.consolidate import Ranked, Shares, Unranked, Where
from generator.merge.plain import packed, read_values, unpacked
from generator.merge.scratch import Scratch
from generator.model.expression import Value
from generator.model.totals import Locus, Part, Parts

_AT_HAND = 20_000  # parts that are kept in memory until they are sorted into the file
_STRETCH = 500  # parts read at a time
_number_of = itemgetter(0)


class OnDisk:
    """Keeps what there is per department in files without names; see `consolidate.Parts`."""

    def __init__(self) -> None:
        self._blocks = Scratch()
        self._finished = Scratch()
        self._codes: list[str] = []  # in their order, as they come
        self._unsorted: dict[Where, list[tuple[Any, ...]]] = defaultdict(list)
        self._count = 0  # of parts that are not sorted
        self._shares = _Sorted(self._blocks)
        self._columns = _Sorted(self._blocks)

    def share(self, department: str, where: Where, shares: Shares) -> None:
        """Take in a department's parts."""
        if not self._codes or self._codes[-1] < department:
            self._codes.append(department)
        self._unsorted[where].append((self._number(department), *shares))
        self._count += len(where.shared)
        if self._count >= _AT_HAND:
            self._sort()

    def _sort(self) -> None:
        """Write parts that came by department as they will be asked for."""
        found = defaultdict[Locus, list[tuple[Any, ...]]](list)
        for where, several in self._unsorted.items():
            numbers, *figures = zip(*several, strict=True)
            values, stated = (zip(*each, strict=True) for each in figures)
            for locus, has_cells, *of_all in zip(
                where.shared, where.with_cells, values, stated, strict=True
            ):
                found[locus] += zip(numbers, repeat(has_cells), *of_all)
        for locus, parts in found.items():
            parts.sort(key=_number_of)
            self._shares.put(locus, *zip(*parts, strict=True))
        self._shares.write()
        self._unsorted.clear()
        self._count = 0

    def shares(self, locus: Locus, *, with_cells: bool) -> Unranked:
        """Return departments' parts of a locus."""
        if self._unsorted:
            self._sort()
        departments, values, told = list[str](), list[Decimal](), list[Decimal | None]()
        for numbers, have_cells, written, stated in self._shares.blocks(locus):
            wanted = have_cells if with_cells else [True] * len(numbers)
            departments += map(self._codes.__getitem__, compress(numbers, wanted))
            values += map(Decimal, compress(written, wanted))
            told += [each and Decimal(each) for each in compress(stated, wanted)]
        return Unranked(departments, values, told)

    def column(self, locus: Locus, values: Sequence[Value]) -> None:
        """Take in a return's cells of a whole column."""
        self._columns.put(locus, values)
        if self._columns.count >= _AT_HAND:
            self._columns.write()

    def columns(self, locus: Locus) -> Sequence[Value]:
        """Return all returns' cells of a whole column."""
        return [value for (column,) in self._columns.blocks(locus) for value in column]

    def keep(self, parts: Ranked) -> Sequence[Part]:
        """Return the finished parts of a total; each takes as much room as the longest."""
        departments = [*parts.departments]
        everybody = departments == self._codes
        numbers = range(len(departments)) if everybody else map(self._number, departments)
        texts = [*map(_written, *parts[1:])]
        width = max(map(len, texts), default=0)
        place = self._finished.put("".join(text.ljust(width) for text in texts).encode("ascii"))
        return _Kept(self, self._finished, place, width, array("l", numbers))

    def code(self, number: int) -> str:
        """Return the department of that number."""
        return self._codes[number]

    def number(self, department: str) -> int | None:
        """Return the number of a department, if there is anything of it."""
        at = bisect_left(self._codes, department)
        return at if self._codes[at : at + 1] == [department] else None

    def _number(self, department: str) -> int:
        """Return the number of a department that is known; an index would take its room again."""
        number = self.number(department)
        if number is None:
            raise ValueError(f"department {department} does not come in the order of codes")
        return number


class _Sorted:
    """What comes by locus, and is asked for so, in columns."""

    def __init__(self, blocks: Scratch) -> None:
        self.count = 0  # of what is at hand
        self._blocks = blocks
        self._latest: dict[Locus, list[list[Any]]] = {}
        self._index: dict[Locus, list[tuple[int, int]]] = defaultdict(list)

    def put(self, locus: Locus, *columns: Sequence[Any]) -> None:
        """Take in more of a locus."""
        latest = self._latest.setdefault(locus, [[] for _ in columns])
        for known, more in zip(latest, columns, strict=True):
            known.extend(more)
        self.count += len(columns[0])

    def write(self) -> None:
        """Let all wait in the file."""
        for locus, columns in self._latest.items():
            block = packed([*columns])
            self._index[locus].append((self._blocks.put(block), len(block)))
        self._latest.clear()
        self.count = 0

    def blocks(self, locus: Locus) -> Iterator[Sequence[Sequence[Any]]]:
        """Yield the columns of everything of a locus, in the order in which it came."""
        for place, size in self._index.get(locus, ()):
            yield [*map(read_values, unpacked(self._blocks.get(place, size)))]
        if locus in self._latest:
            yield self._latest[locus]


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


def _written(value: Decimal, stated: Decimal | None, share: Decimal | None, rank: int) -> str:
    told = "" if stated is None else stated
    return f"{value}|{told}|{'' if share is None else share}|{rank}"
