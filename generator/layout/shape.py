"""How long a department's tables are: what a Blank is built for, and shared by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from generator.model.filing import Entries
from generator.model.form import Form, FormSheet, Loop, Table
from generator.model.memory import Memory
from generator.model.roster import Department, Record, records_under


@dataclass(frozen=True)
class TableShape:
    """A table's records: how many, how many the bureau filled, and which of those are one cell.

    `runs` holds, per merge-down column, the lengths of the runs of equal filled values.
    """

    rows: int
    filled: int = 0
    runs: tuple[tuple[str, tuple[int, ...]], ...] = ()


@dataclass(frozen=True)
class CopyShape:
    """One worksheet made from a form sheet; `index` counts the copies of a repeated one."""

    sheet: str
    index: int
    tables: tuple[tuple[str, TableShape], ...]

    def table(self, name: str) -> TableShape:
        """Return the shape of the table of that name."""
        return dict(self.tables)[name]


Shape = tuple[CopyShape, ...]


@dataclass(frozen=True)
class Rows:
    """What fills one copy of a sheet: its own roster record, and its tables' records."""

    item: Record | None
    tables: Mapping[str, tuple[Record, ...]] = field(default_factory=dict)


def copies(
    form: Form, department: Department, memory: Memory | None = None
) -> list[tuple[FormSheet, int, Rows]]:
    """Return the worksheets a department gets, in order, with the records behind each.

    Without a memory there are no records of what was returned earlier.
    """
    result = []
    for sheet in form.sheets:
        items: Sequence[Record | None] = [None]
        if sheet.loop:
            items = department.children.get(sheet.loop.child, ())
        for index, item in enumerate(items):
            context = memory.context(sheet, index, item) if memory else {}
            tables = {
                table.name: memory.rows(sheet, table, context)
                if memory and table.loop.recalls
                else _listed(sheet, table.loop, item, department)
                for table in sheet.tables.values()
                if table.loop
            }
            result.append((sheet, index, Rows(item, tables)))
    return result


def _listed(
    sheet: FormSheet, loop: Loop, item: Record | None, department: Department
) -> tuple[Record, ...]:
    """Return the roster's records that a table is looped over."""
    if loop.recalls:
        return ()
    records = department.children.get(loop.child, ())
    if sheet.loop is None or loop.of != sheet.loop.variable or item is None:
        return records
    return records_under(sheet.loop.child, item, records)


def shape_of(
    form: Form,
    department: Department,
    entries: Entries | None = None,
    memory: Memory | None = None,
) -> Shape:
    """Return the shape of a department's workbook, with room for entries to be typed into it.

    Spare rows come after the filled ones in any case.
    """
    answered = _longest(entries or {})
    return tuple(
        CopyShape(
            sheet.name,
            index,
            tuple(
                (name, _table_shape(table, rows.tables.get(name, ()), answered.get(name, 0)))
                for name, table in sheet.tables.items()
            ),
        )
        for sheet, index, rows in copies(form, department, memory)
    )


def fits(shape: Shape, form: Form) -> bool:
    """Whether a workbook of that shape could be one of that form."""
    sheets = {sheet.name: sheet for sheet in form.sheets}
    return all(
        copy.sheet in sheets
        and dict(copy.tables).keys() == sheets[copy.sheet].tables.keys()
        and all(_table_fits(each, sheets[copy.sheet].tables[name]) for name, each in copy.tables)
        for copy in shape
    )


def _table_fits(shape: TableShape, table: Table) -> bool:
    columns = {each.name for each in table.columns if each.merge_down}
    rows = len(table.fixed)
    return shape.rows == (rows or shape.rows) and {name for name, _ in shape.runs} <= columns


def nominal_shape(form: Form) -> Shape:
    """Return the shape of a form without any records: each sheet once, with its spare rows."""
    return tuple(
        CopyShape(
            sheet.name,
            0,
            tuple((name, TableShape(nominal_rows(each))) for name, each in sheet.tables.items()),
        )
        for sheet in form.sheets
    )


def nominal_rows(table: Table) -> int:
    """Return how many rows a table has before any record is put in."""
    return len(table.fixed) or max(table.at_least, table.spare, 1)


def _longest(entries: Entries) -> dict[str, int]:
    """Return how many rows each table must have to hold the entries."""
    result: dict[str, int] = {}
    for sheet_entries in entries.values():
        for entry in sheet_entries:
            for table, rows in entry.tables.items():
                result[table] = max(result.get(table, 0), len(rows))
    return result


def _table_shape(table: Table, records: Sequence[Record], answered: int) -> TableShape:
    if table.fixed:
        rows = len(table.fixed)
        return TableShape(rows, rows if any(each.fill for each in table.inputs) else 0)
    filled = len(records)
    rows = max(filled + table.spare, answered, table.at_least, 1)
    return TableShape(rows, filled, _runs(table, records))


def _runs(table: Table, records: Sequence[Record]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Return the runs of equal values; a run never reaches over the end of one to its left."""
    if table.loop is None:
        return ()
    fills = [(each.name, each.fill) for each in table.columns if each.merge_down and each.fill]
    if not fills:
        return ()
    runs, outer = [], [0] * len(records)
    for name, fill in fills:
        values = fill.render_each({}, table.loop.variable, records)
        lengths = [len([*group]) for _, group in groupby(zip(outer, values, strict=True))]
        outer = [i for i, length in enumerate(lengths) for _ in range(length)]
        runs.append((name, tuple(lengths)))
    return tuple(runs)
