"""TOTAL: a computed cell says what its formula should give."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from generator.check.examined import Cell, Examined
from generator.check.rules import TOTAL
from generator.check.wording import gap, measured
from generator.model.expression import UNDEFINED, Value
from generator.model.finding import Finding
from generator.model.form import Field, FieldType
from generator.model.reckoning import shown
from udfs.amounts import round_half_up

_NOTHING = (None, "", UNDEFINED)


def totals(examined: Examined) -> Iterator[Finding]:
    """Find computed cells whose stated value is not the recomputed one."""
    for cell in examined.cells():
        if cell.node is None or cell.answer.blank:
            continue
        recomputed = examined.value(cell)
        if not cell.answer.readable:
            message = (
                f"{examined.name(cell)}应由公式算出，现为“{cell.answer.raw}”，"
                f"重算为 {measured(cell.field, recomputed)}。"
            )
            yield TOTAL.found(examined.place(cell), message)
        elif not _agree(cell.field, shown(cell.field, cell.answer), recomputed):
            yield TOTAL.found(examined.place(cell), _message(examined, cell, recomputed))


def places(field: Field) -> int:
    """Return how many decimals of its value a cell shows: 77.32% is 0.7732."""
    return field.digits + 2 if field.type is FieldType.PERCENT else field.digits


def _agree(field: Field, stated: Value, recomputed: Value) -> bool:
    if isinstance(stated, Decimal) and isinstance(recomputed, Decimal):
        half_a_unit = Decimal((0, (5,), -places(field) - 1))
        return abs(stated - recomputed) <= half_a_unit
    if isinstance(stated, Decimal) and recomputed in _NOTHING:
        return stated == 0  # a spreadsheet's sum of nothing
    return stated == recomputed or (stated in _NOTHING and recomputed in _NOTHING)


def _message(examined: Examined, cell: Cell, recomputed: Value) -> str:
    field, stated = cell.field, shown(cell.field, cell.answer)
    told = f"{examined.name(cell)}报 {measured(field, stated)}，按表内各项重算为 "
    if not isinstance(recomputed, Decimal):
        return f"{told}{measured(field, recomputed)}。"
    recomputed = round_half_up(recomputed, places(field))
    told += measured(field, recomputed)
    if isinstance(stated, Decimal):
        told += f"，相差 {gap(field, stated - recomputed)}"
    return f"{told}。"
