"""Examples beside a form: right ones as entries, wrong ones refused with their line."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from generator.model.filing import Entry
from generator.model.form import Form
from generator.model.period import Period
from generator.model.roster import Department
from generator.template import TemplateError
from generator.template.examples import Example, Expected, load_examples
from tests.check.forms import form_of as tiny_form

EXAMPLE = """\
- case: 一例
  period: "2020"
  department:
    code: 318002
    name: 示例单位
    leader: 王某
    projects:
      - {code: 0301, name: 甲}
  answers:
    main:
      fields: {budget: 100.50, spent: "８０％"}
      tables:
        items:
          - {name: 第一, amount: "1,000"}
          - {}
        funds:
          other: {money: 3}
    project:
      - {}
  explanations: {SUM: 尾差}
  findings:
    - {rule: SUM, sheet: 主表, at: "items[1].amount"}
  expected_values: {rate: "79.6%"}
"""


@pytest.fixture
def examples_of(
    form_of: Callable[..., Form], tmp_path: Path
) -> Callable[[str, str], tuple[Example, ...]]:
    def load_with(old: str, new: str) -> tuple[Example, ...]:
        assert old in EXAMPLE
        (tmp_path / "demo").mkdir(exist_ok=True)
        (tmp_path / "demo" / "examples.yaml").write_text(
            EXAMPLE.replace(old, new, 1), encoding="utf-8"
        )
        return load_examples(form_of(), tmp_path / "demo")

    return load_with


def test_an_example_is_one_departments_answers_with_what_is_found(
    examples_of: Callable[..., tuple[Example, ...]],
):
    details = {"contact": None, "phone": None, "leader": "王某"}
    department = Department(
        "318002", "示例单位", details, {"projects": ({"code": "0301", "name": "甲"},)}
    )
    entry = Entry(
        {"budget": Decimal("100.50"), "spent": "８０％"},
        {
            "items": ({"name": "第一", "amount": "1,000"}, {}),
            "funds": ({}, {"money": Decimal(3)}, {}),
        },
    )
    assert examples_of("", "") == (
        Example(
            case="一例",
            period=Period(2020, 12, "year"),
            department=department,
            entries={"main": (entry,), "project": (Entry(),)},
            explanations={"SUM": "尾差"},
            findings=(Expected("SUM", "主表", "items[1].amount"),),
            expected_values={"rate": "79.6%"},
        ),
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('  period: "2020"\n', "", "1 [1]：缺少“period”"),
        ('"2020"', '"2020Q5"', "2 [1].period：看不懂报告期“2020Q5”"),
        ("leader: 王某", "leadr: 王某", "6 [1].department.leadr：没有“leadr”，是不是“leader”？"),
        ("{budget: 100.50,", "{budgt: 100.50,", "11 [1].answers.main.fields.budgt：没有“budgt”"),
        ("{budget: 100.50,", "{rate: 100.50,", "11 [1].answers.main.fields.rate：没有“rate”"),
        ("{budget: 100.50,", "{budget: true,", "11 [1].answers.main.fields.budget：这里应写一个数"),
        (
            "          - {}\n",
            "          - {}\n" * 3,
            "13 [1].answers.main.tables.items：只有 3 行，这里写了 4 行",
        ),
        ("{money: 3}", "{share: 3}", "17 [1].answers.main.tables.funds.other.share：没有“share”"),
        (
            "other: {money",
            "total: {money",
            "17 [1].answers.main.tables.funds.total.money：没有“money”",
        ),
        (
            "    project:\n      - {}\n",
            "    project: []\n",
            "18 [1].answers.project：名册里有 1 条 projects，这里写了 0 份",
        ),
        ("{rule: SUM, ", "{", "22 [1].findings[1]：缺少“rule”"),
    ],
)
def test_an_example_that_does_not_fit_its_form_is_refused(
    examples_of: Callable[..., tuple[Example, ...]], old: str, new: str, expected: str
):
    with pytest.raises(TemplateError) as caught:
        examples_of(old, new)
    wrong = [f"{each.line} {each.path}：{each.message}" for each in caught.value.mistakes]
    assert any(each.startswith(expected) for each in wrong), wrong


def test_a_form_may_have_no_examples(form_of: Callable[..., Form], tmp_path: Path):
    assert load_examples(form_of(), tmp_path / "demo") == ()


MONTHLY = """
period: month
roster:
  projects: {tab: 项目, columns: {code: {heading: 项目编码, required: true}}}
  indicators: {tab: 指标, under: projects, columns: {level3: {heading: 指标}}}
sheets:
  whole:
    tables:
      items:
        label: 表格
        for: row in previous.items
        spare: 1
        columns: {name: {label: 名称, type: text, fill: "{{ row.name }}"}}
  project:
    for: project in department.projects
    key: code
    tab: "{{ project.code }}"
    fields: {code: {label: 编码, type: text, fill: "{{ project.code }}"}}
    tables:
      listed:
        label: 指标
        for: indicator in project.indicators
        spare: 1
        columns: {level3: {label: 指标, type: text, fill: "{{ indicator.level3 }}"}}
"""
CASE = """\
- case: 接着填
  period: 2024-02
  department:
    code: "1"
    name: 示例单位
    projects: [{code: P1}, {code: P2}]
    indicators: [{projects: P2, level3: 甲}]
  previous:
    whole: {tables: {items: [{name: 甲}, {name: 乙}]}}
    project: [{}, {}]
  answers:
    whole: {tables: {items: [{}, {}, {name: 丙}]}}
    project:
      - tables: {listed: [{level3: 乙}]}
      - tables: {listed: [{}, {level3: 丙}]}
"""


def case(folder: Path, old: str = "", new: str = "") -> Example:
    assert old in CASE
    (folder / "examples.yaml").write_text(CASE.replace(old, new, 1), encoding="utf-8")
    [found] = load_examples(tiny_form(MONTHLY), folder)
    return found


def test_an_example_may_say_what_was_returned_earlier(tmp_path: Path):
    found = case(tmp_path)
    assert found.earlier.keys() == {"previous"}
    rows = found.earlier["previous"]["whole"][0].tables["items"]
    assert rows == ({"name": "甲"}, {"name": "乙"})
    assert found.department.children["indicators"] == ({"projects": "P2", "level3": "甲"},)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("2024-02", "2024-01", "[1].previous：2024年1月在同一年里没有上一期"),
        ("[{}, {}, {name: 丙}]", "[{}, {}, {}, {}]", "tables.items：只有 3 行，这里写了 4 行"),
        ("listed: [{level3: 乙}]", "listed: [{}, {}]", "tables.listed：只有 1 行，这里写了 2 行"),
        ("{name: 甲}, ", "{nmae: 甲}, ", "previous.whole.tables.items[1].nmae：没有“nmae”"),
        ("previous:", "previos:", "[1].previos：没有“previos”，是不是“previous”？"),
    ],
)
def test_an_example_that_goes_on_from_nothing_is_refused(
    tmp_path: Path, old: str, new: str, expected: str
):
    with pytest.raises(TemplateError) as caught:
        case(tmp_path, old, new)
    wrong = [f"{each.path}：{each.message}" for each in caught.value.mistakes]
    assert any(expected in each for each in wrong), wrong
