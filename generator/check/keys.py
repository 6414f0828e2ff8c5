"""KEY, SHAREDNAME: rows and repeated sheets are told apart by their key, never by their name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from generator.check.examined import Cell, Examined
from generator.check.rules import KEY, SHAREDNAME
from generator.check.wording import excerpt
from generator.model.filing import Answer, SheetFiling
from generator.model.finding import Finding
from generator.model.form import Field, FormSheet, Table
from generator.model.reckoning import as_key

_Key = tuple[str, ...]
_NAME = "name"  # the field that a repeated sheet is called by


def keys(examined: Examined) -> Iterator[Finding]:
    """Find rows of a table, or copies of a sheet, that have the same key."""
    for form_sheet, sheet in examined.sheets:
        for table in form_sheet.tables.values():
            if table.key:
                columns = [table.column(each) for each in table.key]
                cell_of = partial(_first_cell, examined, sheet, table)
                yield from _same(
                    examined, _keys_of_rows(examined, sheet, table, columns), cell_of, columns
                )
    for form_sheet in examined.form.sheets:
        if form_sheet.key:
            cells = _cells_of(examined, form_sheet, form_sheet.key)
            keyed = ((_joined(each),) for each in cells)
            columns = [form_sheet.fields[form_sheet.key]]
            yield from _same(examined, keyed, cells.__getitem__, columns)


def shared_names(examined: Examined) -> Iterator[Finding]:
    """Report copies of a sheet that have different keys but one name."""
    for form_sheet in examined.form.sheets:
        if form_sheet.key and form_sheet.key != _NAME and _NAME in form_sheet.fields:
            yield from _namesakes(examined, form_sheet)


def _same(
    examined: Examined,
    found: Iterable[_Key],
    cell_of: Callable[[int], Cell],
    fields: Sequence[Field],
) -> Iterator[Finding]:
    """Find what has a key that came up before; what has none, or only a part of it, is let be."""
    first: dict[_Key, int] = {}
    for at, key in enumerate(found):
        if key and all(key):
            before = first.setdefault(key, at)
            if before != at:
                cell = cell_of(at)
                message = _message(examined, cell, cell_of(before), fields)
                yield KEY.found(examined.place(cell), message)


def _message(examined: Examined, cell: Cell, before: Cell, fields: Sequence[Field]) -> str:
    labels = "、".join(f"“{examined.label(each.label)}”" for each in fields)
    sheet, table = cell.sheet, cell.table
    if table is None:
        here, there = f"工作表“{sheet.title}”", f"工作表“{before.sheet.title}”"
        labels += f"“{excerpt(str(cell.answer.value))}”"
    else:
        here = examined.row_name(sheet, table, cell.row)
        there = examined.row_number(sheet, table, before.row)
    return f"{here}与{there}{_at(examined, before)}的{labels}相同。"


def _namesakes(examined: Examined, form_sheet: FormSheet) -> Iterator[Finding]:
    names = _cells_of(examined, form_sheet, _NAME)
    codes = _cells_of(examined, form_sheet, form_sheet.key)
    first: dict[str, tuple[Cell, Cell]] = {}
    for name, code in zip(names, codes, strict=True):
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


def _keys_of_rows(
    examined: Examined, sheet: SheetFiling, table: Table, columns: Sequence[Field]
) -> Iterator[_Key]:
    """Yield the key of each row; an unused one has none."""
    records = sheet.records(table.name)
    told = zip(*(_words(each, records.column(each.name)) for each in columns), strict=True)
    used = examined.expected(sheet, table)
    return (key if is_used else () for key, is_used in zip(told, used, strict=True))


def _words(column: Field, answers: Iterable[Answer | None]) -> Iterator[str]:
    """Yield what a column adds to each row's key; a blank in merged cells is what is above it."""
    above = ""
    for answer in answers:
        if answer is None:
            yield ""
        elif not answer.blank:
            above = as_key(answer.value)
            yield above
        else:
            yield above if column.merge_down else ""


def _first_cell(examined: Examined, sheet: SheetFiling, table: Table, row: int) -> Cell:
    cell = examined.cell(sheet, table.name, row, table.key[0])
    assert cell is not None
    return cell


def _cells_of(examined: Examined, form_sheet: FormSheet, name: str) -> list[Cell]:
    return [examined.field(each, name) for each in examined.filing.copies(form_sheet.name)]


def _joined(cell: Cell) -> str:
    """Return a value as keys are compared: without spaces, width and marks of print."""
    return as_key(cell.answer.value)


def _at(examined: Examined, cell: Cell) -> str:
    address = examined.place(cell).cell
    return f"（{address}）" if address else ""
