"""Where each piece of a form stands on its worksheet, for one shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from generator.layout.shape import CopyShape, Shape, TableShape
from generator.layout.sheet import Area, Corners
from generator.model.filing import Spot, Spots
from generator.model.form import (
    Block,
    Check,
    FieldType,
    Form,
    FormSheet,
    Frame,
    Table,
    TableBlock,
)
from generator.model.period import Period


@dataclass(frozen=True)
class TablePlan:
    """The rows of a table: where its heading stands, and where each record starts."""

    table: Table
    shape: TableShape
    header: int  # the first heading row; the first record's where there is no heading
    left: int  # the first grid column, the side label aside
    starts: tuple[int, ...]  # the first sheet row of each record
    columns: Mapping[str, Area]  # column → its rectangle within a record, whose rows count from 0

    def cell(self, row: int, column: str) -> Area:
        """Return the rectangle of a column in record `row`, counted from 0."""
        inside = self.columns[column]
        return Area(self.starts[row] + inside.top, inside.left, inside.height, inside.width)

    @property
    def stride(self) -> int:
        """How many sheet rows a record takes."""
        return self.table.record.height

    @property
    def top(self) -> int:
        """The first row of the first record."""
        return self.starts[0]

    @property
    def bottom(self) -> int:
        """The last row of the last record."""
        return self.starts[-1] + self.stride - 1

    @property
    def body(self) -> Area:
        """All records, without the heading and the side label."""
        return Area(self.top, self.left, self.bottom - self.top + 1, self.table.record.width)

    @cached_property
    def spots(self) -> Mapping[str, Sequence[Spot]]:
        """Where what is answered stands in each record, by column."""
        answered = ((each.name, each.type is not FieldType.LABEL) for each in self.table.columns)
        inside = [(name, self.columns[name]) for name, is_answered in answered if is_answered]
        return {
            name: [(start + area.top, area.left) for start in self.starts] for name, area in inside
        }

    def column_body(self, column: str) -> Area:
        """Return the first grid column of a column over all records."""
        return Area(self.top, self.columns[column].left, self.body.height, 1)


@dataclass(frozen=True)
class CopyPlan:
    """One worksheet of the form with the place of everything on it."""

    sheet: FormSheet
    shape: CopyShape
    number: int  # the worksheet's place among the form's, from 0
    tab: str  # the tab, or what stands for it until the department is known
    fields: Mapping[str, Area]
    tables: Mapping[str, TablePlan]
    tops: tuple[int, ...]  # the first row of each block
    bottom: int

    @property
    def width(self) -> int:
        """The number of grid columns that print."""
        return self.sheet.print.columns or len(self.sheet.widths)

    @cached_property
    def spots(self) -> Spots:
        """Where the fields stand."""
        return {name: (area.top, area.left) for name, area in self.fields.items()}

    @cached_property
    def places(self) -> str:
        """All that is known of where things stand, in one text: equal for equal places."""
        tables = [
            (name, each.shape, each.header, each.left, each.starts, each.columns)
            for name, each in self.tables.items()
        ]
        return repr((self.sheet.name, self.number, self.tab, self.fields, tables, self.tops))

    @cached_property
    def corners(self) -> Mapping[str, Corners]:
        """Where each defined name, in small letters, begins and ends."""
        return {name.casefold(): area.corners for name, area in self.names().items()}

    @property
    def blocks(self) -> Iterator[tuple[int, Block]]:
        """Each block with its first row."""
        return zip(self.tops, self.sheet.blocks, strict=True)

    def places_of(self, check: Check) -> tuple[Area, ...]:
        """Return the cell a check points at; one per record when it is asked of every row."""
        if check.each:
            table = self.tables[check.each]
            return tuple(table.cell(row, check.at) for row in range(table.shape.rows))
        return (self.place_of(check.at),)

    def place_of(self, at: str) -> Area:
        """Return the cell of `field`, `table.row.column`, or the first of `table.column`."""
        name, _, rest = at.partition(".")
        if name in self.fields:
            return self.fields[name]
        table = self.tables[name]
        row, _, column = rest.rpartition(".")
        rows = [each.name for each in table.table.fixed]
        return table.cell(rows.index(row) if row else 0, column or next(iter(table.columns)))

    def names(self) -> dict[str, Area]:
        """Return the defined names that find everything again in a return."""
        found = {name_of(field_name): area for field_name, area in self.fields.items()}
        for table, plan in self.tables.items():
            found[name_of(table)] = plan.body
            for column in plan.columns:
                found[name_of(table, column)] = plan.column_body(column)
        return found


@dataclass(frozen=True)
class Plan:
    """All worksheets of one form for one shape."""

    form: Form
    shape: Shape
    copies: tuple[CopyPlan, ...]


def name_of(name: str, column: str = "") -> str:
    """Return the defined name of a field, a table, or a table's column.

    >>> name_of("projects", "budget")
    'jx.projects.budget'
    """
    return f"jx.{name}.{column}" if column else f"jx.{name}"


def tab_token(number: int) -> str:
    """Return what stands in a Blank for a tab that only the department's record can name.

    It has a space, so that every reference to it is quoted, and nothing that XML escapes.
    """
    return f"JX TAB {number:03}"


def plan(form: Form, period: Period, shape: Shape) -> Plan:
    """Return the place of everything in a workbook of that form and shape."""
    known = _plan(form, period, shape)
    return known if known.form is form else _plan.__wrapped__(form, period, shape)


@lru_cache(maxsize=256)  # shapes of one merge
def _plan(form: Form, period: Period, shape: Shape) -> Plan:
    context = {"period": period, "form": form}
    copies = []
    for number, copy in enumerate(shape):
        tab = form.sheet(copy.sheet).tab
        fixed = tab.names <= set(context)
        copies.append(
            _plan_copy(form, copy, number, str(tab.render(context)) if fixed else tab_token(number))
        )
    return Plan(form, shape, tuple(copies))


def _plan_copy(form: Form, shape: CopyShape, number: int, tab: str) -> CopyPlan:
    sheet = form.sheet(shape.sheet)
    fields: dict[str, Area] = {}
    tables: dict[str, TablePlan] = {}
    tops, row = [], 1
    for block in sheet.blocks:
        tops.append(row)
        match block:
            case Frame(drawing):
                for box in drawing.boxes:
                    if box.field:
                        fields[box.field] = Area(row + box.top, 1 + box.left, box.height, box.width)
                row += drawing.height
            case TableBlock(name):
                tables[name] = _plan_table(sheet.tables[name], shape.table(name), row)
                row = tables[name].bottom + 1
            case _:
                row += 1
    return CopyPlan(sheet, shape, number, tab, fields, tables, tuple(tops), row - 1)


def _plan_table(table: Table, shape: TableShape, row: int) -> TablePlan:
    left = 2 if table.side else 1
    top = row + (table.header.height if table.header else 0)
    stride = table.record.height
    columns = {
        box.field: Area(box.top, left + box.left, box.height, box.width)
        for box in table.record.boxes
        if box.field
    }
    starts = tuple(range(top, top + shape.rows * stride, stride))
    return TablePlan(table, shape, row, left, starts, columns)
