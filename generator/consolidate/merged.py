"""Combined values: added, weighted, counted, or recomputed from what was combined."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TypeVar

from generator.consolidate.gather import Gathered, Seen
from generator.consolidate.totals import Locus
from generator.model.evaluate import evaluate
from generator.model.expression import (
    Call,
    CellRef,
    ColumnRef,
    FieldRef,
    Given,
    Node,
    RowRef,
    Value,
    children,
    references,
)
from generator.model.filing import Answer
from generator.model.form import Combine, Field, FieldType, Form, FormSheet, Table
from generator.model.period import Period
from generator.model.reckoning import given_value, kept, shown

_T = TypeVar("_T")
_ADDABLE = {FieldType.AMOUNT, FieldType.NUMBER, FieldType.INTEGER}
_RATES = {
    *(
        "JX_PROGRESS",
        "JX_SHARE",
        "JX_EXEC_RATE",
        "JX_CONTROL_RATE",
        "JX_PROC_RATE",
        "JX_STAFF_RATE",
    ),
    *("JX_CARRY_RATE", "JX_ADJUST_RATE", "JX_GROWTH", "JX_CHANGE_RATE"),
}
_OVER_ALL = _RATES | {  # mean the same over all returns
    *("sum", "sumif", "count", "countif", "round", "abs", "JX_ROUND", "JX_NUM", "JX_GAP"),
}


@dataclass
class Merged:
    """Combined values of all returns, or of one department's; each is worked out once."""

    form: Form
    period: Period
    gathered: Gathered
    department: str | None = None  # None: all of them
    _known: dict[Locus, Decimal | None] = field(default_factory=dict)

    def value(self, locus: Locus) -> Decimal | None:
        """Return a combined value as the program keeps it, or None where there is none."""
        if locus not in self._known:
            self._known[locus] = self._work_out(locus)
        return self._known[locus]

    def stated(self, locus: Locus) -> Decimal | None:
        """Return what computed cells add up to as stated; None when one of them states nothing."""
        if self.node(locus) is None:
            return None
        seen = self.seen(locus)
        stated = [each.stated for each in seen if each.stated is not None]
        return sum(stated, Decimal(0)) if stated and len(stated) == len(seen) else None

    def counts(self, locus: Locus) -> tuple[tuple[str, int], ...]:
        """Return how often each answer occurs: in the order of the list, then by wording."""
        choices = self.field(locus).choices
        counted = Counter(str(each.value) for each in self.seen(locus) if each.value is not None)
        order = {choice: place for place, choice in enumerate(choices)}
        return tuple(
            sorted(counted.items(), key=lambda each: (order.get(each[0], len(order)), each[0]))
        )

    def seen(self, locus: Locus) -> Sequence[Seen]:
        """Return the cells that are combined."""
        return self._of_department(self.gathered.cells.get(locus, {}))

    def combines(self, locus: Locus) -> bool:
        """Say whether a field or column has a combined value at this locus at all."""
        form_field = self.field(locus)
        if adds(form_field):
            return form_field.type is FieldType.AMOUNT or not _mixed(self.table(locus), locus)
        if form_field.combine is Combine.COUNT:
            return True
        if not form_field.type.numeric:
            return False
        return self._recomputes(locus) or form_field.combine is Combine.WEIGHTED

    def field(self, locus: Locus) -> Field:
        """Return the field or column of a locus."""
        table = self.table(locus)
        return table.column(locus.column) if table else self._sheet(locus).fields[locus.column]

    def table(self, locus: Locus) -> Table | None:
        """Return the table of a locus, or None for a field."""
        return self._sheet(locus).tables[locus.table] if locus.table else None

    def node(self, locus: Locus) -> Node | None:
        """Return how the cell is computed, or None for an input."""
        table = self.table(locus)
        if table and locus.row:
            row = next(each for each in table.fixed if each.name == locus.row)
            return row.computed.get(locus.column, self.field(locus).computed)
        return self.field(locus).computed

    def _sheet(self, locus: Locus) -> FormSheet:
        return self.form.sheet(locus.sheet)

    def _work_out(self, locus: Locus) -> Decimal | None:
        form_field = self.field(locus)
        if not self.combines(locus):
            return None
        if form_field.combine is Combine.COUNT:
            return Decimal(sum(count for _, count in self.counts(locus)))
        if adds(form_field):
            return _added(self.seen(locus))
        node = self.node(locus)
        if node is None or not self._recomputes(locus):
            return _weighted_mean(self.seen(locus))
        result = kept(form_field, evaluate(node, _Scope(self, locus)))
        return result if isinstance(result, Decimal) else None

    def _recomputes(self, locus: Locus) -> bool:
        """Say whether the expression of a computed cell makes sense over combined values."""
        node = self.node(locus)
        if node is None or self.field(locus).combine is Combine.WEIGHTED:
            return False
        if all(isinstance(each, Given) for each in references(node)):
            return False
        return self._allows(node, locus)

    def _allows(self, node: Node, locus: Locus) -> bool:
        match node:
            case FieldRef() | RowRef() | CellRef():
                return self.combines(self.target(node, locus))
            case ColumnRef():
                return not self._column_table(node, locus).fixed or all(
                    self.combines(each) for each in self.fixed_cells(node, locus)
                )
            case Call() if node.function.name not in _OVER_ALL:
                return False
        return all(self._allows(each, locus) for each in children(node))

    # -- from a reference to what is combined there --

    def target(self, ref: FieldRef | RowRef | CellRef, locus: Locus) -> Locus:
        """Return the locus that a reference means, seen from another."""
        match ref:
            case FieldRef():
                return self._home(Locus("", ref.name), locus)
            case RowRef():
                return replace(locus, column=ref.column)
            case CellRef():
                return self._home(Locus("", ref.column, ref.table, ref.row), locus)

    def column(self, ref: ColumnRef, locus: Locus) -> list[Value]:
        """Return a column's values over all returns, or the combined ones of printed rows."""
        if self._column_table(ref, locus).fixed:
            return [self.shown(each) for each in self.fixed_cells(ref, locus)]
        home = self._home(Locus("", ref.column, ref.table), locus)
        return self._of_department(self.gathered.columns.get(home, {}))

    def shown(self, locus: Locus) -> Value:
        """Return a combined value as a cell would show it."""
        return shown(self.field(locus), Answer(self.value(locus)))

    def fixed_cells(self, ref: ColumnRef, locus: Locus) -> list[Locus]:
        """Return the loci of a column's printed rows."""
        home = self._home(Locus("", ref.column, ref.table), locus)
        rows = self._column_table(ref, locus).fixed
        return [replace(home, row=each.name) for each in rows]

    def _of_department(self, by_department: Mapping[str, list[_T]]) -> list[_T]:
        if self.department is not None:
            return by_department.get(self.department, [])
        return [each for found in by_department.values() for each in found]

    def _column_table(self, ref: ColumnRef, locus: Locus) -> Table:
        home = self._home(Locus("", ref.column, ref.table), locus)
        return self._sheet(home).tables[ref.table]

    def _home(self, meant: Locus, locus: Locus) -> Locus:
        """Return a locus on the sheet that has it: the one at hand, else an unrepeated one."""
        here = self._sheet(locus)
        if meant.table in here.tables or (not meant.table and meant.column in here.fields):
            return replace(meant, sheet=locus.sheet, key=locus.key)
        there = next(
            each
            for each in self.form.sheets
            if meant.table in each.tables or (not meant.table and meant.column in each.fields)
        )
        return replace(meant, sheet=there.name)


@dataclass(frozen=True)
class _Scope:
    """What an expression sees when it is evaluated over combined values."""

    merged: Merged
    locus: Locus

    def value(self, ref: FieldRef | RowRef | CellRef | Given) -> Value:
        if isinstance(ref, Given):
            return given_value(ref, self.merged.period)
        return self.merged.shown(self.merged.target(ref, self.locus))

    def values(self, ref: ColumnRef) -> Sequence[Value]:
        return self.merged.column(ref, self.locus)


def adds(form_field: Field) -> bool:
    """Say whether values of a field may be added; percentages never are."""
    return form_field.combine is Combine.SUM and form_field.type in _ADDABLE


def _mixed(table: Table | None, locus: Locus) -> bool:
    """Say whether the rows taken together may count different things."""
    return table is not None and not table.fixed and not locus.group


def _added(seen: Sequence[Seen]) -> Decimal | None:
    values = [each.value for each in seen if isinstance(each.value, Decimal)]
    return sum(values, Decimal(0)) if values else None


def _weighted_mean(seen: Sequence[Seen]) -> Decimal | None:
    """Return Σ value·weight ÷ Σ weight over the cells that have both; never a plain average."""
    pairs = [
        (each.value, each.weight)
        for each in seen
        if isinstance(each.value, Decimal) and each.weight is not None
    ]
    whole = sum((weight for _, weight in pairs), Decimal(0))
    if not whole:
        return None
    return sum((value * weight for value, weight in pairs), Decimal(0)) / whole
