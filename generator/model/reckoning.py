"""The values of a filing as expressions see them: as cells show them, computed ones included."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from generator.model.evaluate import evaluate
from generator.model.expression import (
    CellRef,
    ColumnRef,
    DataRef,
    FieldRef,
    Given,
    PastRef,
    RowRef,
    Value,
)
from generator.model.filing import NO_ANSWER, Answer, Filing, Records, SheetFiling
from generator.model.form import Check, Field, Form, Leaf, Table
from generator.model.period import Period
from udfs.amounts import compact

_FOLDED = re.compile("[0-9A-Za-z一-龥]+")  # what folding leaves as it is
_Key = tuple[int, str, int, str]  # sheet, table, row and name of a cell


@dataclass
class Reckoning:
    """One filing under computation; every cell is worked out at most once.

    `earlier` holds the returns of `previous` and `last_year` as far as there are any; None where
    nobody can tell.
    """

    form: Form
    filing: Filing
    period: Period
    earlier: Mapping[str, Reckoning] | None = None
    _known: dict[_Key, Value] = field(default_factory=dict)
    _columns: dict[tuple[int, str, str], list[Value]] = field(default_factory=dict)
    _sheets: dict[tuple[str, str], SheetFiling] = field(default_factory=dict)
    _rows: dict[tuple[int, str], Mapping[tuple[str, ...], int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Take a worksheet that did not come back for one without answers."""
        missing = (
            SheetFiling(each.name, "", {}, {})
            for each in self.form.sheets
            if each.loop is None and not self.filing.copies(each.name)
        )
        self.filing = replace(self.filing, sheets=(*self.filing.sheets, *missing))

    def at(self, sheet: SheetFiling, table: str = "", row: int = -1) -> View:
        """Return the scope of one sheet, or of one row (0-based) of a table on it."""
        return View(self, sheet, table, row)

    def truths(self, sheet: SheetFiling, check: Check) -> list[bool | None]:
        """Return how a check stands on a sheet: one truth, or one per row when it asks each row.

        None where it does not apply: `when` is not true, a value it needs is blank, or the row is
        not in use.
        """
        if not check.each:
            return [self._truth(check, self.at(sheet))]
        if check.asks_past and self.earlier is None:
            return [None] * len(sheet.records(check.each))
        table = self.form.sheet(sheet.sheet).tables[check.each]
        return [
            self._truth(check, self.at(sheet, check.each, row)) if used else None
            for row, used in enumerate(in_use(table, sheet.records(check.each)))
        ]

    def _truth(self, check: Check, scope: View) -> bool | None:
        if check.asks_past and self.earlier is None:
            return None
        if check.when is not None and not evaluate(check.when, scope):
            return None
        truth = evaluate(check.rule, scope, check.tolerance)
        return truth if isinstance(truth, bool) else None

    def field_value(self, sheet: SheetFiling, name: str) -> Value:
        """Return what a field's cell shows."""
        key = (id(sheet), "", -1, name)
        if key not in self._known:
            form_field = self.form.sheet(sheet.sheet).fields[name]
            if form_field.computed is None:
                self._known[key] = shown(form_field, sheet.answer(name))
            else:
                self._known[key] = evaluate(form_field.computed, self.at(sheet))
        return self._known[key]

    def cell_value(self, sheet: SheetFiling, table_name: str, row: int, column: str) -> Value:
        """Return what a table's cell shows; `row` counts from 0."""
        key = (id(sheet), table_name, row, column)
        value = self._known.get(key, NO_ANSWER)
        if isinstance(value, Answer):  # it is not known
            value = self._known[key] = self._cell_value(sheet, table_name, row, column)
        return value

    def column_values(self, sheet: SheetFiling, table_name: str, column: str) -> list[Value]:
        """Return what a column's cells show, one per row."""
        key = (id(sheet), table_name, column)
        if key not in self._columns:
            self._columns[key] = self._column_values(sheet, table_name, column)
        return self._columns[key]

    # -- the same place in another return --

    def sheet_like(self, sheet: str, key: str) -> SheetFiling:
        """Return a sheet, of a repeated one the copy of that key; blank when there is none."""
        if (sheet, key) not in self._sheets:
            blank = SheetFiling(sheet, "", {}, {})
            copies = (each for each in self.filing.copies(sheet) if self.key_of(each) == key)
            self._sheets[sheet, key] = next(copies, blank)
        return self._sheets[sheet, key]

    def row_like(self, sheet: SheetFiling, table: str, key: tuple[str, ...]) -> int | None:
        """Return the row of a table that has that key; the first one if several have."""
        known = (id(sheet), table)
        if known not in self._rows:
            rows = range(len(sheet.records(table)))
            keys = {self.row_key(sheet, table, i): i for i in reversed(rows)}
            self._rows[known] = {each: i for each, i in keys.items() if all(each)}
        return self._rows[known].get(key)

    def key_of(self, sheet: SheetFiling) -> str:
        """Return what tells a copy of a repeated sheet from the others."""
        name = self.form.sheet(sheet.sheet).key
        return as_key(self.field_value(sheet, name)) if name else ""

    def row_key(self, sheet: SheetFiling, table: str, row: int) -> tuple[str, ...]:
        """Return what tells a row from the others: its key, or its place among fixed rows."""
        described = self.form.sheet(sheet.sheet).tables[table]
        if described.fixed:
            return (described.fixed[row].name,)
        values = (self.cell_value(sheet, table, row, each) for each in described.key)
        return tuple(map(as_key, values)) or ("",)

    def _column_values(self, sheet: SheetFiling, table_name: str, column: str) -> list[Value]:
        records = sheet.records(table_name)
        table = self.form.sheet(sheet.sheet).tables[table_name]
        form_column = table.column(column)
        if table.fixed or form_column.computed is not None:
            return [self.cell_value(sheet, table_name, row, column) for row in range(len(records))]
        answers = records.answers(column)
        if form_column.power == 0:
            return [each.value for each in answers]
        return [shown(form_column, each) for each in answers]

    def _cell_value(self, sheet: SheetFiling, table_name: str, row: int, column: str) -> Value:
        table = self.form.sheet(sheet.sheet).tables[table_name]
        form_column = table.column(column)
        node = form_column.computed
        if table.fixed:
            printed = table.fixed[row]
            if column in printed.labels:
                return self._printed(printed.labels[column])
            node = printed.computed.get(column, node)
        if node is not None:
            return evaluate(node, self.at(sheet, table_name, row))
        records = sheet.records(table_name)
        answer = records.column(column)[row] if row < len(records) else None
        return shown(form_column, answer or NO_ANSWER)

    def _printed(self, label: Leaf) -> str:
        context = {"period": self.period, "form": self.form}
        return str(label.render(context)) if label.names <= context.keys() else ""


class View(NamedTuple):
    """What an expression sees from where it stands: its row, its sheet, the unrepeated sheets."""

    reckoning: Reckoning
    sheet: SheetFiling
    table: str = ""
    row: int = -1

    def value(self, ref: FieldRef | RowRef | CellRef | PastRef | Given) -> Value:
        """Return one cell's value."""
        reckoning = self.reckoning
        match ref:
            case RowRef():
                return reckoning.cell_value(self.sheet, ref.table, self.row, ref.column)
            case FieldRef():
                sheet = self._home("fields", ref.name)
                return reckoning.field_value(sheet, ref.name)
            case CellRef():
                sheet = self._home("tables", ref.table)
                row = reckoning.form.sheet(sheet.sheet).tables[ref.table].row(ref.row)
                return reckoning.cell_value(sheet, ref.table, row, ref.column)
            case PastRef():
                assert not isinstance(ref.ref, ColumnRef)
                then = self._then(ref)
                return then.known(ref.ref) if then else None
        return given_value(ref, reckoning.period)

    def known(self, ref: FieldRef | RowRef | CellRef) -> Value:
        """Return one cell's value; None when it asks for figures of before there were any."""
        try:
            return self.value(ref)
        except ValueError:
            return None

    def values(self, ref: ColumnRef | PastRef) -> Sequence[Value]:
        """Return a column's values, one per row."""
        if isinstance(ref, PastRef):
            then = self._then(ref)
            return then.values(ref.ref) if then and isinstance(ref.ref, ColumnRef) else []
        sheet = self._home("tables", ref.table)
        return self.reckoning.column_values(sheet, ref.table, ref.column)

    def _then(self, ref: PastRef) -> View | None:
        """Return the same place in an earlier return; None when that has no such return or row."""
        now, then = self.reckoning, (self.reckoning.earlier or {}).get(ref.when)
        if then is None:
            return None
        sheet = then.sheet_like(self.sheet.sheet, now.key_of(self.sheet))
        if not isinstance(ref.ref, RowRef):
            return View(then, sheet)
        row = then.row_like(sheet, self.table, now.row_key(self.sheet, self.table, self.row))
        return None if row is None else View(then, sheet, self.table, row)

    def _home(self, part: str, name: str) -> SheetFiling:
        """Return the sheet that has a field or table: this one, else an unrepeated one."""
        form = self.reckoning.form
        if name in getattr(form.sheet(self.sheet.sheet), part):
            return self.sheet
        others = ((each, form.sheet(each.sheet)) for each in self.reckoning.filing.sheets)
        return next(each for each, it in others if not it.loop and name in getattr(it, part))


def in_use(table: Table, records: Records) -> list[bool]:
    """Say of each record whether anything is answered in it.

    What only continues the row above aside. No more is looked at than it takes to know.
    """
    found = [False] * len(records)
    unknown: Sequence[int] = range(len(records))
    for name in table.own_inputs(""):
        column = records.column(name)
        for row in unknown:
            if not table.fixed or name in table.own_inputs(records.names[row]):
                found[row] = _answered(column[row])
        unknown = [row for row in unknown if not found[row]]
        if not unknown:
            break
    return found


def _answered(answer: Answer | None) -> bool:
    return answer is not None and (answer.value is not None or not answer.readable)


def shown(form_field: Field, answer: Answer) -> Value:
    """Return an answer as its cell shows it: in the sheet's unit, 80 for 80% in points."""
    value = answer.value
    return in_unit(form_field, value) if isinstance(value, Decimal) else value


def in_unit(form_field: Field, value: Decimal) -> Decimal:
    """Return a number as its cell shows it."""
    return value.scaleb(-form_field.power)


def kept(form_field: Field, value: Value) -> Decimal | str | None:
    """Return a shown value as the program keeps it; the inverse of `shown`."""
    if isinstance(value, Decimal):
        return value.scaleb(form_field.power)
    return value if isinstance(value, str) else None


def as_key(value: object) -> str:
    """Return a code or name as keys are compared: without spaces, width and marks of print.

    >>> as_key("★ 大 财 政")
    '大财政'
    """
    return "" if value is None else _folded(str(value))


@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    if _FOLDED.fullmatch(text):
        return text
    return compact(text).replace("★", "")


def given_value(ref: Given, period: Period) -> Value:
    """Return what the period decides: an attribute of its own, or a figure in force then."""
    if isinstance(ref, DataRef):
        return ref.at(period)
    value = getattr(period, ref.attribute)
    return Decimal(value) if isinstance(value, int) else str(value)
