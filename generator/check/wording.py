"""Values as people write them, for messages."""

from __future__ import annotations

from decimal import Decimal

from generator.model.expression import Value
from generator.model.form import Field, FieldType
from udfs.amounts import plain, round_half_up

_DECIMALS = 6
_NOISE = Decimal("1e-9")  # what binary numbers leave behind is no digit that anybody typed


def written(value: Value) -> str:
    """Return a value of an expression as a message shows it.

    >>> [written(each) for each in (Decimal("12.50"), Decimal(2) / 3, None, "—")]
    ['12.5', '约0.666667', '（空）', '—']
    """
    match value:
        case None:
            return "（空）"
        case bool():
            return "是" if value else "否"
        case Decimal():
            short = round_half_up(value, _DECIMALS)
            return ("约" if abs(value - short) > _NOISE else "") + plain(short)
    return value


def measured(field: Field, value: Value) -> str:
    """Return what a field's cell shows, with its unit.

    >>> from generator.model.form import FieldType
    >>> measured(Field("share", None, FieldType.PERCENT), Decimal("0.7732"))
    '77.32%'
    """
    if not isinstance(value, Decimal):
        return written(value)
    if field.type is FieldType.PERCENT:
        return written(value.scaleb(2)) + "%"
    if field.type is FieldType.POINTS:
        return written(value) + "%"
    return f"{written(value)} {field.unit}".rstrip()


def gap(field: Field, difference: Decimal) -> str:
    """Return how far apart two values of a field are; percentages differ by 百分点."""
    match field.type:
        case FieldType.PERCENT:
            return written(abs(difference).scaleb(2)) + " 个百分点"
        case FieldType.POINTS:
            return written(abs(difference)) + " 个百分点"
    return measured(field, abs(difference))


def one_line(text: str) -> str:
    r"""Return a text without the line breaks that narrow columns force on it.

    >>> one_line("部门（单位）\n名称")
    '部门（单位）名称'
    """
    return "".join(line.strip() for line in text.splitlines())


def excerpt(text: str, length: int = 30) -> str:
    """Return the beginning of a long text."""
    text = one_line(text)
    return text if len(text) <= length else text[: length - 1] + "…"
