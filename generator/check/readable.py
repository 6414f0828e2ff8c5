"""TYPE, CHOICE, NORMALISED: an answer is what its cell asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from generator.check.examined import Cell, Examined
from generator.check.rules import CHOICE, NORMALISED, TYPE
from generator.check.wording import excerpt
from generator.model.filing import Answer
from generator.model.finding import Finding
from generator.model.form import Field, FieldType

_WANTED = {
    FieldType.AMOUNT: ("看不出是金额", "请只填数字，例如 1234.56"),
    FieldType.NUMBER: ("看不出是数", "请只填数字，例如 12.5"),
    FieldType.INTEGER: ("看不出是整数", "请只填整数，例如 12"),
    FieldType.PERCENT: ("看不出是百分数", "请填百分数，例如 80%"),
    FieldType.POINTS: ("看不出是百分数", "表头已有（%），请只填数字，例如 80 表示 80%"),
    FieldType.MONTH: ("看不出是哪年哪月", "请写成“2021年12月”这样的形式"),
}
_OWN_FAMILY = {FieldType.CHOICE, FieldType.TARGET}


def unreadable(examined: Examined) -> Iterator[Finding]:
    """Find answers that are not what their cell asks for, such as words where a number is meant."""
    for cell in examined.odd:
        if not cell.answer.readable and cell.field.type not in _OWN_FAMILY:
            problem, remedy = _WANTED.get(cell.field.type, ("无法识别", TYPE.remedy))
            unit = f"（单位：{cell.field.unit}）" if cell.field.unit else ""
            message = f"{examined.name(cell)}填的是“{excerpt(cell.answer.raw)}”，{problem}。"
            yield TYPE.found(examined.place(cell), message, f"{remedy.rstrip('。')}{unit}。")


def choices(examined: Examined) -> Iterator[Finding]:
    """Find answers that are not in their cell's list."""
    for column in examined.inputs_of(FieldType.CHOICE):
        for at, answer in enumerate(column.answers):
            if not _listed(answer, column.field.choices):
                yield _not_listed(examined, column.cell(at))


def _not_listed(examined: Examined, cell: Cell) -> Finding:
    typed = excerpt(cell.answer.raw or str(cell.answer.value))
    message = f"{examined.name(cell)}填的是“{typed}”，不在可选项中。"
    return CHOICE.found(examined.place(cell), message, _choose(cell.field, typed))


def normalised(examined: Examined) -> Iterator[Finding]:
    """Report every answer that was understood differently from how it was typed."""
    for cell in examined.odd:
        if cell.answer.normalised:
            message = f"{examined.name(cell)}：{cell.answer.normalised.rstrip('。')}。"
            yield NORMALISED.found(examined.place(cell), message)


def _listed(answer: Answer, choices: Sequence[str]) -> bool:
    return answer.readable and (answer.value is None or answer.value in choices)


def _choose(field: Field, typed: str) -> str:
    near = get_close_matches(typed, field.choices, n=1, cutoff=0.4)
    hint = f"是否应为“{near[0]}”？" if near else ""
    listed = "、".join(field.choices[:12]) + ("等" if len(field.choices) > 12 else "")
    return f"{hint}请从下拉列表中选择：{listed}。"
