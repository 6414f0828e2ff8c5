"""A form as the bureau described it: sheets, fields, tables, checks. It knows no cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Protocol

from generator.model.constants import Constants
from generator.model.expression import Node, asks_past
from generator.model.finding import Kind
from generator.model.period import EARLIER

POWER_OF_TEN = {"元": 0, "千元": 3, "万元": 4, "百万元": 6, "亿元": 8}


class Leaf(Protocol):
    """A text of the template, fixed or with `{{ … }}` in it."""

    @property
    def source(self) -> str:
        """The text as the author wrote it."""

    @property
    def names(self) -> frozenset[str]:
        """The variables it speaks of, such as `period` or `department`."""

    def render(self, context: Mapping[str, object]) -> object:
        """Return the text, or the bare value when the leaf is a single `{{ … }}`."""

    def render_each(
        self, context: Mapping[str, object], variable: str, records: Sequence[object]
    ) -> list[object]:
        """Return what it is for each of some records, which a variable stands for in turn.

        `number` is their number, from 1.
        """

    def __hash__(self) -> int: ...


class FieldType(StrEnum):
    """What a cell is for."""

    LABEL = "label"  # printed by the bureau, never an answer
    TEXT = "text"
    AMOUNT = "amount"  # money in the form's unit; a Decimal in 元 inside
    NUMBER = "number"
    INTEGER = "integer"
    PERCENT = "percent"  # the cell holds 0.7732 and shows 77.32%; a fraction inside
    POINTS = "points"  # the cell holds 77.32 under a (%) heading; a fraction inside
    CHOICE = "choice"
    MONTH = "month"  # 2021年12月
    TARGET = "target"  # 指标值: =6人, ≥95%, ≤预算控制数, 有效提高

    @property
    def numeric(self) -> bool:
        """Whether an answer is a Decimal."""
        return self in _NUMERIC


_NUMERIC = {
    FieldType.AMOUNT,
    FieldType.NUMBER,
    FieldType.INTEGER,
    FieldType.PERCENT,
    FieldType.POINTS,
}


class Combine(StrEnum):
    """What merging does with a column."""

    SUM = "sum"
    WEIGHTED = "weighted"  # mean weighted by another column
    COUNT = "count"  # how often each value occurs
    NONE = "none"  # listed, never combined


@dataclass(frozen=True)
class Field:
    """One answer of a department: a header field, or a column of a table."""

    name: str
    label: Leaf
    type: FieldType
    unit: str = ""  # of an amount; empty for all else
    required: bool = False
    choices: tuple[str, ...] = ()
    variants: Mapping[str, str] = field(default_factory=dict)  # accepted other wording → the choice
    minimum: Decimal | None = None  # as the cell shows it, like every number in a template
    maximum: Decimal | None = None
    digits: int = 2
    max_length: int | None = None
    lines: int = 1  # height to lay out for, in lines of text
    fill: Leaf | None = None  # what the bureau puts in beforehand
    locked: bool = False  # a filled value may not be changed
    computed: Node | None = None
    prints: Node | None = None  # part / whole: the ratio that this answer states in print
    merge_down: bool = False  # equal neighbours are one cell; a blank continues the value
    combine: Combine = Combine.NONE
    weight: str = ""  # the column that weights a mean
    help: str = ""
    suggest: str = ""  # the list of the indicator library that it may be picked from
    suggestions: tuple[str, ...] = ()  # what that list holds; other answers are as welcome

    @cached_property
    def power(self) -> int:
        """The power of ten that turns what the cell shows into what the program keeps.

        An amount in 万元 is kept in 元 (4), points as a fraction (-2), all else as it is (0).
        """
        if self.type is FieldType.AMOUNT:
            return POWER_OF_TEN[self.unit]
        return -2 if self.type is FieldType.POINTS else 0

    @cached_property
    def is_input(self) -> bool:
        """Whether a department may fill it."""
        return self.type is not FieldType.LABEL and self.computed is None

    @cached_property
    def recalls(self) -> bool:
        """Whether what is put in beforehand was returned earlier."""
        return self.fill is not None and not self.fill.names.isdisjoint(EARLIER)


@dataclass(frozen=True)
class Box:
    """A rectangle of a drawing: a printed label, a field's cell, or an empty frame."""

    top: int
    left: int
    height: int
    width: int
    label: Leaf | None = None
    field: str = ""


@dataclass(frozen=True)
class Drawing:
    """A piece of the form as drawn in the template: rows of cells, equal neighbours merged."""

    height: int
    width: int
    boxes: tuple[Box, ...]


@dataclass(frozen=True)
class FixedRow:
    """A row that the bureau printed: its labels, and how its cells are computed."""

    name: str
    labels: Mapping[str, Leaf]  # label column → text
    total_of: tuple[str, ...] = ()  # rows whose sum this row is
    computed: Mapping[str, Node] = field(default_factory=dict)
    optional: bool = False  # may stay empty although the column is required


@dataclass(frozen=True)
class Loop:
    """`for: project in department.projects`.

    `of` is whose they are: the department's, those of a sheet's own loop variable
    (`project.indicators`), or those that were returned (`previous.measures`).
    """

    variable: str
    child: str
    of: str = "department"

    @property
    def recalls(self) -> bool:
        """Whether it runs over what was returned earlier."""
        return self.of in EARLIER


@dataclass(frozen=True)
class Table:
    """Rows of the same columns, fixed or repeating; one record may take several sheet rows."""

    name: str
    label: Leaf
    columns: tuple[Field, ...]
    header: Drawing | None
    record: Drawing
    fixed: tuple[FixedRow, ...] = ()
    loop: Loop | None = None  # one row per roster entry
    spare: int = 0  # empty rows after those
    at_least: int = 0
    side: Leaf | None = None  # a label to the left over header and rows
    key: tuple[str, ...] = ()  # columns that name a row; unique in the table
    group_by: tuple[str, ...] = ()  # merging also adds up per value of these

    def column(self, name: str) -> Field:
        """Return the column of that name."""
        return self._columns[name]

    @cached_property
    def _columns(self) -> Mapping[str, Field]:
        return {each.name: each for each in self.columns}

    def row(self, name: str) -> int:
        """Return the place of the fixed row of that name, counted from 0."""
        return self._rows[name]

    @cached_property
    def _rows(self) -> Mapping[str, int]:
        return {each.name: row for row, each in enumerate(self.fixed)}

    @cached_property
    def inputs(self) -> tuple[Field, ...]:
        """The columns a department fills."""
        return tuple(each for each in self.columns if each.is_input)

    def computations(self, row: int) -> tuple[tuple[Field, Node | None], ...]:
        """Return each column with how it is computed in a row, counted from 0."""
        return self._computations[row] if self.fixed else self._computations[0]

    def own_inputs(self, row: str) -> tuple[str, ...]:
        """Return the columns a department fills in a row, what continues the row above aside.

        `row` is the name of a fixed row; others have none.
        """
        return self._own_inputs.get(row, self._own_inputs[""])

    @cached_property
    def _computations(self) -> tuple[tuple[tuple[Field, Node | None], ...], ...]:
        computed = [each.computed for each in self.fixed] or [{}]
        return tuple(
            tuple((column, own.get(column.name, column.computed)) for column in self.columns)
            for own in computed
        )

    @cached_property
    def halves(self) -> tuple[tuple[Field, tuple[int, ...], tuple[Node | None, ...]], ...]:
        """The columns of printed rows, inputs and computed cells apart.

        Each with its rows, counted from 0, and how its cells are computed there.
        """
        rows = range(len(self.fixed))
        found = []
        for place, column in enumerate(self.columns):
            nodes = [self._computations[row][place][1] for row in rows]
            for computed in (False, True):
                some = tuple(row for row in rows if (nodes[row] is not None) is computed)
                found.append((column, some, tuple(nodes[row] for row in some)))
        return tuple(each for each in found if each[1])

    @cached_property
    def _own_inputs(self) -> Mapping[str, tuple[str, ...]]:
        inputs = tuple(each.name for each in self.inputs if not each.merge_down)
        return {"": inputs} | {
            row.name: tuple(name for name in inputs if name not in row.computed)
            for row in reversed(self.fixed)
        }

    @cached_property
    def recalls(self) -> bool:
        """Whether some of it was returned earlier."""
        looped = self.loop is not None and self.loop.recalls
        return looped or any(each.recalls for each in self.columns)


@dataclass(frozen=True)
class Title:
    """The form's heading, centred over its width."""

    text: Leaf


@dataclass(frozen=True)
class Caption:
    """The small line under a title: who, when, 单位：万元."""

    left: Leaf | None = None
    center: Leaf | None = None
    right: Leaf | None = None


@dataclass(frozen=True)
class Frame:
    """A drawing of labels and fields."""

    drawing: Drawing


@dataclass(frozen=True)
class TableBlock:
    """The place of a table on the sheet."""

    table: str


@dataclass(frozen=True)
class Remark:
    """A line of print below or between tables, such as 注：…."""

    text: Leaf


Block = Title | Caption | Frame | TableBlock | Remark


@dataclass(frozen=True)
class Check:
    """A rule of the form."""

    id: str
    kind: Kind
    rule: Node
    message: tuple[str | Node, ...]  # text with values in it
    remedy: str
    name: str  # what the 校验 sheet calls it
    each: str = ""  # the table whose every row it is asked of
    when: Node | None = None
    tolerance: Decimal = Decimal(0)
    at: str = ""  # the field or column to point at
    live: bool = True  # also a native formula on the 校验 sheet
    source: str = ""

    @cached_property
    def asks_past(self) -> bool:
        """Whether it can only be decided by one who knows what was returned earlier."""
        return asks_past(self.rule, self.when)

    @property
    def told(self) -> Iterator[Node]:
        """The values that its message tells."""
        return (each for each in self.message if not isinstance(each, str))


@dataclass(frozen=True)
class Print:
    """Page set-up: A4, so many pages wide."""

    landscape: bool = False
    repeat: str = ""  # the table whose heading repeats on every page
    columns: int = 0  # how many grid columns print, from the left; 0: all of them


@dataclass(frozen=True)
class FormSheet:
    """A worksheet of the form, or one per roster entry."""

    name: str
    tab: Leaf
    widths: tuple[float, ...]  # of the grid's columns, in Chinese half-widths as Excel counts
    blocks: tuple[Block, ...]
    fields: Mapping[str, Field]
    tables: Mapping[str, Table]
    checks: tuple[Check, ...] = ()
    loop: Loop | None = None
    key: str = ""  # the field that tells repeated sheets apart
    print: Print = field(default_factory=Print)


@dataclass(frozen=True)
class RosterColumn:
    """A column that the form wants in the roster."""

    name: str
    heading: str
    required: bool = False
    type: FieldType = FieldType.TEXT


@dataclass(frozen=True)
class RosterSheet:
    """A child sheet of the roster, joined by 部门编码.

    One that is `under` another one is joined to its rows as well, by their `code`.
    """

    name: str
    tab: str
    columns: tuple[RosterColumn, ...]
    under: str = ""


@dataclass(frozen=True, eq=False)
class Form:
    """The whole description of one form, in one version.

    What follows from a form is kept by it, and it is asked for thousands of times in a merge: so it
    equals nothing but itself.
    """

    id: str
    version: str
    name: str
    period_kind: str
    unit: str
    sheets: tuple[FormSheet, ...]
    department_columns: tuple[RosterColumn, ...] = ()
    roster_sheets: tuple[RosterSheet, ...] = ()
    instructions: tuple[Leaf, ...] = ()
    deadline: Leaf | None = None
    contact: Leaf | None = None
    source: str = ""
    data: tuple[Constants, ...] = ()
    stage: str = ""  # where in the year it stands, such as `monitoring`; none has ""

    def sheet(self, name: str) -> FormSheet:
        """Return the sheet of that name."""
        return self._sheets[name]

    @cached_property
    def _sheets(self) -> Mapping[str, FormSheet]:
        return {each.name: each for each in self.sheets}

    @property
    def recalls(self) -> bool:
        """Whether something that was returned earlier is put in beforehand."""
        return bool(self.recalled)

    @cached_property
    def recalled(self) -> tuple[str, ...]:
        """The earlier periods for which it was returned: `previous`, `last_year`, both or none."""
        fields = [each for sheet in self.sheets for each in sheet.fields.values()]
        fields += [column for _, table in self.tables for column in table.columns]
        names = {name for each in fields if each.fill for name in each.fill.names}
        return tuple(each for each in EARLIER if each in names or each in self.looped)

    @cached_property
    def looped(self) -> tuple[str, ...]:
        """Those of them out of whose rows tables are made."""
        owners = {table.loop.of for _, table in self.tables if table.loop}
        return tuple(each for each in EARLIER if each in owners)

    @cached_property
    def asks_past(self) -> bool:
        """Whether one of its checks can only be decided by what was returned earlier."""
        return any(each.asks_past or asks_past(*each.told) for _, each in self.checks)

    @property
    def tables(self) -> Iterator[tuple[FormSheet, Table]]:
        """Every table with the sheet it stands on."""
        return ((sheet, table) for sheet in self.sheets for table in sheet.tables.values())

    @property
    def checks(self) -> Iterator[tuple[FormSheet, Check]]:
        """Every check with the sheet it belongs to."""
        return ((sheet, check) for sheet in self.sheets for check in sheet.checks)
