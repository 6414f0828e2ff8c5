"""Entries → the Filing that reading the filled workbook gives, without making the workbook.

Two thousand project sheets take minutes as files and seconds here. Every answer is interpreted by
the reader's own rules and has the address that it would have in the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import zip_longest

from generator.layout.plan import CopyPlan, TablePlan, plan
from generator.layout.shape import Rows, copies, shape_of
from generator.model.filing import (
    NO_ANSWER,
    Answer,
    Entries,
    Entry,
    Filing,
    Records,
    Row,
    SheetFiling,
)
from generator.model.form import Field, FieldType, Form, FormSheet, Table
from generator.model.period import Period
from generator.model.roster import Department, Record
from generator.workbook.book import Cell, CellKind
from generator.workbook.returned.interpret import interpret

Typed = Decimal | str
_NOTHING: Mapping[str, Typed] = {}


def filed(
    form: Form,
    period: Period,
    department: Department,
    entries: Entries,
    explanations: Mapping[str, str] | None = None,
) -> Filing:
    """Return what a department answered, as if its workbook had been read."""
    file = f"{department.code}-{department.name}-{form.name}-{period.id}.xlsx"
    shape = shape_of(form, department, entries)
    sheets = tuple(
        _Sheet(sheet, copy, _context(form, period, department, sheet, rows.item), rows).filed(
            entries[sheet.name][index], index
        )
        for (sheet, index, rows), copy in zip(
            copies(form, department), plan(form, period, shape).copies, strict=True
        )
    )
    return Filing(
        form.id,
        form.version,
        department.code,
        department.name,
        period.id,
        sheets,
        file,
        {("", rule): text for rule, text in (explanations or {}).items()},
    )


def _context(
    form: Form, period: Period, department: Department, sheet: FormSheet, item: Record | None
) -> dict[str, object]:
    known: dict[str, object] = {"form": form, "period": period, "department": department}
    return known | {sheet.loop.variable: item} if sheet.loop else known


@dataclass(frozen=True)
class _Sheet:
    """One worksheet as it comes back."""

    sheet: FormSheet
    copy: CopyPlan
    context: Mapping[str, object]
    rows: Rows

    def filed(self, entry: Entry, index: int) -> SheetFiling:
        fields = {
            name: self._answer(each, entry.fields.get(name), self.context)
            for name, each in self.sheet.fields.items()
        }
        tables = {
            name: self._rows(each, entry.tables.get(name, ()))
            for name, each in self.copy.tables.items()
        }
        spots = self.copy.spots
        return SheetFiling(self.sheet.name, self._title, fields, tables, index, spots)

    @cached_property
    def _title(self) -> str:
        return str(self.sheet.tab.render(self.context))

    def _rows(self, plan: TablePlan, entries: tuple[Mapping[str, Typed], ...]) -> Records:
        """Return the rows that are in use; nobody misses the spare ones below."""
        table = plan.table
        records = self.rows.tables.get(table.name, ())
        return Records.of(
            Row(
                {
                    name: self._answer(table.column(name), typed.get(name), context)
                    for name in plan.spots
                },
                number=i + 1,
                spots={name: spots[i] for name, spots in plan.spots.items()},
            )
            for i, (record, typed) in enumerate(zip_longest(records, entries, fillvalue=_NOTHING))
            for context in [self._with_record(table, record)]
        )

    def _with_record(self, table: Table, record: Record) -> Mapping[str, object]:
        return {**self.context, table.loop.variable: record} if table.loop else self.context

    def _answer(self, field: Field, typed: Typed | None, context: Mapping[str, object]) -> Answer:
        if typed is None and field.fill is not None:
            filled = field.fill.render(context)
            typed = filled if isinstance(filled, Decimal | str) else None
        if typed is None:
            return NO_ANSWER
        number = isinstance(typed, Decimal)
        percent = number and field.type is FieldType.PERCENT
        kind = CellKind.NUMBER if number else CellKind.TEXT
        return interpret(field, Cell(typed, kind, number_format="0%" if percent else ""))
