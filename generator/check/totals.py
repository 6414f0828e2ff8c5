"""TOTAL: a computed cell says what its formula should give."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from generator.check.examined import Cell, Examined
from generator.check.rules import TOTAL
from generator.check.spreadsheet import Spreadsheet
from generator.check.wording import gap, measured
from generator.model.expression import UNDEFINED, Value
from generator.model.finding import Finding, Kind
from generator.model.form import Field, FieldType
from generator.model.reckoning import shown
from udfs.amounts import round_half_up

_NOTHING = (None, "", UNDEFINED)
_NO_TEXT = ("0", "0.0")  # what LibreOffice saves in an .xls for a formula whose result is a text
_TEXTS = "有的数字是文本，表上的公式没有算进去；汇总采用重算的数。"
_TEXTS_REMEDY = "把文本改成数字，表上的计算结果就会更新；不改也不影响汇总。"


def totals(examined: Examined) -> Iterator[Finding]:
    """Find computed cells whose stated value is not the recomputed one."""
    spreadsheet = Spreadsheet(examined)
    for cell in (each.cell(at) for each in examined.computed for at in range(len(each.rows))):
        if not _states(cell):
            continue
        recomputed, place = examined.value(cell), examined.place(cell)
        if not cell.answer.readable:
            yield TOTAL.found(place, _broken(examined, cell, recomputed))
        elif not _agrees(cell, recomputed):
            message = _message(examined, cell, recomputed)
            if any(_agrees(cell, each) for each in spreadsheet.values(cell)):
                yield TOTAL.found(place, message + _TEXTS, _TEXTS_REMEDY, Kind.NOTE)
            else:
                yield TOTAL.found(place, message)


def _states(cell: Cell) -> bool:
    """Say whether a computed cell has a result; some programs save formulas without."""
    answer = cell.answer
    if cell.field.type is FieldType.TEXT and answer.raw in _NO_TEXT:
        return False
    return not answer.blank and answer.raw != f"={answer.formula}"


def places(field: Field) -> int:
    """Return how many decimals of its value a cell shows: 77.32% is 0.7732."""
    return field.digits + 2 if field.type is FieldType.PERCENT else field.digits


def _agrees(cell: Cell, recomputed: Value) -> bool:
    stated = shown(cell.field, cell.answer)
    if isinstance(stated, Decimal) and isinstance(recomputed, Decimal):
        half_a_unit = Decimal((0, (5,), -places(cell.field) - 1))
        return abs(stated - recomputed) <= half_a_unit
    if isinstance(stated, Decimal) and recomputed in _NOTHING:
        return stated == 0  # a spreadsheet's sum of nothing
    return stated == recomputed or (stated in _NOTHING and recomputed in _NOTHING)


def _broken(examined: Examined, cell: Cell, recomputed: Value) -> str:
    return (
        f"{examined.name(cell)}应由公式算出，现为“{cell.answer.raw}”，"
        f"重算为 {measured(cell.field, recomputed)}。"
    )


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
