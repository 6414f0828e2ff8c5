"""What each input cell accepts, with a Chinese prompt."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from generator.layout.sheet import Area, Validation
from generator.model.form import Field, FieldType

_WIDEST = Decimal(10) ** 13
_TITLE, _PROMPT = 32, 255  # characters that Excel allows


def validation_of(
    form_field: Field, areas: tuple[Area, ...], context: Mapping[str, object]
) -> Validation:
    """Return the validation of a field's cells."""
    label = str(form_field.label.render(context)).replace("\n", "")[:_TITLE]
    prompt = prompt_of(form_field)[:_PROMPT]
    match form_field.type:
        case FieldType.CHOICE:
            error = f"“{label}”只能从下拉列表中选择。"
            return Validation("list", areas, label, prompt, error, choices=form_field.choices)
        case FieldType.TEXT if form_field.suggestions:
            listed = form_field.suggestions
            return Validation("list", areas, label, prompt, choices=listed, strict=False)
        case FieldType.INTEGER:
            return _numeric("whole", "整数", form_field, areas, label)
        case FieldType.AMOUNT | FieldType.NUMBER | FieldType.PERCENT | FieldType.POINTS:
            return _numeric("decimal", "数字", form_field, areas, label)
        case FieldType.TEXT if form_field.max_length:
            error = f"“{label}”最多 {form_field.max_length} 个字。"
            maximum = str(form_field.max_length)
            return Validation("textLength", areas, label, prompt, error, "0", maximum)
    return Validation(None, areas, label, prompt)


def prompt_of(form_field: Field) -> str:
    """Return the help shown when a cell is entered: the form's own, and what is demanded."""
    parts = [form_field.help] if form_field.help else []
    if form_field.required:
        parts.append("必填。")
    if form_field.type.numeric:
        parts.append(_bounds(form_field))
    if form_field.max_length:
        parts.append(f"最多 {form_field.max_length} 个字。")
    if form_field.suggestions:
        parts.append("可以从下拉列表中选，也可以填列表以外的。")
    return "".join(parts)


def _bounds(form_field: Field) -> str:
    low, high = form_field.minimum, form_field.maximum
    if low is not None and high is not None:
        return f"应在 {show(form_field, low)} 到 {show(form_field, high)} 之间。"
    if low is not None:
        return f"不小于 {show(form_field, low)}。"
    return f"不大于 {show(form_field, high)}。" if high is not None else ""


def show(form_field: Field, bound: Decimal) -> str:
    """Return a bound as people read it: 100% for a percentage's 1."""
    if form_field.type is FieldType.PERCENT:
        return f"{(bound * 100).normalize():f}%"
    return f"{bound.normalize():f}"


def _numeric(
    kind: Literal["decimal", "whole"],
    noun: str,
    form_field: Field,
    areas: tuple[Area, ...],
    label: str,
) -> Validation:
    low = -_WIDEST if form_field.minimum is None else form_field.minimum
    high = _WIDEST if form_field.maximum is None else form_field.maximum
    error = f"“{label}”应填{noun}。{_bounds(form_field)}不要带单位、空格和文字。"
    prompt = prompt_of(form_field)[:_PROMPT]
    return Validation(kind, areas, label, prompt, error[:_PROMPT], f"{low:f}", f"{high:f}")
