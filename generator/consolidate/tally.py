"""What the cells of one locus come to, in figures that can be added up in any order."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Context, Decimal

_EXACT = Context(prec=800)  # nothing is rounded before the end: the order changes nothing
_NOTHING = Decimal(0)


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

    def count(self, answer: str) -> None:
        """Take in an answer that is counted."""
        self.counts[answer] = self.counts.get(answer, 0) + 1

    def take(self, other: Tally) -> None:
        """Take in what other cells come to."""
        self.cells += other.cells
        self.numbers += other.numbers
        self.added = _EXACT.add(self.added, other.added)
        if other.told:
            self.told += other.told
            self.stated = _EXACT.add(self.stated, other.stated)
        if other.weighted or other.weight:
            self.weighted = _EXACT.add(self.weighted, other.weighted)
            self.weight = _EXACT.add(self.weight, other.weight)
        for answer, count in other.counts.items():
            self.counts[answer] = self.counts.get(answer, 0) + count

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
