"""Rosters from the ledger: what was promised is what the next form asks about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from generator.cli import app
from generator.ledger import Ledger, open_ledger
from generator.model.form import Form
from generator.model.period import Period
from generator.model.project import Project
from generator.model.roster import Department, Record
from generator.workbook.roster import read_roster
from generator.year.roll import Roll, roll_of, write_roll
from tests.check.forms import Answers, form_of
from tests.ledger.merges import indicator, merge_of, project, returned, small_form
from tests.year.returns import aim, evaluated, form, monitored, record

YEAR = 2022
MONITORING = "project-monitoring"


def applied(code: str, *indicators: Answers) -> Answers:
    """Return a sheet of 项目支出绩效目标申报表."""
    said = {"code": code, "name": f"项目{code}", "implementer": f"{code}的实施单位"}
    return {**said, "indicators": list(indicators)}


def promise(level3: str, target: str = "≥10个", level2: str = "数量指标") -> Answers:
    return {"level2": level2, "level3": level3, "target": target}


def listed(*codes: str, forms: Sequence[str] = (MONITORING,)) -> list[Project]:
    """Return projects of the bureau's list; the first three signs are the department's code."""
    return [
        Project(code[:3], f"示例单位{code[:3]}", code[4:], f"清单{code[4:]}", forms=tuple(forms))
        for code in codes
    ]


def rows(roll: Roll, sheet: str) -> list[tuple[object, ...]]:
    """Return the rows of a child sheet, each behind its department."""
    return [
        (each.code, *record.values())
        for each in roll.roster.departments
        for record in each.children[sheet]
    ]


@pytest.fixture
def promised(ledger: Ledger) -> Ledger:
    """A ledger with three applications; two departments call a project P1."""
    by = {
        "901": [
            applied("P1", promise("甲"), promise("乙", "=100%", "质量指标")),
            applied("P2", promise("丙")),
        ],
        "902": [applied("P1", promise("丁", "有效提高", "社会效益指标"))],
    }
    record(ledger, "project-application", str(YEAR), by)
    return ledger


# -- what is filled --


def test_projects_and_indicators_are_those_of_the_stage_before(promised: Ledger):
    roll = roll_of(promised, form(MONITORING), YEAR)
    assert rows(roll, "projects") == [
        ("901", "P1", "项目P1", "P1的实施单位"),
        ("901", "P2", "项目P2", "P2的实施单位"),
        ("902", "P1", "项目P1", "P1的实施单位"),
    ]
    assert rows(roll, "indicators") == [
        ("901", "P1", "数量指标", "甲", "≥10个", None),
        ("901", "P1", "质量指标", "乙", "=100%", None),
        ("901", "P2", "数量指标", "丙", "≥10个", None),
        ("902", "P1", "社会效益指标", "丁", "有效提高", None),
    ]
    assert roll.told.splitlines()[:3] == [
        "部门 2 个。",
        "项目 3 个，台账里没有2022年的项目清单，取自最近报的表：目标（2022年）3 个。",
        "指标 4 个，取自最近报的表：目标（2022年）4 个。",
    ]


def test_self_evaluation_goes_on_from_monitoring_where_there_is_any(promised: Ledger):
    by = {"901": [monitored("P1", 100, 50, indicators=[aim("甲", "≥12个", "6个", "12个")])]}
    record(promised, MONITORING, "2022-07", by)
    roll = roll_of(promised, form("project-self-evaluation"), YEAR)
    assert rows(roll, "indicators") == [
        ("901", "P1", "数量指标", "甲", "≥12个", None),
        ("901", "P2", "数量指标", "丙", "≥10个", None),
        ("902", "P1", "社会效益指标", "丁", "有效提高", None),
    ]
    assert "指标 3 个，取自最近报的表：监控（2022年7月）1 个、目标（2022年）2 个。" in roll.told
    assert "先前承诺过、最近一次没有再报的指标 1 个：P1（901）“乙”。" in roll.told


def test_the_last_month_counts_and_a_corrected_return_supersedes(promised: Ledger):
    for month, target in (("2022-09", "≥9个"), ("2022-07", "≥7个"), ("2022-09", "≥10个")):
        by = {"901": [monitored("P2", 100, 50, indicators=[aim("丙", target, "6个", "9个")])]}
        record(promised, MONITORING, month, by)
    found = rows(roll_of(promised, form("project-self-evaluation"), YEAR), "indicators")
    assert [each[4] for each in found if each[:2] == ("901", "P2")] == ["≥10个"]


def test_monitoring_again_asks_about_what_was_promised_not_about_the_months_before(
    promised: Ledger,
):
    by = {"901": [monitored("P2", 100, 50, indicators=[aim("自己加的", "≥1个", "1个", "1个")])]}
    record(promised, MONITORING, "2022-07", by)
    found = rows(roll_of(promised, form(MONITORING), YEAR), "indicators")
    assert ("901", "P2", "数量指标", "丙", "≥10个", None) in found
    assert all(each[3] != "自己加的" for each in found)


def test_without_an_earlier_stage_the_own_one_is_gone_by(ledger: Ledger):
    by = {"901": [monitored("P2", 100, 50, indicators=[aim("丙", "≥9个", "6个", "9个")])]}
    record(ledger, MONITORING, "2022-07", by)
    roll = roll_of(ledger, form(MONITORING), YEAR)
    assert rows(roll, "indicators") == [("901", "P2", "数量指标", "丙", "≥9个", None)]
    assert "监控（2022年7月）1 个" in roll.told


def test_a_weight_that_only_the_earlier_stage_knows_goes_along(ledger: Ledger):
    target = small_form(stage="target", id="weighted-targets")
    sheets = {"project": [project("P1", indicators=[indicator("甲", weight=20)])]}
    when = Period(YEAR, 12, "year")
    ledger.record(merge_of(target, [returned(target, "901", sheets, when)], period=when))
    aims = [aim("甲", "≥95%", "50%", "96%"), aim("乙", "≥1个", "1个", "1个")]
    record(ledger, MONITORING, "2022-07", {"901": [monitored("P1", 1, 1, indicators=aims)]})
    roll = roll_of(ledger, form("project-self-evaluation"), YEAR)
    assert [each[3:] for each in rows(roll, "indicators")] == [
        ("甲", "≥95%", Decimal(20)),
        ("乙", "≥1个", None),
    ]


def test_all_columns_are_filled_by_their_names_money_in_the_unit_of_the_form(ledger: Ledger):
    by = {"901": [evaluated("P1", 5_000, 4_000)]}
    record(ledger, "project-self-evaluation", str(YEAR), by)
    roll = roll_of(ledger, form("project-review"), YEAR)
    [department] = roll.roster.departments
    [found] = department.children["projects"]
    assert found == {
        "code": "P1",
        "name": "项目P1",
        "implementer": None,
        "stratum": None,
        "budget": Decimal(5_000),
        "executed": Decimal(4_000),
        "execution_score": Decimal(8),
    }
    assert rows(roll, "indicators") == [
        ("901", "P1", "产出指标", "数量指标", "完成数", "≥100%", "100%", Decimal(90), Decimal(90))
    ]


CONTACTS = """
stage: target
sheets:
  main:
    fields:
      preparer: {label: 填报人, type: text}
      preparer_phone: {label: 联系电话, type: text}
      leader: {label: 负责人, type: text}
"""
LED = """
stage: monitoring
roster: {department: {leader: {heading: 负责人}}}
sheets: {main: {fields: {who: {label: 单位, type: text, fill: "{{ department.leader }}"}}}}
"""


def test_departments_are_known_by_their_latest_forms_and_nobody_gets_anothers_telephone(
    ledger: Ledger,
):
    said: Sequence[tuple[str, Mapping[str, Any]]] = (
        ("one", {"preparer": "张三", "preparer_phone": "0571-1", "leader": "赵六"}),
        ("two", {"preparer": "李四"}),
    )
    when = Period(YEAR, 12, "year")
    for name, answers in said:
        described = replace(form_of(CONTACTS), id=name)
        filing = replace(returned(described, "901", answers, when), form=name)
        ledger.record(merge_of(described, [filing], missing=["902"], period=when))
    roll = roll_of(ledger, form_of(LED), YEAR)
    first, second = roll.roster.departments
    assert (first["contact"], first["phone"], first["leader"]) == ("李四", None, "赵六")
    assert (second.code, second.name, second["contact"]) == ("902", "示例单位902", None)


# -- the bureau's list --


def test_the_bureaus_list_decides_which_projects_there_are(promised: Ledger):
    promised.register(YEAR, listed("902 P1", "901 P1", "903 P3"))
    roll = roll_of(promised, form(MONITORING), YEAR)
    assert rows(roll, "projects") == [
        ("902", "P1", "清单P1", "P1的实施单位"),
        ("901", "P1", "清单P1", "P1的实施单位"),
        ("903", "P3", "清单P3", None),
    ]
    assert [each[3] for each in rows(roll, "indicators")] == ["丁", "甲", "乙"]
    assert "项目 3 个，按台账里2022年的项目清单。" in roll.told
    assert "没有列入：报过表、项目清单里已经没有的项目 1 个：P2（901）。" in roll.told
    assert "没有报过指标的项目 1 个：P3（903）" in roll.told


def test_projects_that_do_not_get_the_form_are_left_out(promised: Ledger):
    others = (
        *listed("901 P2", forms=["project-self-evaluation"]),
        *listed("902 P1", forms=[]),
    )
    promised.register(YEAR, [*listed("901 P1"), *others])
    roll = roll_of(promised, form(MONITORING), YEAR)
    assert [each[:2] for each in rows(roll, "projects")] == [("901", "P1")]
    assert "按分类不填“项目支出绩效目标执行监控表”的项目 1 个：P2（901）。" in roll.told
    assert "没有分类的项目 1 个：P1（902），请先核对项目清单。" in roll.told


def test_a_form_that_the_list_gives_to_nobody_is_for_all_its_projects(promised: Ledger):
    promised.register(YEAR, listed("901 P1", "902 P1"))
    roll = roll_of(promised, form("project-targets"), YEAR)
    assert rows(roll, "projects") == [("901", "P1", "清单P1"), ("902", "P1", "清单P1")]
    assert "没有登记哪些项目填“项目绩效目标表”，所有项目都列入了。" in roll.told


# -- what lacks, and what is odd --


def test_departments_that_never_returned_are_on_the_roster_for_the_bureau_to_fill(ledger: Ledger):
    described, when = form("project-application"), Period(YEAR, 12, "year")
    sheets = {"project": [applied("P1", promise("甲"))]}
    filing = returned(described, "901", sheets, when)
    ledger.record(merge_of(described, [filing], missing=["902"], period=when))
    roll = roll_of(ledger, form(MONITORING), YEAR)
    assert [each.code for each in roll.roster.departments] == ["901", "902"]
    assert "不知道有哪些项目的部门 1 个：示例单位902（902），请在“项目”表里补填。" in roll.told


def test_level2_is_written_as_the_form_offers_it_and_doubles_are_one(ledger: Ledger):
    target = small_form(stage="target", id="old-targets")
    said = [
        indicator("甲", level2="可持续性影响"),
        indicator("甲 ", level2="可持续影响指标"),
        indicator("乙", level2="服务对象满意度 指标"),
        indicator("乙", target="≥1%", level2="满意度指标"),
        indicator("丙", level2="其他指标"),
        indicator("丁", target="", level2=""),
    ]
    sheets = {"project": [project("P1", indicators=said)]}
    when = Period(YEAR, 12, "year")
    ledger.record(merge_of(target, [returned(target, "901", sheets, when)], period=when))
    roll = roll_of(ledger, form(MONITORING), YEAR)
    assert [each[2:5] for each in rows(roll, "indicators")] == [
        ("可持续影响指标", "甲", "≥95%"),
        ("服务对象满意度指标", "乙", "≥95%"),
        ("服务对象满意度指标", "乙", "≥1%"),
        ("其他指标", "丙", "≥95%"),
        (None, "丁", None),
    ]
    assert "同名、内容不同的指标 1 个：P1（901）“乙”，请留一个。" in roll.told
    assert "“二级指标”里的“其他指标”不在表样的选项里" in roll.told
    assert "“绩效指标”表的“二级指标”有 1 行不知道，必须补填。" in roll.told
    assert "“绩效指标”表的“年度指标值”有 1 行不知道，必须补填。" in roll.told
    assert "“绩效指标”表台账里没有、留空的栏：分值。" in roll.told
    assert "“部门”表台账里没有、留空的栏：联系人、电话、财政联系人、财政电话。" in roll.told


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+86", "@SUM(A1)", "0301", "1e5", "a\x01b", "_x0041_", "<b>&", "{{ x }}", "甲\n乙"],
)
def test_texts_from_returns_stay_texts_in_the_workbook(text: str, tmp_path: Path):
    with open_ledger(tmp_path / "台账.db") as ledger:
        said = {**applied(text, promise(text, text)), "name": text, "implementer": text}
        record(ledger, "project-application", str(YEAR), {"901": [said]})
        roll = roll_of(ledger, form(MONITORING), YEAR)
    write_roll(roll, tmp_path / "名册.xlsx")
    again = read_roster(tmp_path / "名册.xlsx", form(MONITORING))
    [department] = again.departments
    assert _records(department, "projects") == [(text, text, text)]
    assert _records(department, "indicators") == [(text, "数量指标", text, text, None)]


def _records(department: Department, sheet: str) -> list[tuple[object, ...]]:
    found: Sequence[Record] = department.children[sheet]
    return [tuple(each.values()) for each in found]


# -- nobody --


def test_a_ledger_without_anybody_to_ask_is_refused(ledger: Ledger):
    with pytest.raises(ValueError, match="台账里没有2022年的项目清单，也没有"):
        roll_of(ledger, form(MONITORING), YEAR)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--year", "2022"], "要与 --ledger 同用"),
        (["--ledger", "台账.db"], "还要用 --year 写明是哪一年"),
        (["--ledger", "没有.db", "--year", "2022"], "没有.db"),
    ],
)
def test_the_command_says_what_it_needs(options: list[str], told: str, tmp_path: Path):
    out = tmp_path / "名册.xlsx"
    result = CliRunner().invoke(app, ["roster", MONITORING, "--out", str(out), *options])
    assert (result.exit_code, told in result.stderr, out.exists()) == (2, True, False)


def test_sheets_that_no_return_can_fill_are_named(promised: Ledger):
    described: Form = form("department-targets")
    roll = roll_of(promised, described, YEAR)
    assert [each.code for each in roll.roster.departments] == ["901", "902"]
    assert "“长期指标”表台账里没有，请自己填。" in roll.told
