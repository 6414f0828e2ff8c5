"""TARGET, TARGET-OVER: 指标值 follows its grammar."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.check.examined import Cell, Column, Examined
from generator.check.rules import TARGET, TARGET_OVER
from generator.check.wording import excerpt
from generator.model.filing import Answer
from generator.model.finding import Finding
from generator.model.form import FieldType
from udfs.amounts import NUMBER, PERCENT, Unreadable, compact
from udfs.targets import ABOVE, AT_LEAST, AT_MOST, BELOW, Target, parse_target

_SIGN_AT_END = re.compile(r".*[≥≤≧≦⩾⩽><=]", re.DOTALL)
_FIRST_DIGITS = re.compile(r"[+-]?[0-9.,]+")
_MAY_EXCEED = ("增长", "增幅", "增速", "增加率", "变动", "同比", "环比", "倍")


def targets(examined: Examined) -> Iterator[Finding]:
    """Find targets that cannot be read, and percentages above what can be reached."""
    for column in examined.inputs_of(FieldType.TARGET):
        for at, answer in enumerate(column.answers):
            if not answer.blank:
                yield from _judged(examined, column, at)


def _judged(examined: Examined, column: Column, at: int) -> Iterator[Finding]:
    target = _read(column.answers[at])
    problem = "无法识别" if target is None else _problem(target)
    if problem:
        yield _misread(examined, column.cell(at), problem)
    elif target is not None and _too_high(target):
        yield from _unreachable(examined, column.cell(at), target)


def _misread(examined: Examined, cell: Cell, problem: str) -> Finding:
    message = f"{examined.name(cell)}填的是“{_typed(cell)}”，{problem}。"
    return TARGET.found(examined.place(cell), message)


def _unreachable(examined: Examined, cell: Cell, target: Target) -> Iterator[Finding]:
    if not _may_exceed(cell):
        message = _over(examined.name(cell), _typed(cell), target)
        yield TARGET_OVER.found(examined.place(cell), message)


def _typed(cell: Cell) -> str:
    return excerpt(cell.answer.raw or str(cell.answer.value))


def _read(answer: Answer) -> Target | None:
    if not answer.readable:
        return None
    try:
        return parse_target(answer.value)
    except Unreadable:
        return None


def _problem(target: Target) -> str:
    """Return what is wrong with a target's wording, or an empty text."""
    if target.kind == "qual" and _SIGN_AT_END.fullmatch(compact(target.unit)):
        return "符号后面没有数值"
    digits = _FIRST_DIGITS.match(target.unit) if target.kind == "ref" else None
    if digits and not re.fullmatch(NUMBER, digits[0]):
        return f"其中“{digits[0]}”不是一个数"
    return ""


def _too_high(target: Target) -> bool:
    if target.value is None or target.unit != PERCENT or target.op in (AT_MOST, BELOW):
        return False
    return target.value > 1 or (target.value == 1 and target.op in (AT_LEAST, ABOVE))


def _over(name: str, typed: str, target: Target) -> str:
    if target.op == AT_LEAST and target.value == 1:
        return f"{name}填的是“{typed}”；不可能超过 100% 的指标，按“=100%”理解。"
    return f"{name}填的是“{typed}”，超过了 100%。"


def _may_exceed(cell: Cell) -> bool:
    """Say whether the row speaks of growth, which 100% does not limit."""
    if cell.table is None:
        return False
    answers = cell.sheet.tables[cell.table.name][cell.row].answers.values()
    return any(word in str(each.value) for each in answers if each.value for word in _MAY_EXCEED)
