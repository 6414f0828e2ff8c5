"""The target of an indicator (指标值) as forms word it: ≥95%, 不少于10家, ≤预算控制数, 有效提高."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from udfs.amounts import (
    NUMBER,
    Quantity,
    Unreadable,
    bare,
    clean,
    closed_up,
    is_blank,
    is_excel_error,
    parse_quantity,
    unit_of,
)
from udfs.registry import Argument, Function, Shape, example, register

AT_LEAST, AT_MOST, ABOVE, BELOW, EQUAL = ">=", "<=", ">", "<", "="
WORDS = {
    AT_LEAST: ">= ≥ ≧ ⩾ => ≮ 大于或等于 大于等于 不少于 不低于 不小于 不得少于 不得低于 至少 达到",
    AT_MOST: "<= ≤ ≦ ⩽ =< ≯ 小于或等于 小于等于 不超过 不高于 不大于 不多于 不得超过 不得高于 至多 "
    "控制在",
    ABOVE: "> 大于 高于 超过 多于",
    BELOW: "< 小于 低于 少于",
    EQUAL: "= 等于",
}
OPERATORS = {word: op for op, words in WORDS.items() for word in words.split()}
_ENDINGS = {"以上": AT_LEAST, "以内": AT_MOST, "之内": AT_MOST, "以下": AT_MOST, "内": AT_MOST}
_OPERATOR = "|".join(sorted(map(re.escape, OPERATORS), key=len, reverse=True))
_WORDED = re.compile(rf"(?P<head>[^0-9]*?)(?P<op>{_OPERATOR})(?P<rest>.*)", re.DOTALL)
_MEASURED = re.compile(
    rf"(?P<number>{NUMBER})(?P<unit>%|‰|百分比|个?百分点|[^\W\d_]{{0,3}}?/?[^\W\d_]{{0,5}}?[23]?)"
    rf"(?:及|\(含\))?(?P<ending>{'|'.join(_ENDINGS)}|)(?P<tail>完成)?(?:\([^()]*\))?"
)
_DEADLINE = re.compile(r"[0-9]{1,4}(?:年|月[份底末初前]|[日号])")


@dataclass(frozen=True)
class Target:
    """What an indicator asks for: num has a value, ref names one, qual is words, blank nothing."""

    op: str
    value: Decimal | None
    unit: str
    kind: str


BLANK_TARGET = Target("", None, "", "blank")


def parse_target(value: object) -> Target:
    """Read a target; a percentage is kept as its fraction, and no operator means =.

    >>> parse_target("不低于 10%")
    Target(op='>=', value=Decimal('0.10'), unit='%', kind='num')
    >>> parse_target("≤预算控制数")
    Target(op='<=', value=None, unit='预算控制数', kind='ref')

    Raises:
        Unreadable: for booleans, dates and Excel's errors.
    """
    return _target_of_text(value) if isinstance(value, str) else _numeric(value)


@lru_cache(maxsize=1024)
def _target_of_text(text: str) -> Target:
    """Read a worded target; a form repeats the same few hundreds of times."""
    written = clean(text)
    if is_blank(written):
        return BLANK_TARGET
    if is_excel_error(written):
        raise Unreadable(written)
    return _worded(closed_up(written)) or Target("", None, written, "qual")


def _numeric(value: object) -> Target:
    quantity = parse_quantity(value)
    return BLANK_TARGET if quantity is None else _measured(EQUAL, quantity)


def _worded(text: str) -> Target | None:
    """Read a target that names a number or, behind an operator, the place of one."""
    match = _WORDED.fullmatch(text)
    if match is None:
        return _counted(EQUAL, text)
    op, rest = OPERATORS[match["op"]], match["rest"]
    return _counted(op, rest) or (Target(op, None, rest, "ref") if _refers(match) else None)


def _refers(match: re.Match[str]) -> bool:
    """Say whether an operator points at a figure kept elsewhere: ≤预算控制数, 不超过上年决算数.

    达到预期效果 does not; nor do words that stand in the middle of a sentence.
    """
    symbol = not match["op"].isalpha()
    return bool(match["rest"]) and (symbol or (not match["head"] and match["op"] != "达到"))


def _counted(op: str, text: str) -> Target | None:
    match = _MEASURED.fullmatch(text)
    if match is None or _DEADLINE.match(text):
        return None
    number = Decimal(match["number"].replace(",", ""))
    if op == EQUAL:
        op = _ENDINGS.get(match["ending"], op)
    return _measured(op, Quantity(number, unit_of(match["unit"])))


def _measured(op: str, quantity: Quantity) -> Target:
    return Target(op, bare(quantity), quantity.unit, "num")


INDICATOR = "指标与评分"
_SOURCE = "FN20、EZ24 指标值栏；财预〔2021〕101号"
_TARGET = Argument("v", "指标值，如 ≥95%、不少于10家、≤预算控制数", parse_target)


@register(
    Function(
        name="JX_TARGET",
        category=INDICATOR,
        help="拆解指标值为四格：符号、数值、单位、类型（num数值、ref参照、qual定性、blank空）。",
        arguments=(_TARGET,),
        examples=(
            example("≤48 小时", gives=["<=", 48.0, "小时", "num"], note="时效指标"),
            example(
                "不低于 10%", gives=[">=", 0.1, "%", "num"], note="文字写的符号，百分数读成小数"
            ),
            example("≤预算控制数", gives=["<=", "", "预算控制数", "ref"], note="参照另一个数"),
            example("有效提高", gives=["", "", "有效提高", "qual"], note="定性指标"),
        ),
        source=_SOURCE,
        shape=Shape.ROW,
    )
)
def target_parts(v: Target) -> tuple[str, Decimal | None, str, str]:
    """Return the parts of a target, side by side."""
    return v.op, v.value, v.unit, v.kind


@register(
    Function(
        name="JX_TARGET_OP",
        category=INDICATOR,
        help="指标值的符号：>=、<=、>、<、=；定性指标返回空。",
        arguments=(_TARGET,),
        examples=(
            example("不少于10家", gives=">=", note="“不少于”即≥"),
            example("100%完成", gives="=", note="没有写符号按等于"),
        ),
        source=_SOURCE,
    )
)
def target_op(v: Target) -> str:
    """Return the operator of a target."""
    return v.op


@register(
    Function(
        name="JX_TARGET_VAL",
        category=INDICATOR,
        help="指标值的数值，百分数为小数；定性、参照指标返回空。",
        arguments=(_TARGET,),
        examples=(
            example("≥95%", gives=0.95, note="百分数读成小数"),
            example("有效提高", gives="", note="定性指标没有数值"),
        ),
        source=_SOURCE,
    )
)
def target_value(v: Target) -> Decimal | None:
    """Return the value of a target."""
    return v.value


@register(
    Function(
        name="JX_TARGET_UNIT",
        category=INDICATOR,
        help="指标值的单位；参照指标返回所参照的名称，定性指标返回原文。",
        arguments=(_TARGET,),
        examples=(
            example("=6 人", gives="人", note="数量指标"),
            example("≤预算控制数", gives="预算控制数", note="成本指标"),
        ),
        source=_SOURCE,
    )
)
def target_unit(v: Target) -> str:
    """Return the unit of a target, or what stands in its place."""
    return v.unit
