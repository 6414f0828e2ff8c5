"""The pages of 指标库.xlsx: every indicator, what is usual by type of project, the wordings."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from generator.report.pages import Chart, ChartKind, Column, Grid, Look, Page, Value
from generator.year.library import Counts, Entry, Library
from generator.year.library.wordings import near, ranked

_FEW = 5  # texts that a cell lists
_MOST_PAIRS = 300
_MOST_BARS = 12
_LEVELS = (
    Column("一级指标", width=14),
    Column("二级指标", width=20),
    Column("三级指标", width=30),
)


def pages(found: Library, scope: str = "") -> tuple[Page, ...]:
    """Return the pages; `scope` says of what the library is, such as a year or a search."""
    return (_list(found, scope), _framework(found), _wordings(found))


def _list(found: Library, scope: str) -> Page:
    columns = (
        Column("序号", Look.COUNT, 6),
        *_LEVELS,
        Column("使用次数", Look.COUNT, 10),
        Column("单位数", Look.COUNT, 9),
        Column("常用指标值", width=36),
        Column("常用依据", width=30),
        Column("项目类型", width=30),
        Column("年度", width=16),
        Column("其他写法", width=34),
    )
    rows = [_line(number, each) for number, each in enumerate(found.entries, 1)]
    facts = (
        f"{scope}共 {found.returned} 行指标，归并为 {len(found.entries)} 个。"
        "使用次数按项目和年度数：一个项目一年里几张表都填的算一次。括号里是用这个写法的次数。",
    )
    return Page("指标库", "指标库", facts, (Grid("", columns, rows),), filter=True, frozen=4)


def _line(number: int, each: Entry) -> tuple[Value, ...]:
    return (
        *(number, each.level1 or None, each.level2 or None, each.level3),
        *(each.uses, each.departments, _few(each.targets), _few(each.bases)),
        *(_few(each.types), "、".join(each.years), _few(each.wordings[1:])),
    )


def _few(counts: Counts) -> str | None:
    told = "；".join(f"{text}（{count}）" for text, count in counts[:_FEW])
    more = f"；等 {len(counts)} 种" if len(counts) > _FEW else ""
    return told + more or None


def _framework(found: Library) -> Page:
    grids, charts = [], []
    by_type = [(type_, projects, found.usual(type_)) for type_, projects in found.types]
    counted = [(type_, projects) for type_, projects, _ in by_type][:_MOST_BARS]
    if counted:
        title = "各类项目的个数"
        heads = (Column("项目类型", width=20), Column("项目数", Look.COUNT, 20))
        grid = Grid(title, heads, counted)
        grids.append(grid)
        charts.append(Chart(ChartKind.BARS, title, grid, (1,), None, "个", ("5B9BD5",)))
    for type_, projects, usual in by_type:
        rows = [
            (
                *(each.entry.level1 or None, each.entry.level2 or None, each.entry.level3),
                *(each.uses, Decimal(each.uses) / each.projects),
                "；".join(text for text, _ in each.entry.targets[:_FEW]) or None,
            )
            for each in usual
        ]
        columns = (
            *_LEVELS,
            Column("使用的项目", Look.COUNT, 12),
            Column("占比", Look.PERCENT, 10),
            Column("常用指标值（各类项目）", width=44),
        )
        note = f"{projects} 个项目；列出两个以上、并且两成以上的项目都用的指标。"
        grids.append(Grid(f"{type_}：绩效目标标准框架", columns, rows, note=note))
    facts = (
        "按各类项目填报过的指标归纳，供制定绩效目标标准框架参考。"
        if grids
        else "登记过的项目清单里没有写项目类型，不能按类型归纳。",
    )
    return Page("标准框架", "各类项目的绩效目标标准框架", facts, tuple(grids), tuple(charts))


def _wordings(found: Library) -> Page:
    grids = (_level2(found), _merged(found), _near(found))
    facts = (
        "只差“指标”“性”“的”、空格和标点的写法归并在一起，以用得最多的为准。"
        "差一个有意思的字就不是一回事（数量和质量、合格率和不合格率），不归并，"
        "只在“相近的写法”里列出来，由人判断。",
    )
    return Page("写法", "指标的不同写法", facts, tuple(each for each in grids if len(each.rows)))


def _level2(found: Library) -> Grid:
    columns = (*_LEVELS[:1], Column("采用的写法", width=20), Column("其他写法（次数）", width=60))
    first = {each.level2: each.level1 for each in found.entries}
    rows = [
        (first.get(counts[0][0]) or None, counts[0][0], _few(counts[1:]))
        for counts in found.level2
        if len(counts) > 1
    ]
    return Grid("二级指标", columns, rows)


def _merged(found: Library) -> Grid:
    columns = (*_LEVELS[:2], Column("采用的写法", width=30), Column("其他写法（次数）", width=60))
    rows = [
        (each.level1 or None, each.level2 or None, each.level3, _few(each.wordings[1:]))
        for each in found.entries
        if len(each.wordings) > 1
    ]
    return Grid("三级指标：归并了的", columns, rows)


def _near(found: Library) -> Grid:
    columns = (
        *_LEVELS[:2],
        Column("写法甲", width=30),
        Column("写法乙", width=34),
        Column("相近程度", Look.PERCENT, 12),
    )
    pairs = sorted(_pairs(found), key=lambda each: (-each[-1], each[2], each[3]))
    note = f"同一个二级指标里、相邻两字相同的占六成以上的，最多列 {_MOST_PAIRS} 对；没有归并。"
    return Grid("三级指标：相近的写法", columns, pairs[:_MOST_PAIRS], note=note)


def _pairs(found: Library) -> Iterator[tuple[str | None, str | None, str, str, Decimal]]:
    by_level: dict[tuple[str, str], dict[str, int]] = {}
    for each in found.entries:
        by_level.setdefault((each.level1, each.level2), {})[each.level3] = each.uses
    for (level1, level2), names in by_level.items():
        for one, other, alike in near(text for text, _ in ranked(names)):
            yield (level1 or None, level2 or None, one, other, Decimal(f"{alike:.4f}"))
