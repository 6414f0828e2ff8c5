"""References of expressions → addresses on the worksheets of a plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from generator.layout.plan import CopyPlan, Plan
from generator.layout.sheet import Area
from generator.model.expression import CellRef, ColumnRef, FieldRef, Given, RowRef, Value
from generator.model.period import Period
from generator.model.reckoning import given_value


@dataclass(frozen=True)
class Standpoint:
    """From where an expression looks: a worksheet, perhaps a record of a table.

    `away` says that the formula itself stands on another worksheet, so that every address needs
    the tab in front.
    """

    plan: Plan
    period: Period
    copy: CopyPlan
    row: int = -1
    away: bool = False

    def area(self, ref: FieldRef | RowRef | CellRef) -> tuple[CopyPlan, Area]:
        """Return the worksheet and rectangle of one cell."""
        match ref:
            case FieldRef(name=name):
                copy = self._find(lambda each: name in each.fields)
                return copy, copy.fields[name]
            case RowRef(table=table, column=column):
                return self.copy, self.copy.tables[table].cell(self.row, column)
        copy = self._find(lambda each: ref.table in each.tables)
        fixed = copy.tables[ref.table].table.fixed
        row = next(i for i, each in enumerate(fixed) if each.name == ref.row)
        return copy, copy.tables[ref.table].cell(row, ref.column)

    def cell(self, ref: FieldRef | RowRef | CellRef) -> str:
        """Return one cell's address."""
        copy, area = self.area(ref)
        address = area.first.address if isinstance(ref, RowRef) else area.first.absolute
        return self._prefix(copy) + address

    def range(self, ref: ColumnRef) -> str:
        """Return a column's range over all records."""
        copy = self._find(lambda each: ref.table in each.tables)
        return self._prefix(copy) + copy.tables[ref.table].column_body(ref.column).absolute

    def constant(self, ref: Given) -> Value:
        """Return what the period decides."""
        return given_value(ref, self.period)

    def _prefix(self, copy: CopyPlan) -> str:
        return f"'{copy.tab}'!" if self.away or copy is not self.copy else ""

    def _find(self, has: Callable[[CopyPlan], bool]) -> CopyPlan:
        if has(self.copy):
            return self.copy
        return next(each for each in self.plan.copies if has(each))
