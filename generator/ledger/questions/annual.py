"""What the report of a year asks: coverage, spot checks, grades, alerts, the bureau's register."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    Table,
    and_,
    case,
    func,
    select,
    type_coerce,
)

from generator.ledger import schema
from generator.ledger.questions.query import Heading, Parameter, Query, Values, narrowed, part
from generator.ledger.read import latest_outcomes

_ROW = tuple[object, ...]
_Band = TypeVar("_Band", str, int)
_Label = Callable[[FromClause, Table], ColumnElement[str]]
_Order = Callable[[FromClause], ColumnElement[int]]
_YEAR = Parameter("year", "年度", required=True, whole=True)
_STAGE = Parameter("stage", "阶段", usual="self-evaluation")
_PROJECTS = Heading("项目", "count")
_MONEY = (Heading("预算数（元）", "money"), Heading("执行数（元）", "money"))
_RATE = Heading("执行率", "percent")
_BANDS = ((60, "60%以下"), (80, "60%—80%"), (90, "80%—90%"), (95, "90%—95%"))
_FULL_BAND, _NO_BAND = "95%以上", "没有预算数"


# -- 自评覆盖和抽查 --


def _coverage(_: str, values: Values) -> Select[_ROW]:
    listed = _listed(int(str(values["year"]))).subquery("listed")
    evaluated, reviewed = (
        _counted(stage, int(str(values["year"]))).subquery(stage.replace("-", "_"))
        for stage in ("self-evaluation", "review")
    )
    names = select(listed.c.department, listed.c.name).union(
        select(evaluated.c.department, evaluated.c.name)
    )
    known = names.subquery("names")
    units = (
        select(known.c.department, func.max(known.c.name).label("name"))
        .group_by(known.c.department)
        .subquery("units")
    )
    joined = units
    for each in (listed, evaluated, reviewed):
        joined = joined.outerjoin(each, each.c.department == units.c.department)  # type: ignore[assignment]
    counts = (func.coalesce(each.c.projects, 0) for each in (listed, evaluated, reviewed))
    return (
        select(units.c.department, units.c.name, *counts)
        .select_from(joined)
        .order_by(units.c.department)
    )


def _listed(year: int) -> Select[_ROW]:
    project = schema.project
    return (
        select(
            project.c.department,
            func.max(project.c.department_name).label("name"),
            func.count().label("projects"),
        )
        .where(project.c.year == year)
        .group_by(project.c.department)
    )


def _counted(stage: str, year: int) -> Select[_ROW]:
    """Count the projects that have a return at a stage, by department."""
    filing, outcome = schema.filing, schema.outcome
    return (
        select(
            filing.c.department,
            func.max(filing.c.department_name).label("name"),
            func.count(outcome.c.code.distinct()).label("projects"),
        )
        .join_from(filing, outcome, outcome.c.filing == filing.c.id)
        .where(
            *(schema.current, filing.c.stage == stage, filing.c.year == year),
            outcome.c.code != "",
        )
        .group_by(filing.c.department)
    )


COVERAGE = Query(
    "coverage",
    "自评覆盖和抽查",
    (_YEAR,),
    (
        *(Heading("单位编码"), Heading("单位"), Heading("应评项目", "count")),
        *(Heading("自评项目", "count"), Heading("抽查项目", "count")),
    ),
    _coverage,
)


# -- 分布：执行率、分类、类型 --


def _spread(label: _Label, order: _Order | None = None) -> Callable[[str, Values], Select[_ROW]]:
    """Return what counts and adds up the latest outcomes by a label."""

    def build(_: str, values: Values) -> Select[_ROW]:
        latest = latest_outcomes(str(values["stage"]), int(str(values["year"])), None)
        found, project = latest.subquery("latest"), schema.project
        same = and_(
            project.c.year == values["year"],
            project.c.department == found.c.department,
            project.c.code == found.c.code,
        )
        said = label(found, project)
        labelled = (  # PostgreSQL groups by columns, not by expressions with parameters in them
            select(
                *(said.label("said"), (order(found) if order else said).label("place")),
                *(found.c.budget, found.c.executed),
            )
            .select_from(found.outerjoin(project, same))
            .where(found.c.code != "")
            .subquery("labelled")
        )
        counted: Select[Any] = select(
            *(labelled.c.said, func.count()),
            *(func.sum(labelled.c.budget), func.sum(labelled.c.executed)),
        )
        return counted.group_by(labelled.c.said, labelled.c.place).order_by(labelled.c.place)

    return build


def _with_rate(row: _ROW) -> _ROW:
    *head, budget, executed = row
    return (*head, budget, executed, part(executed, budget))


def _spread_query(
    name: str,
    title: str,
    heading: str,
    label: _Label,
    order: _Order | None = None,
) -> Query:
    headings = (Heading(heading), _PROJECTS, *_MONEY, _RATE)
    return Query(name, title, (_YEAR, _STAGE), headings, _spread(label, order), _with_rate)


def _band(found: FromClause, _: Table) -> ColumnElement[str]:
    return _banded(found, [text for _, text in _BANDS], _FULL_BAND, _NO_BAND)


def _band_place(found: FromClause) -> ColumnElement[int]:
    last = len(_BANDS)
    return _banded(found, list(range(last)), last, last + 1)


def _banded(
    found: FromClause, answers: Sequence[_Band], full: _Band, none: _Band
) -> ColumnElement[_Band]:
    """Return a case over how much of the budget was spent, in whole numbers and so exact."""
    budget, executed = (
        func.coalesce(type_coerce(each, BigInteger), 0)
        for each in (found.c.budget, found.c.executed)
    )
    limits = zip(_BANDS, answers, strict=True)
    return case(
        (budget == 0, none),
        *((executed * 100 < budget * limit, answer) for (limit, _), answer in limits),
        else_=full,
    )


EXECUTION = _spread_query("execution", "执行率分布", "执行率段", _band, _band_place)
CLASSES = _spread_query(
    "classes",
    "项目分类",
    "分类",
    lambda _, project: func.coalesce(func.nullif(project.c.category, ""), "未分类"),
)
TYPES = _spread_query(
    "types",
    "项目类型",
    "类型",
    lambda _, project: func.coalesce(func.nullif(project.c.type, ""), "未分类型"),
)


# -- 监控预警 --


def _alerts(_: str, values: Values) -> Select[_ROW]:
    """Count by rule; a period in which there is nothing to warn of has a row all the same."""
    filing, finding = schema.filing, schema.finding
    of_sheet = and_(finding.c.filing == filing.c.id, finding.c.current, finding.c.sheet != "")
    return (
        select(
            *(filing.c.period, finding.c.rule, func.max(finding.c.asks), func.max(finding.c.kind)),
            func.count(filing.c.department.distinct()),
            func.count((filing.c.department + "/" + finding.c.sheet).distinct()),
        )
        .select_from(filing.outerjoin(finding, of_sheet))
        .where(
            *(schema.current, filing.c.stage == "monitoring", filing.c.year == values["year"]),
        )
        .group_by(filing.c.period, filing.c.month, finding.c.rule)
        .order_by(filing.c.month, func.coalesce(finding.c.rule, ""))
    )


def _or_nothing(row: _ROW) -> _ROW:
    period, rule, *rest = row
    return (period, rule or "（没有预警）", *rest)


ALERTS = Query(
    "alerts",
    "监控预警",
    (_YEAR,),
    (
        *(Heading("报告期"), Heading("规则"), Heading("要求"), Heading("类型")),
        *(Heading("单位", "count"), _PROJECTS),
    ),
    _alerts,
    _or_nothing,
)


# -- 工作登记 --


def _registered(_: str, values: Values) -> Select[_ROW]:
    filing = schema.filing
    return (
        select(*(filing.c.department, filing.c.department_name, filing.c.file, filing.c.recorded))
        .where(schema.current, filing.c.stage == "work", filing.c.year == values["year"])
        .order_by(filing.c.department)
    )


def _register(name: str, title: str, table: str, columns: dict[str, Heading]) -> Query:
    """Return the query that lists a table of the bureau's register; its first column is filled."""
    filing, record = schema.filing, schema.record
    first = next(iter(columns))

    def build(_: str, values: Values) -> Select[_ROW]:
        asked = (
            select(
                filing.c.department_name,
                *(record.c.answers[each].as_string().label(each) for each in columns),
            )
            .join_from(filing, record, record.c.filing == filing.c.id)
            .where(
                *(schema.current, filing.c.stage == "work", record.c.table == table),
                record.c.answers[first].as_string().is_not(None),
            )
            .order_by(filing.c.department, record.c.number)
        )
        return narrowed(asked, ((filing.c.year, "year"),), values)

    def finish(row: _ROW) -> _ROW:
        department, *answers = row
        typed = zip(answers, columns.values(), strict=True)
        return (department, *(_typed(each, heading) for each, heading in typed))

    return Query(
        f"work-{name}", title, (_YEAR,), (Heading("登记单位"), *columns.values()), build, finish
    )


def _typed(answer: object, heading: Heading) -> object:
    if answer is None or heading.look == "text":
        return answer
    return int(Decimal(str(answer))) if heading.look == "count" else Decimal(str(answer))


WORK = (
    Query(
        "work",
        "工作登记表",
        (_YEAR,),
        (Heading("单位编码"), Heading("登记单位"), Heading("文件"), Heading("登记时间")),
        _registered,
    ),
    _register(
        "evaluations",
        "重点评价",
        "key",
        {
            "project": Heading("项目"),
            "kind": Heading("领域"),
            "unit": Heading("实施单位"),
            "amount": Heading("财政资金（元）", "money"),
            "score": Heading("评价得分", "number"),
            "level": Heading("等级"),
            "advice": Heading("结果应用"),
            "note": Heading("发现的主要问题"),
        },
    ),
    _register(
        "reports",
        "专题报告",
        "reports",
        {"title": Heading("题目"), "reader": Heading("报送"), "month": Heading("报送时间")},
    ),
    _register(
        "quality",
        "质量评优",
        "quality",
        {"project": Heading("参评项目"), "firm": Heading("第三方机构"), "award": Heading("等次")},
    ),
    _register(
        "training",
        "培训",
        "training",
        {
            "title": Heading("名称"),
            "kind": Heading("形式"),
            "month": Heading("时间"),
            "staff": Heading("财政人员", "count"),
            "units": Heading("部门单位", "count"),
            "firms": Heading("第三方机构", "count"),
            "total": Heading("人次合计", "count"),
        },
    ),
    _register(
        "visits",
        "上门辅导",
        "visits",
        {"unit": Heading("部门（单位）"), "topic": Heading("内容"), "month": Heading("时间")},
    ),
    _register(
        "frames",
        "标准框架",
        "frames",
        {
            "type": Heading("典型项目"),
            "indicators": Heading("共性指标", "count"),
            "since": Heading("试运行年度"),
        },
    ),
    _register(
        "pilots",
        "全生命周期试点",
        "pilots",
        {
            "fund": Heading("专项资金"),
            "unit": Heading("主管部门"),
            "amount": Heading("资金额（元）", "money"),
        },
    ),
    _register(
        "before",
        "事前绩效评估",
        "before",
        {
            "project": Heading("政策、项目"),
            "kind": Heading("类别"),
            "amount": Heading("拟安排资金（元）", "money"),
            "result": Heading("评估结论"),
        },
    ),
    _register(
        "targets",
        "绩效目标审核",
        "reviewed",
        {"unit": Heading("部门"), "projects": Heading("审核项目", "count")},
    ),
)

QUERIES = (COVERAGE, EXECUTION, CLASSES, TYPES, ALERTS, *WORK)
