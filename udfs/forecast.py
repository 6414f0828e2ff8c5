"""全年预计: where the year will end, by a method that is named."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from udfs.amounts import rounded, total_of
from udfs.arguments import Cell, amount, choice, digits, figures, optional, series
from udfs.periods import cumulative, month_of
from udfs.progress import PROGRESS
from udfs.registry import Argument, Function, example, register

Forecast = Callable[[list[Decimal], list[Decimal]], Decimal]


def by_average(flows: list[Decimal], _: list[Decimal]) -> Decimal:
    """Go on at the average of all months so far."""
    return total_of(flows) * 12 / len(flows)


def by_recent(flows: list[Decimal], _: list[Decimal]) -> Decimal:
    """Go on at the average of the last three months."""
    recent = flows[-3:]
    return total_of(flows) + total_of(recent) * (12 - len(flows)) / len(recent)


def by_season(flows: list[Decimal], last: list[Decimal]) -> Decimal:
    """Go on as last year did: the same share of the year by the same month."""
    return total_of(flows) * total_of(last) / total_of(last[: len(flows)])


METHODS: dict[str, Forecast] = {
    "average": by_average,
    "recent": by_recent,
    "season": by_season,
}
_NAMES = {"均速": "average", "近三月": "recent", "上年同期": "season"}


@register(
    Function(
        name="JX_FORECAST",
        category=PROGRESS,
        help="全年预计数：按均速、近三月或上年同期的方法由各月发生数推算；缺月返回“缺N月”。",
        arguments=(
            series(amount("months", "1月起各月发生数，一行或一列；多行区域则逐行推算")),
            Argument("upto", "已有数据的末月，可写 9 或 1-9月", month_of),
            choice(
                "method",
                "average（均速，默认）累计÷月数×12；recent（近三月）余下各月按近三月平均；"
                "season（上年同期）累计÷上年同期累计×上年全年",
                {**_NAMES, **{name: name for name in METHODS}},
            ),
            optional(series(amount("last", "上年1至12月发生数，仅上年同期法需要"))),
            digits(),
        ),
        examples=(
            example([10, 10, 16], 3, gives=144.0, note="均速：36÷3×12"),
            example([1, 2, 3, 6, 9], 5, "近三月", gives=63.0, note="余下7个月每月6"),
            example(
                [30, 30],
                2,
                "上年同期",
                [20, 20, *[16] * 10],
                gives=300.0,
                note="上年同期完成全年的20%",
            ),
        ),
        source="监控表“全年预计执行数”栏；方法须注明",
    )
)
def forecast(
    months: Sequence[Cell],
    upto: int,
    method: str = "average",
    last: Sequence[Cell] | None = None,
    digits: int | None = None,
) -> Decimal | str:
    """Return the estimate for the year; a gap is named, as in the cumulative sum."""
    month = min(upto, 12)
    cum = cumulative(months, month)
    if isinstance(cum, str):
        return cum
    flows = _present(figures(months[:month]))
    before = _present(figures(last or [])[:12])
    if method == "season" and (len(before) < 12 or total_of(before[:month]) <= 0):
        return "缺上年数"
    return rounded(METHODS[method](flows, before), digits)


def _present(cells: Sequence[Decimal | None]) -> list[Decimal]:
    return [cell for cell in cells if cell is not None]
