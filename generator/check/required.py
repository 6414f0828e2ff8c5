"""REQUIRED: what must be filled is filled, and a table has as many rows as it must."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from generator.check.examined import Cell, Examined
from generator.check.rules import REQUIRED
from generator.model.filing import SheetFiling
from generator.model.finding import Finding, Place
from generator.model.form import Table


def required(examined: Examined) -> Iterator[Finding]:
    """Find required answers that are missing, and tables that are too short."""
    for form_sheet, sheet in examined.sheets:
        yield from _missing(examined, examined.fields(sheet))
        for table in form_sheet.tables.values():
            yield from _missing_in(examined, sheet, table)


def _missing_in(examined: Examined, sheet: SheetFiling, table: Table) -> Iterator[Finding]:
    rows = examined.rows(sheet, table)
    free = []  # rows that nothing stands in
    merged: set[str] = set()  # columns whose blanks mean the same as above
    merging = any(column.merge_down for column in table.columns)
    for row, expected in enumerate(examined.expected(sheet, table)):
        if expected:
            asked = rows[row]
            if merged:
                asked = [cell for cell in asked if cell.field.name not in merged]
            yield from _missing(examined, asked)
        else:
            free.append(rows[row])
        if merging:
            merged |= {cell.field.name for cell in rows[row] if _continues(cell)}
    used = len(rows) - len(free)
    if table.name in sheet.tables and used < table.at_least:
        name, place = examined.label(table.label), _next(examined, sheet, free or rows[-1:])
        message = f"“{name}”填了 {used} 行，至少应填 {table.at_least} 行。"
        yield REQUIRED.found(place, message, f"请把“{name}”补填到 {table.at_least} 行以上。")


def _missing(examined: Examined, cells: Iterable[Cell]) -> Iterator[Finding]:
    for cell in cells:
        if cell.field.required and cell.answer.blank and cell.is_input:
            name = examined.name(cell)
            remedy = f"请补填{name}。{cell.field.help}"
            yield REQUIRED.found(examined.place(cell), f"{name}没有填写。", remedy)


def _continues(cell: Cell) -> bool:
    """Say whether blanks below a cell mean the same: the cell is merged downwards."""
    return cell.field.merge_down and not cell.answer.blank


def _next(examined: Examined, sheet: SheetFiling, rows: Sequence[Sequence[Cell]]) -> Place:
    """Return where the first missing row would go, or else the last row there is."""
    first = next((cell for row in rows for cell in row if cell.is_input), None)
    return examined.place(first) if first else examined.sheet_place(sheet)
