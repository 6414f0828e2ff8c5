"""BOUNDS, LENGTH, DIGITS: an answer keeps within what the form allows."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from generator.check.examined import Column, Examined
from generator.check.rules import BOUNDS, DIGITS, LENGTH
from generator.check.wording import measured, written
from generator.model.finding import Finding
from generator.model.form import Field, FieldType
from udfs.amounts import round_half_up

_NOISE = Decimal("0.000001")


def bounds(examined: Examined) -> Iterator[Finding]:
    """Find numbers below the least or above the greatest that the form allows."""
    for column in examined.inputs:
        if column.field.minimum is None and column.field.maximum is None:
            continue
        for at, value in _numbers(column):
            allowed = _beyond(column.field, value)
            if allowed:
                cell = column.cell(at)
                message = f"{examined.name(cell)}填的是 {measured(cell.field, value)}，{allowed}。"
                yield BOUNDS.found(examined.place(cell), message)


def lengths(examined: Examined) -> Iterator[Finding]:
    """Find texts longer than the form allows."""
    for column in examined.inputs:
        limit = column.field.max_length
        if limit is None:
            continue
        values = enumerate([each.value for each in column.answers])
        long = [(at, each) for at, each in values if isinstance(each, str) and len(each) > limit]
        for at, text in long:
            cell = column.cell(at)
            message = f"{examined.name(cell)}写了 {len(text)} 个字，最多 {limit} 个字。"
            remedy = f"请精简到 {limit} 个字以内；需要详细说明的，可另附材料。"
            yield LENGTH.found(examined.place(cell), message, remedy)


def digits(examined: Examined) -> Iterator[Finding]:
    """Report amounts with more decimals than their cell shows."""
    for column in examined.inputs_of(FieldType.AMOUNT):
        for at, value in _numbers(column):
            short = round_half_up(value, column.field.digits)
            if abs(value - short) >= _NOISE:
                cell = column.cell(at)
                message = (
                    f"{examined.name(cell)}填的是 {measured(cell.field, value)}，"
                    f"小数多于 {cell.field.digits} 位，表上只显示 {written(short)}。"
                )
                yield DIGITS.found(examined.place(cell), message)


def _numbers(column: Column) -> Iterator[tuple[int, Decimal]]:
    """Yield the numbers of a column, as its cells show them, each with its place in it."""
    power = -column.field.power
    for at, answer in enumerate(column.answers):
        if isinstance(answer.value, Decimal):
            yield at, answer.value.scaleb(power)


def _beyond(field: Field, value: Decimal) -> str:
    low, high = field.minimum, field.maximum
    if low is not None and value < low:
        return "不应为负数" if low == 0 else f"不应小于 {measured(field, low)}"
    if high is not None and value > high:
        return f"不应大于 {measured(field, high)}"
    return ""
