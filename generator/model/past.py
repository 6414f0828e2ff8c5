"""What was returned before, for those who ask by department and period."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import Protocol, runtime_checkable

from generator.model.filing import Filing, Records, Row, SheetFiling
from generator.model.form import Form, FormSheet, Table
from generator.model.period import EARLIER, Period
from generator.model.reckoning import Reckoning


class Past(Protocol):
    """Earlier returns; it can be pickled, so that worker processes can ask too."""

    def filing(self, form: str, department: str, period: Period) -> Filing | None:
        """Return what a department last returned of a form for a period, or None."""


@runtime_checkable
class Library(Past, Protocol):
    """A past that takes hardly longer to find many returns than to find one."""

    def filings_of(self, form: str, departments: Sequence[str], period: Period) -> Iterable[Filing]:
        """Return what departments last returned of a form for a period, as far as they did."""


@dataclass(frozen=True)
class Kept:
    """Earlier returns that are at hand."""

    filings: tuple[Filing, ...] = ()

    def filing(self, form: str, department: str, period: Period) -> Filing | None:
        """Return what a department last returned of a form for a period, or None."""
        return self._by_key.get((form, department, period.id))

    @cached_property
    def _by_key(self) -> Mapping[tuple[str, str, str], Filing]:
        return {(each.form, each.department, each.period): each for each in self.filings}


def at_hand(
    past: Past | None, form: str, departments: Sequence[str], earlier: Iterable[Period]
) -> Past | None:
    """Return the past with what these departments returned for earlier periods at hand.

    A library then knows of nothing else.
    """
    if not isinstance(past, Library):
        return past
    found = (past.filings_of(form, departments, period) for period in earlier)
    return Kept(tuple(chain.from_iterable(found)))


def recalled(
    past: Past | None, form: Form, department: str, period: Period
) -> Mapping[str, Reckoning] | None:
    """Return a department's earlier returns as this form reads them; None if nobody can tell."""
    if past is None:
        return None
    found = {}
    for when in EARLIER:
        then: Period | None = getattr(period, when)
        filing = past.filing(form.id, department, then) if then else None
        if then and filing:
            found[when] = Reckoning(form, _fitted(form, filing), then)
    return found


def _fitted(form: Form, filing: Filing) -> Filing:
    """Return a return of another version as this one has it: what it lacks is blank."""
    known = {each.name: each for each in form.sheets}
    sheets = tuple(
        _fitted_sheet(known[each.sheet], each) for each in filing.sheets if each.sheet in known
    )
    return replace(filing, sheets=sheets)


def _fitted_sheet(described: FormSheet, sheet: SheetFiling) -> SheetFiling:
    tables = {
        name: _fitted_rows(described.tables[name], rows)
        for name, rows in sheet.tables.items()
        if name in described.tables
    }
    fields = {name: each for name, each in sheet.fields.items() if name in described.fields}
    return replace(sheet, fields=fields, tables=tables)


def _fitted_rows(table: Table, rows: Records) -> Records:
    if not table.fixed:
        return rows
    by_name = {each.name: each for each in rows}
    return Records.of(by_name.get(each.name, Row({}, each.name)) for each in table.fixed)
