"""What current filings of a stage say to the letter, row by row: what outcomes do not hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from generator.ledger import schema
from generator.ledger.answers import place_of
from generator.model.finding import Place

_STREAM = 1_000  # rows fetched at a time


@dataclass(frozen=True)
class Said:
    """One row of a table of a return, or the header fields of one of its sheets."""

    department: str
    period: str
    key: str  # of a repeated sheet, such as a project's code
    table: str  # empty: the sheet's own fields
    texts: Mapping[str, str]  # column → 元, a fraction, or words; blank ones are not there
    cells: Mapping[str, str]  # column → address
    sheet: Place  # the file and the worksheet
    department_name: str = ""

    def place(self, column: str) -> Place:
        """Return where a column's answer stands."""
        return place_of(self.cells.get(column, ""), self.sheet.file, self.sheet.sheet)


def read_said(
    connection: Connection, stage: str, year: int, period: str | None, table: str | None = None
) -> Iterator[Said]:
    """Yield the rows of the current filings of a stage, in the order of the year and the form."""
    filing, record = schema.filing, schema.record
    asked = (
        select(
            *(filing.c.department, filing.c.period, filing.c.file, record.c.tab),
            *(record.c.key, record.c.table, record.c.answers, record.c.cells),
            filing.c.department_name,
        )
        .join_from(filing, record, record.c.filing == filing.c.id)
        .where(filing.c.stage == stage, filing.c.year == year, schema.current)
        .order_by(filing.c.month, filing.c.id, record.c.number)
    )
    if period is not None:
        asked = asked.where(filing.c.period == period)
    if table is not None:
        asked = asked.where(record.c.table == table)
    for each in connection.execution_options(yield_per=_STREAM).execute(asked):
        yield Said(
            *(each.department, each.period, each.key, each.table, each.answers, each.cells),
            sheet=Place(each.file, each.tab),
            department_name=each.department_name,
        )
