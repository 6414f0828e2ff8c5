"""BOUNDS, LENGTH, DIGITS: an answer keeps within what the form allows."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from generator.check.examined import Examined
from generator.check.rules import BOUNDS, DIGITS, LENGTH
from generator.check.wording import measured, written
from generator.model.finding import Finding
from generator.model.form import Field, FieldType
from udfs.amounts import round_half_up

_NOISE = Decimal("0.000001")


def bounds(examined: Examined) -> Iterator[Finding]:
    """Find numbers below the least or above the greatest that the form allows."""
    for cell, value in examined.numbers:
        allowed = _beyond(cell.field, value)
        if allowed:
            message = f"{examined.name(cell)}填的是 {measured(cell.field, value)}，{allowed}。"
            yield BOUNDS.found(examined.place(cell), message)


def lengths(examined: Examined) -> Iterator[Finding]:
    """Find texts longer than the form allows."""
    for cell in examined.inputs:
        limit, text = cell.field.max_length, cell.answer.value
        if limit is not None and isinstance(text, str) and len(text) > limit:
            message = f"{examined.name(cell)}写了 {len(text)} 个字，最多 {limit} 个字。"
            remedy = f"请精简到 {limit} 个字以内；需要详细说明的，可另附材料。"
            yield LENGTH.found(examined.place(cell), message, remedy)


def digits(examined: Examined) -> Iterator[Finding]:
    """Report amounts with more decimals than their cell shows."""
    for cell, value in examined.numbers:
        if cell.field.type is not FieldType.AMOUNT:
            continue
        short = round_half_up(value, cell.field.digits)
        if abs(value - short) >= _NOISE:
            message = (
                f"{examined.name(cell)}填的是 {measured(cell.field, value)}，"
                f"小数多于 {cell.field.digits} 位，表上只显示 {written(short)}。"
            )
            yield DIGITS.found(examined.place(cell), message)


def _beyond(field: Field, value: Decimal) -> str:
    low, high = field.minimum, field.maximum
    if low is not None and value < low:
        return "不应为负数" if low == 0 else f"不应小于 {measured(field, low)}"
    if high is not None and value > high:
        return f"不应大于 {measured(field, high)}"
    return ""
