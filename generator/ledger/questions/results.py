"""What can be asked about results: execution, scores, grades, indicators, and over the years."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Subquery,
    Text,
    and_,
    case,
    func,
    or_,
    select,
    type_coerce,
)

from generator.ledger import schema, search
from generator.ledger.questions.query import Heading, Parameter, Query, Values, narrowed, part
from generator.ledger.questions.returns import DEPARTMENT, FORM, PERIOD
from generator.ledger.read import called, indicators_select, latest_outcomes

_ROW = tuple[object, ...]
_STAGE = Parameter("stage", "阶段", usual="self-evaluation")
_YEAR = Parameter("year", "年度", required=True, whole=True)
_CENT = Decimal("0.01")
_MONEY = (Heading("预算数（元）", "money"), Heading("执行数（元）", "money"))
_RATE = Heading("执行率", "percent")


def _latest(values: Values) -> Subquery:
    """Return the latest outcome of each department and project."""
    period = values["period"]
    return latest_outcomes(
        str(values["stage"]), int(str(values["year"])), None if period is None else str(period)
    ).subquery("latest")


# -- 项目结果 --


def _outcomes(_: str, values: Values) -> Select[_ROW]:
    found = _latest(values)
    asked = select(
        *(found.c.period, found.c.department, found.c.department_name, found.c.code, found.c.name),
        *(found.c.budget, found.c.executed, found.c.forecast, found.c.score, found.c.grade),
    ).order_by(found.c.department, found.c.code)
    conditions = (
        *((found.c.department, "department"), (found.c.code, "code"), (found.c.grade, "grade")),
    )
    return narrowed(asked, conditions, values)


def _outcome_rate(row: _ROW) -> _ROW:
    *head, budget, executed, forecast, score, grade = row
    return (*head, budget, executed, part(executed, budget), forecast, score, grade)


OUTCOMES = Query(
    "outcomes",
    "项目结果",
    (
        *(_YEAR, _STAGE, PERIOD, DEPARTMENT),
        *(Parameter("code", "项目编码"), Parameter("grade", "等级")),
    ),
    (
        *(Heading("报告期"), Heading("单位编码"), Heading("单位")),
        *(Heading("项目编码"), Heading("项目"), *_MONEY, _RATE),
        *(Heading("预计执行数（元）", "money"), Heading("得分", "number"), Heading("等级")),
    ),
    _outcomes,
    _outcome_rate,
)


# -- 各阶段 --


def _stages(_: str, values: Values) -> Select[_ROW]:
    filing, outcome = schema.filing, schema.outcome
    return (
        select(
            *(filing.c.stage, filing.c.period, func.max(filing.c.form_name)),
            func.count(filing.c.department.distinct()),
            *(func.count(), func.sum(outcome.c.budget), func.sum(outcome.c.executed)),
        )
        .join_from(filing, outcome, outcome.c.filing == filing.c.id)
        .where(schema.current, filing.c.year == values["year"], outcome.c.code != "")
        .group_by(filing.c.stage, filing.c.month, filing.c.period, filing.c.form)
        .order_by(filing.c.month, filing.c.stage, filing.c.form)
    )


def _stage_rate(row: _ROW) -> _ROW:
    *head, budget, executed = row
    return (*head, budget, executed, part(executed, budget))


STAGES = Query(
    "stages",
    "各阶段执行",
    (_YEAR,),
    (
        *(Heading("阶段", stage=True), Heading("报告期"), Heading("名称")),
        *(Heading("单位", "count"), Heading("项目", "count"), *_MONEY, _RATE),
    ),
    _stages,
    _stage_rate,
)


# -- 部门得分 --

_TEN_THOUSAND = 10_000


def _scores(_: str, values: Values) -> Select[_ROW]:
    found = _latest(values)
    whole, scored = found.c.code == "", found.c.score.is_not(None)
    yuan = case((and_(~whole, scored), _whole(found.c.budget) // _TEN_THOUSAND))
    points = _whole(found.c.score)
    asked = (
        select(
            *(found.c.department, func.max(found.c.department_name)),
            func.max(case((whole, found.c.score))),
            func.max(case((whole, found.c.grade))),
            func.sum(case((whole, 0), else_=1)),
            func.sum(case((~whole, found.c.budget))),
            func.sum(case((~whole, found.c.executed))),
            # Σ score·budget in two parts, as one would not fit into a whole number of the database
            func.sum(points * (yuan // _TEN_THOUSAND)),
            func.sum(points * (yuan % _TEN_THOUSAND)),
            func.sum(yuan),
        )
        .group_by(found.c.department)
        .order_by(found.c.department)
    )
    return narrowed(asked, ((found.c.department, "department"),), values)


def _whole(column: ColumnElement[Decimal]) -> ColumnElement[int]:
    """Return an exact amount as the whole number that the database has."""
    return type_coerce(column, BigInteger)


def _weighted(row: _ROW) -> _ROW:
    *head, budget, executed, high, low, weight = row
    mean = None
    if weight:
        points = Decimal(str(high)) * _TEN_THOUSAND + Decimal(str(low))
        mean = (points / Decimal(str(weight)) / _TEN_THOUSAND).quantize(_CENT, ROUND_HALF_UP)
    return (*head, budget, executed, part(executed, budget), mean)


SCORES = Query(
    "scores",
    "部门得分",
    (_YEAR, _STAGE, PERIOD, DEPARTMENT),
    (
        *(Heading("单位编码"), Heading("单位")),
        *(Heading("部门整体得分", "number"), Heading("部门整体等级")),
        *(Heading("项目", "count"), *_MONEY, _RATE),
        Heading("项目得分（按预算数加权）", "number"),
    ),
    _scores,
    _weighted,
)


# -- 等级分布 --


def _grades(_: str, values: Values) -> Select[_ROW]:
    found = _latest(values)
    whole = found.c.code == "" if values["of"] == "部门" else found.c.code != ""
    number = func.count()
    return (
        select(found.c.grade, number, func.sum(number).over(), func.sum(found.c.budget))
        .where(whole)
        .group_by(found.c.grade)
        .order_by(case(_GRADES, value=found.c.grade, else_=len(_GRADES)), found.c.grade)
    )


_GRADES = {grade: place for place, grade in enumerate("优良中差")}


def _grade_share(row: _ROW) -> _ROW:
    grade, number, whole, budget = row
    return (grade or "（未评）", number, part(number, whole), budget)


GRADES = Query(
    "grades",
    "等级分布",
    (_YEAR, _STAGE, PERIOD, Parameter("of", "项目或部门", usual="项目")),
    (
        *(Heading("等级"), Heading("个数", "count"), Heading("占比", "percent")),
        Heading("预算数（元）", "money"),
    ),
    _grades,
    _grade_share,
)


# -- 跨期, 同比 --


def _across(_: str, values: Values) -> Select[_ROW]:
    filing, record, term = schema.filing, schema.record, schema.term
    said = record.c.answers.op("->>", return_type=Text())(term.c.name)
    field = values["field"]
    asked = (
        select(
            *(filing.c.form, filing.c.form_name, filing.c.period, record.c.key, record.c.table),
            *(record.c.row, record.c.name, term.c.label, said, term.c.unit),
        )
        .select_from(filing)
        .join(record, record.c.filing == filing.c.id)
        .join(term, called(term.c.name))
        .where(
            *(schema.current, filing.c.department == values["department"]),
            *(or_(term.c.name == field, term.c.label == field), said.is_not(None)),
        )
        .order_by(filing.c.year, filing.c.month, filing.c.form, record.c.number, term.c.number)
    )
    conditions = (
        *((filing.c.form, "form"), (record.c.key, "code")),
        *((record.c.table, "table"), (record.c.name, "row"), (filing.c.year, "year")),
    )
    return narrowed(asked, conditions, values)


ACROSS = Query(
    "across",
    "跨期",
    (
        *(Parameter("department", "单位编码", required=True), FORM),
        *(Parameter("field", "栏目", required=True), Parameter("code", "项目编码")),
        *(
            Parameter("table", "表格"),
            Parameter("row", "行名"),
            Parameter("year", "年度", whole=True),
        ),
    ),
    (
        *(Heading("表样"), Heading("名称"), Heading("报告期"), Heading("项目编码")),
        *(Heading("表格"), Heading("行", "count"), Heading("行名")),
        *(Heading("栏目"), Heading("上报数"), Heading("计量单位")),
    ),
    _across,
)


def _yearly(_: str, values: Values) -> Select[_ROW]:
    filing, outcome = schema.filing, schema.outcome
    year = int(str(values["year"]))
    month = (
        select(func.max(filing.c.month))
        .where(filing.c.stage == values["stage"], filing.c.year == year, schema.current)
        .scalar_subquery()
    )
    period_month = filing.c.month == (month if values["month"] is None else values["month"])
    # made before it is grouped, or SQLite goes through all years in the order of departments
    both = (
        select(
            *(filing.c.department, filing.c.department_name, filing.c.year),
            *(outcome.c.budget, outcome.c.executed),
        )
        .join_from(filing, outcome, outcome.c.filing == filing.c.id)
        .where(
            *(schema.current, filing.c.stage == values["stage"], outcome.c.code != ""),
            *(filing.c.year.in_((year, year - 1)), period_month),
        )
    )
    found = narrowed(both, ((filing.c.department, "department"),), values)
    both_years = found.cte("both_years").prefix_with("MATERIALIZED")
    now, before = (both_years.c.year == each for each in (year, year - 1))
    return (
        select(
            *(both_years.c.department, func.max(both_years.c.department_name)),
            func.sum(case((now, both_years.c.budget))),
            func.sum(case((before, both_years.c.budget))),
            func.sum(case((now, both_years.c.executed))),
            func.sum(case((before, both_years.c.executed))),
        )
        .group_by(both_years.c.department)
        .order_by(both_years.c.department)
    )


def _growth(row: _ROW) -> _ROW:
    code, name, budget, budget_before, executed, executed_before = row
    return (
        *(code, name, budget, budget_before, _grown(budget, budget_before)),
        *(executed, executed_before, _grown(executed, executed_before)),
    )


def _grown(now: object, before: object) -> Decimal | None:
    if now is None or before is None:
        return None
    return part(Decimal(str(now)) - Decimal(str(before)), before)


YEARLY = Query(
    "yearly",
    "同比",
    (_YEAR, _STAGE, Parameter("month", "截止月份", whole=True), DEPARTMENT),
    (
        *(Heading("单位编码"), Heading("单位")),
        *(Heading("本年预算数（元）", "money"), Heading("上年预算数（元）", "money")),
        Heading("预算增减", "percent"),
        *(Heading("本年执行数（元）", "money"), Heading("上年同期执行数（元）", "money")),
        Heading("执行同比", "percent"),
    ),
    _yearly,
    _growth,
)


# -- 指标 --


def _indicators(dialect: str, values: Values) -> Select[_ROW] | None:
    matching = search.matching(dialect, str(values["text"]))
    if matching is None:
        return None
    found = indicators_select().where(schema.indicator.c.id.in_(matching))
    rows = narrowed(found, ((schema.filing.c.year, "year"),), values).subquery("found")
    return (
        select(
            *(rows.c.stage, rows.c.period, rows.c.department, rows.c.department_name, rows.c.code),
            *(rows.c.level1, rows.c.level2, rows.c.level3, rows.c.target, rows.c.actual),
            *(rows.c.weight, rows.c.score),
        )
        .order_by(rows.c.id.desc())
        .limit(int(str(values["limit"])))
    )


INDICATORS = Query(
    "indicators",
    "指标",
    (
        *(Parameter("text", "查找文字", required=True), Parameter("year", "年度", whole=True)),
        Parameter("limit", "最多行数", whole=True, usual=200),
    ),
    (
        *(Heading("阶段", stage=True), Heading("报告期"), Heading("单位编码"), Heading("单位")),
        *(Heading("项目编码"), Heading("一级指标"), Heading("二级指标"), Heading("三级指标")),
        *(Heading("指标值"), Heading("实际完成值")),
        *(Heading("分值", "number"), Heading("得分", "number")),
    ),
    _indicators,
)


# -- 项目清单 --


def _projects(_: str, values: Values) -> Select[_ROW]:
    project = schema.project
    return (
        select(
            *(project.c.department, project.c.department_name, project.c.code, project.c.name),
            *(project.c.fund, project.c.rank, project.c.type, project.c.category),
            *(project.c.amount, project.c.reason),
        )
        .where(project.c.year == values["year"])
        .order_by(project.c.place)
    )


PROJECTS = Query(
    "projects",
    "项目清单",
    (_YEAR,),
    (
        *(Heading("单位编码"), Heading("单位"), Heading("项目编码"), Heading("项目")),
        *(Heading("资金性质"), Heading("重点或一般"), Heading("项目类型"), Heading("分类")),
        *(Heading("金额（元）", "money"), Heading("分类依据")),
    ),
    _projects,
)
