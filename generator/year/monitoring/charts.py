"""The page 图表 of 双监控.xlsx: levels, departments, and progress beside the calendar."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from generator.report.pages import Chart, ChartKind, Column, Grid, Look, Page
from generator.year.figures import group_by, percent_of
from generator.year.monitoring import Watch
from generator.year.monitoring.shared import NAME, title
from generator.year.monitoring.spending import together

_MOST, _MOST_RATES = 20, 12  # departments in a chart that lies, and in one that stands
_COLORS = ("A9D18E", "FFD966", "F4B183", "E57373")
_UNKNOWN = "BFBFBF"


def charts(watch: Watch) -> Page:
    """Return the page; what cannot be drawn is left out."""
    drawn = (_level_chart(watch), _department_chart(watch), _rate_chart(watch))
    found = tuple(each for each in drawn if each)
    facts = () if found else ("没有可以画图的数据。",)
    return Page("图表", title(watch, "图表"), facts, tuple(each.grid for each in found), found)


def _level_chart(watch: Watch) -> Chart | None:
    columns = (Column("级别", width=28), Column("项目数", Look.COUNT, 12))
    counts = Counter(each.level for each in watch.projects)
    rows = [(word, counts[word]) for word in watch.words if counts[word]]
    heading = f"各级别项目数（共 {len(watch.projects)} 个）"
    grid = Grid(heading, columns, rows)
    return Chart(ChartKind.BARS, heading, grid, (1,), None, "个", ("5B9BD5",)) if rows else None


def _department_chart(watch: Watch) -> Chart | None:
    words = [each for each in watch.words if each != watch.levels.mildest]
    graver = watch.levels.words[1:]
    rows = []
    for own in group_by(watch.projects, lambda each: each.outcome.department).values():
        counts = Counter(each.level for each in own)
        weight = tuple(counts[word] for word in reversed(graver))
        if any(weight):
            cells = tuple(counts[word] or None for word in words)
            rows.append((weight, (own[0].outcome.department_name, *cells)))
    rows.sort(key=lambda each: each[0], reverse=True)
    chosen = f"（最多的 {_MOST} 个单位）" if len(rows) > _MOST else ""
    heading = f"各单位需要关注的项目数{chosen}"
    columns = (NAME, *(Column(word, Look.COUNT, 9) for word in words))
    grid = Grid(heading, columns, [row for _, row in rows[:_MOST]])
    colors = tuple(_color(watch, word) for word in words)
    series = tuple(range(1, len(words) + 1))
    return Chart(ChartKind.STACK, heading, grid, series, None, "个", colors) if rows else None


def _color(watch: Watch, word: str) -> str:
    if word not in watch.levels:
        return _UNKNOWN
    from_worst = len(watch.levels.words) - 1 - watch.levels.words.index(word)
    return _COLORS[::-1][min(from_worst, len(_COLORS) - 1)]


def _rate_chart(watch: Watch) -> Chart | None:
    rows: list[tuple[str, Decimal, Decimal]] = []
    for own in group_by(watch.projects, lambda each: each.outcome.department).values():
        rate = together(each.spending for each in own)[0]
        if rate is not None:
            rows.append((own[0].outcome.department_name, rate, watch.time))
    rows.sort(key=lambda each: each[1])
    chosen = f"（最低的 {_MOST_RATES} 个单位）" if len(rows) > _MOST_RATES else ""
    heading = f"各单位支出进度与序时进度（{percent_of(watch.time)}）{chosen}"
    columns = (
        NAME,
        Column("支出进度", Look.PERCENT, 12),
        Column("序时进度", Look.PERCENT, 12),
    )
    grid = Grid(heading, columns, rows[:_MOST_RATES])
    return Chart(ChartKind.BARS, heading, grid, (1,), 2, "支出进度", ("5B9BD5",)) if rows else None
