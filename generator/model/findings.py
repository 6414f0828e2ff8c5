"""The findings of a merge: in order, counted, and not all in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, islice
from typing import overload

from generator.model.finding import Finding, Kind

Counts = tuple[int, ...]  # how many there are of each kind, in the order of the kinds
_KINDS = tuple(Kind)
_NONE: Counts = (0,) * len(_KINDS)


def counts_of(findings: Iterable[Finding]) -> Counts:
    """Return how many findings there are of each kind."""
    counted = Counter(each.kind for each in findings)
    return tuple(counted[kind] for kind in _KINDS)


@dataclass(frozen=True, slots=True)
class Group:
    """The findings of one file that concern one department, where they are."""

    department: str
    file: str
    counts: Counts
    place: int = -1  # where they wait; or else
    held: tuple[Finding, ...] = ()


class Findings(Sequence[Finding]):
    """Findings by group; those that wait are fetched each time they are gone through."""

    def __init__(
        self,
        groups: Sequence[Group] = (),
        fetch: Callable[[Group], Iterable[Finding]] | None = None,
        drawn: Callable[[Group], bytes] | None = None,
    ) -> None:
        self._groups = groups
        self._fetch = fetch
        self._drawn = drawn
        self._count = sum(sum(each.counts) for each in groups)

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> Findings:
        """Return findings that are at hand."""
        return cls(held(findings))

    def plus(self, finding: Finding) -> Findings:
        """Return these findings and one more at the end."""
        return Findings([*self._groups, *held([finding])], self._fetch, self._drawn)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Finding]:
        for each in self._groups:
            yield from self.of_group(each)

    def of_group(self, group: Group) -> Iterable[Finding]:
        """Return the findings of a group."""
        return group.held if group.held or self._fetch is None else self._fetch(group)

    def drawn(self) -> Iterator[tuple[Group, bytes]]:
        """Yield each group with what was drawn of it when its file was read, if anything was."""
        for each in self._groups:
            yield each, self._drawn(each) if self._drawn and not each.held else b""

    @overload
    def __getitem__(self, index: int) -> Finding: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Finding, ...]: ...

    def __getitem__(self, index: int | slice) -> Finding | tuple[Finding, ...]:
        if isinstance(index, slice):
            return tuple(self)[index]
        place = range(self._count)[index]
        return next(islice(self, place, None))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Findings | tuple | list) or len(self) != len(other):
            return NotImplemented if not isinstance(other, Sequence) else False
        return all(one == two for one, two in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Findings({list(self)!r})"

    # -- how many: known without fetching any --

    def count_of(self, department: str) -> Counter[Kind]:
        """Return how many findings of each kind a department has."""
        return _counter(self._by_department.get(department, _NONE))

    def count_in(self, file: str) -> Counter[Kind]:
        """Return how many findings of each kind a file has."""
        return _counter(self._by_file.get(file, _NONE))

    def count_all(self) -> Counter[Kind]:
        """Return how many findings of each kind there are."""
        return _counter(_added(each.counts for each in self._groups))

    @cached_property
    def _by_department(self) -> Mapping[str, Counts]:
        return _summed((each.department, each.counts) for each in self._groups)

    @cached_property
    def _by_file(self) -> Mapping[str, Counts]:
        return _summed((each.file, each.counts) for each in self._groups)


def held(findings: Iterable[Finding]) -> list[Group]:
    """Return findings at hand as groups, in their order."""
    groups = groupby(findings, key=lambda each: (each.department, each.place.file))
    found = ((key, tuple(of_key)) for key, of_key in groups)
    return [Group(*key, counts_of(of_key), held=of_key) for key, of_key in found]


def _counter(counts: Counts) -> Counter[Kind]:
    return Counter({kind: count for kind, count in zip(_KINDS, counts, strict=True) if count})


def _summed(pairs: Iterable[tuple[str, Counts]]) -> dict[str, Counts]:
    found: dict[str, Counts] = {}
    for key, counts in pairs:
        found[key] = _added((found[key], counts)) if key in found else counts
    return found


def _added(counts: Iterable[Counts]) -> Counts:
    return tuple(map(sum, zip(*counts, strict=True))) or _NONE
