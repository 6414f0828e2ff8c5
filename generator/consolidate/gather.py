"""The values of all returns, sorted by what they will be combined with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from itertools import product
from typing import Any

from generator.consolidate.totals import Locus
from generator.model.expression import ColumnRef, Value, references
from generator.model.filing import Answer, Filing, Row, SheetFiling
from generator.model.form import Combine, Field, Form, FormSheet, Table
from generator.model.period import Period
from generator.model.reckoning import Reckoning, in_use, kept
from udfs.amounts import clean, compact, round_half_up

_BLANK = Answer()
_STATED_DIGITS = 6  # below that, a spreadsheet's binary numbers say nothing


@dataclass(frozen=True)
class Seen:
    """One cell of one return: recomputed, and as stated where it is computed."""

    department: str
    value: Decimal | str | None
    stated: Decimal | None = None
    weight: Decimal | None = None


def _by_department() -> dict[Any, dict[str, list[Any]]]:
    return defaultdict(lambda: defaultdict(list))


def _sets() -> dict[Any, set[Any]]:
    return defaultdict(set)


@dataclass
class Gathered:
    """All cells to combine, by locus and department; and whole columns for functions over them."""

    form: Form
    cells: dict[Locus, dict[str, list[Seen]]] = field(default_factory=_by_department)
    columns: dict[Locus, dict[str, list[Value]]] = field(default_factory=_by_department)
    keys: dict[str, set[str]] = field(default_factory=_sets)  # of each repeated sheet
    groups: dict[tuple[str, str, str], set[tuple[str, ...]]] = field(default_factory=_sets)
    wordings: dict[str, str] = field(default_factory=dict)  # joined name → as first written


def gather(form: Form, filings: Iterable[Filing], period: Period) -> Gathered:
    """Return the values of all returns."""
    found = Gathered(form)
    for filing in filings:
        _Collector(found, filing, Reckoning(form, filing, period)).collect()
    return found


def joined(text: str) -> str:
    """Return a code or name as it is joined: without spaces, width and marks of print.

    >>> joined("★ 大 财 政")
    '大财政'
    """
    return compact(text).replace("★", "")


def _counts(table: Table | None, form_field: Field) -> bool:
    """Whether a field or column can have a combined value at all."""
    if form_field.combine is not Combine.NONE or form_field.computed is not None:
        return True
    fixed = table.fixed if table else ()
    return any(form_field.name in row.computed for row in fixed)


@lru_cache(maxsize=16)
def _asked_whole(form: Form) -> frozenset[tuple[str, str]]:
    """Return the tables' columns that expressions of the form want as a whole."""
    nodes = [each.computed for sheet in form.sheets for each in sheet.fields.values()]
    for _, table in form.tables:
        nodes += [each.computed for each in table.columns]
        nodes += [node for row in table.fixed for node in row.computed.values()]
    refs = (ref for node in nodes if node is not None for ref in references(node))
    return frozenset((ref.table, ref.column) for ref in refs if isinstance(ref, ColumnRef))


@dataclass
class _Collector:
    """One return on its way into what is gathered."""

    found: Gathered
    filing: Filing
    reckoning: Reckoning

    def collect(self) -> None:
        for sheet in self.filing.sheets:
            form_sheet = self.found.form.sheet(sheet.sheet)
            keys = self._keys(form_sheet, sheet)
            for each in form_sheet.fields.values():
                if _counts(None, each):
                    loci = [Locus(sheet.sheet, each.name, key=key) for key in keys]
                    self._add(self._field(form_sheet, sheet, each), loci)
            for table in form_sheet.tables.values():
                if not table.fixed:
                    self._collect_columns(sheet, table, keys)
                self._collect_table(sheet, table, keys)

    def _collect_columns(self, sheet: SheetFiling, table: Table, keys: tuple[str, ...]) -> None:
        asked = _asked_whole(self.found.form)
        columns = [each for each in table.columns if (table.name, each.name) in asked]
        for column, key in product(columns, keys):
            locus = Locus(sheet.sheet, column.name, table.name, key=key)
            self.found.columns[locus][self.filing.department] += [
                self.reckoning.cell_value(sheet, table.name, row, column.name)
                for row in range(len(sheet.tables.get(table.name, ())))
            ]

    def _collect_table(self, sheet: SheetFiling, table: Table, keys: tuple[str, ...]) -> None:
        above: dict[str, str] = {}
        for row, record in enumerate(sheet.tables.get(table.name, ())):
            name = table.fixed[row].name if table.fixed else ""
            groups = self._groups(table, record, above)
            if table.inputs and not table.fixed and not in_use(table, record):
                continue
            for key, group in product(keys, groups):
                self.found.groups[sheet.sheet, table.name, key].add(group)
            for column in (each for each in table.columns if _counts(table, each)):
                loci = [
                    Locus(sheet.sheet, column.name, table.name, name, key, group)
                    for key, group in product(keys, groups)
                ]
                self._add(self._cell(sheet, table, row, column), loci)

    def _keys(self, form_sheet: FormSheet, sheet: SheetFiling) -> tuple[str, ...]:
        """Return what the copy belongs to: all copies together, and its own key."""
        value = sheet.fields.get(form_sheet.key, _BLANK).value if form_sheet.key else None
        if value is None:
            return ("",)
        key = self._join(str(value))
        self.found.keys[sheet.sheet].add(key)
        return ("", key)

    def _groups(
        self, table: Table, record: Row, above: dict[str, str]
    ) -> tuple[tuple[str, ...], ...]:
        """Return what a row belongs to: all rows together, and its own group."""
        if table.fixed or not table.group_by:
            return ((),)
        for name in table.group_by:
            value = record.answers.get(name, _BLANK).value
            if value is not None or not table.column(name).merge_down:
                above[name] = "" if value is None else self._join(str(value))
        return ((), tuple(above.get(name, "") for name in table.group_by))

    def _join(self, text: str) -> str:
        self.found.wordings.setdefault(joined(text), clean(text))
        return joined(text)

    def _field(self, form_sheet: FormSheet, sheet: SheetFiling, form_field: Field) -> Seen:
        value = self.reckoning.field_value(sheet, form_field.name)
        answer = sheet.fields.get(form_field.name, _BLANK)
        weight = form_sheet.fields.get(form_field.weight)
        if weight is None:
            return self._seen(form_field, value, answer, None)
        weighs = kept(weight, self.reckoning.field_value(sheet, weight.name))
        return self._seen(form_field, value, answer, weighs)

    def _cell(self, sheet: SheetFiling, table: Table, row: int, column: Field) -> Seen:
        value = self.reckoning.cell_value(sheet, table.name, row, column.name)
        answer = sheet.tables[table.name][row].answers.get(column.name, _BLANK)
        if not column.weight:
            return self._seen(column, value, answer, None)
        weight = self.reckoning.cell_value(sheet, table.name, row, column.weight)
        return self._seen(column, value, answer, kept(table.column(column.weight), weight))

    def _seen(
        self, form_field: Field, value: Value, answer: Answer, weight: Decimal | str | None
    ) -> Seen:
        stated = answer.value if isinstance(answer.value, Decimal) else None
        if stated is not None:
            stated = round_half_up(stated, _STATED_DIGITS)
        weighs = weight if isinstance(weight, Decimal) else None
        return Seen(self.filing.department, kept(form_field, value), stated, weighs)

    def _add(self, seen: Seen, loci: Iterable[Locus]) -> None:
        if seen.value is not None or seen.stated:
            for locus in loci:
                self.found.cells[locus][seen.department].append(seen)
