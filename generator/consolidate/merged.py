"""Combined values: added, weighted, counted, or recomputed from what was combined."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from generator.consolidate.meaning import Meaning, Sense
from generator.consolidate.tally import Tally
from generator.consolidate.totals import Locus
from generator.model.evaluate import evaluate
from generator.model.expression import CellRef, ColumnRef, FieldRef, Given, PastRef, RowRef, Value
from generator.model.filing import Answer
from generator.model.form import Combine
from generator.model.period import Period
from generator.model.reckoning import given_value, kept, shown

_NOTHING = Tally()


@dataclass
class Merged:
    """Combined values of all returns, or of one department's; each is worked out once."""

    meaning: Meaning
    period: Period
    tallies: Mapping[Locus, Tally]
    columns: Callable[[Locus], Sequence[Value]]  # whole columns, for functions over them
    _known: dict[Locus, Decimal | None] = field(default_factory=dict)

    def value(self, locus: Locus) -> Decimal | None:
        """Return a combined value as the program keeps it, or None where there is none."""
        return self.value_of(locus, self.meaning.sense(locus))

    def value_of(self, locus: Locus, sense: Sense) -> Decimal | None:
        """Return a combined value for one who knows what its locus means."""
        if locus not in self._known:
            self._known[locus] = self._work_out(locus, sense)
        return self._known[locus]

    def stated_of(self, locus: Locus, sense: Sense) -> Decimal | None:
        """Return what computed cells add up to as stated; None when one of them states nothing."""
        if sense.node is None:
            return None
        return self.tallies.get(locus, _NOTHING).stated_sum

    def counts(self, locus: Locus) -> tuple[tuple[str, int], ...]:
        """Return how often each answer occurs: in the order of the list, then by wording."""
        choices = self.meaning.sense(locus).field.choices
        counted = self.tallies.get(locus, _NOTHING).counts
        order = {choice: place for place, choice in enumerate(choices)}
        return tuple(
            sorted(counted.items(), key=lambda each: (order.get(each[0], len(order)), each[0]))
        )

    def _work_out(self, locus: Locus, sense: Sense) -> Decimal | None:
        if not sense.combines:
            return None
        tally = self.tallies.get(locus, _NOTHING)
        if sense.field.combine is Combine.COUNT:
            return Decimal(sum(tally.counts.values()))
        if sense.adds:
            return tally.sum
        if sense.node is None or not sense.recomputes:
            return tally.mean
        result = kept(sense.field, evaluate(sense.node, _Scope(self, locus)))
        return result if isinstance(result, Decimal) else None

    def column(self, ref: ColumnRef, locus: Locus) -> Sequence[Value]:
        """Return a column's values over all returns, or the combined ones of printed rows."""
        if self.meaning.column_table(ref, locus).fixed:
            return [self.shown(each) for each in self.meaning.fixed_cells(ref, locus)]
        return self.columns(self.meaning.column_home(ref, locus))

    def shown(self, locus: Locus) -> Value:
        """Return a combined value as a cell would show it."""
        return shown(self.meaning.sense(locus).field, Answer(self.value(locus)))


@dataclass(frozen=True)
class _Scope:
    """What an expression sees when it is evaluated over combined values."""

    merged: Merged
    locus: Locus

    def value(self, ref: FieldRef | RowRef | CellRef | PastRef | Given) -> Value:
        if isinstance(ref, PastRef):  # nothing that asks for the past is combined
            return None
        if isinstance(ref, Given):
            return given_value(ref, self.merged.period)
        return self.merged.shown(self.merged.meaning.target(ref, self.locus))

    def values(self, ref: ColumnRef | PastRef) -> Sequence[Value]:
        return [] if isinstance(ref, PastRef) else self.merged.column(ref, self.locus)
