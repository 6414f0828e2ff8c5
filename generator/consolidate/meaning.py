"""What a locus means in a form: its field, how it is computed, whether it combines at all."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from generator.consolidate.totals import Locus
from generator.model.expression import (
    Call,
    CellRef,
    ColumnRef,
    FieldRef,
    Given,
    Node,
    PastRef,
    RowRef,
    children,
    references,
)
from generator.model.form import Combine, Field, FieldType, Form, FormSheet, Table

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
_Case = tuple[str, str, str, str, bool]  # of a locus; whether it is that of a group is enough


class Sense(NamedTuple):
    """What one locus means."""

    field: Field
    node: Node | None  # how the cell is computed, None for an input
    adds: bool
    combines: bool  # it has a combined value at all
    recomputes: bool  # its expression makes sense over combined values


@dataclass(frozen=True)
class Meaning:
    """What loci mean in one form; each question is answered once for all returns."""

    form: Form
    _known: dict[_Case, Sense] = field(default_factory=dict, compare=False)
    _targets: dict[tuple[Node, Locus], Locus] = field(default_factory=dict, compare=False)

    def sense(self, locus: Locus) -> Sense:
        """Return what a locus means, whatever its sheet key and its group are."""
        case = _case(locus)
        found = self._known.get(case)
        if found is None:
            form_field = self.field(locus)
            found = self._known[case] = Sense(
                form_field,
                self.node(locus),
                adds(form_field),
                self._combines(locus),
                self._recomputes(locus),
            )
        return found

    def sheet(self, locus: Locus) -> FormSheet:
        """Return the sheet of a locus."""
        return self.form.sheet(locus.sheet)

    def table(self, locus: Locus) -> Table | None:
        """Return the table of a locus, or None for a field."""
        return self.sheet(locus).tables[locus.table] if locus.table else None

    def field(self, locus: Locus) -> Field:
        """Return the field or column of a locus."""
        table = self.table(locus)
        return table.column(locus.column) if table else self.sheet(locus).fields[locus.column]

    def node(self, locus: Locus) -> Node | None:
        """Return how the cell is computed, or None for an input."""
        table = self.table(locus)
        if table and locus.row:
            row = next(each for each in table.fixed if each.name == locus.row)
            return row.computed.get(locus.column, self.field(locus).computed)
        return self.field(locus).computed

    def combines(self, locus: Locus) -> bool:
        """Say whether a field or column has a combined value at this locus at all."""
        return self.sense(locus).combines

    def _combines(self, locus: Locus) -> bool:
        form_field = self.field(locus)
        if adds(form_field):
            return form_field.type is FieldType.AMOUNT or not _mixed(self.table(locus), locus)
        if form_field.combine is Combine.COUNT:
            return True
        if not form_field.type.numeric:
            return False
        return self._recomputes(locus) or form_field.combine is Combine.WEIGHTED

    def _recomputes(self, locus: Locus) -> bool:
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
                return not self.column_table(node, locus).fixed or all(
                    self.combines(each) for each in self.fixed_cells(node, locus)
                )
            case PastRef():
                return False
            case Call() if node.function.name not in _OVER_ALL:
                return False
        return all(self._allows(each, locus) for each in children(node))

    # -- from a reference to what is combined there --

    def target(self, ref: FieldRef | RowRef | CellRef, locus: Locus) -> Locus:
        """Return the locus that a reference means, seen from another."""
        if locus.key or locus.group:
            return self._target(ref, locus)
        found = self._targets.get((ref, locus))
        if found is None:  # as many as a form has, whatever comes back
            found = self._targets[ref, locus] = self._target(ref, locus)
        return found

    def _target(self, ref: FieldRef | RowRef | CellRef, locus: Locus) -> Locus:
        match ref:
            case FieldRef():
                return self._home(Locus("", ref.name), locus)
            case RowRef():
                return locus._replace(column=ref.column)
            case CellRef():
                return self._home(Locus("", ref.column, ref.table, ref.row), locus)

    def column_home(self, ref: ColumnRef, locus: Locus) -> Locus:
        """Return the locus of a whole column, seen from another."""
        return self._home(Locus("", ref.column, ref.table), locus)

    def column_table(self, ref: ColumnRef, locus: Locus) -> Table:
        """Return the table of a column, seen from a locus."""
        return self.sheet(self.column_home(ref, locus)).tables[ref.table]

    def fixed_cells(self, ref: ColumnRef, locus: Locus) -> list[Locus]:
        """Return the loci of a column's printed rows."""
        home = self.column_home(ref, locus)
        return [home._replace(row=each.name) for each in self.column_table(ref, locus).fixed]

    def _home(self, meant: Locus, locus: Locus) -> Locus:
        """Return a locus on the sheet that has it: the one at hand, else an unrepeated one."""
        here = self.sheet(locus)
        if meant.table in here.tables or (not meant.table and meant.column in here.fields):
            return meant._replace(sheet=locus.sheet, key=locus.key)
        there = next(
            each
            for each in self.form.sheets
            if meant.table in each.tables or (not meant.table and meant.column in each.fields)
        )
        return meant._replace(sheet=there.name)


@lru_cache(maxsize=16)
def meaning_of(form: Form) -> Meaning:
    """Return the one meaning of loci in a form."""
    return Meaning(form)


def adds(form_field: Field) -> bool:
    """Say whether values of a field may be added; percentages never are."""
    return form_field.combine is Combine.SUM and form_field.type in _ADDABLE


def _case(locus: Locus) -> _Case:
    return locus.sheet, locus.column, locus.table, locus.row, bool(locus.group)


def _mixed(table: Table | None, locus: Locus) -> bool:
    """Say whether the rows taken together may count different things."""
    return table is not None and not table.fixed and not locus.group
