"""The lists of 双监控.xlsx: every project with its reasons, and the goals that are in doubt."""

from __future__ import annotations

from decimal import Decimal

from generator.model.finding import Place
from generator.report.pages import Column, Content, Grid, Link, Look, Page, Tone
from generator.year.figures import points, source_of, wan
from generator.year.monitoring import Watch, Watched
from generator.year.monitoring.goals import CHANCES
from generator.year.monitoring.shared import title, tones


def project_list(watch: Watch, *, linked: bool) -> Page:
    """Return the page 清单, the gravest first."""
    graver = sorted(watch.projects, key=lambda each: watch.words.index(each.level))
    rows = [_line(number, each, linked=linked) for number, each in enumerate(graver, 1)]
    facts = (
        "级别重的在前，可以按单位、级别、措施筛选；比例之差是百分点。"
        "“理由”列出符合的每一条规则，界线和依据见“规则”。"
        + ("点“来源”打开报来的监控表。" if linked else ""),
    )
    return Page(
        *(
            "清单",
            title(watch, "清单"),
            facts,
            (Grid("", _list_columns(watch, linked=linked), rows),),
        ),
        filter=True,
        frozen=5,
    )


def _list_columns(watch: Watch, *, linked: bool) -> tuple[Column, ...]:
    return (
        Column("序号", Look.COUNT, 6),
        Column("单位", width=22),
        Column("项目编码", width=16),
        Column("项目名称", width=28),
        Column("级别", width=8, tones=tones(watch)),
        Column("建议措施", width=10),
        Column("理由", width=62),
        Column("年初预算（万元）", Look.MONEY, 14),
        Column("执行数（万元）", Look.MONEY, 14),
        Column("支出进度", Look.PERCENT, 10),
        Column("与序时差（百分点）", Look.MONEY, 11),
        Column("计划进度", Look.PERCENT, 10),
        Column("与计划差（百分点）", Look.MONEY, 11),
        Column("全年预计（万元）", Look.MONEY, 14),
        Column("预计占预算", Look.PERCENT, 11),
        *(
            Column(each, Look.COUNT, 8, group="绩效指标")
            for each in ("个数", "已达到", "预计达不到", *CHANCES)
        ),
        Column("缺少的数据", width=24),
        Column("类别", width=8),
        Column("单位编码", width=12),
        Column("来源", width=18 if linked else 36),
    )


def _line(number: int, each: Watched, *, linked: bool) -> tuple[Content, ...]:
    outcome, spending, goals = each.outcome, each.spending, each.goals
    counted = (goals.goals, goals.reached, goals.short, goals.surely, goals.possibly, goals.never)
    return (
        *(number, outcome.department_name, outcome.code, outcome.name),
        *(each.level, each.step or None),
        each.reasons or None,
        *(wan(outcome.budget), wan(outcome.executed), spending.rate),
        *(_ahead(spending.behind), spending.plan, _ahead(spending.behind_plan)),
        *(wan(outcome.forecast), spending.forecast_rate),
        *(counted if goals.goals else (None,) * len(counted)),
        *("、".join(each.missing) or None, each.returned.category or None),
        *(outcome.department, _source(outcome.source, linked=linked)),
    )


def _ahead(behind: Decimal | None) -> Decimal | None:
    """Return how far ahead, in 百分点: negative is behind."""
    return None if behind is None else points(-behind)


def _source(place: Place, *, linked: bool) -> Content:
    """Return where a figure comes from: a link, or the file in words where it is not at hand."""
    if not place.file:
        return None
    return Link(source_of(place), place) if linked else f"{place.file} {source_of(place)}"


def goal_list(watch: Watch, *, linked: bool) -> Page:
    """Return the page 指标: what is not certain to be reached."""
    columns = (
        Column("序号", Look.COUNT, 6),
        Column("单位", width=26),
        Column("项目编码", width=17),
        Column("项目名称", width=28),
        Column("二级指标", width=16),
        Column("三级指标", width=24),
        Column("年度指标值", width=16),
        Column("执行数", width=16),
        Column("全年预计", width=16),
        Column("预计达到", width=10, tones={"达不到": Tone.BAD}),
        Column("完成目标可能性", width=14, tones={CHANCES[1]: Tone.DOUBT, CHANCES[2]: Tone.BAD}),
        Column("偏差原因", width=18),
        Column("原因说明", width=40),
        Column("来源", width=18),
    )
    told = {True: "达到", False: "达不到", None: None}
    rows: list[tuple[Content, ...]] = []
    for each in watch.projects:
        for goal in each.returned.goals:
            if goal.chance == CHANCES[0] and goal.expected is not False:
                continue
            rows.append(
                (
                    *(len(rows) + 1, each.outcome.department_name),
                    *(each.outcome.code, each.outcome.name, goal.level2, goal.level3),
                    *(goal.target, goal.done, goal.forecast, told[goal.expected]),
                    *(goal.chance or None, "、".join(goal.causes) or None, goal.reason or None),
                    _source(goal.source, linked=linked),
                )
            )
    every = sum(each.goals.goals for each in watch.projects)
    facts = (
        f"{every} 个指标中，不能确定完成的、全年预计达不到指标值的和没有选可能性的，"
        f"共 {len(rows)} 个。定性指标没有数，不判断达到没有。",
    )
    return Page(
        *("指标", title(watch, "绩效指标"), facts, (Grid("", columns, rows),)),
        filter=True,
        frozen=4,
    )
