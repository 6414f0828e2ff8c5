"""A return under examination: its cells one by one, with their place and what to call them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
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
from generator.model.filing import NO_ANSWER, Answer, Filing, Records, SheetFiling, Spot
from generator.model.finding import Place
from generator.model.form import Field, FieldType, Form, FormSheet, Leaf, Table
from generator.model.past import Past, recalled
from generator.model.period import Period
from generator.model.reckoning import Reckoning, in_use
from generator.model.roster import Department

_ALIKE = frozenset(("period", "form"))  # what speaks of these alone is the same for everybody


class Cell(NamedTuple):
    """One cell of the return: a field, or a column in a row (counted from 0) of a table."""

    sheet: SheetFiling
    field: Field
    answer: Answer
    node: Node | None  # how it is computed, or None for an input
    table: Table | None = None
    row: int = -1


class Column(NamedTuple):
    """The cells of a column that are all inputs or all computed; a header field is one of its own.

    A cell that spans several records comes once.
    """

    sheet: SheetFiling
    field: Field
    answers: Sequence[Answer]
    nodes: Sequence[Node | None]  # how each is computed
    table: Table | None = None
    rows: Sequence[int] = (-1,)

    def cell(self, at: int) -> Cell:
        """Return the cell of one answer."""
        return Cell(
            self.sheet, self.field, self.answers[at], self.nodes[at], self.table, self.rows[at]
        )

    def only(self, places: Sequence[int]) -> Column:
        """Return some of the cells."""
        return self._replace(
            answers=[self.answers[at] for at in places],
            nodes=[self.nodes[at] for at in places],
            rows=[self.rows[at] for at in places],
        )


@dataclass(frozen=True)
class Examined:
    """One filing with everything a check needs to look at it."""

    form: Form
    filing: Filing
    period: Period
    past: Past | None = None  # where earlier returns are looked up
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

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """All cells of the return, used or not, that the reader found."""
        found = list[Column]()
        for form_sheet, sheet in self.sheets:
            for name, answer in sheet.fields.items():
                form_field = form_sheet.fields[name]
                found.append(Column(sheet, form_field, (answer,), (form_field.computed,)))
            for table in form_sheet.tables.values():
                if table.name in sheet.tables:
                    found += _columns(sheet, table)
        return tuple(found)

    @cached_property
    def inputs(self) -> tuple[Column, ...]:
        """The cells that a department may fill."""
        label = FieldType.LABEL
        return tuple(
            each for each in self.columns if each.nodes[0] is None and each.field.type is not label
        )

    def inputs_of(self, type_: FieldType) -> Iterator[Column]:
        """Yield the cells of a type that a department may fill."""
        return (each for each in self.inputs if each.field.type is type_)

    @cached_property
    def computed(self) -> tuple[Column, ...]:
        """The cells that a formula fills."""
        return tuple(each for each in self.columns if each.nodes[0] is not None)

    @cached_property
    def odd(self) -> tuple[Cell, ...]:
        """The inputs that cannot be read, or were understood otherwise than they were typed."""
        return tuple(
            column.cell(at)
            for column in self.inputs
            for at, answer in enumerate(column.answers)
            if answer.normalised or not answer.readable
        )

    def expected(self, sheet: SheetFiling, table: Table) -> Sequence[bool]:
        """Say of each record whether it must be complete."""
        key = (id(sheet), table.name)
        if key not in self._expected:
            self._expected[key] = expected(table, sheet.records(table.name))
        return self._expected[key]

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
        return Cell(sheet, form_field, sheet.answer(name), form_field.computed)

    def cell(self, sheet: SheetFiling, table: str, row: int, column: str) -> Cell | None:
        """Return the cell of a table, or None when there is no such row."""
        records = sheet.records(table)
        if not 0 <= row < len(records):
            return None
        form_table = self.form.sheet(sheet.sheet).tables[table]
        answer = records.column(column)[row] or NO_ANSWER
        node = next(node for each, node in form_table.computations(row) if each.name == column)
        return Cell(sheet, form_table.column(column), answer, node, form_table, row)

    def value(self, cell: Cell) -> Value:
        """Return what a cell should show: an input as answered, all else as recomputed."""
        if cell.table is None:
            return self.reckoning.field_value(cell.sheet, cell.field.name)
        return self.reckoning.cell_value(cell.sheet, cell.table.name, cell.row, cell.field.name)

    def _named_cell(self, sheet: SheetFiling, ref: CellRef) -> Cell | None:
        table = self.form.sheet(sheet.sheet).tables[ref.table]
        return self.cell(sheet, ref.table, table.row(ref.row), ref.column)

    def _home(self, sheet: SheetFiling, part: str, name: str) -> SheetFiling | None:
        """Return the sheet that has a field or table: this one, else an unrepeated one."""
        if name in getattr(self.form.sheet(sheet.sheet), part):
            return sheet
        others = (each for known, each in self.sheets if name in getattr(known, part))
        return next(others, None)

    # -- what to call them --

    def label(self, leaf: Leaf) -> str:
        """Return a printed label as text; one that speaks of the roster's rows as written."""
        if leaf.names <= _ALIKE:
            return _label_for_all(leaf, self.form, self.period)
        if not leaf.names <= self._context.keys():
            return _as_label(leaf.source)
        return _as_label(str(leaf.render(self._context)))

    def name(self, cell: Cell) -> str:
        """Return what to call a cell in a message: “预算数”, or the row and “指标值”."""
        own = f"“{self.label(cell.field.label) or cell.field.name}”"
        return own if cell.table is None else self.row_name(cell.sheet, cell.table, cell.row) + own

    def row_name(self, sheet: SheetFiling, table: Table, row: int) -> str:
        """Return what to call a record, with its key: “绩效指标”第2行（数量指标、保障人数）."""
        numbered = self.row_number(sheet, table, row)
        return numbered + ("" if table.fixed else _key(table, sheet.tables[table.name], row))

    def row_number(self, sheet: SheetFiling, table: Table, row: int) -> str:
        """Return a record's table with its printed label or its number."""
        title = f"“{self.label(table.label)}”"
        if table.fixed:
            labels = [self.label(each) for each in table.fixed[row].labels.values()]
            return f"{title}“{'/'.join(filter(None, labels))}”行"
        return f"{title}第{sheet.tables[table.name].numbers[row] or row + 1}行"

    def place(self, cell: Cell) -> Place:
        """Return where a cell stands, or its sheet when the reader did not find it."""
        table = cell.table.name if cell.table else ""
        return self.sheet_place(cell.sheet, cell.sheet.spot(cell.field.name, table, cell.row))

    def sheet_place(self, sheet: SheetFiling, spot: Spot | None = None) -> Place:
        """Return a cell of a worksheet as a place, or the worksheet as such."""
        return Place(self.filing.file, sheet.title, *(spot or ()))

    @cached_property
    def _context(self) -> dict[str, object]:
        return {
            "period": self.period,
            "form": self.form,
            "department": Department(self.filing.department, self.filing.department_name),
        }


@lru_cache(maxsize=4096)
def _label_for_all(leaf: Leaf, form: Form, period: Period) -> str:
    """Return a label that is the same for every department."""
    return _as_label(str(leaf.render({"period": period, "form": form})))


def _as_label(text: str) -> str:
    return one_line(text).rstrip(":：")


def expected(table: Table, records: Records) -> list[bool]:
    """Say of each record whether it must be complete: printed, prefilled, or begun by somebody."""
    if table.fixed:
        return [not table.fixed[row].optional for row in range(len(records))]
    found = in_use(table, records)
    for column in table.columns:
        if column.type is FieldType.LABEL and column.name in records.columns:
            printed = records.column(column.name)
            found = [
                used or (each is not None and not each.blank)
                for used, each in zip(found, printed, strict=True)
            ]
    return found


def _columns(sheet: SheetFiling, table: Table) -> Iterator[Column]:
    """Yield the columns of a table that the reader found any cells of."""
    records = sheet.tables[table.name]
    for field_, rows, nodes in _halves(table, len(records)):
        answers = records.column(field_.name)
        found = answers if len(rows) == len(answers) else [answers[row] for row in rows]
        column = Column(sheet, field_, found, nodes, table, rows)  # type: ignore[arg-type]
        if field_.merge_down or not all(found):  # an answer is never false
            spots = records.stand(field_.name)
            stand = [spots[row] for row in rows]
            own = [at for at, answer in enumerate(found) if answer and _is_own(stand, at)]
            column = column.only(own)
        if column.answers:  # none is missing any more
            yield column


def _halves(
    table: Table, count: int
) -> Iterator[tuple[Field, Sequence[int], Sequence[Node | None]]]:
    """Yield columns as far as there are records; with printed rows, what is computed apart."""
    if not table.fixed:
        for column, node in table.computations(0):
            yield column, range(count), [node] * count
        return
    for column, rows, nodes in table.halves:
        there = len(rows) if rows[-1] < count else bisect_left(rows, count)
        yield column, rows[:there], nodes[:there]


def _is_own(spots: Sequence[Spot | None], at: int) -> bool:
    """Say whether a cell is not the one above it: merged, or taken over from it."""
    return not at or spots[at] is None or spots[at] != spots[at - 1]


def _key(table: Table, records: Records, row: int) -> str:
    values = ((records.column(name)[row] or NO_ANSWER).value for name in table.key)
    text = "、".join(excerpt(str(each), 20) for each in values if each)
    return f"（{text}）" if text else ""
