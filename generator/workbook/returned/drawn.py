"""A worksheet of a return as it was drawn, sorted by what is asked of its cells."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from generator.layout.draw import Draughtsman
from generator.layout.plan import CopyPlan, Plan
from generator.layout.seal import is_filled
from generator.layout.sheet import Cell, Printed
from generator.model.period import Period

_Where = tuple[int, int]  # row and column
_MOST = 64


class Places(NamedTuple):
    """Cells as drawn, where each stands, and what it reads."""

    cells: tuple[Cell, ...]
    where: tuple[_Where, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Drawn:
    """The cells of one worksheet, each with where it stands; none where that is not known."""

    cells: tuple[Cell, ...] = ()

    @cached_property
    def constant(self) -> Places:
        """The cells that print the same for everybody."""
        return _places(each for each in self.cells if each.text and not _is_leaf(each))

    @cached_property
    def leaves(self) -> Places:
        """The cells that print what depends on whose they are."""
        return _places(each for each in self.cells if _is_leaf(each))

    @cached_property
    def formulas(self) -> Places:
        """The cells that compute something."""
        return _places(each for each in self.cells if each.formula)

    @cached_property
    def locked(self) -> Places:
        """The cells that a department may not change."""
        return _places(each for each in self.cells if each.style.locked)

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


def _places(cells: Iterable[Cell]) -> Places:
    found = tuple(cells)
    return Places(found, tuple(map(_first, found)), tuple(str(each.text) for each in found))


def _is_leaf(cell: Cell) -> bool:
    return isinstance(cell.slot, Printed)


def _first(cell: Cell) -> _Where:
    return cell.area.top, cell.area.left
