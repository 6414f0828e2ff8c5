"""All that is current in a ledger, table by table, to be used elsewhere."""

from __future__ import annotations

from sqlalchemy import Connection, Select, Text, func, select, true

from generator.ledger import schema
from generator.ledger.questions.query import Answer, Heading, Query, Values, answer, narrowed, part
from generator.ledger.questions.returns import FINDINGS, FORM, PERIOD, YEAR
from generator.ledger.read import called, each_answer

_ROW = tuple[object, ...]
_WHICH = (FORM, PERIOD, YEAR)
_filing = schema.filing
_WHERE = ((_filing.c.form, "form"), (_filing.c.period, "period"), (_filing.c.year, "year"))
_HEAD = (Heading("表样"), Heading("报告期"), Heading("单位编码"), Heading("单位"))
_NAMED = (_filing.c.form, _filing.c.period, _filing.c.department, _filing.c.department_name)
_ORDER = (_filing.c.form, _filing.c.year, _filing.c.month, _filing.c.department)


def export(connection: Connection, given: Values) -> list[Answer]:
    """Return everything current of a form, a period, a year, or of all."""
    wanted = (_FILINGS, _RECORDS, _OUTCOMES, _INDICATORS, FINDINGS, _TOTALS)
    return [answer(connection, each, given) for each in wanted]


# -- 上报清单, 项目结果, 指标 --


def _filings(_: str, values: Values) -> Select[_ROW]:
    asked = (
        select(
            *(*_NAMED, _filing.c.form_name, _filing.c.version, _filing.c.stage),
            *(_filing.c.file, _filing.c.digest, _filing.c.recorded),
        )
        .where(schema.current)
        .order_by(*_ORDER)
    )
    return narrowed(asked, _WHERE, values)


_FILINGS = Query(
    "filings",
    "上报清单",
    _WHICH,
    (
        *(*_HEAD, Heading("名称"), Heading("版本"), Heading("阶段", stage=True)),
        *(Heading("文件"), Heading("文件校验码"), Heading("登记时间")),
    ),
    _filings,
)


def _outcomes(_: str, values: Values) -> Select[_ROW]:
    outcome = schema.outcome
    asked = (
        select(
            *(*_NAMED, _filing.c.stage, outcome.c.code, outcome.c.name),
            *(outcome.c.budget, outcome.c.executed, outcome.c.forecast),
            *(outcome.c.score, outcome.c.grade),
        )
        .join_from(_filing, outcome, outcome.c.filing == _filing.c.id)
        .where(schema.current)
        .order_by(*_ORDER, outcome.c.number)
    )
    return narrowed(asked, _WHERE, values)


def _with_rate(row: _ROW) -> _ROW:
    *head, budget, executed, forecast, score, grade = row
    return (*head, budget, executed, part(executed, budget), forecast, score, grade)


_OUTCOMES = Query(
    "outcomes",
    "项目结果",
    _WHICH,
    (
        *(*_HEAD, Heading("阶段", stage=True), Heading("项目编码"), Heading("项目")),
        *(Heading("预算数（元）", "money"), Heading("执行数（元）", "money")),
        *(Heading("执行率", "percent"), Heading("预计执行数（元）", "money")),
        *(Heading("得分", "number"), Heading("等级")),
    ),
    _outcomes,
    _with_rate,
)


def _indicators(_: str, values: Values) -> Select[_ROW]:
    indicator = schema.indicator
    asked = (
        select(
            *(*_NAMED, indicator.c.code, indicator.c.level1, indicator.c.level2),
            *(indicator.c.level3, indicator.c.target, indicator.c.basis, indicator.c.actual),
            *(indicator.c.weight, indicator.c.score),
        )
        .join_from(_filing, indicator, indicator.c.filing == _filing.c.id)
        .where(schema.current)
        .order_by(*_ORDER, indicator.c.id)
    )
    return narrowed(asked, _WHERE, values)


_INDICATORS = Query(
    "indicators",
    "指标",
    _WHICH,
    (
        *(*_HEAD, Heading("项目编码"), Heading("一级指标"), Heading("二级指标")),
        *(Heading("三级指标"), Heading("指标值"), Heading("指标值确定依据")),
        *(Heading("实际完成值"), Heading("分值", "number"), Heading("得分", "number")),
    ),
    _indicators,
)


# -- 上报数 --


def _records(dialect: str, values: Values) -> Select[_ROW]:
    record, term = schema.record, schema.term
    cell = each_answer(dialect)
    asked = (
        select(
            *(*_NAMED, record.c.tab, record.c.key, record.c.table, record.c.row, record.c.name),
            *(func.coalesce(term.c.label, cell.c.key), term.c.unit, cell.c.value),
            record.c.cells.op("->>", return_type=Text())(cell.c.key),
        )
        .select_from(_filing)
        .join(record, record.c.filing == _filing.c.id)
        .join(cell, true())
        .outerjoin(term, called(cell.c.key))
        .where(schema.current)
        .order_by(*_ORDER, record.c.number, term.c.number)
    )
    return narrowed(asked, _WHERE, values)


_RECORDS = Query(
    "records",
    "上报数",
    _WHICH,
    (
        *(*_HEAD, Heading("工作表"), Heading("项目编码"), Heading("表格")),
        *(Heading("行", "count"), Heading("行名"), Heading("栏目"), Heading("计量单位")),
        *(Heading("上报数"), Heading("单元格")),
    ),
    _records,
)


# -- 合计: of the last run of each form and period --


def _totals(_: str, values: Values) -> Select[_ROW]:
    run, total = schema.run, schema.total
    last = select(func.max(run.c.id)).group_by(run.c.form, run.c.period)
    asked = (
        select(
            *(run.c.form, run.c.form_name, run.c.period, total.c.part, total.c.key),
            *(total.c.item, total.c.label, total.c.unit, total.c.value, total.c.stated),
        )
        .join_from(run, total, total.c.run == run.c.id)
        .where(run.c.id.in_(last))
        .order_by(run.c.form, run.c.year, run.c.month, total.c.number)
    )
    which = ((run.c.form, "form"), (run.c.period, "period"), (run.c.year, "year"))
    return narrowed(asked, which, values)


_TOTALS = Query(
    "totals",
    "合计",
    _WHICH,
    (
        *(Heading("表样"), Heading("名称"), Heading("报告期"), Heading("所属表")),
        *(Heading("项目编码"), Heading("项目"), Heading("栏目"), Heading("计量单位")),
        *(Heading("重新计算", "number"), Heading("各单位所填合计", "number")),
    ),
    _totals,
)
