"""What can be asked about returning: who did, when, with which findings and totals."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import ColumnElement, Select, Subquery, Table, and_, case, func, select

from generator.ledger import schema
from generator.ledger.questions.query import Heading, Parameter, Query, Values, narrowed, part
from generator.model.finding import Kind

_ROW = tuple[object, ...]
FORM = Parameter("form", "表样")
PERIOD = Parameter("period", "报告期")
YEAR = Parameter("year", "年度", whole=True)
DEPARTMENT = Parameter("department", "单位编码")
RULE = Parameter("rule", "规则")
KIND = Parameter("kind", "类型")


# -- 回收情况 --


def _recovery(_: str, values: Values) -> Select[_ROW]:
    run = schema.run
    last = (
        select(run.c.form, run.c.period, func.max(run.c.id).label("id"))
        .group_by(run.c.form, run.c.period)
        .subquery("last")
    )
    due = _counted(schema.standing, schema.standing.c.current, "due")
    back = _counted(schema.filing, schema.current, "back")
    found = _counted(schema.finding, schema.finding.c.current, "found")
    joined = last.join(run, run.c.id == last.c.id)
    for each in (due, back, found):
        same = and_(each.c.form == last.c.form, each.c.period == last.c.period)
        joined = joined.outerjoin(each, same)
    asked = (
        select(
            *(run.c.form, run.c.form_name, run.c.stage, run.c.period),
            *(func.coalesce(each.c.number, 0) for each in (due, back, found)),
            run.c.recorded,
        )
        .select_from(joined)
        .order_by(run.c.year, run.c.month, run.c.form)
    )
    conditions = ((run.c.form, "form"), (run.c.period, "period"), (run.c.year, "year"))
    return narrowed(asked, conditions, values)


def _counted(table: Table, current: ColumnElement[bool], name: str) -> Subquery:
    counted = select(table.c.form, table.c.period, func.count().label("number")).where(current)
    return counted.group_by(table.c.form, table.c.period).subquery(name)


def _with_rate(row: _ROW) -> _ROW:
    *head, due, back, found, recorded = row
    return (*head, due, back, part(back, due), found, recorded)


RECOVERY = Query(
    "recovery",
    "回收情况",
    (FORM, PERIOD, YEAR),
    (
        *(Heading("表样"), Heading("名称"), Heading("阶段", stage=True), Heading("报告期")),
        *(Heading("应报单位", "count"), Heading("已报单位", "count"), Heading("回收率", "percent")),
        *(Heading("疑点", "count"), Heading("最近登记")),
    ),
    _recovery,
    _with_rate,
)


# -- 未回收 --


def _missing(_: str, values: Values) -> Select[_ROW]:
    standing, filing, run = schema.standing, schema.filing, schema.run
    same = and_(
        filing.c.form == standing.c.form,
        filing.c.period == standing.c.period,
        filing.c.department == standing.c.department,
        schema.current,
    )
    asked = (
        select(
            *(run.c.form, run.c.form_name, run.c.period),
            *(standing.c.department, standing.c.department_name, standing.c.state),
        )
        .join_from(standing, run, run.c.id == standing.c.run)
        .outerjoin(filing, same)
        .where(standing.c.current, filing.c.id.is_(None))
        .order_by(run.c.year, run.c.month, run.c.form, standing.c.department)
    )
    conditions = ((standing.c.form, "form"), (standing.c.period, "period"), (run.c.year, "year"))
    return narrowed(asked, conditions, values)


MISSING = Query(
    "missing",
    "未报单位",
    (FORM, PERIOD, YEAR),
    (
        *(Heading("表样"), Heading("名称"), Heading("报告期")),
        *(Heading("单位编码"), Heading("单位"), Heading("状态")),
    ),
    _missing,
)


# -- 上报记录 --


def _history(_: str, values: Values) -> Select[_ROW]:
    filing = schema.filing
    state = case((schema.current, "采用"), else_="已更正")
    asked = select(
        *(filing.c.form, filing.c.form_name, filing.c.period, filing.c.department_name),
        *(filing.c.file, filing.c.digest, filing.c.recorded, state, filing.c.superseded_at),
    ).order_by(filing.c.year, filing.c.month, filing.c.form, filing.c.id)
    conditions = (
        *((filing.c.department, "department"), (filing.c.form, "form")),
        *((filing.c.period, "period"), (filing.c.year, "year")),
    )
    return narrowed(asked, conditions, values)


HISTORY = Query(
    "history",
    "上报记录",
    (Parameter("department", "单位编码", required=True), FORM, PERIOD, YEAR),
    (
        *(Heading("表样"), Heading("名称"), Heading("报告期"), Heading("单位")),
        *(Heading("文件"), Heading("文件校验码"), Heading("登记时间")),
        *(Heading("状态"), Heading("更正时间")),
    ),
    _history,
)


# -- 疑点 --

_finding, _standing = schema.finding, schema.standing
_FOUND = (
    *((_finding.c.form, "form"), (_finding.c.period, "period")),
    *((_finding.c.department, "department"), (_finding.c.rule, "rule"), (_finding.c.kind, "kind")),
)
_ABOUT = (FORM, PERIOD, YEAR, DEPARTMENT, RULE, KIND)


def _about(asked: Select[_ROW], values: Values) -> Select[_ROW]:
    asked = narrowed(asked, _FOUND, values)
    if values["year"] is None:
        return asked
    run = schema.run
    return asked.where(_finding.c.run.in_(select(run.c.id).where(run.c.year == values["year"])))


def _named() -> ColumnElement[bool]:
    return and_(_standing.c.run == _finding.c.run, _standing.c.department == _finding.c.department)


def _findings(_: str, values: Values) -> Select[_ROW]:
    asked = (
        select(
            *(_finding.c.form, _finding.c.period, _finding.c.department),
            *(_standing.c.department_name, _finding.c.kind, _finding.c.rule, _finding.c.asks),
            *(_finding.c.file, _finding.c.sheet, _finding.c.cell),
            *(_finding.c.message, _finding.c.remedy),
        )
        .outerjoin_from(_finding, _standing, _named())
        .where(_finding.c.current)
        .order_by(
            *(_finding.c.form, _finding.c.period, _finding.c.department),
            *(_finding.c.run, _finding.c.number),
        )
    )
    return _about(asked, values)


FINDINGS = Query(
    "findings",
    "疑点",
    _ABOUT,
    (
        *(Heading("表样"), Heading("报告期"), Heading("单位编码"), Heading("单位")),
        *(Heading("类型"), Heading("规则"), Heading("审核内容"), Heading("文件")),
        *(Heading("工作表"), Heading("单元格"), Heading("问题"), Heading("处理建议")),
    ),
    _findings,
)


def _kinds() -> list[ColumnElement[int]]:
    return [func.sum(case((_finding.c.kind == each.value, 1), else_=0)) for each in Kind]


_KINDS = tuple(Heading(each.value, "count") for each in Kind)


def _by_rule(_: str, values: Values) -> Select[_ROW]:
    asked = (
        select(
            *(_finding.c.rule, func.max(_finding.c.asks), func.count()),
            *(*_kinds(), func.count(_finding.c.department.distinct())),
        )
        .where(_finding.c.current)
        .group_by(_finding.c.rule)
        .order_by(func.count().desc(), _finding.c.rule)
    )
    return _about(asked, values)


BY_RULE = Query(
    "findings-by-rule",
    "疑点按规则",
    _ABOUT,
    (
        *(Heading("规则"), Heading("审核内容"), Heading("疑点", "count")),
        *(*_KINDS, Heading("涉及单位", "count")),
    ),
    _by_rule,
)


def _by_department(_: str, values: Values) -> Select[_ROW]:
    asked = (
        select(
            *(_finding.c.department, func.max(_standing.c.department_name)),
            *(func.count(), *_kinds()),
        )
        .outerjoin_from(_finding, _standing, _named())
        .where(_finding.c.current)
        .group_by(_finding.c.department)
        .order_by(func.count().desc(), _finding.c.department)
    )
    return _about(asked, values)


BY_DEPARTMENT = Query(
    "findings-by-department",
    "疑点按单位",
    _ABOUT,
    (Heading("单位编码"), Heading("单位"), Heading("疑点", "count"), *_KINDS),
    _by_department,
)


# -- 合计, 登记记录 --


def _totals(_: str, values: Values) -> Select[_ROW]:
    run, total = schema.run, schema.total
    asked = select(
        *(total.c.part, total.c.key, total.c.item, total.c.label, total.c.unit),
        *(total.c.value, total.c.stated),
    ).order_by(total.c.number)
    if values["run"] is not None:
        return asked.where(total.c.run == values["run"])
    last = select(func.max(run.c.id)).where(
        run.c.form == values["form"], run.c.period == values["period"]
    )
    return asked.where(total.c.run == last.scalar_subquery())


def _with_difference(row: _ROW) -> _ROW:
    *head, value, stated = row
    if value is None or stated is None:
        return (*head, value, stated, None)
    return (*head, value, stated, Decimal(str(stated)) - Decimal(str(value)))


TOTALS = Query(
    "totals",
    "合计",
    (FORM, PERIOD, Parameter("run", "登记号", whole=True)),
    (
        *(
            Heading("所属表"),
            Heading("项目编码"),
            Heading("项目"),
            Heading("栏目"),
            Heading("计量单位"),
        ),
        *(Heading("重新计算", "number"), Heading("各单位所填合计", "number")),
        Heading("差额", "number"),
    ),
    _totals,
    _with_difference,
)


def _runs(_: str, values: Values) -> Select[_ROW]:
    run = schema.run
    asked = select(
        *(run.c.id, run.c.form, run.c.form_name, run.c.version, run.c.period, run.c.recorded),
        *(run.c.program, run.c.departments, run.c.returned, run.c.fresh),
    ).order_by(run.c.id)
    conditions = ((run.c.form, "form"), (run.c.period, "period"), (run.c.year, "year"))
    return narrowed(asked, conditions, values)


RUNS = Query(
    "runs",
    "登记记录",
    (FORM, PERIOD, YEAR),
    (
        *(Heading("登记号", "count"), Heading("表样"), Heading("名称"), Heading("版本")),
        *(Heading("报告期"), Heading("登记时间"), Heading("程序版本")),
        *(Heading("应报单位", "count"), Heading("已报单位", "count")),
        Heading("其中新登记", "count"),
    ),
    _runs,
)
