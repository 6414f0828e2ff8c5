"""Classes and routing: decided by the published rules, said in words, made into rosters."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from generator.cli import app
from generator.ledger import Ledger
from generator.model.period import Period
from generator.model.project import Project
from generator.model.roster import Department, Roster
from generator.report.pages import plain
from generator.template import find, load
from generator.workbook.projects import read_projects, write_blank_projects, write_projects
from generator.workbook.reader.formats import open_book
from generator.workbook.roster import RosterError, read_roster
from generator.year.routing import SUBJECT, Route, route
from generator.year.routing.classed import classed, register, write_classed, write_form_roster
from generator.year.routing.pages import pages
from generator.year.rules import InForce, load_rules

WAN = Decimal(10_000)
FORMS = ("project-application", "project-monitoring", "project-self-evaluation")


@cache
def rules() -> InForce:
    return load_rules(SUBJECT).at(Period(2020, 12, "year"))


def routed(**more: object) -> Route:
    plain_project = Project(
        *("101", "示例单位甲", "P1", "示例项目"), fund="部门预算", rank="一般", amount=50 * WAN
    )
    return route(replace(plain_project, **more), rules())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fund", "rank", "category", "mode"),
    [
        ("专项资金", "重点", "A", "专项资金全生命周期管理"),
        ("专项资金", "一般", "B", "部门全面管理、财政重点监管"),
        ("部门预算", "重点", "B", "部门全面管理、财政重点监管"),
        ("部门预算", "一般", "C", "简易绩效管理，由部门自行开展"),
    ],
)
def test_the_class_follows_fund_and_rank(fund: str, rank: str, category: str, mode: str):
    found = routed(fund=fund, rank=rank)
    assert (found.project.category, found.mode) == (category, mode)


def test_the_decision_quotes_the_rule_and_its_source():
    assert routed().project.reason == (
        "部门预算一般项目：C类项目，即部门预算一般项目，实行简易绩效管理模式，由部门自行开展绩效目标管理、"
        "绩效运行监控、绩效评价（依据：《杭州市2019年预算绩效管理工作开展情况》"
        "二（二）2“试行预算项目分层分类绩效管理机制”）。"
    )


@pytest.mark.parametrize(
    ("traits", "rule"),
    [
        ({"new": True, "investment": True, "amount": 20_000 * WAN}, "INVESTMENT"),
        ({"new": True, "investment": True, "amount": 20_000 * WAN - 1}, None),
        ({"new": True, "amount": 1_000 * WAN}, "OTHER"),
        ({"new": True, "amount": 1_000 * WAN - 1}, None),
        ({"new": True, "type": "重大政策"}, "POLICY"),
        ({"type": "重大政策", "amount": 30_000 * WAN}, None),
        ({"investment": True, "amount": 30_000 * WAN}, None),
        ({"new": True, "amount": None}, None),
    ],
)
def test_new_projects_above_the_thresholds_are_assessed_beforehand(
    traits: dict[str, object], rule: str | None
):
    before = routed(**traits).before
    assert (before.rule.id if before else None) == rule


def test_the_reason_for_an_assessment_names_the_threshold_and_the_amount():
    before = routed(new=True, amount=1_234 * WAN).before
    assert before is not None
    assert before.text == (
        "拟新增安排 1000 万元以上的其他重大项目开展事前绩效评估，本项目 1234 万元"
    )


def test_class_c_watches_itself_and_gets_no_monitoring_form():
    assert routed().form_ids == (FORMS[0], FORMS[2])
    assert routed(rank="重点").form_ids == FORMS


def test_a_project_that_no_rule_fits_gets_nothing_and_says_so():
    found = routed(fund="其他资金")
    assert (found.decided, found.forms, found.project.category) == (None, (), "")
    assert found.project.reason.startswith("没有一条分类规则适用（资金类别“其他资金”、“一般”）")
    overview = pages([found], rules(), {})[0]
    assert "有 1 个项目没有一条规则适用" in overview.facts[-1]


def test_before_2020_there_were_no_classes():
    with pytest.raises(ValueError, match="“项目分类”从 2020 年 1 月起才有规定"):
        load_rules(SUBJECT).at(Period(2019, 12, "year"))


# -- the list --


def listed(code: str, amount: int, **more: object) -> dict[str, object]:
    usual = {"name": f"项目{code}", "fund": "部门预算", "rank": "一般", "implementer": "示例中心"}
    return {"code": code, "amount": amount * WAN, **usual, **more}


LIST = Roster(
    (
        Department(
            "0101",
            "示例单位甲",
            {"contact": "甲", "bureau_contact": "财政"},
            {"projects": (listed("P1", 50), listed("P2", 2_000, rank="重点", new="是"))},
        ),
        Department("0102", "示例单位乙", {}, {"projects": (listed("P1", 30),)}),
    )
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "项目清单.xlsx"
    write_projects(LIST, path)
    return path


def test_a_list_is_read_as_it_was_written(file: Path):
    read = read_projects(file)
    first = read.departments[0]
    assert [each.code for each in read.departments] == ["0101", "0102"]
    assert first["bureau_contact"] == "财政"
    given = {key: first.children["projects"][1][key] for key in ("code", "amount", "rank", "new")}
    assert given == {"code": "P2", "amount": 2_000 * WAN, "rank": "重点", "new": "是"}


def test_a_blank_list_has_drop_downs_and_no_project(tmp_path: Path):
    write_blank_projects(tmp_path / "空白.xlsx")
    with pytest.raises(RosterError, match="没有一个项目"):
        read_projects(tmp_path / "空白.xlsx")


def test_all_mistakes_of_a_list_come_at_once_by_cell(tmp_path: Path):
    wrong = (
        listed("P1", 1, fund="专项"),
        listed("P1", 1, new="新"),
        {**listed("P3", 1), "amount": "约50万"},
        {**listed("P4", -1), "rank": None},
    )
    path = tmp_path / "清单.xlsx"
    write_projects(Roster((Department("1", "甲", {}, {"projects": wrong}),)), path)
    with pytest.raises(RosterError) as caught:
        read_projects(path)
    assert [(each.place.cell, each.message) for each in caught.value.mistakes] == [
        ("D2", "不能写“专项”，应写“专项资金”、“部门预算”之一。"),
        ("B3", "项目编码“P1”与第 2 行重复。"),
        ("G3", "不能写“新”，应写“是”、“否”之一。"),
        ("F4", "预算金额应填不小于 0 的数，单位万元，现在是“约50万”。"),
        ("E5", "“重点或一般”没有填写。"),
        ("F5", "预算金额应填不小于 0 的数，单位万元，现在是“-1”。"),
    ]


# -- what comes of it --


def test_the_result_lists_every_project_and_adds_up_by_class(file: Path, tmp_path: Path):
    found = classed(file, 2020)
    overview, projects, _ = pages(found.routes, found.rules, {FORMS[0]: "申报表"})
    by_class = overview.grids[0]
    assert [tuple(row) for row in by_class.rows] == [
        ("合计", None, 3, 1, 2_080, 1, 1),
        ("B", "部门全面管理、财政重点监管", 1, Decimal(1) / 3, 2_000, Decimal(2_000) / 2_080, 1),
        ("C", "简易绩效管理，由部门自行开展", 2, Decimal(2) / 3, 80, Decimal(80) / 2_080, 0),
    ]
    codes = [(plain(row[2]), plain(row[4])) for row in projects.grids[0].rows]
    assert codes == [("P1", "C"), ("P2", "B"), ("P1", "C")]
    write_classed(found, tmp_path / "分类.xlsx")
    assert [each.title for each in open_book(tmp_path / "分类.xlsx").sheets] == [
        "总览",
        "项目清单",
        "规则",
    ]
    assert found.told == "3 个项目：B 1 个、C 2 个；要做事前绩效评估的 1 个。"


def test_the_rosters_hold_the_projects_that_get_the_form_and_can_be_stamped_from(
    file: Path, tmp_path: Path
):
    found = classed(file, 2020)
    form = load(find("project-monitoring"))
    written = write_form_roster(found, form, tmp_path / "名册")
    assert written is not None
    (department,) = read_roster(written, form).departments
    assert (department.code, department["bureau_contact"]) == ("0101", "财政")
    (project,) = department.children["projects"]
    assert (project["code"], project["implementer"]) == ("P2", "示例中心")


def test_a_form_without_projects_cannot_be_routed_to(file: Path, tmp_path: Path):
    with pytest.raises(ValueError, match="不是按项目填的表"):
        write_form_roster(classed(file, 2020), load(find("monthly-progress")), tmp_path)


def test_the_ledger_knows_class_and_reason_of_each_project(file: Path, where: str, ledger: Ledger):
    register(classed(file, 2020), where)
    found = ledger.projects(2020)
    assert [(each.department, each.code, each.category) for each in found] == [
        ("0101", "P1", "C"),
        ("0101", "P2", "B"),
        ("0102", "P1", "C"),
    ]
    assert (found[1].amount, found[1].new) == (2_000 * WAN, True)
    assert "project-monitoring" in found[1].forms
    assert "project-monitoring" not in found[0].forms
    assert "拟新增安排 1000 万元以上" in found[1].reason


def test_the_commands_go_from_a_blank_list_to_rosters(file: Path, tmp_path: Path):
    def run(*arguments: object) -> Result:
        return CliRunner().invoke(app, ["projects", *(str(each) for each in arguments)])

    blank, out, rosters = (tmp_path / name for name in ("空白.xlsx", "分类.xlsx", "名册"))
    assert run("blank", "--out", blank).exit_code == 0
    given = ("--year", 2020, "--out", out, "--rosters", rosters, "--form", FORMS[2])
    told = run("route", file, *given)
    assert told.exit_code == 0, told.output
    assert "3 个项目：B 1 个、C 2 个；要做事前绩效评估的 1 个。" in told.output
    assert [each.name for each in rosters.iterdir()] == ["名册-项目支出绩效自评表.xlsx"]
    refused = run("route", blank, "--year", 2020, "--out", out)
    assert (refused.exit_code, "没有一个项目" in refused.output) == (2, True)
