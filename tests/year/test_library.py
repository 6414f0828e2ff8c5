"""The indicator library: wordings brought together, counted, looked up, offered."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from generator.cli import app
from generator.ledger import Ledger, open_ledger
from generator.model.project import Indicator, Project
from generator.model.roster import Department, Roster
from generator.workbook.roster import write_roster
from generator.year.library import Library, library, suggestions
from generator.year.library.collected import Wanted, collect
from generator.year.library.wordings import leading, near, wording_key
from tests.year.returns import aim, form, monitored, record

ONE = Indicator(
    *("101", "A", "target", "2020", "产出指标", "数量指标", "培训人数"),
    target="≥100人",
    basis="工作计划",
    type="培训",
)


def rows(*changes: dict[str, str]) -> Library:
    """Return the library of indicators that differ from ONE."""
    return library(replace(ONE, **each) for each in changes)  # type: ignore[arg-type]


# -- wordings --


@pytest.mark.parametrize(
    "wordings",
    [
        ("可持续性影响", "可持续影响指标", "可持续影响", "可持续 影响 指标"),
        ("服务对象满意度", "服务对象满意度指标", "服务对象满意程度", "服务对象的满意度"),
        ("数量指标", "数量", "数量指标："),
        ("群众满意度（%）", "群众满意度(％)", "1.群众满意度", "（1）群众满意度"),
        ("GDP增长率", "gdp增长率", "ＧＤＰ增长率"),
        ("完成及时性", "完成及时"),
    ],
)
def test_wordings_of_the_same_thing_are_brought_together(wordings: tuple[str, ...]):
    assert len({wording_key(each) for each in wordings}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("数量指标", "质量指标"),
        ("产出数量达标情况", "产出质量达标情况"),
        ("经济效益指标", "社会效益指标"),
        ("培训人数", "培训次数"),
        ("产品合格率", "产品不合格率"),
        ("任务完成率", "任务未完成率"),
        ("小学生满意度", "学生满意度"),
        ("男性就业率", "女性就业率"),
        ("采购成本", "采购成本降低率"),
        ("5G基站数", "4G基站数"),
        ("一季度增长", "二季度增长"),
        ("性别比例", "别比例"),
    ],
)
def test_one_telling_character_apart_is_another_thing(one: str, other: str):
    assert wording_key(one) != wording_key(other)


@given(st.text("可持续性影响指标数质量的 情况，（）12年", max_size=12))
def test_a_key_is_a_wording_of_its_own_and_never_lost(text: str):
    key = wording_key(text)
    assert bool(key) is bool(text.strip())
    assert wording_key(f" {text} ") == key


@given(st.dictionaries(st.text(min_size=1, max_size=4), st.integers(1, 5), min_size=1))
def test_the_leading_wording_does_not_depend_on_the_order(counts: dict[str, int]):
    assert leading(counts) == leading(dict(reversed(counts.items())))
    assert counts[leading(counts)] == max(counts.values())


def test_what_is_near_is_only_shown():
    pairs = list(near(["任务按时完成率", "任务按期完成率", "培训人数", "任务完成率"], least=0.6))
    assert [(one, other) for one, other, _ in pairs] == [
        ("任务按时完成率", "任务按期完成率"),
        ("任务完成率", "任务按时完成率"),
        ("任务完成率", "任务按期完成率"),
    ]


# -- the library --


def test_the_most_used_wording_leads():
    found = rows(
        {"code": "A", "level3": "培训人数（人）"},
        {"code": "B", "level3": "培训 人数"},
        {"code": "C", "level3": "培训 人数"},
    )
    (entry,) = found.entries
    assert entry.level3 == "培训 人数"
    assert entry.wordings == (("培训 人数", 2), ("培训人数（人）", 1))


def test_the_stages_of_a_year_are_one_use():
    found = rows(
        {"stage": "target", "period": "2020"},
        {"stage": "monitoring", "period": "2020-08"},
        {"stage": "self-evaluation", "period": "2020"},
        {"stage": "target", "period": "2021"},
        {"department": "102"},
    )
    (entry,) = found.entries
    assert (entry.uses, entry.departments, entry.years) == (3, 2, ("2020", "2021"))
    assert (found.returned, found.types) == (5, (("培训", 3),))


def test_quantity_and_quality_stay_apart_even_with_the_same_name():
    found = rows({"level2": "数量指标"}, {"level2": "质量指标", "code": "B"})
    assert [each.level2 for each in found.entries] == ["数量指标", "质量指标"]


def test_level2_is_called_by_its_leading_wording():
    found = rows(
        {"level2": "可持续性影响", "level3": "甲指标数"},
        {"level2": "可持续影响指标", "level3": "乙指标数"},
        {"level2": "可持续影响指标", "level3": "丙指标数", "code": "B"},
    )
    assert {each.level2 for each in found.entries} == {"可持续影响指标"}
    assert found.level2 == ((("可持续影响指标", 2), ("可持续性影响", 1)),)


def test_a_framework_has_what_many_projects_of_a_type_use():
    common = [{"code": str(i)} for i in range(10)]
    rare = [{"code": str(i), "level3": "少见的"} for i in range(1)]
    other = [{"code": "X", "type": "运维", "level3": "故障率"}]
    found = rows(*common, *rare, *other)
    assert [(each.entry.level3, each.uses, each.projects) for each in found.usual("培训")] == [
        ("培训人数", 10, 10)
    ]
    assert found.usual("运维") == []  # once is not usual


@given(st.permutations(range(6)))
def test_the_order_of_returns_does_not_matter(order: list[int]):
    changes = [
        {"code": str(i % 4), "level3": f"{'培训人数' if i % 2 else '培训的人数'}"} for i in range(6)
    ]
    assert rows(*(changes[i] for i in order)) == rows(*changes)


# -- with a ledger --


def returns(ledger: Ledger) -> None:
    """Record indicators of two departments and the types of their projects."""
    own = [aim("培训人数", "≥100人", "50人", "100人"), aim("学员满意度", "≥95%", "96%", "96%")]
    other = [aim("培训的人数", "≥80人", "50人", "80人"), aim("故障率", "≤1%", "0.5%", "0.8%")]
    record(
        *(ledger, "project-monitoring", "2020-08"),
        {
            "101": [monitored("A", 100, 50, None, own), monitored("B", 100, 50, None, own)],
            "102": [monitored("A", 100, 50, None, other)],
        },
    )
    ledger.register(
        2020,
        [
            Project("101", "示例单位101", "A", "项目A", type="培训"),
            Project("101", "示例单位101", "B", "项目B", type="培训"),
            Project("102", "示例单位102", "A", "项目A", type="运维"),
        ],
    )


def test_a_library_is_searched_in_chinese(ledger: Ledger):
    returns(ledger)
    found = collect(ledger, Wanted("满意度"))
    assert [each.level3 for each in found.entries] == ["学员满意度"]
    assert {each.level3 for each in collect(ledger, Wanted(type="运维")).entries} == {
        "培训的人数",
        "故障率",
    }
    with pytest.raises(ValueError, match="没有这样的指标（2021年、含有“满意度”）"):
        collect(ledger, Wanted("满意度", 2021))


def test_a_type_is_offered_what_it_uses_the_most_used_first(ledger: Ledger):
    returns(ledger)
    assert list(suggestions(ledger)["level3"]) == ["培训人数", "学员满意度", "故障率"]
    assert list(suggestions(ledger, "培训")["level3"]) == ["培训人数", "学员满意度"]
    assert suggestions(ledger, "没有的") == suggestions(ledger)


def test_the_command_lists_and_writes_a_workbook(where: str, tmp_path: Path):
    with open_ledger(where) as ledger:
        returns(ledger)
    out = tmp_path / "指标库.xlsx"
    result = CliRunner().invoke(app, ["indicators", where, "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert "共 6 行指标，归并为 3 个。" in result.output
    assert "数量指标｜培训人数：用过 3 次，常用 ≥100人" in result.output
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["指标库", "标准框架", "写法"]
    cells = [str(cell.value) for row in book["写法"].iter_rows() for cell in row]
    assert "培训的人数（1）" in cells
    titles = [str(row[0].value) for row in book["标准框架"].iter_rows()]
    assert "培训：绩效目标标准框架" in titles


def test_next_years_goal_forms_offer_what_was_used(where: str, tmp_path: Path):
    with open_ledger(where) as ledger:
        returns(ledger)
    projects = ({"code": "A", "name": "项目A"},)
    people = Roster((Department("101", "示例单位101", children={"projects": projects}),))
    roster, out = tmp_path / "名册.xlsx", tmp_path / "下发"
    write_roster(form("project-targets"), people, roster)
    arguments = ["stamp", "project-targets", "--roster", str(roster), "--period", "2021"]
    arguments += ["--out", str(out), "--jobs", "1", "--ledger", where, "--type", "培训"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    (stamped,) = out.glob("101*.xlsx")
    book = openpyxl.load_workbook(stamped)
    rules = [rule for sheet in book for rule in sheet.data_validations.dataValidation]
    assert '"培训人数,学员满意度"' in {rule.formula1 for rule in rules}  # 故障率 is for 运维
