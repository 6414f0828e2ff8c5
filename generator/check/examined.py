"""A return under examination: its cells one by one, with their place and what to call them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import chain
from typing import NamedTuple

from generator.check.wording import excerpt, one_line
from generator.model.expression import (
    CellRef,
    ColumnRef,
    FieldRef,
    Node,
    Ref,
    RowRef,
    Value,
)
from generator.model.filing import Answer, Filing, Row, SheetFiling
from generator.model.finding import Place
from generator.model.form import Field, FieldType, Form, FormSheet, Leaf, Table
from generator.model.past import Past, recalled
from generator.model.period import Period
from generator.model.reckoning import Reckoning, in_use
from generator.model.roster import Department

_BLANK = Answer()
_NOWHERE = Place()


class Cell(NamedTuple):
    """One cell of the return: a field, or a column in a row (counted from 0) of a table."""

    sheet: SheetFiling
    field: Field
    answer: Answer
    node: Node | None  # how it is computed, or None for an input
    table: Table | None = None
    row: int = -1

    @property
    def is_input(self) -> bool:
        """Whether a department may fill the cell."""
        return self.node is None and self.field.type is not FieldType.LABEL


@dataclass(frozen=True)
class Examined:
    """One filing with everything a check needs to look at it."""

    form: Form
    filing: Filing
    period: Period
    past: Past | None = None  # where earlier returns are looked up
    _labels: dict[int, str] = field(default_factory=dict)
    _rows: dict[tuple[int, str], tuple[list[Cell], ...]] = field(default_factory=dict)
    _expected: dict[tuple[int, str], list[bool]] = field(default_factory=dict)

    @cached_property
    def reckoning(self) -> Reckoning:
        """The values of all cells, computed ones included."""
        form, department, period = self.form, self.filing.department, self.period
        past = self.past if form.asks_past else None
        return Reckoning(form, self.filing, period, recalled(past, form, department, period))

    @property
    def sheets(self) -> Iterator[tuple[FormSheet, SheetFiling]]:
        """The worksheets that came back, each with its description."""
        return ((self.form.sheet(each.sheet), each) for each in self.filing.sheets)

    # -- cells --

    def fields(self, sheet: SheetFiling) -> Iterator[Cell]:
        """Yield the header cells that the reader found on a sheet."""
        fields = self.form.sheet(sheet.sheet).fields
        for name, answer in sheet.fields.items():
            yield Cell(sheet, fields[name], answer, fields[name].computed)

    def rows(self, sheet: SheetFiling, table: Table) -> Sequence[list[Cell]]:
        """Return the cells of all records of a table, used or not, that the reader found."""
        key = (id(sheet), table.name)
        if key not in self._rows:
            make = tuple.__new__  # Cell() takes twice as long
            self._rows[key] = tuple(
                [
                    make(Cell, (sheet, column, answers[column.name], node, table, row))
                    for column, node in table.computations(row)
                    if column.name in answers
                ]
                for row, record in enumerate(sheet.tables.get(table.name, ()))
                for answers in (record.answers,)
            )
        return self._rows[key]

    def expected(self, sheet: SheetFiling, table: Table) -> Sequence[bool]:
        """Say of each record whether it must be complete."""
        key = (id(sheet), table.name)
        if key not in self._expected:
            records = enumerate(sheet.tables.get(table.name, ()))
            self._expected[key] = [expected(table, row, record) for row, record in records]
        return self._expected[key]

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Every cell of the return; one that spans several records comes once."""
        return tuple(self._cells())

    @cached_property
    def inputs(self) -> tuple[Cell, ...]:
        """Every cell that a department may fill."""
        label = FieldType.LABEL
        return tuple(
            cell for cell in self.cells if cell.node is None and cell.field.type is not label
        )

    def inputs_of(self, *types: FieldType) -> Iterator[Cell]:
        """Yield the cells of some types that a department may fill, in their order."""
        return (cell for cell in self.inputs if cell.field.type in types)

    @cached_property
    def odd(self) -> tuple[Cell, ...]:
        """The inputs that cannot be read, or were understood otherwise than they were typed."""
        return tuple(
            cell for cell in self.inputs if cell.answer.normalised or not cell.answer.readable
        )

    @cached_property
    def numbers(self) -> tuple[tuple[Cell, Decimal], ...]:
        """The inputs that hold a number, each with the number as the cell shows it."""
        return tuple(
            (cell, value.scaleb(-cell.field.power))
            for cell in self.inputs
            if isinstance(value := cell.answer.value, Decimal)
        )

    def _cells(self) -> Iterator[Cell]:
        for form_sheet, sheet in self.sheets:
            yield from self.fields(sheet)
            for table in form_sheet.tables.values():
                if not any(column.merge_down for column in table.columns):
                    yield from chain.from_iterable(self.rows(sheet, table))
                    continue
                above: dict[str, Place] = {}
                for row in self.rows(sheet, table):
                    yield from (cell for cell in row if not _spans(cell, above))
                    above = {
                        cell.field.name: cell.answer.place for cell in row if cell.field.merge_down
                    }

    def behind(self, ref: Ref, sheet: SheetFiling, row: int = -1) -> Cell | None:
        """Return the cell that a reference means; of a column the first one, of a given none."""
        match ref:
            case FieldRef():
                home = self._home(sheet, "fields", ref.name)
                return self.field(home, ref.name) if home else None
            case RowRef():
                return self.cell(sheet, ref.table, row, ref.column)
            case ColumnRef():
                home = self._home(sheet, "tables", ref.table)
                return self.cell(home, ref.table, 0, ref.column) if home else None
            case CellRef():
                home = self._home(sheet, "tables", ref.table)
                return self._named_cell(home, ref) if home else None
        return None

    def field(self, sheet: SheetFiling, name: str) -> Cell:
        """Return a header cell."""
        form_field = self.form.sheet(sheet.sheet).fields[name]
        return Cell(sheet, form_field, sheet.fields.get(name, _BLANK), form_field.computed)

    def cell(self, sheet: SheetFiling, table: str, row: int, column: str) -> Cell | None:
        """Return the cell of a table, or None when there is no such row."""
        rows = sheet.tables.get(table, ())
        if not 0 <= row < len(rows):
            return None
        form_table = self.form.sheet(sheet.sheet).tables[table]
        answer = rows[row].answers.get(column, _BLANK)
        node = next(node for each, node in form_table.computations(row) if each.name == column)
        return Cell(sheet, form_table.column(column), answer, node, form_table, row)

    def value(self, cell: Cell) -> Value:
        """Return what a cell should show: an input as answered, all else as recomputed."""
        if cell.table is None:
            return self.reckoning.field_value(cell.sheet, cell.field.name)
        return self.reckoning.cell_value(cell.sheet, cell.table.name, cell.row, cell.field.name)

    def _named_cell(self, sheet: SheetFiling, ref: CellRef) -> Cell | None:
        fixed = self.form.sheet(sheet.sheet).tables[ref.table].fixed
        row = next(i for i, each in enumerate(fixed) if each.name == ref.row)
        return self.cell(sheet, ref.table, row, ref.column)

    def _home(self, sheet: SheetFiling, part: str, name: str) -> SheetFiling | None:
        """Return the sheet that has a field or table: this one, else an unrepeated one."""
        if name in getattr(self.form.sheet(sheet.sheet), part):
            return sheet
        others = (each for known, each in self.sheets if name in getattr(known, part))
        return next(others, None)

    # -- what to call them --

    def label(self, leaf: Leaf) -> str:
        """Return a printed label as text; one that speaks of the roster's rows as written."""
        if id(leaf) not in self._labels:
            self._labels[id(leaf)] = _as_label(str(self._rendered(leaf)))
        return self._labels[id(leaf)]

    def name(self, cell: Cell) -> str:
        """Return what to call a cell in a message: “预算数”, or the row and “指标值”."""
        own = f"“{self.label(cell.field.label) or cell.field.name}”"
        return own if cell.table is None else self.row_name(cell.sheet, cell.table, cell.row) + own

    def row_name(self, sheet: SheetFiling, table: Table, row: int) -> str:
        """Return what to call a record, with its key: “绩效指标”第2行（数量指标、保障人数）."""
        numbered = self.row_number(sheet, table, row)
        return numbered + ("" if table.fixed else _key(table, sheet.tables[table.name][row]))

    def row_number(self, sheet: SheetFiling, table: Table, row: int) -> str:
        """Return a record's table with its printed label or its number."""
        title = f"“{self.label(table.label)}”"
        if table.fixed:
            labels = [self.label(each) for each in table.fixed[row].labels.values()]
            return f"{title}“{'/'.join(filter(None, labels))}”行"
        return f"{title}第{sheet.tables[table.name][row].number or row + 1}行"

    def place(self, cell: Cell) -> Place:
        """Return where a cell stands, or its sheet when the reader did not find it."""
        if cell.answer.place != _NOWHERE:
            return cell.answer.place
        return self.sheet_place(cell.sheet)

    def sheet_place(self, sheet: SheetFiling) -> Place:
        """Return a worksheet as a place."""
        return Place(self.filing.file, sheet.title)

    def _rendered(self, leaf: Leaf) -> object:
        return leaf.render(self._context) if leaf.names <= self._context.keys() else leaf.source

    @cached_property
    def _context(self) -> dict[str, object]:
        return {
            "period": self.period,
            "form": self.form,
            "department": Department(self.filing.department, self.filing.department_name),
        }


@lru_cache(maxsize=4096)
def _as_label(text: str) -> str:
    return one_line(text).rstrip(":：")


def expected(table: Table, row: int, record: Row) -> bool:
    """Say whether a record must be complete: printed, prefilled, or begun by the department."""
    if table.fixed:
        return not table.fixed[row].optional
    printed = (each.name for each in table.columns if each.type is FieldType.LABEL)
    return in_use(table, record) or any(
        not record.answers[name].blank for name in printed if name in record.answers
    )


def _spans(cell: Cell, above: dict[str, Place]) -> bool:
    """Say whether a cell is the one above it: merged, or taken over where it is blank."""
    if not cell.field.merge_down:
        return False
    place = cell.answer.place
    return place != _NOWHERE and place == above.get(cell.field.name)


def _key(table: Table, record: Row) -> str:
    values = (record.answers.get(name, _BLANK).value for name in table.key)
    text = "、".join(excerpt(str(each), 20) for each in values if each)
    return f"（{text}）" if text else ""
