"""A small city that returns a small form: its departments, and what they send."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path

from generator.merge import merge
from generator.model.filing import Entry
from generator.model.form import Form
from generator.model.merged import Merged
from generator.model.period import Period
from generator.model.roster import Department, Roster
from generator.stamp import Stamper
from generator.workbook.keys import own_key
from tests.check.forms import form_of

PERIOD = Period(2024, 12, "year")
TEXT = """
fields:
  unit_name: {label: 单位名称, type: text, fill: "{{ department.name }}", locked: true}
  budget: {label: 预算数, type: amount, required: true}
tables:
  funds:
    label: 资金
    columns:
      item: {label: 项目, type: label}
      amount: {label: 金额, type: amount}
      share: {label: 占比, type: percent, computed: amount / funds.whole.amount}
    rows:
      whole: {item: 合　计, total_of: [staff, work]}
      staff: {item: 人员}
      work: {item: 运转}
  projects:
    label: 项目
    key: [code]
    group_by: [kind]
    columns:
      code: {label: 编码, type: text, required: true}
      kind: {label: 类别, type: choice, choices: [甲类, 乙类], combine: count}
      money: {label: 金额, type: amount}
      rate: {label: 执行率, type: percent, combine: weighted, weight: money}
      note: {label: 说明, type: text, max_length: 2000}
checks:
  - id: BUDGET
    kind: 逻辑
    name: 预算数等于资金合计
    rule: budget == funds.whole.amount
    at: budget
    message: 预算数 {{ budget }}，资金合计 {{ funds.whole.amount }}。
    remedy: 核对预算数。
"""
ROSTER = Roster(
    tuple(
        Department(code, name, {"contact": "张示例", "phone": "0000-1"})
        for code, name in (
            ("302", "示例市教育局"),
            ("101", "示例市财政局"),
            ("205", "示例市水务局"),
            ("0301", "示例市审计局"),
        )
    )
)
Project = tuple[str, str, int, str]  # code, kind, money, note


def small_form() -> Form:
    """Return the form that the city returns."""
    return form_of(TEXT)


def answers(staff: int, work: int, *projects: Project, budget: int | None = None) -> Entry:
    """Return what a department answers, in 万元."""
    rows = tuple(
        {"code": code, "kind": kind, "money": Decimal(money), "rate": Decimal("0.5"), "note": note}
        for code, kind, money, note in projects
    )
    return Entry(
        {"budget": Decimal(staff + work if budget is None else budget)},
        {"funds": ({}, {"amount": Decimal(staff)}, {"amount": Decimal(work)}), "projects": rows},
    )


@dataclass
class City:
    """A folder that fills with returns."""

    folder: Path
    form: Form
    roster: Roster = ROSTER

    def send(
        self, code: str, entry: Entry | None = None, name: str = "", *, form: Form | None = None
    ) -> Path:
        """Put a return into the folder."""
        return self.put(name or f"{code}.xlsx", self.workbook(code, entry, form=form))

    def workbook(
        self,
        code: str,
        entry: Entry | None = None,
        *,
        form: Form | None = None,
        period: Period = PERIOD,
    ) -> bytes:
        """Return the filled workbook of a department."""
        department = self.roster.find(code) or Department(code, "外地单位")
        stamper = Stamper(form or self.form, period)
        return stamper.stamp(department, {"main": (entry or answers(60, 40),)})

    def put(self, name: str, content: bytes, saved: int = 1_700_000_000) -> Path:
        """Write a file into the folder, saved at a known second."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (saved, saved))
        return path

    def old_version(self) -> Form:
        """Return the form as it was a version ago."""
        return replace(self.form, version="0")

    def merge(self) -> Merged:
        """Merge what is in the folder."""
        return merge(self.folder, self.roster, form=self.form, key=own_key())


def repacked(content: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """Return a workbook with its parts changed; None drops a part."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            part = change(name, old.read(name))
            if part is not None:
                new.writestr(name, part)
    return made.getvalue()


def saved_at(content: bytes, moment: str) -> bytes:
    """Return a workbook that says it was saved at a moment, such as 2024-05-01T08:00:00Z."""

    def change(name: str, part: bytes) -> bytes:
        if name != "docProps/core.xml":
            return part
        return part.replace(b"2020-01-01T00:00:00Z", moment.encode())

    return repacked(content, change)


def without_seal(content: bytes) -> bytes:
    """Return a workbook whose seal was cleared."""
    return repacked(content, lambda _, part: part.replace(b">jixiao<", b"><"))


def states(merged: Merged) -> Mapping[str, str]:
    """Return the state of each department by code."""
    return {each.department.code: each.state.value for each in merged.standings}
