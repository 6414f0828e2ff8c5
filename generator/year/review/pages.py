"""The pages of 复核结果.xlsx: own and review scores side by side, the largest differences first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from generator.model.project import Outcome
from generator.report.pages import (
    Chart,
    ChartKind,
    Column,
    Content,
    Grid,
    Look,
    Page,
    Tone,
    Value,
)
from generator.year.figures import group_by, percent_of, source_of, wan
from generator.year.review import Gap, Item, Review, Reviewed, gap
from generator.year.ways import Ways, linked
from udfs.amounts import round_half_up

GRADES = ("优", "良", "中", "差")
_MOST = 20  # departments that a chart shows
_DEPARTMENT = Column("部门", width=26)
_CHANGES = {"调低": Tone.BAD, "调高": Tone.GOOD, "一致": Tone.FAINT, "没有填全": Tone.DOUBT}
_CONCLUSIONS = {"退回重评": Tone.BAD, "调整得分": Tone.DOUBT, "认可自评": Tone.GOOD}
_HOW = (
    "得分是分数，可以平均；平均时每个项目按全年预算数加权，大项目分量大，不做简单平均。"
    "“平均差异”有正有负、互相抵销，“平均差异幅度”不计正负。"
)


def pages(review: Review, large: Decimal, ways: Ways) -> tuple[Page, ...]:
    """Return the pages; a total that differs by `large` points or more stands out."""
    return (
        _overview(review, large),
        _projects(review, large, ways),
        _indicators(review, ways),
    )


# -- 总览 --


def _overview(review: Review, large: Decimal) -> Page:
    by_department = _by_department(review.projects)
    apart = _apart(review.projects)
    chart = Chart(ChartKind.BARS, apart.title, apart, (1,), None, "分", ("ED7D31",))
    grids = [_grades(review.projects), apart, by_department, _by_conclusion(review.projects)]
    title = f"{review.year}年度绩效自评复核结果"
    return Page("总览", title, tuple(_facts(review, large)), tuple(grids), (chart,))


def _facts(review: Review, large: Decimal) -> Iterator[str]:
    whole = gap(review.projects)
    departments = len({each.own.department for each in review.projects})
    rate = Decimal(whole.projects) / review.evaluated if review.evaluated else None
    yield (
        f"复核 {departments} 个部门（单位）{whole.projects} 个项目，"
        f"占报了自评的 {review.evaluated} 个项目的 {percent_of(rate)}。"
        f"调低 {whole.lowered} 个，调高 {whole.raised} 个，一致 {whole.same} 个；"
        f"等级变化 {whole.regraded} 个。"
    )
    far = sum(each.size >= large for each in review.projects)
    yield (
        f"总分差异按预算加权平均 {_points(whole.mean)} 分，平均差异幅度 {_points(whole.size)} 分，"
        f"最大 {_points(whole.largest)} 分；相差 {_points(large)} 分及以上的 {far} 个。{_HOW}"
    )
    if whole.unweighed:
        yield f"{whole.unweighed} 个项目复核没有填全，或者没有预算数，没有计入平均。"
    if review.alone:
        listed = "、".join(f"{each.code} {each.name}" for each in review.alone[:5])
        more = "等" if len(review.alone) > 5 else ""
        yield f"{len(review.alone)} 个项目有复核、台账里没有自评，无法比较：{listed}{more}。"


def _points(value: Decimal | None) -> str:
    return "—" if value is None else f"{round_half_up(value, 2):f}"


def _two(value: Decimal | None) -> Decimal | None:
    return None if value is None else round_half_up(value, 2)


def _grades(projects: Sequence[Reviewed]) -> Grid:
    graded = [
        each
        for each in projects
        if not each.unfinished and {each.own.grade, each.review.grade} <= {*GRADES}
    ]
    own = Column("自评等级", width=26)
    columns = (own, *(Column(each, Look.COUNT, 9, group="复核等级") for each in GRADES))
    rows: list[tuple[Value, ...]] = []
    for grade in GRADES:
        of_grade = [each.review.grade for each in graded if each.own.grade == grade]
        rows.append((grade, *(of_grade.count(each) or None for each in GRADES), len(of_grade)))
    after = [each.review.grade for each in graded]
    rows.append(("合计", *(after.count(each) for each in GRADES), len(after)))
    note = "一行是自评的等级，一列是复核的等级：左上到右下的斜线上是没有变化的，右上是调低的。"
    return Grid("等级变化", (*columns, Column("合计", Look.COUNT, 9)), rows, note=note)


def _apart(projects: Sequence[Reviewed]) -> Grid:
    """Return the departments whose scores are furthest apart."""
    gaps = {code: gap(own) for code, own in _departments(projects).items()}
    known = [(code, each.size) for code, each in gaps.items() if each.size is not None]
    names = {each.own.department: each.own.department_name for each in projects}
    furthest = sorted(known, key=lambda each: (-each[1], each[0]))
    said = f"（最大的 {_MOST} 个）" if len(furthest) > _MOST else ""
    rows = [(names[code], _two(size)) for code, size in furthest[:_MOST]]
    columns = (_DEPARTMENT, Column("平均差异幅度（分）", Look.NUMBER, 20))
    return Grid(f"各部门总分的平均差异幅度{said}", columns, rows)


def _departments(projects: Sequence[Reviewed]) -> dict[str, list[Reviewed]]:
    return group_by(projects, lambda each: each.own.department)


_GAP = (
    Column("复核项目", Look.COUNT, 9),
    Column("调低", Look.COUNT, 8),
    Column("调高", Look.COUNT, 8),
    Column("一致", Look.COUNT, 8),
    Column("等级变化", Look.COUNT, 9),
    Column("平均差异（分）", Look.NUMBER, 14),
    Column("平均差异幅度（分）", Look.NUMBER, 18),
    Column("最大差异幅度（分）", Look.NUMBER, 18),
)


def _gap(found: Gap) -> tuple[Value, ...]:
    return (
        *(found.projects, found.lowered, found.raised, found.same, found.regraded),
        *(_two(found.mean), _two(found.size), _two(found.largest)),
    )


def _by_department(projects: Sequence[Reviewed]) -> Grid:
    lines = [
        (own[0].own.department_name, *_gap(gap(own)), code)
        for code, own in _departments(projects).items()
    ]
    lines.sort(key=lambda line: (-_number(line[7]), str(line[-1])))
    rows: list[tuple[Value, ...]] = [("合计", *_gap(gap(projects)), None), *lines]
    columns = (_DEPARTMENT, *_GAP, Column("部门编码", width=12))
    return Grid("按部门", columns, rows, totals=1, note="差异＝复核得分－自评得分，负数是调低。")


def _number(value: Value) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(-1)


def _by_conclusion(projects: Sequence[Reviewed]) -> Grid:
    groups = group_by(projects, lambda each: each.conclusion or "没有结论")
    rows = [(name, *_gap(gap(own))) for name, own in groups.items()]
    first = Column("复核结论", width=26, tones=_CONCLUSIONS)
    return Grid("按复核结论", (first, *_GAP), rows)


# -- 项目 --


def _projects(review: Review, large: Decimal, ways: Ways) -> Page:
    columns = (
        Column("序号", Look.COUNT, 6),
        _DEPARTMENT,
        Column("项目编码", width=16),
        Column("项目名称", width=30),
        Column("预算（万元）", Look.MONEY, 14),
        Column("自评总分", Look.NUMBER, 10),
        Column("复核总分", Look.NUMBER, 10),
        Column("差异", Look.NUMBER, 9),
        Column("变化", width=9, tones=_CHANGES),
        Column("自评等级", width=9),
        Column("复核等级", width=9),
        Column("复核结论", width=11, tones=_CONCLUSIONS),
        Column("复核意见", width=44),
        Column("自评表", width=17),
        Column("复核表", width=17),
        Column("部门编码", width=11),
    )
    rows: list[tuple[Content, ...]] = []
    for number, each in enumerate(review.projects, 1):
        own, found = each.own, each.review
        rows.append(
            (
                *(number, own.department_name, own.code, own.name, wan(each.money)),
                *(own.score, found.score, each.difference, _change(each.difference)),
                *(own.grade or None, found.grade or None),
                *(each.conclusion or None, each.opinion or None),
                *(_source(own, ways.own), _source(found, ways.review), own.department),
            )
        )
    facts = (
        f"差异大的在前；差异＝复核总分－自评总分，相差 {_points(large)} 分及以上的要重点核对。"
        + ("点“自评表”“复核表”打开报来的文件。" if ways != Ways() else ""),
    )
    title = f"{review.year}年度复核项目"
    return Page("项目", title, facts, (Grid("", columns, rows),), filter=True, frozen=4)


def _change(difference: Decimal | None) -> str:
    if difference is None:
        return "没有填全"
    return "调低" if difference < 0 else "调高" if difference > 0 else "一致"


def _source(outcome: Outcome, way: str | None) -> Content:
    return linked(source_of(outcome.source), outcome.source, way)


# -- 指标 --


def _indicators(review: Review, ways: Ways) -> Page:
    columns = (
        Column("序号", Look.COUNT, 6),
        _DEPARTMENT,
        Column("项目编码", width=16),
        Column("项目名称", width=28),
        Column("一级指标", width=12),
        Column("二级指标", width=18),
        Column("三级指标", width=26),
        Column("分值", Look.NUMBER, 8),
        Column("自评得分", Look.NUMBER, 10),
        Column("复核得分", Look.NUMBER, 10),
        Column("差异", Look.NUMBER, 9),
        Column("变化", width=9, tones=_CHANGES),
        Column("原因", width=44),
        Column("部门编码", width=11),
    )
    every = [(each, item) for each in review.projects for item in each.items]
    every.sort(key=lambda pair: -abs(pair[1].difference or Decimal(0)))
    rows = [_line(number, *pair, ways) for number, pair in enumerate(every, 1)]
    facts = (
        "差异大的在前；每个指标和预算执行率一行。只有一张表上有的指标，另一边是空的。"
        + ("点得分打开报来的文件，到那一格。" if ways != Ways() else ""),
    )
    title = f"{review.year}年度复核指标"
    return Page("指标", title, facts, (Grid("", columns, rows),), filter=True, frozen=4)


def _line(number: int, project: Reviewed, item: Item, ways: Ways) -> tuple[Content, ...]:
    own = project.own
    return (
        *(number, own.department_name, own.code, own.name),
        *(item.level1 or None, item.level2 or None, item.level3, item.weight),
        linked(item.own, item.own_place, ways.own),
        linked(item.review, item.review_place, ways.review),
        *(item.difference, _change(item.difference), item.reason or None, own.department),
    )
