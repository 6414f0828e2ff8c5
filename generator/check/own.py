"""The form's own rules: what its author wrote under `checks`."""

from __future__ import annotations

from collections.abc import Iterator

from generator.check.examined import Cell, Examined
from generator.check.wording import written
from generator.model.evaluate import evaluate
from generator.model.expression import CellRef, ColumnRef, Ref, Type, references
from generator.model.filing import SheetFiling
from generator.model.finding import Finding, Place
from generator.model.form import Check


def own(examined: Examined) -> Iterator[Finding]:
    """Find where a rule of the form does not hold."""
    for form_sheet, sheet in examined.sheets:
        for check in form_sheet.checks:
            for row, truth in enumerate(examined.reckoning.truths(sheet, check)):
                if truth is False:
                    yield _finding(examined, sheet, check, row if check.each else -1)


def _finding(examined: Examined, sheet: SheetFiling, check: Check, row: int) -> Finding:
    view = examined.reckoning.at(sheet, check.each, row)
    message = "".join(
        part if isinstance(part, str) else written(evaluate(part, view)) for part in check.message
    )
    if check.each:
        table = examined.form.sheet(sheet.sheet).tables[check.each]
        message = f"{examined.row_number(sheet, table, row)}：{message}"
    return Finding(check.id, check.kind, _place(examined, sheet, check, row), message, check.remedy)


def _place(examined: Examined, sheet: SheetFiling, check: Check, row: int) -> Place:
    cell = _pointed_at(examined, sheet, check, row)
    return examined.place(cell) if cell else examined.sheet_place(sheet)


def _pointed_at(examined: Examined, sheet: SheetFiling, check: Check, row: int) -> Cell | None:
    """Return the cell the author points at, else the first one the rule speaks of."""
    form_sheet = examined.form.sheet(sheet.sheet)
    if check.each and any(
        check.at == column.name for column in form_sheet.tables[check.each].columns
    ):
        return examined.cell(sheet, check.each, row, check.at)
    if check.at in form_sheet.fields:
        return examined.field(sheet, check.at)
    cells = (
        examined.behind(ref, sheet, row) for ref in (*_dotted(check.at), *references(check.rule))
    )
    return next(filter(None, cells), None)


def _dotted(at: str) -> Iterator[Ref]:
    """Yield what `table.column` or `table.row.column` refers to; the type does not matter."""
    match at.split("."):
        case [table, column]:
            yield ColumnRef(table, column, Type.TEXTS)
        case [table, row, column]:
            yield CellRef(table, row, column, Type.TEXT)
