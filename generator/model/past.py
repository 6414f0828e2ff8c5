"""What was returned before, for those who ask by department and period."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from generator.model.filing import Filing, Row, SheetFiling
from generator.model.form import Form, FormSheet, Table
from generator.model.period import EARLIER, Period
from generator.model.reckoning import Reckoning


class Past(Protocol):
    """Earlier returns; it can be pickled, so that worker processes can ask too."""

    def filing(self, form: str, department: str, period: Period) -> Filing | None:
        """Return what a department last returned of a form for a period, or None."""


@dataclass(frozen=True)
class Kept:
    """Earlier returns that are at hand."""

    filings: tuple[Filing, ...] = ()

    def filing(self, form: str, department: str, period: Period) -> Filing | None:
        """Return what a department last returned of a form for a period, or None."""
        wanted = (form, department, period.id)
        found = (e for e in reversed(self.filings) if (e.form, e.department, e.period) == wanted)
        return next(found, None)


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
        name: tuple(_fitted_rows(described.tables[name], rows))
        for name, rows in sheet.tables.items()
        if name in described.tables
    }
    fields = {name: each for name, each in sheet.fields.items() if name in described.fields}
    return replace(sheet, fields=fields, tables=tables)


def _fitted_rows(table: Table, rows: Sequence[Row]) -> Iterable[Row]:
    if not table.fixed:
        return rows
    by_name = {each.name: each for each in rows}
    return (by_name.get(each.name, Row({}, each.name)) for each in table.fixed)
