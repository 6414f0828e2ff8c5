"""REQUIRED: what must be filled is filled, and a table has as many rows as it must."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from generator.check.examined import Column, Examined
from generator.check.rules import REQUIRED
from generator.model.filing import SheetFiling
from generator.model.finding import Finding, Place
from generator.model.form import Table


def required(examined: Examined) -> Iterator[Finding]:
    """Find required answers that are missing, and tables that are too short."""
    for column in examined.inputs:
        if column.field.required:
            yield from _missing(examined, column)
    for form_sheet, sheet in examined.sheets:
        for table in form_sheet.tables.values():
            if table.name in sheet.tables:
                yield from _too_short(examined, sheet, table)


def _missing(examined: Examined, column: Column) -> Iterator[Finding]:
    table, answers = column.table, column.answers
    blank = [at for at, each in enumerate(answers) if each.value is None and each.readable]
    if blank and table:
        expected = examined.expected(column.sheet, table)
        blank = [at for at in blank if expected[column.rows[at]]]
    if column.field.merge_down:  # below what is filled, a blank means the same
        filled = next((at for at, each in enumerate(answers) if not each.blank), len(answers))
        blank = [at for at in blank if at < filled]
    for cell in map(column.cell, blank):
        name = examined.name(cell)
        remedy = f"请补填{name}。{cell.field.help}"
        yield REQUIRED.found(examined.place(cell), f"{name}没有填写。", remedy)


def _too_short(examined: Examined, sheet: SheetFiling, table: Table) -> Iterator[Finding]:
    used = examined.expected(sheet, table)
    if sum(used) < table.at_least:
        name, place = examined.label(table.label), _next(examined, sheet, table, used)
        message = f"“{name}”填了 {sum(used)} 行，至少应填 {table.at_least} 行。"
        yield REQUIRED.found(place, message, f"请把“{name}”补填到 {table.at_least} 行以上。")


def _next(examined: Examined, sheet: SheetFiling, table: Table, used: Sequence[bool]) -> Place:
    """Return where the first missing row would go, or else the last row there is."""
    rows = [row for row, each in enumerate(used) if not each] or range(len(used))[-1:]
    inputs = [each.field.name for each in examined.inputs if each.table is table]
    all_spots = (sheet.tables[table.name][row].spots for row in rows)
    spots = (each[name] for each in all_spots for name in inputs if name in each)
    return examined.sheet_place(sheet, next(spots, None))
