"""Totals of many returns: added, weighted, counted or recomputed, in whatever order they come."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.consolidate import Locus, Total, Totals, consolidate
from generator.model.filing import Filing
from tests.check.forms import PERIOD, Answers, filing_of, form_of

PROJECTS = form_of("""
roster:
  projects: {tab: 项目, columns: {code: {heading: 编码, required: true}}}
sheets:
  project:
    for: project in department.projects
    key: code
    tab: "{{ project.code }}"
    fields:
      code: {label: 项目编码, type: text}
      budget: {label: 预算数, type: amount}
      fiscal: {label: 财政资金, type: amount}
      other: {label: 其他资金, type: amount, computed: budget - fiscal}
      spent: {label: 执行率, type: percent, combine: weighted, weight: budget}
      workload: {label: 累计完成工作量, type: points}
      rate: {label: 财政占比, type: percent, computed: fiscal / budget}
""")
MONEY = form_of("""
fields:
  staff: {label: 在职人数, type: integer, combine: sum}
tables:
  money:
    label: 收入
    rows:
      fiscal: {source: 财政拨款, computed: {share: money.fiscal.year / money.total.year}}
      own: {source: 单位资金, computed: {share: money.own.year / money.total.year}}
      total: {source: 合计, total_of: [fiscal, own]}
    columns:
      source: {label: 来源, type: label}
      year: {label: 当年金额, type: amount}
      share: {label: 占比, type: percent}
""")
MEASURES = form_of("""
fields:
  all: {label: 专项合计, type: amount, computed: 'sumif(measures.money, measures.kind, "专项")'}
  most: {label: 最大一项, type: amount, combine: none, computed: max(measures.money)}
tables:
  measures:
    label: 指标
    group_by: [name, unit]
    columns:
      name: {label: 名称, type: text}
      unit: {label: 单位, type: text}
      kind: {label: 类别, type: choice, choices: [专项, 一般], combine: count}
      target: {label: 目标值, type: number, combine: sum}
      done: {label: 累计数, type: number, combine: sum}
      rate: {label: 完成率, type: percent, computed: done / target}
      money: {label: 金额, type: amount}
""")


def of(form_filings: Sequence[Filing]) -> Totals:
    form = {"project": PROJECTS, "money": MONEY, "measures": MEASURES}
    first = form_filings[0].sheets[0]
    name = first.sheet if first.sheet == "project" else next(iter(first.tables))
    return consolidate(form[name], form_filings, PERIOD)


def projects(department: str, *copies: Answers) -> Filing:
    return filing_of(PROJECTS, {"project": copies}, department)


def money(department: str, rows: Mapping[str, Answers], staff: str | None = None) -> Filing:
    return filing_of(MONEY, {"money": rows, "staff": staff}, department)


def measures(department: str, *rows: Answers) -> Filing:
    return filing_of(MEASURES, {"measures": list(rows)}, department)


def total(totals: Totals, locus: Locus) -> Total:
    found = totals.find(locus)
    assert found is not None, f"nothing at {locus}"
    return found


FIVE = [
    projects("1", {"code": "RKLW", "budget": "100.00"}, {"code": "12D2", "budget": "300.00"}),
    projects("2", {"code": "YH7U", "budget": "12.05"}, {"code": "ZZ3U", "budget": "50.00"}),
    projects("3", {"code": "CE0M", "budget": "17.92"}),
]
BUDGET = Locus("project", "budget")


def test_amounts_are_added_in_yuan():
    assert total(of(FIVE), BUDGET).value == Decimal(4799700)


def test_every_department_has_its_part_its_share_and_its_rank():
    parts = total(of(FIVE), BUDGET).parts

    assert [(part.department, part.value, part.share, part.rank) for part in parts] == [
        ("1", Decimal(4000000), Decimal("0.8334"), 1),
        ("2", Decimal(620500), Decimal("0.1293"), 2),
        ("3", Decimal(179200), Decimal("0.0373"), 3),
    ]
    assert sum(part.share for part in parts if part.share) == 1


def test_equal_parts_share_a_rank():
    filings = [projects(code, {"code": code, "budget": "5"}) for code in "12"]

    assert [part.rank for part in total(of(filings), BUDGET).parts] == [1, 1]


def test_projects_are_joined_on_their_code():
    filings = [
        projects("1", {"code": "318-1301", "budget": "1"}, {"code": "318-1302", "budget": "2"}),
        projects("2", {"code": "３１８－１３０１ ", "budget": "4"}),
    ]

    joined = total(of(filings), Locus("project", "budget", key="318-1301"))

    assert (joined.value, len(joined.parts)) == (Decimal(50000), 2)


def test_percentages_are_weighted_by_their_base_and_never_plainly_averaged():
    filings = [
        projects("1", {"code": "a", "budget": "100", "spent": "90%"}),
        projects("2", {"code": "b", "budget": "300", "spent": "100%"}),
        projects("3", {"code": "c", "spent": "10%"}),
    ]

    assert total(of(filings), Locus("project", "spent")).value == Decimal("0.975")


def test_percentages_without_a_base_have_no_mean():
    filings = [projects("1", {"code": "a", "budget": "0", "spent": "90%"})]

    assert total(of(filings), Locus("project", "spent")).value is None


def test_the_workload_is_never_combined():
    filings = [projects("1", {"code": "a", "workload": "80"})]

    assert of(filings).find(Locus("project", "workload")) is None


def test_a_ratio_is_recomputed_from_combined_figures():
    filings = [
        projects("1", {"code": "a", "budget": "100", "fiscal": "100"}),
        projects("2", {"code": "b", "budget": "300", "fiscal": "0"}),
    ]

    rate = total(of(filings), Locus("project", "rate"))

    assert rate.value == Decimal("0.25")
    assert [(part.value, part.share) for part in rate.parts] == [(1, None), (0, None)]


def test_stated_totals_stay_beside_recomputed_ones():
    filings = [
        money("1", {"fiscal": {"year": "100"}, "own": {"year": "40"}, "total": {"year": "150"}}),
        money("2", {"fiscal": {"year": "10"}, "own": {}, "total": {"year": "10"}}),
    ]

    found = total(of(filings), Locus("main", "year", "money", "total"))

    assert (found.value, found.stated, found.difference) == (1500000, 1600000, 100000)
    assert [part.stated for part in found.parts] == [1500000, 100000]


def test_a_stated_total_is_incomplete_when_one_return_states_none():
    filings = [
        money("1", {"fiscal": {"year": "100"}, "total": {"year": "100"}}),
        money("2", {"fiscal": {"year": "10"}}),
    ]

    found = total(of(filings), Locus("main", "year", "money", "total"))

    assert (found.value, found.stated, found.difference) == (1100000, None, None)


def test_printed_rows_are_joined_by_name_and_their_shares_recomputed():
    filings = [
        money("1", {"fiscal": {"year": "30"}, "own": {"year": "10"}}),
        money("2", {"own": {"year": "60"}}),
    ]

    totals = of(filings)

    assert total(totals, Locus("main", "year", "money", "own")).value == 700000
    assert total(totals, Locus("main", "share", "money", "own")).value == Decimal("0.7")


def test_numbers_of_a_header_field_are_added():
    filings = [money("1", {}, staff="6"), money("2", {}, staff="74")]

    assert total(of(filings), Locus("main", "staff")).value == 80


MEASURED = [
    measures(
        "1",
        {"name": "政府投资基金", "unit": "家", "target": "10", "done": "9", "kind": "专项"},
        {"name": "支出", "unit": "亿元", "target": "320", "done": "248.5", "money": "7"},
    ),
    measures(
        "2", {"name": "政府 投资基金", "unit": "家", "target": "5", "done": "5", "kind": "专项"}
    ),
    measures("3", {"name": "支出", "kind": "一般"}, {"name": None}),
]


def test_plain_numbers_are_added_only_where_they_count_the_same():
    totals = of(MEASURED)
    funds = Locus("main", "done", "measures", group=("政府投资基金", "家"))

    assert total(totals, funds).value == 14
    assert totals.find(Locus("main", "done", "measures")) is None


def test_a_groups_ratio_is_recomputed_from_its_sums():
    rate = Locus("main", "rate", "measures", group=("政府投资基金", "家"))

    assert total(of(MEASURED), rate).value == Decimal(14) / 15
    assert of(MEASURED).find(Locus("main", "rate", "measures")) is None


def test_choices_are_counted_in_the_order_of_their_list():
    kinds = total(of(MEASURED), Locus("main", "kind", "measures"))

    assert (kinds.value, kinds.counts) == (3, (("专项", 2), ("一般", 1)))


def test_what_means_nothing_over_many_returns_is_left_out():
    assert of(MEASURED).find(Locus("main", "most")) is None


def test_a_conditional_sum_adds_up():
    filings = [
        measures("1", {"name": "a", "kind": "专项", "money": "3"}, {"name": "b", "money": "5"}),
        measures("2", {"name": "a", "kind": "专项", "money": "4"}),
    ]

    assert total(of(filings), Locus("main", "all")).value == 70000


def test_two_returns_of_one_department_are_our_mistake():
    with pytest.raises(ValueError, match="重复的单位：1"):
        consolidate(PROJECTS, [FIVE[0], FIVE[0]], PERIOD)


def test_nothing_returned_gives_totals_without_values():
    assert {each.value for each in consolidate(PROJECTS, [], PERIOD).totals} == {None}


AMOUNTS = st.none() | st.decimals(-(10**6), 10**9, places=4)
COPIES = st.lists(
    st.fixed_dictionaries(
        {
            "code": st.sampled_from("甲乙丙丁"),
            "budget": AMOUNTS,
            "fiscal": AMOUNTS,
            "spent": st.none() | st.decimals(0, 1, places=3),
        }
    ),
    max_size=4,
)
RETURNS = st.lists(COPIES, min_size=1, max_size=5).map(
    lambda returns: [projects(f"{i:02}", *copies) for i, copies in enumerate(returns)]
)


@settings(max_examples=40, deadline=None)
@given(RETURNS, st.randoms(use_true_random=False))
def test_the_order_of_returns_changes_nothing(filings: list[Filing], chance: random.Random):
    shuffled = chance.sample(filings, len(filings))

    assert consolidate(PROJECTS, shuffled, PERIOD) == consolidate(PROJECTS, filings, PERIOD)


@settings(max_examples=40, deadline=None)
@given(RETURNS, st.integers(0, 5))
def test_sums_of_two_halves_make_the_sum_of_all(filings: list[Filing], cut: int):
    halves = (filings[:cut], filings[cut:])
    sums = [total(consolidate(PROJECTS, each, PERIOD), BUDGET).value for each in halves]

    whole = total(consolidate(PROJECTS, filings, PERIOD), BUDGET).value

    assert (whole or 0) == sum(each for each in sums if each is not None)


@settings(max_examples=40, deadline=None)
@given(RETURNS)
def test_sums_equal_an_independent_computation(filings: list[Filing]):
    rows = [
        {
            "department": filing.department,
            "code": sheet.fields["code"].value,
            "budget": sheet.fields["budget"].value or Decimal(0),
        }
        for filing in filings
        for sheet in filing.sheets
    ]
    frame = pd.DataFrame(rows, columns=["department", "code", "budget"])
    totals = consolidate(PROJECTS, filings, PERIOD)

    by_code = {
        each.locus.key: each.value or Decimal(0)
        for each in totals.totals
        if each.locus.column == "budget" and each.locus.key
    }
    parts = {each.department: each.value for each in total(totals, BUDGET).parts if each.value}

    assert by_code == frame.groupby("code")["budget"].sum().to_dict()
    sums = frame.groupby("department")["budget"].sum()
    assert parts == sums[sums != 0].to_dict()
