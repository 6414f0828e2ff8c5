"""RATIO: a ratio in print, judged by its figures."""

from decimal import Decimal

import pytest

from generator.check.ratios import typed
from generator.model.filing import Answer
from tests.check.forms import findings, found

SHARE = """
fields:
  part: {label: 民生支出, type: amount, unit: 亿元}
  whole: {label: 支出, type: amount, unit: 亿元}
  share: {label: 占比, type: TYPE, prints: part / whole}
"""
MEASURES = """
tables:
  measures:
    label: 指标
    columns:
      name: {label: 名称, type: text}
      value: {label: 累计, type: number}
      of: {label: 其中, type: text}
      share: {label: 占比, type: percent, prints: "value / OF"}
""".replace("OF", "lookup(measures.value, measures.name, of)")


def of(part: str, whole: str, share: str, type_: str = "percent") -> list[tuple[str, str]]:
    answers = {"part": part, "whole": whole, "share": share}
    found_ = findings(SHARE.replace("TYPE", type_), answers)
    return [(each.kind.value, each.message) for each in found_]


@pytest.mark.parametrize(
    ("part", "whole", "share"),
    [
        ("188.2", "248.5", "76%"),
        ("102.5", "111.2", "92.18%"),
        ("1400.35", "1514.78", "92.45%"),
        ("242.09", "3226.88", "7.5%"),
    ],
)
def test_a_share_that_follows_from_its_figures_is_fine(part: str, whole: str, share: str):
    assert of(part, whole, share) == []


def test_a_share_at_the_edge_of_rounding_is_explained_by_it():
    assert of("22.5", "29.1", "78%") == [
        ("提示", "“占比”填 78%，按 22.5÷29.1≈77.32% 重算，相差 0.68 个百分点，舍入可解释。")
    ]


def test_digits_typed_in_another_unit_keep_their_precision():
    assert of("225000万元", "291000万元", "78%")[0][0] == "核实"


def test_a_share_that_no_rounding_explains_must_be_explained():
    assert of("3758", "4688", "80.51%") == [
        ("核实", "“占比”填 80.51%，按 3758÷4688≈80.16% 重算，相差 0.35 个百分点，不符。")
    ]


def test_points_under_a_percent_heading_are_the_same_share():
    assert of("22.5", "29.1", "78", "points")[0][0] == "提示"


@pytest.mark.parametrize("missing", [{"part": "1", "share": "5%"}, {"whole": "0", "share": "5%"}])
def test_a_share_without_its_figures_is_not_judged(missing: dict[str, str]):
    assert found(SHARE.replace("TYPE", "percent"), missing) == []


def test_a_figure_that_is_looked_up_keeps_its_typed_digits():
    rows = [
        {"name": "支出", "value": "29.1"},
        {"name": "其中：民生", "value": "22.5", "of": "支出", "share": "78%"},
    ]

    assert found(MEASURES, {"measures": rows}) == [
        "“指标”第2行“占比”填 78%，按 22.5÷29.1≈77.32% 重算，相差 0.68 个百分点，舍入可解释。"
    ]


def test_a_figure_that_is_not_there_to_be_looked_up_is_not_judged():
    rows = [{"name": "其中：民生", "value": "22.5", "of": "支出", "share": "78%"}]

    assert found(MEASURES, {"measures": rows}) == []


@pytest.mark.parametrize(
    ("value", "shown", "expected"),
    [
        ("291000", "29.10", "2.910E+5"),
        ("29.1", "29.10", "29.10"),
        ("0.78", "78", "0.78"),
        ("0.78", "0.780", "0.780"),
        ("18000", "1.8", "1.8E+4"),
        ("0", "0.00", "0"),
    ],
)
def test_a_value_is_as_precise_as_it_was_typed(value: str, shown: str, expected: str):
    assert str(typed(Decimal(value), Answer(shown=Decimal(shown)))) == expected
