"""分档与定级: what a table of tiers gives for a value, and the grade of a total."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from udfs.amounts import (
    NUMBER,
    PERCENT,
    Quantity,
    Unreadable,
    bare,
    closed_up,
    is_blank,
    parse_number,
    parse_quantity,
    plain,
    shown_text,
)
from udfs.arguments import read_text, rows_of, table
from udfs.progress import NO_BASE
from udfs.registry import Argument, Function, example, register
from udfs.scores import as_rate
from udfs.targets import ABOVE, AT_LEAST, BELOW, INDICATOR, parse_target

_INTERVAL = re.compile(rf"([(\[])({NUMBER}[%‰]?),({NUMBER}[%‰]?)([)\]])")


_INFINITY = Decimal("Infinity")
Bounds = tuple[
    Decimal, bool, Decimal, bool, object
]  # low, is it inside, high, is it inside, result


@dataclass(frozen=True)
class Tier:
    """One line of a table of tiers: bounds, whether they belong to it, and what it gives."""

    low: Quantity | None
    high: Quantity | None
    result: object
    with_low: bool = False
    with_high: bool = True

    def bounds(self, level: Callable[[Quantity], Decimal]) -> Bounds:
        """Return the bounds levelled to the terms of the table; an open one is infinite."""
        low = -_INFINITY if self.low is None else level(self.low)
        high = _INFINITY if self.high is None else level(self.high)
        return low, self.with_low, high, self.with_high, self.result


@dataclass(frozen=True)
class Tiers:
    """A table of tiers; percentages are points where its bare bounds are, else fractions."""

    lines: tuple[Tier, ...]
    in_points: bool
    highest_rate: Decimal | None

    def level(self, quantity: Quantity) -> Decimal:
        """Return a number in the terms of the table."""
        if self.in_points:
            return quantity.number
        if self.highest_rate is None or quantity.unit:
            return bare(quantity)
        return as_rate(quantity, self.highest_rate)

    def result_for(self, v: Quantity) -> object:
        """Return what the first tier that holds a value gives, a dash where none does."""
        value = self.level(v)
        for low, with_low, high, with_high, result in self._bounds:
            above = low < value or (with_low and low == value)
            if above and (value < high or (with_high and value == high)):
                return result
        return NO_BASE

    @cached_property
    def _bounds(self) -> tuple[Bounds, ...]:
        return tuple(line.bounds(self.level) for line in self.lines)


def read_tiers(rows: object) -> Tiers | None:
    """Read a table of tiers; its blank rows do not count."""
    lines = tuple(_tier(row) for row in rows_of(rows) if not all(map(is_blank, row)))
    if not lines:
        return None
    bounds = [bound for line in lines for bound in (line.low, line.high) if bound is not None]
    return Tiers(
        lines=lines,
        in_points=any(not bound.unit and abs(bound.number) > 1 for bound in bounds),
        highest_rate=max((bare(b) for b in bounds if b.unit == PERCENT), default=None),
    )


def _tier(cells: list[object]) -> Tier:
    """Read a row: upper bound and result, or lower bound, upper bound and result.

    A lower bound is outside its tier, an upper one inside: (0,10]. A bound may also be worded
    (≥90, (0%,10%]); a blank one is open, and a tier from 0 to 0 is 0 alone.
    """
    if len(cells) == 3:
        low, high = parse_quantity(cells[0]), parse_quantity(cells[1])
        return Tier(low, high, _result(cells[2]), with_low=low == high)
    if len(cells) != 2:
        raise Unreadable(f"{len(cells)}列", "档次表应为两列或三列")
    return _worded_tier(cells[0], _result(cells[1]))


def _worded_tier(bound: object, result: object) -> Tier:
    if not isinstance(bound, str) or is_blank(bound):
        return Tier(None, parse_quantity(bound), result)
    if match := _INTERVAL.fullmatch(closed_up(bound)):
        low, high = parse_quantity(match[2]), parse_quantity(match[3])
        return Tier(low, high, result, match[1] == "[", match[4] == "]")
    target = parse_target(bound)
    if target.value is None:
        raise Unreadable(shown_text(bound))
    edge = Quantity(target.value * 100 if target.unit == PERCENT else target.value, target.unit)
    if target.op in {AT_LEAST, ABOVE}:
        return Tier(edge, None, result, with_low=target.op == AT_LEAST)
    return Tier(None, edge, result, with_high=target.op != BELOW)


def _result(cell: object) -> object:
    try:
        return parse_number(cell)
    except Unreadable:
        return read_text(cell)


@register(
    Function(
        name="JX_TIER",
        category=INDICATOR,
        help="按档次表查得分：区间左开右闭，自上而下取第一个符合的档；无对应档返回“—”。",
        arguments=(
            Argument("v", "要查的数", parse_quantity),
            table(
                Argument(
                    "table",
                    "档次表：两列（上限，得分）或三列（下限，上限，得分），空白为不限",
                    read_tiers,
                )
            ),
        ),
        examples=(
            example(
                "39.9%",
                [[0, 8], [10, 6], [20, 4], [30, 2], ["", 0]],
                gives=0.0,
                note="预算控制率39.9%",
            ),
            example(10, [[0, 8], [10, 6], [20, 4]], gives=6.0, note="恰为上限，属于本档"),
            example(
                85, [["≥90", "优"], ["≥80", "良"], ["", "差"]], gives="良", note="也可写文字条件"
            ),
        ),
        source="预算控制率计分：0得8分，(0,10]得6分，(10,20]得4分，(20,30]得2分，30以上不得分",
    )
)
def tier(v: Quantity, table: Tiers) -> object:
    """Return what a table of tiers gives for a value."""
    return table.result_for(v)


@register(
    Function(
        name="JX_GRADE",
        category=INDICATOR,
        help="总分定级：90分及以上优，80及以上良，60及以上中，60以下差；不在0–100的提示。",
        arguments=(Argument("score", "评价总分", parse_number),),
        examples=(
            example(89.99, gives="良", note="不到90分即为良，不先取整"),
            example("98.62分", gives="优", note="带单位也可"),
            example(101, gives="⚠超出0-100:101", note="总分超过100"),
        ),
        source="财预〔2020〕10号：优90–100，良80–90，中60–80，差60以下",
        native='IF({score}="","",IF(OR({score}<0,{score}>100),"⚠超出0-100:"&{score},'
        'IF({score}>=90,"优",IF({score}>=80,"良",IF({score}>=60,"中","差")))))',
    )
)
def grade(score: Decimal) -> str:
    """Return the grade of a total score; the intervals are half-open."""
    if not 0 <= score <= 100:
        raise Unreadable(plain(score), "超出0-100")
    return next(
        word for floor, word in ((90, "优"), (80, "良"), (60, "中"), (0, "差")) if score >= floor
    )
