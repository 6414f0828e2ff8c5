"""The pages of 双监控.xlsx: how many projects at which level, what money, and which rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from generator.report.pages import Column, Grid, Look, Page, Value
from generator.year.figures import group_by, percent_of, points
from generator.year.monitoring import LISTS, UNDECIDED, Watch, Watched
from generator.year.monitoring.charts import charts
from generator.year.monitoring.lists import goal_list, project_list
from generator.year.monitoring.shared import NAME, money_of, spent_by, title, tones
from generator.year.monitoring.spending import together


def pages(watch: Watch, *, linked: bool = True) -> tuple[Page, ...]:
    """Return the pages, what is asked for first in front; `linked`: the returned forms are near."""
    lists = (project_list(watch, linked=linked), goal_list(watch, linked=linked))
    return (_overview(watch), charts(watch), *lists, _rules(watch))


# -- 总览 --


def _overview(watch: Watch) -> Page:
    grids = (_by_level(watch), _by_step(watch), _by_department(watch))
    return Page("总览", title(watch, "情况"), tuple(_facts(watch)), grids, frozen=0)


def _facts(watch: Watch) -> Iterator[str]:
    every = watch.projects
    arrived = [each for each in every if each.returned.arrived]
    departments = len({each.outcome.department for each in every})
    rate, covered = together(each.spending for each in every)
    yield (
        f"{departments} 个单位 {len(every)} 个项目，报来监控表的 {len(arrived)} 个；"
        f"年初预算合计 {money_of(every):,.2f} 万元。"
        f"序时进度 {percent_of(watch.time)}，支出进度 {percent_of(rate)}"
        f"（{covered} 个项目的执行数合计÷预算数合计，不是各项目进度的平均）。"
    )
    counts = Counter(each.level for each in every)
    told = "、".join(f"{word} {counts[word]} 个" for word in watch.words if counts[word])
    yield f"预警级别：{told}。一个项目符合几条规则的，都列在“清单”里，级别取最重的一级。"
    if not watch.listed:
        yield f"台账里没有{watch.period.year}年的项目清单，数不出哪些项目没有报监控表。"
    if not watch.planned:
        yield "台账里没有这些项目的资金支出计划，没有与计划比较，只与序时进度比较。"
    lacking = sum(bool(each.missing) for each in every)
    if lacking:
        yield (
            f"{lacking} 个项目缺少数据，有的规则没法判断，缺什么见“清单”的“缺少的数据”；"
            f"支出进度算不出来、又没有别的预警的，级别是“{UNDECIDED}”，不是“正常”。"
        )


def _by_level(watch: Watch) -> Grid:
    counted = _shares(watch, watch.words, lambda each: each.level)
    first = Column("级别", width=28, tones=tones(watch))
    return Grid("按预警级别", (first, *_FIGURES), counted, totals=1)


def _by_step(watch: Watch) -> Grid:
    words = (*reversed(watch.steps.words), "")
    counted = _shares(watch, words, lambda each: each.step, nothing="不采取措施")
    note = "建议措施供参考，由财政部门决定；每个项目的理由见“清单”。"
    return Grid("按建议措施", (Column("建议措施", width=28), *_FIGURES), counted, 1, note)


_FIGURES = (
    Column("项目数", Look.COUNT, 11),
    Column("占比", Look.PERCENT, 11),
    Column("年初预算（万元）", Look.MONEY, 18),
    Column("占比", Look.PERCENT, 11),
    Column("执行数（万元）", Look.MONEY, 18),
    Column("支出进度", Look.PERCENT, 11),
    Column("没有预算数", Look.COUNT, 12),
)


def _shares(
    watch: Watch, words: Sequence[str], of: Callable[[Watched], str], nothing: str = ""
) -> list[tuple[Value, ...]]:
    every = watch.projects
    rows = [_share("合计", every, every)]
    for word in words:
        own = [each for each in every if of(each) == word]
        if own or word in watch.levels:
            rows.append(_share(word or nothing, own, every))
    return rows


def _share(name: str, own: Sequence[Watched], every: Sequence[Watched]) -> tuple[Value, ...]:
    money, whole = money_of(own), money_of(every)
    return (
        *(name, len(own), Decimal(len(own)) / len(every) if every else None),
        *(money, money / whole if whole else None, spent_by(own)),
        *(together(each.spending for each in own)[0], _without_budget(own)),
    )


def _by_department(watch: Watch) -> Grid:
    words = watch.words
    columns = (
        NAME,
        *(_FIGURES[0], _FIGURES[2], _FIGURES[4], _FIGURES[5]),
        Column("与序时差（百分点）", Look.MONEY, 12),
        *(Column(each, Look.COUNT, 9, group="各级别项目数") for each in words),
        Column("没有预算数", Look.COUNT, 12),
        Column("单位编码", width=13),
    )
    rows = [
        _department(watch, own, words)
        for own in group_by(watch.projects, lambda each: each.outcome.department).values()
    ]
    note = "支出进度＝执行数合计÷预算数合计；缺执行数或预算数的项目，两边都不计。"
    return Grid("按单位", columns, rows, note=note)


def _department(watch: Watch, own: Sequence[Watched], words: Sequence[str]) -> tuple[Value, ...]:
    rate = together(each.spending for each in own)[0]
    counts = Counter(each.level for each in own)
    first = own[0].outcome
    return (
        *(first.department_name, len(own), money_of(own), spent_by(own), rate),
        None if rate is None else points(rate - watch.time),
        *(counts[word] or None for word in words),
        *(_without_budget(own) or None, first.department),
    )


def _without_budget(own: Sequence[Watched]) -> int:
    return sum(each.outcome.budget is None for each in own)


# -- 规则 --


def _rules(watch: Watch) -> Page:
    columns = (
        Column("规则", width=24),
        Column("级别", width=9, tones=tones(watch)),
        Column("建议措施", width=11),
        Column("规则怎么说（…是各项目的数）", width=64),
        Column("符合的项目", Look.COUNT, 11),
        Column("年初预算（万元）", Look.MONEY, 16),
    )
    grids = []
    for name in LISTS:
        edition = watch.rules.edition(name)
        rows: list[tuple[Value, ...]] = []
        for rule in edition.rules:
            own = [p for p in watch.projects if any(each.rule is rule for each in p.alerts)]
            then = (str(getattr(rule.then[key], "value", "")) for key in ("level", "step"))
            rows.append((rule.name, *then, watch.rules.pattern(rule), len(own), money_of(own)))
        note = f"从 {edition.since[0]} 年 {edition.since[1]} 月起；依据：{edition.source}。"
        grids.append(Grid(watch.rules.rules.lists[name].label, columns, rows, note=note))
    file = watch.rules.rules.file.name
    facts = (
        f"规则写在文件 {file} 里，可以改：复制到自己的文件夹，改好后在命令里加 --rules 文件夹。",
        f"序时进度 {percent_of(watch.time)}（{watch.rules.source('time')}）。",
    )
    return Page("规则", title(watch, "预警规则"), facts, tuple(grids))
