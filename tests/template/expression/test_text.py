"""Texts of a template: what they print, and what they never do."""

from __future__ import annotations

import pickle
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.model.period import Period
from generator.model.roster import Department
from generator.template.expression.text import leaf
from generator.template.mistakes import Wrong

VARIABLES = {
    "period": frozenset({"year", "month", "label"}),
    "department": frozenset({"code", "name", "leader", "details"}),
    "project": frozenset({"code", "budget", "spent", "items"}),
    "number": frozenset[str](),
}
CONTEXT = {
    "period": Period(2021, 6, "half"),
    "department": Department("101", "示例单位", {"leader": "王某", "details": "附注"}),
    "project": {"code": "0301", "budget": Decimal("12.50"), "items": "三项"},
    "number": 2,
}


def rendered(source: str) -> object:
    return leaf(source, VARIABLES).render(CONTEXT)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("预算数", "预算数"),
        ("  两格  ", "  两格  "),
        ("{{ period.year - 2 }}年", "2019年"),
        ("{{ period.label }}累计", "1-6月累计"),
        ("{{ department.name }} {{ department.leader }}", "示例单位 王某"),
        ("{{ number }}、{{ project.code }}", "2、0301"),
        ("{{ '上' if period.month <= 6 else '下' }}半年", "上半年"),
        ("{{ department.code ~ '-' ~ number }}", "101-2"),
        ("预算 {{ project.budget }}", "预算 12.50"),
    ],
)
def test_a_text_prints_its_values(source: str, expected: str):
    assert rendered(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ project.code }}", "0301"),
        ("{{ project.budget }}", Decimal("12.50")),
        ("{{ period.year }}", Decimal(2021)),
        ("{{ project.budget * 2 }}", Decimal("25.00")),
        ("{{ project.budget * 0.1 }}", Decimal("1.250")),
        ("{{ 0.1 + 0.2 }}", Decimal("0.3")),
        ("{{ project.budget / 0 }}", "—"),
        ("{{ project.spent * 2 }}", None),
    ],
)
def test_a_single_expression_gives_the_bare_value(source: str, expected: object):
    value = rendered(source)
    assert (value, type(value)) == (expected, type(expected))


def test_what_the_roster_leaves_out_is_blank_in_print_and_none_when_bare():
    empty = {**CONTEXT, "department": Department("101", "示例单位")}
    values = [
        leaf(each, VARIABLES).render(empty)
        for each in ("{{ department.leader }}", "找{{ department.leader }}")
    ]
    assert values == [None, "找"]


def test_a_column_named_like_a_method_is_still_the_column():
    assert [rendered("{{ project.items }}"), rendered("{{ department.details }}")] == [
        "三项",
        "附注",
    ]


@given(
    st.text(max_size=30)
    | st.sampled_from(["{{ period.year }}", "{% raw %}", "1+1", "__import__('os')"])
)
def test_data_is_printed_to_the_letter_and_never_run(data: str):
    context = {**CONTEXT, "project": {"code": data}}
    bare, printed = leaf("{{ project.code }}", VARIABLES), leaf("<{{ project.code }}>", VARIABLES)
    assert (bare.render(context), printed.render(context)) == (data, f"<{data}>")


def test_a_leaf_knows_the_variables_it_speaks_of():
    assert leaf("{{ period.year }}{{ department.name }}", VARIABLES).names == {
        "period",
        "department",
    }


def test_a_leaf_survives_the_way_to_another_process():
    there = pickle.loads(pickle.dumps(leaf("{{ project.code }}号", VARIABLES)))
    assert there.render(CONTEXT) == "0301号"


def test_a_missing_variable_is_our_mistake_and_named():
    with pytest.raises(KeyError, match="period"):
        leaf("{{ period.year }}", VARIABLES).render({})


@pytest.mark.parametrize(
    "source",
    [
        "{{ department.__class__ }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ period.__init__.__globals__ }}",
        "{{ project['code'] }}",
        "{{ project.get('code') }}",
        "{{ department.code.format(period) }}",
        "{{ project.code | attr('x') }}",
        "{{ lipsum() }}",
        "{{ cycler }}",
        "{{ self }}",
        "{{ 'a' % project.code }}",
        "{% include 'x' %}",
        "{{ project.code if true }}",
    ],
)
def test_an_unsafe_text_is_refused_when_loaded(source: str):
    with pytest.raises(Wrong):
        leaf(source, VARIABLES)


@given(st.text(alphabet=st.sampled_from("{}%#| .()[]'\"a1年\\\n_-+*/~"), max_size=40))
def test_no_text_breaks_the_parser_of_leaves(body: str):
    try:
        assert leaf("{{" + body, VARIABLES).source == ("{{" + body).rstrip("\n")
    except Wrong as wrong:
        refused = wrong.messages
    else:
        return
    assert all(refused)
