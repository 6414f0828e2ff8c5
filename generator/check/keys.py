"""KEY, SHAREDNAME: rows and repeated sheets are told apart by their key, never by their name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from generator.check.examined import Cell, Examined
from generator.check.rules import KEY, SHAREDNAME
from generator.check.wording import excerpt
from generator.model.filing import SheetFiling
from generator.model.finding import Finding
from generator.model.form import FormSheet, Table
from generator.model.reckoning import as_key

_NAME = "name"  # the field that a repeated sheet is called by


def keys(examined: Examined) -> Iterator[Finding]:
    """Find rows of a table, or copies of a sheet, that have the same key."""
    for form_sheet, sheet in examined.sheets:
        for table in form_sheet.tables.values():
            if table.key:
                yield from _same(examined, _keys_of_rows(examined, sheet, table))
    for form_sheet in examined.form.sheets:
        if form_sheet.key:
            yield from _same(examined, _cells_of(examined, form_sheet, form_sheet.key))


def shared_names(examined: Examined) -> Iterator[Finding]:
    """Report copies of a sheet that have different keys but one name."""
    for form_sheet in examined.form.sheets:
        if form_sheet.key and form_sheet.key != _NAME and _NAME in form_sheet.fields:
            yield from _namesakes(examined, form_sheet)


def _same(examined: Examined, keyed: Sequence[tuple[Cell, ...]]) -> Iterator[Finding]:
    """Find cells, or tuples of cells, whose values came up before."""
    first: dict[tuple[str, ...], Cell] = {}
    for cells in keyed:
        key = tuple(_joined(cell) for cell in cells)
        if not all(key):
            continue
        before = first.setdefault(key, cells[0])
        if before is not cells[0]:
            yield KEY.found(examined.place(cells[0]), _message(examined, cells, before))


def _message(examined: Examined, cells: Sequence[Cell], before: Cell) -> str:
    labels = "、".join(f"“{examined.label(cell.field.label)}”" for cell in cells)
    sheet, table = cells[0].sheet, cells[0].table
    if table is None:
        here, there = f"工作表“{sheet.title}”", f"工作表“{before.sheet.title}”"
        labels += f"“{excerpt(str(cells[0].answer.value))}”"
    else:
        here = examined.row_name(sheet, table, cells[0].row)
        there = examined.row_number(sheet, table, before.row)
    return f"{here}与{there}{_at(examined, before)}的{labels}相同。"


def _namesakes(examined: Examined, form_sheet: FormSheet) -> Iterator[Finding]:
    names = _cells_of(examined, form_sheet, _NAME)
    codes = _cells_of(examined, form_sheet, form_sheet.key)
    first: dict[str, tuple[Cell, Cell]] = {}
    for (name,), (code,) in zip(names, codes, strict=True):
        if not _joined(name) or not _joined(code):
            continue
        other_name, other_code = first.setdefault(_joined(name), (name, code))
        if _joined(other_code) != _joined(code):
            yield SHAREDNAME.found(
                examined.place(name),
                f"{examined.name(name)}“{excerpt(str(name.answer.value))}”与工作表"
                f"“{other_name.sheet.title}”{_at(examined, other_name)}相同，但"
                f"{examined.name(code)}不同（{code.answer.value}、{other_code.answer.value}）。",
            )


def _keys_of_rows(examined: Examined, sheet: SheetFiling, table: Table) -> list[tuple[Cell, ...]]:
    """Return the key cells of each used row; a blank in merged cells is the value above it."""
    found: list[tuple[Cell, ...]] = []
    above: dict[str, Cell] = {}
    key = frozenset(table.key)
    rows = examined.rows(sheet, table)
    for row, asked in enumerate(examined.expected(sheet, table)):
        cells = {cell.field.name: cell for cell in rows[row] if cell.field.name in key}
        above |= {name: cell for name, cell in cells.items() if not cell.answer.blank}
        if asked and len(cells) == len(key):
            found.append(tuple(_continued(cells[name], above) for name in table.key))
    return found


def _continued(cell: Cell, above: dict[str, Cell]) -> Cell:
    if cell.field.merge_down and cell.answer.blank and cell.field.name in above:
        return cell._replace(answer=above[cell.field.name].answer)
    return cell


def _cells_of(examined: Examined, form_sheet: FormSheet, name: str) -> list[tuple[Cell, ...]]:
    return [(examined.field(each, name),) for each in examined.filing.copies(form_sheet.name)]


def _joined(cell: Cell) -> str:
    """Return a value as keys are compared: without spaces, width and marks of print."""
    return as_key(cell.answer.value)


def _at(examined: Examined, cell: Cell) -> str:
    address = examined.place(cell).cell
    return f"（{address}）" if address else ""
