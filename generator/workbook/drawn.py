"""A worksheet of a return as it was drawn, sorted by what is asked of its cells."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import cached_property

from generator.layout.draw import Draughtsman
from generator.layout.plan import CopyPlan, Plan
from generator.layout.seal import is_filled
from generator.layout.sheet import Cell, Printed
from generator.model.period import Period

_Where = tuple[int, int]  # row and column
_MOST = 64


@dataclass(frozen=True)
class Drawn:
    """The cells of one worksheet, each with where it stands; none where that is not known."""

    cells: tuple[Cell, ...] = ()

    @cached_property
    def printed(self) -> tuple[tuple[Cell, _Where, str], ...]:
        """The cells that print something; the text of one that prints a leaf depends on whose."""
        return tuple(
            (each, _first(each), "" if isinstance(each.slot, Printed) else str(each.text))
            for each in self.cells
            if each.text or isinstance(each.slot, Printed)
        )

    @cached_property
    def formulas(self) -> tuple[tuple[Cell, _Where], ...]:
        """The cells that compute something."""
        return tuple((each, _first(each)) for each in self.cells if each.formula)

    @cached_property
    def locked(self) -> tuple[tuple[Cell, _Where], ...]:
        """The cells that a department may not change."""
        return tuple((each, _first(each)) for each in self.cells if each.style.locked)

    @cached_property
    def filled(self) -> tuple[_Where, ...]:
        """Where, locked, stands what was put in for the department, outside of records."""
        return tuple(_first(each) for each in self.cells if is_filled(each))


NOTHING = Drawn()
_DRAWN: OrderedDict[object, Drawn] = OrderedDict()


def drawn(plan: Plan, period: Period, copy: CopyPlan) -> Drawn:
    """Return a worksheet as drawn; returns that agree in all their places share it.

    Its formulas speak of itself and of worksheets that there is one of, so it does not matter what
    a repeated one is called, nor which of them it is.
    """
    others = [each.places for each in plan.copies if not each.sheet.loop]
    if copy.sheet.loop:
        copy = replace(copy, number=0, tab="")
    key = (plan.form, period, copy.places, *others)
    if key not in _DRAWN:
        _DRAWN[key] = Drawn(tuple(Draughtsman(plan, period, copy).cells()))
        if len(_DRAWN) > _MOST:
            _DRAWN.popitem(last=False)
    return _DRAWN[key]


def _first(cell: Cell) -> _Where:
    return cell.area.top, cell.area.left
