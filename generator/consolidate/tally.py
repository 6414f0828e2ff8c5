"""What the cells of one locus come to, in figures that can be added up in any order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal, localcontext
from itertools import chain
from typing import NamedTuple

from generator.consolidate.totals import Locus

_EXACT = Context(prec=800)  # nothing is rounded before the end: the order changes nothing
_NOTHING = Decimal(0)
_AT_ONCE = 500  # returns whose tallies are added up together
Figure = Decimal | str | int  # a sum, or how it is written while it travels


@dataclass(slots=True)
class Tally:
    """Sums and counts over the cells that say something."""

    cells: int = 0
    numbers: int = 0  # of them are numbers
    added: Decimal = _NOTHING
    told: int = 0  # of them state what else is recomputed
    stated: Decimal = _NOTHING
    weighted: Decimal = _NOTHING  # Σ value·weight of those that have both
    weight: Decimal = _NOTHING
    counts: dict[str, int] = field(default_factory=dict)  # how often each answer occurs

    def see(
        self, value: Decimal | str | None, stated: Decimal | None, weight: Decimal | None
    ) -> None:
        """Take in one cell."""
        self.cells += 1
        if isinstance(value, Decimal):
            self.numbers += 1
            self.added = _EXACT.add(self.added, value)
            if weight is not None:
                self.weighted = _EXACT.add(self.weighted, _EXACT.multiply(value, weight))
                self.weight = _EXACT.add(self.weight, weight)
        if stated is not None:
            self.told += 1
            self.stated = _EXACT.add(self.stated, stated)

    def count(self, answer: str, times: int = 1) -> None:
        """Take in an answer that is counted."""
        self.counts[answer] = self.counts.get(answer, 0) + times

    @property
    def sum(self) -> Decimal | None:
        """What the numbers add up to."""
        return +self.added if self.numbers else None

    @property
    def stated_sum(self) -> Decimal | None:
        """What the cells add up to as stated; None when one of them states nothing."""
        return +self.stated if self.told and self.told == self.cells else None

    @property
    def mean(self) -> Decimal | None:
        """Σ value·weight ÷ Σ weight over the cells that have both; never a plain average."""
        return self.weighted / self.weight if self.weight else None


class Tallies(NamedTuple):
    """The tallies of one return in columns: a figure of every locus, one after the other."""

    cells: Sequence[int]
    numbers: Sequence[int]
    added: Sequence[Figure]
    told: Sequence[int]
    stated: Sequence[Figure]
    weighed: Sequence[tuple[int, Figure, Figure]]  # place, Σ value·weight, Σ weight: where there is
    counted: Sequence[tuple[int, Mapping[str, int]]]  # place and counts, where there are any

    @classmethod
    def of(cls, tallies: Sequence[Tally]) -> Tallies:
        """Return tallies in columns."""
        return cls(
            [each.cells for each in tallies],
            [each.numbers for each in tallies],
            [each.added for each in tallies],
            [each.told for each in tallies],
            [each.stated for each in tallies],
            [
                (place, each.weighted, each.weight)
                for place, each in enumerate(tallies)
                if each.weight or each.weighted
            ],
            [(place, each.counts) for place, each in enumerate(tallies) if each.counts],
        )


class Sums:
    """Adds up the tallies of returns: many of the same loci at a time."""

    def __init__(self) -> None:
        self._sums: dict[Locus, Tally] = {}
        self._waiting: dict[tuple[Locus, ...], list[Tallies]] = defaultdict(list)
        self._count = 0

    def take(self, loci: tuple[Locus, ...], tallies: Tallies) -> None:
        """Take in what one return has."""
        self._waiting[loci].append(tallies)
        self._count += 1
        if self._count >= _AT_ONCE:
            self._add_up()

    def found(self) -> Mapping[Locus, Tally]:
        """Return the sums of everything that was taken in."""
        self._add_up()
        return self._sums

    def _add_up(self) -> None:
        with localcontext(_EXACT):
            for loci, several in self._waiting.items():
                sums = [self._sums.setdefault(locus, Tally()) for locus in loci]
                _add_to(sums, several)
        self._waiting.clear()
        self._count = 0


def _add_to(sums: Sequence[Tally], several: Iterable[Tallies]) -> None:
    """Add to sums what returns have, whose loci are the same."""
    *columns, weighed, counted = zip(*several, strict=True)
    cells, numbers, added, told, stated = (zip(*each, strict=True) for each in columns)
    for one, *of_all in zip(sums, cells, numbers, added, told, stated, strict=True):
        one.cells += sum(of_all[0])
        one.numbers += sum(of_all[1])
        one.added += _sum(of_all[2])
        one.told += sum(of_all[3])
        one.stated += _sum(of_all[4])
    for place, weighted, weight in chain.from_iterable(weighed):
        sums[place].weighted += Decimal(weighted)
        sums[place].weight += Decimal(weight)
    for place, counts in chain.from_iterable(counted):
        for answer, times in counts.items():
            sums[place].count(answer, times)


def _sum(figures: Iterable[Figure]) -> Decimal:
    return sum(map(Decimal, figures), _NOTHING)
