"""Form × Filings → totals. Pure, exact, and the same in whatever order the returns come.

Amounts are added in 元; percentages are weighted by their base or recomputed from combined parts,
never added and never plainly averaged; printed rows are joined by name, repeated sheets by key.

Each return makes a contribution, wherever it is read; contributions are added up in the end. What
grows with the number of returns is left to the one who asks for the totals: see `Parts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, Protocol

from generator.consolidate.contribution import (
    Contribution,
    Seen,
    Shares,
    Where,
    contribution_of,
    loci,
)
from generator.consolidate.meaning import Meaning, meaning_of
from generator.consolidate.merged import Merged
from generator.consolidate.tally import Sums
from generator.consolidate.totals import Locus, Part, Ranked, Total, Totals, Unranked, ranked
from generator.consolidate.written import read_contribution, write_contribution
from generator.model.expression import Value
from generator.model.filing import Filing
from generator.model.form import Combine, Form
from generator.model.period import Period
from generator.model.reckoning import Reckoning


class Parts(Protocol):
    """Keeps what there is per department and per row until it is asked for, and after."""

    def share(self, department: str, where: Where, shares: Shares) -> None:
        """Take in a department's parts."""

    def shares(self, locus: Locus, *, with_cells: bool) -> Unranked:
        """Return the parts of departments (of those that have cells there) in their order."""

    def column(self, locus: Locus, values: Sequence[Value]) -> None:
        """Take in a return's cells of a whole column."""

    def columns(self, locus: Locus) -> Sequence[Value]:
        """Return all returns' cells of a whole column."""

    def keep(self, parts: Ranked) -> Sequence[Part]:
        """Return the finished parts of a total as they will wait in it."""


class InMemory:
    """Keeps everything at hand."""

    def __init__(self) -> None:
        self._shares: dict[Locus, list[tuple[Any, ...]]] = {}
        self._columns: dict[Locus, list[Value]] = {}

    def share(self, department: str, where: Where, shares: Shares) -> None:
        """Take in a department's parts."""
        for locus, *share in zip(where.shared, where.with_cells, *shares, strict=True):
            self._shares.setdefault(locus, []).append((department, *share))

    def shares(self, locus: Locus, *, with_cells: bool) -> Unranked:
        """Return departments' parts of a locus."""
        told = [
            (code, Decimal(value), None if stated is None else Decimal(stated))
            for code, has_cells, value, stated in self._shares.get(locus, [])
            if has_cells or not with_cells
        ]
        return Unranked(*zip(*told, strict=True)) if told else Unranked()

    def column(self, locus: Locus, values: Sequence[Value]) -> None:
        """Take in a return's cells of a whole column."""
        self._columns.setdefault(locus, []).extend(values)

    def columns(self, locus: Locus) -> Sequence[Value]:
        """Return all returns' cells of a whole column."""
        return self._columns.get(locus, [])

    def keep(self, parts: Ranked) -> Sequence[Part]:
        """Return the finished parts of a total."""
        return tuple(map(Part, *parts))


def consolidate(form: Form, filings: Iterable[Filing], period: Period) -> Totals:
    """Return the totals of all returns; there must be one return per department.

    Raises:
        ValueError: a department comes twice.
    """
    ordered = sorted(filings, key=lambda each: each.department)
    found = (contribution_of(form, each, Reckoning(form, each, period)) for each in ordered)
    return add_up(form, found, period)


def add_up(
    form: Form, contributions: Iterable[Contribution], period: Period, parts: Parts | None = None
) -> Totals:
    """Return the totals of contributions that come by department code, one after the other.

    Raises:
        ValueError: a department comes twice.
    """
    store: Parts = parts or InMemory()
    seen, sums, count = Seen(), Sums(), 0
    for count, each in enumerate(_once(contributions), 1):  # noqa: B007 (told in the end)
        seen.take(each.seen)
        sums.take(each.where.tallied, each.tallies)
        for locus, values in each.columns.items():
            store.column(locus, values)
        store.share(each.department, each.where, each.shares)
    meaning = meaning_of(form)
    whole = Merged(meaning, period, sums.found(), store.columns)
    totals = [
        _total(whole, store, locus, seen) for locus in loci(form, seen) if meaning.combines(locus)
    ]
    return Totals(form.id, period.id, count, tuple(totals))


def _once(contributions: Iterable[Contribution]) -> Iterator[Contribution]:
    """Yield contributions; in the end, complain of departments that came twice."""
    known, twice = set[str](), dict[str, None]()
    for each in contributions:
        if each.department in known:
            twice[each.department] = None
        known.add(each.department)
        yield each
    if twice:
        raise ValueError(f"汇总前请为每个单位选定一份报表；重复的单位：{'、'.join(twice)}")


def _total(whole: Merged, store: Parts, locus: Locus, seen: Seen) -> Total:
    meaning: Meaning = whole.meaning
    sense = meaning.sense(locus)
    # Where nobody has a cell, everybody's value counts.
    parts = ranked(store.shares(locus, with_cells=locus in whole.tallies), adds=sense.adds)
    shares = [each for each in parts.shares if each is not None]
    return Total(
        _worded(seen, locus),
        whole.value(locus),
        whole.stated_of(locus, sense) if sense.adds else None,
        whole.counts(locus) if sense.field.combine is Combine.COUNT else (),
        store.keep(parts),
        sum(shares, Decimal(0)) if shares else None,
    )


def _worded(seen: Seen, locus: Locus) -> Locus:
    """Return a locus with its key and group as they were written, not as they were joined."""
    word = seen.wordings
    return Locus(
        locus.sheet,
        locus.column,
        locus.table,
        locus.row,
        word.get(locus.key, locus.key),
        tuple(word.get(each, each) for each in locus.group),
    )


__all__ = [
    "Contribution",
    "Locus",
    "Part",
    "Parts",
    "Ranked",
    "Shares",
    "Total",
    "Totals",
    "Unranked",
    "Where",
    "add_up",
    "consolidate",
    "contribution_of",
    "read_contribution",
    "write_contribution",
]
