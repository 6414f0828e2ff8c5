"""Figures that depend on the period: dated, with a source, in expressions and in texts."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from generator.layout.formula import value_formula
from generator.layout.guide import guide_sheet
from generator.layout.plan import plan
from generator.layout.shape import shape_of
from generator.layout.where import Standpoint
from generator.model.constants import Constants
from generator.model.filing import Filing
from generator.model.form import Form, Title
from generator.model.period import Period
from generator.model.reckoning import Reckoning
from generator.model.roster import Department
from generator.stamp import Stamper
from generator.template import TemplateError
from generator.template.examples import load_examples
from tests.template.small_form import BASE

DATA = """\
data:
  weights:
    label: 分值
    editions:
      - {from: 2019, source: 旧办法, values: {execution: 20, note: 旧}}
      - {from: 2021-08, source: 新办法, values: {execution: 10, note: 新}}
sheets:
"""
SPENT = "{label: 支出, type: amount}"
POINTS = "{label: 支出, type: number, computed: data.weights.execution}"
TITLE = '"{{ period.year }}年示例表"'
NOBODY = Department("1", "甲")

Load = Callable[..., Form]
Complain = Callable[..., list[str]]


def text_with(old: str, new: str) -> str:
    """Return the small form with figures in it, and one piece of its text replaced."""
    text = BASE.replace("sheets:\n", DATA, 1)
    assert old in text
    return text.replace(old, new, 1)


@pytest.fixture
def dated(form_of: Load) -> Load:
    """Load the small form with figures in it."""
    return lambda old, new: form_of(BASE, text_with(old, new))


def computed(form: Form, period: Period) -> object:
    """Return the value of the field `spent` for nobody's answers."""
    reckoning = Reckoning(form, Filing("demo", "1", "1", "甲", period.id, ()), period)
    sheet = next(each for each in reckoning.filing.sheets if each.sheet == "main")
    return reckoning.field_value(sheet, "spent")


@pytest.mark.parametrize(
    ("period", "points"),
    [
        (Period(2019, 12, "year"), 20),
        (Period(2021, 7), 20),
        (Period(2021, 8), 10),
        (Period(2024, 12, "year"), 10),
    ],
)
def test_the_figure_in_force_when_the_period_ends_counts(dated: Load, period: Period, points: int):
    assert computed(dated(SPENT, POINTS), period) == points


def test_a_formula_has_the_figure_in_it(dated: Load):
    form = dated(SPENT, POINTS.replace("data.weights.execution", "budget * data.weights.execution"))
    period = Period(2020, 12, "year")
    planned = plan(form, period, shape_of(form, NOBODY))
    where = Standpoint(planned, period, planned.copies[0])
    node = form.sheet("main").fields["spent"].computed
    assert node is not None
    budget = planned.copies[0].fields["budget"].first.absolute
    assert value_formula(node, where) == f'IF(COUNT({budget})=1,{budget}*20,"")'


def test_a_text_prints_the_figure_in_force(dated: Load):
    form = dated(TITLE, '"执行率{{ data.weights.execution }}分（{{ data.weights.note }}）"')
    (title, *_) = form.sheet("main").blocks
    assert isinstance(title, Title)
    there = pickle.loads(pickle.dumps(title.text))
    for period, text in (
        (Period(2020, 12), "执行率20分（旧）"),
        (Period(2022, 12), "执行率10分（新）"),
    ):
        assert [each.render({"period": period}) for each in (title.text, there)] == [text, text]


def test_a_period_before_all_rules_is_refused_with_the_reason(dated: Load):
    form = dated(SPENT, POINTS)
    with pytest.raises(ValueError, match=r"“分值”（data\.weights）从2019年1月起才有规定，2018年"):
        Stamper(form, Period(2018, 12, "year")).stamp(NOBODY)


def test_so_is_an_example_of_that_period(dated: Load, tmp_path: Path):
    form = dated(SPENT, POINTS)
    file = tmp_path / "demo" / "examples.yaml"
    file.write_text(
        '- case: 早了\n  period: "2018"\n  department: {code: "1", name: 甲}\n  answers: {}\n',
        encoding="utf-8",
    )
    with pytest.raises(TemplateError, match="从2019年1月起才有规定"):
        load_examples(form, file.parent)


def test_the_guide_names_the_sources_in_force(dated: Load):
    form = dated(SPENT, POINTS)
    printed = [str(cell.text) for cell in guide_sheet(form, Period(2020, 12, "year")).cells]
    assert "分值：旧办法（2019年1月起）" in printed


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("from: 2019, ", "", "data.weights.editions[1].from：缺少“from”"),
        ("source: 旧办法, ", "", "data.weights.editions[1].source：缺少“source”"),
        (
            "from: 2019,",
            "from: 二〇一九,",
            "data.weights.editions[1].from：看不懂“二〇一九”，应写成 2020 或 2020-02 这样",
        ),
        (
            "from: 2021-08",
            "from: 2018-12",
            "data.weights.editions[2].from：“2018-12”应晚于前一组，从早到晚依次写",
        ),
        (
            "{execution: 10, note: 新}",
            "{execution: 10}",
            "data.weights.editions[2].values：缺少“note”，各个时候的一组数要有同样的名字",
        ),
        (
            "{execution: 10, note: 新}",
            "{execution: 10, note: 新, more: 1}",
            "data.weights.editions[2].values.more：前面没有“more”，各个时候的一组数要有同样的名字",
        ),
        (
            "execution: 10",
            "execution: 十分",
            "data.weights.editions[2].values.execution：“execution”有时是数，有时是文字，应当一样",
        ),
        (
            "execution: 10",
            "execution: true",
            "data.weights.editions[2].values.execution：这里应写数，现在是“true”",
        ),
        (
            SPENT,
            POINTS.replace("execution", "executoin"),
            "sheets.main.fields.spent.computed：data 里没有“weights.executoin”，"
            "是不是“data.weights.execution”？",
        ),
        (
            SPENT,
            POINTS.replace(".execution", ""),
            "sheets.main.fields.spent.computed：data 里没有“weights”，是不是“data.weights.note”？",
        ),
        (
            SPENT,
            POINTS.replace("execution", "note"),
            "sheets.main.fields.spent.computed：算式应为数，现在是文字",
        ),
        (
            TITLE,
            '"{{ data.weights.points }}分"',
            "sheets.main.blocks[1].title：data 没有“weights.points”，是不是“weights.note”？",
        ),
    ],
)
def test_a_mistake_in_the_figures_is_told_at_its_place(
    mistakes_of: Complain, old: str, new: str, complaint: str
):
    told = [each.partition(" ")[2] for each in mistakes_of(BASE, text_with(old, new))]
    assert told == [complaint]


def test_figures_that_are_not_there_are_refused(mistakes_of: Complain):
    told = mistakes_of(SPENT, POINTS)
    assert told == ["20 sheets.main.fields.spent.computed：表样没有写 data，不能用“data”"]


def test_a_part_may_bring_the_figures_and_the_form_have_its_own(form_of: Load):
    part = DATA.replace("data:\n", "").replace("sheets:\n", "").replace("\n  ", "\n")[2:]
    own = (
        "data:\n  use: scoring\n  weights:\n    editions:\n"
        "      - {from: 2000, source: 本地, values: {execution: 15, note: 本地}}\nsheets:\n"
    )
    (weights,) = form_of("sheets:\n", own, scoring=part).data
    assert isinstance(weights, Constants)
    assert (weights.label, dict(weights.at(Period(2024, 12)).values)["execution"]) == (
        "分值",
        Decimal(15),
    )


def test_only_the_printed_columns_carry_titles_and_drawings(form_of: Load):
    narrow = "    widths: [10, 10, 10]\n    print: {columns: 2}\n"
    drawing = "          - [预算, 支出]\n          - [budget, spent]\n          - [支出率, rate]\n"
    wide = "          - [预算, 支出, 支出率]\n          - [budget, spent, rate]\n"
    text = BASE.replace(wide, drawing)
    form = form_of(BASE, text.replace("    widths: [10, 10, 10]\n", narrow, 1))
    planned = plan(form, Period(2024, 12, "year"), shape_of(form, NOBODY))
    copy = planned.copies[0]
    assert (copy.width, copy.tables["items"].body.width) == (2, 3)


def test_more_printed_columns_than_there_are_is_a_mistake(mistakes_of: Complain):
    told = mistakes_of("    widths: [10, 10]\n", "    widths: [10, 10]\n    print: {columns: 3}\n")
    assert told == ["59 sheets.project.print.columns：只有 2 列，不能打印 3 列"]
