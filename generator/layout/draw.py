"""A planned worksheet of the form → the cells, names, validations and marks it is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from generator.layout.formula import WRONG, sign_formula, value_formula
from generator.layout.heights import LINE, heights_of
from generator.layout.plan import CopyPlan, Plan, TablePlan
from generator.layout.sheet import (
    Align,
    Area,
    Cell,
    Given,
    Highlight,
    Page,
    Position,
    Printed,
    Reckoned,
    Role,
    Sheet,
    Slot,
    Style,
    Validation,
)
from generator.layout.validate import validation_of
from generator.layout.where import Standpoint
from generator.model.expression import CellRef, ColumnRef, FieldRef, Node, RowRef, references
from generator.model.form import (
    Box,
    Caption,
    Check,
    Drawing,
    Field,
    FieldType,
    FixedRow,
    Frame,
    Leaf,
    Remark,
    Table,
    TableBlock,
    Title,
)
from generator.model.period import Period

_TALLEST = 409.0  # points; what Excel allows


@dataclass(frozen=True)
class Draughtsman:
    """Draws one worksheet of a plan."""

    plan: Plan
    period: Period
    copy: CopyPlan

    def sheet(self) -> Sheet:
        """Return the whole worksheet."""
        cells = tuple(self.cells())
        return Sheet(
            tab=self.copy.tab,
            cells=cells,
            widths=self.copy.sheet.widths,
            heights=self._heights(cells),
            names=self.copy.names(),
            validations=tuple(self._validations()),
            highlights=tuple(self._highlights()),
            freeze=self._freeze(),
            page=self._page(),
            grow=True,
        )

    def print(self, leaf: Leaf) -> tuple[str, Slot | None]:
        """Return a printed text, or the slot for it when it speaks of more than the period."""
        if leaf.names <= {"period", "form"}:
            return str(leaf.render({"period": self.period, "form": self.plan.form})), None
        return "", Printed(leaf, self.copy.number)

    # -- cells --

    def cells(self) -> Iterator[Cell]:
        """Yield every cell, block by block."""
        for top, block in self.copy.blocks:
            match block:
                case Title(text):
                    yield self._line(top, text, Style(Role.TITLE, Align.CENTER, border=False))
                case Remark(text):
                    yield self._line(top, text, Style(Role.REMARK, border=False))
                case Caption():
                    yield from self._caption(top, block)
                case Frame(drawing):
                    yield from self._frame(top, drawing)
                case TableBlock(name):
                    yield from self._table(self.copy.tables[name])

    def _line(self, top: int, leaf: Leaf, style: Style) -> Cell:
        text, slot = self.print(leaf)
        return Cell(Area(top, 1, 1, self.copy.width), style, text, slot=slot)

    def _caption(self, top: int, caption: Caption) -> Iterator[Cell]:
        """Yield the parts of a caption, each over its share of the width."""
        parts = [
            (caption.left, Align.LEFT),
            (caption.center, Align.CENTER),
            (caption.right, Align.RIGHT),
        ]
        used = [(leaf, align) for leaf, align in parts if leaf is not None]
        width = self.copy.width
        for i, (leaf, align) in enumerate(used):
            left, right = i * width // len(used), (i + 1) * width // len(used)
            text, slot = self.print(leaf)
            area = Area(top, left + 1, 1, right - left)
            yield Cell(area, Style(Role.CAPTION, align, border=False), text, slot=slot)

    def _frame(self, top: int, drawing: Drawing) -> Iterator[Cell]:
        for box in drawing.boxes:
            area = Area(top + box.top, 1 + box.left, box.height, box.width)
            if box.field:
                yield self._answer(self.copy.sheet.fields[box.field], area)
            else:
                yield self._label(box, area, Role.LABEL)

    def _label(self, box: Box, area: Area, role: Role) -> Cell:
        text, slot = self.print(box.label) if box.label else ("", None)
        return Cell(area, Style(role, Align.CENTER), text, slot=slot)

    def _table(self, table: TablePlan) -> Iterator[Cell]:
        if table.table.side:
            text, slot = self.print(table.table.side)
            area = Area(table.header, 1, table.bottom - table.header + 1)
            yield Cell(area, Style(Role.LABEL, Align.CENTER), text, slot=slot)
        if table.table.header:
            for box in table.table.header.boxes:
                area = Area(table.header + box.top, table.left + box.left, box.height, box.width)
                yield self._label(box, area, Role.HEADER)
        for row in range(table.shape.rows):
            yield from self._record(table, row)
        yield from self._merged_down(table)

    def _record(self, table: TablePlan, row: int) -> Iterator[Cell]:
        merged = {name for name, _ in table.shape.runs} if row < table.shape.filled else set()
        for box in table.table.record.boxes:
            top = table.starts[row] + box.top
            area = Area(top, table.left + box.left, box.height, box.width)
            if not box.field:
                yield self._label(box, area, Role.LABEL)
                continue
            column = table.table.column(box.field)
            if table.table.fixed:
                cell = self._fixed(table, row, column, area)
                if cell:
                    yield cell
            elif column.name not in merged:
                yield self._answer(column, area, table, row)

    def _fixed(self, table: TablePlan, row: int, column: Field, area: Area) -> Cell | None:
        fixed = table.table.fixed[row]
        if column.type is not FieldType.LABEL:
            return self._answer(column, area, table, row)
        height = label_run(table.table, row, column)
        if not height:
            return None
        leaf = fixed.labels.get(column.name)
        text, slot = self.print(leaf) if leaf else ("", None)
        area = Area(area.top, area.left, height, area.width)
        return Cell(area, Style(Role.LABEL, Align.CENTER), text, slot=slot)

    def _merged_down(self, table: TablePlan) -> Iterator[Cell]:
        for name, lengths in table.shape.runs:
            row = 0
            for length in lengths:
                first = table.cell(row, name)
                area = Area(first.top, first.left, length * table.stride, first.width)
                yield self._answer(table.table.column(name), area, table, row)
                row += length

    def _answer(
        self, form_field: Field, area: Area, table: TablePlan | None = None, row: int = -1
    ) -> Cell:
        """Return the cell of a field, or of a column in one record."""
        table_name = table.table.name if table else ""
        node = computation(form_field, table.table if table else None, row)
        if node is not None:
            where = Standpoint(self.plan, self.period, self.copy, row)
            return Cell(
                area,
                Style(Role.COMPUTED, alignment(form_field), number_format(form_field)),
                formula=value_formula(node, where),
                slot=Reckoned(self.copy.number, form_field.name, table_name, row),
            )
        filled = form_field.fill is not None and (table is None or row < table.shape.filled)
        locked = form_field.locked and filled
        return Cell(
            area,
            Style(
                Role.FILLED if locked else Role.INPUT,
                alignment(form_field),
                number_format(form_field),
                locked=locked,
            ),
            slot=Given(self.copy.number, form_field.name, table_name, row),
        )

    # -- around the cells --

    def _heights(self, cells: tuple[Cell, ...]) -> Mapping[int, float]:
        heights = {row: float(LINE + 5) for row in range(1, self.copy.bottom + 1)}
        for top, block in self.copy.blocks:
            if isinstance(block, Title):
                heights[top] = 36.0
        wanted = {}
        for cell in cells:
            if isinstance(cell.slot, Given):
                lines = self._field_of(cell.slot).lines
                wanted[cell.area] = min(lines * LINE + 5.0, _TALLEST)
        printed = {cell.area: str(cell.text) for cell in cells if cell.text}
        return heights_of(self.copy.sheet.widths, heights, wanted, printed)

    def _field_of(self, slot: Given) -> Field:
        if slot.table:
            return self.copy.sheet.tables[slot.table].column(slot.name)
        return self.copy.sheet.fields[slot.name]

    def _validations(self) -> Iterator[Validation]:
        context = {"period": self.period, "form": self.plan.form}
        for name, area in self.copy.fields.items():
            form_field = self.copy.sheet.fields[name]
            if form_field.is_input:
                yield validation_of(form_field, (area,), context)
        for plan in self.copy.tables.values():
            for column in plan.table.inputs:
                areas = tuple(
                    plan.cell(row, column.name)
                    for row in range(plan.shape.rows)
                    if computation(column, plan.table, row) is None
                )
                yield validation_of(column, areas, context)

    def _highlights(self) -> Iterator[Highlight]:
        for check in self.copy.sheet.checks:
            highlight = self._highlight(check)
            if highlight:
                yield highlight

    def _highlight(self, check: Check) -> Highlight | None:
        """Return the red mark of a live check; Excel wants the formula to stay on the sheet."""
        if not check.live or not all(
            self._stands_here(ref)
            for node in (check.rule, check.when)
            if node is not None
            for ref in references(node)
        ):
            return None
        where = Standpoint(self.plan, self.period, self.copy, 0)
        formula = sign_formula(check.rule, where, check.tolerance, check.when)
        return Highlight(self.copy.places_of(check), f'({formula})="{WRONG}"')

    def _stands_here(self, ref: object) -> bool:
        match ref:
            case FieldRef(name=name):
                return name in self.copy.fields
            case RowRef(table=name) | CellRef(table=name) | ColumnRef(table=name):
                return name in self.copy.tables
        return True

    def _freeze(self) -> Position | None:
        repeat = self.copy.sheet.print.repeat
        if not repeat:
            return None
        return Position(self.copy.tables[repeat].top, 1)

    def _page(self) -> Page:
        setup = self.copy.sheet.print
        rows = None
        if setup.repeat:
            table = self.copy.tables[setup.repeat]
            rows = (table.header, table.top - 1)
        area = Area(1, 1, self.copy.bottom, self.copy.width).address
        return Page(setup.landscape, rows, area)


def computation(form_field: Field, table: Table | None, row: int) -> Node | None:
    """Return the expression behind a cell, or None when it is typed."""
    if table is not None and table.fixed and form_field.name in table.fixed[row].computed:
        return table.fixed[row].computed[form_field.name]
    return form_field.computed


def label_run(table: Table, row: int, column: Field) -> int:
    """Return how many fixed rows a printed label covers from here down; 0 when one above does."""

    def text(fixed: FixedRow) -> str | None:
        leaf = fixed.labels.get(column.name)
        return leaf.source if leaf else None

    here = text(table.fixed[row])
    if not column.merge_down or here is None:
        return 1
    if row and text(table.fixed[row - 1]) == here:
        return 0
    length = 1
    while row + length < len(table.fixed) and text(table.fixed[row + length]) == here:
        length += 1
    return length


def alignment(form_field: Field) -> Align:
    """Return how answers stand: numbers right, short texts centred, long ones left."""
    if form_field.type in (FieldType.PERCENT, FieldType.POINTS, FieldType.INTEGER):
        return Align.CENTER
    if form_field.type.numeric:
        return Align.RIGHT
    limit = form_field.max_length
    short = form_field.lines == 1 and limit is not None and limit <= _SHORT
    picked = form_field.type in (FieldType.CHOICE, FieldType.MONTH)
    centred = picked or form_field.merge_down or form_field.computed is not None
    return Align.CENTER if short or centred else Align.LEFT


_SHORT = 40
_LONGEST_AS_TEXT = 255  # a longer text shows as #### in cells formatted as text


def number_format(form_field: Field) -> str:
    """Return the number format of a field's cell.

    Text stays text (`@`), so that a typed `=6人` or `0301` is kept to the letter; only long texts
    are General, as old versions of Excel show them as `####` otherwise.
    """
    digits = "." + "0" * form_field.digits if form_field.digits else ""
    match form_field.type:
        case FieldType.AMOUNT:
            return f"#,##0{digits}"
        case FieldType.PERCENT:
            return f"0{digits}%"
        case FieldType.INTEGER:
            return "0"
        case FieldType.NUMBER | FieldType.POINTS:
            return "General" if form_field.computed is None else f"0{digits}"
        case FieldType.TEXT if (form_field.max_length or _LONGEST_AS_TEXT + 1) > _LONGEST_AS_TEXT:
            return "General"
    return "@"
