"""The Excel reading of expressions: what is written into cells. Values are compared in stories."""

from __future__ import annotations

from decimal import Decimal

import pytest

from generator.layout import lay_out, nominal_shape
from generator.layout.formula import sign_formula, value_formula
from generator.layout.plan import plan
from generator.layout.shape import shape_of
from generator.layout.where import Standpoint
from generator.model.form import Form
from generator.model.period import Period
from generator.model.roster import Department
from tests.check.forms import form_of

PERIOD = Period(2024, 6, "half")
NOBODY = Department("1", "甲")


def form_with(computed: str = "a", rule: str = "a == b", **check: object) -> Form:
    extra = "".join(f"\n      {key}: {value}" for key, value in check.items())
    return form_of(f"""
period: half
sheets:
  main:
    fields:
      a: {{label: 甲, type: number}}
      b: {{label: 乙, type: number}}
      c: {{label: 丙, type: number, computed: "{computed}"}}
      t: {{label: 丁, type: choice, choices: [是, 否], variants: {{对: 是}}}}
    checks:
    - id: R
      kind: 逻辑
      name: 规则
      message: 不符
      remedy: 改
      rule: "{rule}"{extra}
""")


def where_of(form: Form) -> Standpoint:
    planned = plan(form, PERIOD, shape_of(form, NOBODY))
    return Standpoint(planned, PERIOD, planned.copies[0])


def cells(form: Form) -> dict[str, str]:
    """Return the address of each field, so that tests need not remember one."""
    copy = where_of(form).copy
    return {name: area.first.absolute for name, area in copy.fields.items()}


@pytest.mark.parametrize(
    ("computed", "formula"),
    [
        ("a + b", 'IF(COUNT({a},{b})=0,"",SUM({a},{b}))'),
        ("a - b", 'IF(COUNT({a},{b})=0,"",SUM({a})-SUM({b}))'),
        ("a / b", 'IF(COUNT({a},{b})=2,IF({b}=0,"—",{a}/{b}),"")'),
        ("a * 2", 'IF(COUNT({a})=1,{a}*2,"")'),
        ("a / 12", 'IF(COUNT({a})=1,{a}/12,"")'),
        ("period.month / 12", "6/12"),
    ],
)
def test_arithmetic_keeps_blanks_blank_and_never_divides_by_zero(computed: str, formula: str):
    form = form_with(computed)
    node = form.sheets[0].fields["c"].computed
    assert node is not None
    assert value_formula(node, where_of(form)) == formula.format(**cells(form))


@pytest.mark.parametrize(
    ("rule", "check", "formula"),
    [
        ("a == b", {}, 'IF(COUNT({a},{b})=2,IF(ABS(ROUND({a}-({b}),6))<=0,"√","×"),"—")'),
        (
            "a <= b",
            {"tolerance": 0.5},
            'IF(COUNT({a},{b})=2,IF(ROUND({a}-({b}),6)<=0.5,"√","×"),"—")',
        ),
        (
            "a > 0",
            {"when": "b == 1"},
            "IF(COUNT({b})=1,IF(ABS(ROUND({b}-(1),6))<=0,"
            'IF(COUNT({a})=1,IF(ROUND({a}-(0),6)>-0,"√","×"),"—"),"—"),"—")',
        ),
        ("t == '是'", {}, 'IF({t}<>"",IF(OR(EXACT({t},"是"),EXACT({t},"对")),"√","×"),"—")'),
    ],
)
def test_a_rule_shows_a_sign_and_a_dash_where_it_cannot_be_asked(
    rule: str, check: dict[str, object], formula: str
):
    form = form_with(rule=rule, **check)
    [(_, described)] = form.checks
    shown = sign_formula(described.rule, where_of(form), described.tolerance, described.when)
    assert shown == formula.format(**cells(form))


def test_a_tolerance_is_written_as_a_plain_decimal():
    form = form_with(tolerance=0.005)
    [(_, described)] = form.checks
    assert described.tolerance == Decimal("0.005")
    assert "<=0.005" in sign_formula(described.rule, where_of(form), described.tolerance)


def test_a_formula_longer_than_excel_takes_is_refused_by_its_cell():
    form = form_with(computed=" + ".join(["a * b"] * 400))
    with pytest.raises(ValueError, match="公式太长"):
        lay_out(form, PERIOD, nominal_shape(form))
