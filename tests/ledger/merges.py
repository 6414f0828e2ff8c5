"""Merges made in memory: a small staged form, what departments answered, what was found."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from generator.consolidate import consolidate
from generator.model.filing import Filing
from generator.model.finding import Finding, Kind, Place
from generator.model.form import Form
from generator.model.merged import Merged, ReturnedFile, Standing, State
from generator.model.period import Period
from generator.model.roster import Department
from tests.check.forms import Answers, filing_of, form_of

PERIOD = Period(2024, 12, "year")
TEXT = """
stage: self-evaluation
roster:
  projects:
    tab: 项目
    columns:
      code: {heading: 项目编码}
      name: {heading: 项目名称}
sheets:
  whole:
    tab: 部门整体
    fields:
      total: {label: 总分, type: number}
      grade: {label: 等级, type: text}
      note: {label: 说明, type: text}
  project:
    for: project in department.projects
    key: code
    tab: "{{ project.code }}"
    fields:
      code: {label: 项目编码, type: text}
      name: {label: 项目名称, type: text}
      budget: {label: 全年预算数, type: amount, combine: sum}
      executed: {label: 全年执行数, type: amount, combine: sum}
      left: {label: 结余, type: amount, computed: budget - executed, combine: sum}
      rate: {label: 执行率, type: percent, computed: executed / budget}
      total: {label: 总分, type: number}
      grade: {label: 等级, type: text}
    tables:
      indicators:
        label: 绩效指标
        key: [level3]
        columns:
          level1: {label: 一级指标, type: text}
          level2: {label: 二级指标, type: text}
          level3: {label: 三级指标, type: text}
          target: {label: 指标值, type: target}
          actual: {label: 实际完成值, type: text}
          weight: {label: 分值, type: number}
          score: {label: 得分, type: number}
"""
Copies = Mapping[str, Sequence[Answers]]


def small_form(text: str = TEXT, **changes: object) -> Form:
    """Return the form that is returned."""
    return replace(form_of(text), **changes)  # type: ignore[arg-type]


def indicator(level3: str, target: str = "≥95%", actual: str = "96%", **more: object) -> Answers:
    """Return a row of the table of indicators."""
    return {
        "level1": "产出指标",
        "level2": "数量指标",
        "level3": level3,
        "target": target,
        "actual": actual,
        **more,
    }


def project(
    code: str, budget: int | str | None = 100, executed: int | str | None = 80, **more: object
) -> Answers:
    """Return a project sheet; money in 万元."""
    return {"code": code, "name": f"项目{code}", "budget": budget, "executed": executed, **more}


def returned(
    form: Form, department: str, answers: Copies, period: Period = PERIOD, file: str = ""
) -> Filing:
    """Return a department's filing."""
    name = file or f"{department}.xlsx"
    filing = filing_of(form, answers, department)
    return replace(filing, period=period.id, file=name)


def merge_of(
    form: Form,
    filings: Iterable[Filing],
    missing: Iterable[str] = (),
    findings: Iterable[Finding] = (),
    period: Period = PERIOD,
) -> Merged:
    """Return the merge of some filings and of departments that returned nothing."""
    filings = list(filings)
    standings = [_stood(each) for each in filings]
    standings += [Standing(Department(code, f"示例单位{code}"), State.MISSING) for code in missing]
    standings.sort(key=lambda each: each.department.code)
    return Merged(
        form=form,
        period=period,
        folder=Path(),
        standings=tuple(standings),
        strangers=(),
        findings=tuple(findings),
        totals=consolidate(form, filings, period),
        rules={"SUM": "合计等于各项之和"},
    )


def found(department: str, rule: str = "SUM", kind: Kind = Kind.BALANCE, cell: int = 3) -> Finding:
    """Return something found in a department's file."""
    place = Place(f"{department}.xlsx", "项目", cell, 2)
    return Finding(rule, kind, place, f"{department}的合计不对", "请核对。", department)


def _stood(filing: Filing) -> Standing:
    content = repr(filing).encode("utf-8", "backslashreplace")
    digest = hashlib.sha256(content).digest()
    file = ReturnedFile(filing.file, State.RETURNED, used=True, digest=digest)
    department = Department(filing.department, filing.department_name)
    return Standing(department, State.RETURNED, (file,), lambda: filing)
