"""Spot checks: the same draw for the same list and seed, balanced by department and stratum."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import cache
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.model.period import Period
from generator.model.project import Project
from generator.year.rules import InForce, load_rules
from generator.year.sampling import METHOD, SUBJECT, Plan, Sample, count, draw, luck, number_of
from generator.year.sampling.apportion import apportioned, crossed, shares

WAN = 10_000
LAWFUL = settings(deadline=None, derandomize=True, database=None, max_examples=40)


@cache
def rules() -> InForce:
    return load_rules(SUBJECT).at(Period(2018, 12, "year"))


@cache
def city() -> list[Project]:
    """Return 2,247 invented projects of 327 departments, of very different sizes."""
    sizes = [25 if number % 20 == 0 else 3 + number % 6 for number in range(327)]
    spare = 2247 - sum(sizes)
    sizes = [size + (number < spare) for number, size in enumerate(sizes)]
    return [
        Project(
            *(f"{1000 + number}", f"示例单位{number}", f"{place:02}", "示例项目"),
            category="ABCCCBC"[(number + 3 * place) % 7],
            amount=Decimal((number * 37 + place * 211) % 3_000 * WAN),
        )
        for number, size in enumerate(sizes)
        for place in range(size)
    ]


def keys(sample: Sample) -> list[tuple[str, str]]:
    found = (each.candidate.project for each in sample.drawn)
    return [(each.department, each.code) for each in found]


@st.composite
def lists(chosen: st.DrawFn) -> list[Project]:
    sizes = chosen(st.lists(st.integers(1, 12), min_size=1, max_size=12))
    classes = st.sampled_from(["A", "B", "C", ""])
    amounts = st.one_of(st.none(), st.integers(0, 3_000))
    return [
        Project(
            *(f"{100 + number}", f"单位{number}", f"P{place}", "示例项目"),
            category=chosen(classes),
            amount=None if (amount := chosen(amounts)) is None else Decimal(amount * WAN),
        )
        for number, size in enumerate(sizes)
        for place in range(size)
    ]


def portions(chosen: st.DataObject, listed: list[Project]) -> Plan:
    number = chosen.draw(st.integers(1, len(listed)))
    return Plan(chosen.draw(st.text(max_size=5)), number)


# -- laws --


@LAWFUL
@given(listed=lists(), chosen=st.data())
def test_the_order_of_the_list_changes_nothing(listed: list[Project], chosen: st.DataObject):
    plan = portions(chosen, listed)
    shuffled = chosen.draw(st.permutations(listed))
    assert keys(draw(listed, plan, rules())) == keys(draw(shuffled, plan, rules()))


@LAWFUL
@given(listed=lists(), chosen=st.data())
def test_as_many_as_asked_for_are_drawn_each_once(listed: list[Project], chosen: st.DataObject):
    plan = portions(chosen, listed)
    drawn = keys(draw(listed, plan, rules()))
    assert (len(drawn), len(set(drawn))) == (plan.number, plan.number)


@LAWFUL
@given(listed=lists(), chosen=st.data())
def test_every_department_gets_its_share_to_less_than_one(
    listed: list[Project], chosen: st.DataObject
):
    plan = portions(chosen, listed)
    sizes = count(each.department for each in listed)
    got = count(department for department, _ in keys(draw(listed, plan, rules())))
    exact = shares(sizes, plan.number)
    assert all(abs(got.get(each, 0) - exact[each]) < 1 for each in sizes)
    if plan.number >= len(sizes):
        assert set(got) == set(sizes)


@LAWFUL
@given(listed=lists(), chosen=st.data())
def test_strata_get_their_share_wherever_departments_leave_it_possible(
    listed: list[Project], chosen: st.DataObject
):
    plan = portions(chosen, listed)
    sample = draw(listed, plan, rules())
    sizes = count(each.stratum for each in sample.population)
    got = count(each.candidate.stratum for each in sample.drawn)
    exact = shares(sizes, plan.number)
    if sample.exact:
        assert all(abs(got.get(each, 0) - exact[each]) < 1 for each in sizes)
    if len({each.department for each in listed}) == 1 or len(sizes) == 1:
        assert sample.exact


@LAWFUL
@given(listed=lists(), chosen=st.data())
def test_within_a_department_and_stratum_the_luckiest_are_drawn(
    listed: list[Project], chosen: st.DataObject
):
    sample = draw(listed, portions(chosen, listed), rules())
    drawn = {each.candidate for each in sample.drawn}
    for each in drawn:
        cell = (each.project.department, each.stratum)
        left = (
            other.luck
            for other in sample.frame
            if (other.project.department, other.stratum) == cell and other not in drawn
        )
        assert all(each.luck <= other for other in left)


sizes_of = st.dictionaries(st.integers(0, 20), st.integers(1, 30), min_size=1, max_size=15)


@LAWFUL
@given(sizes=sizes_of, chosen=st.data())
def test_what_is_shared_out_adds_up_and_exceeds_nobody(
    sizes: dict[int, int], chosen: st.DataObject
):
    number = chosen.draw(st.integers(1, sum(sizes.values())))
    found = apportioned(sizes, number)
    exact = shares(sizes, number)
    assert sum(found.values()) == sum(exact.values()) == number
    assert all(found[key] <= sizes[key] and abs(found[key] - exact[key]) < 1 for key in sizes)


@LAWFUL
@given(
    table=st.dictionaries(
        st.tuples(st.integers(0, 6), st.integers(0, 4)),
        st.tuples(st.integers(1, 5), st.integers(0, 5)),
        min_size=1,
    )
)
def test_two_sides_that_can_be_met_are_met(table: dict[tuple[int, int], tuple[int, int]]):
    room = {cell: size for cell, (size, _) in table.items()}
    some = {cell: min(size, taken) for cell, (size, taken) in table.items()}
    rows, columns = ({}, {})
    for (row, column), taken in some.items():
        rows[row] = rows.get(row, 0) + taken
        columns[column] = columns.get(column, 0) + taken
    found = crossed(rows, columns, room)
    assert all(0 <= found[cell] <= room[cell] for cell in room)
    assert {row: sum(n for (r, _), n in found.items() if r == row) for row in rows} == rows
    assert {
        column: sum(n for (_, c), n in found.items() if c == column) for column in columns
    } == columns


def test_where_both_sides_cannot_be_met_the_rows_are():
    found = crossed({"a": 2, "b": 0}, {"x": 0, "y": 2}, {("a", "x"): 2, ("b", "y"): 2})
    assert found == {("a", "x"): 2, ("b", "y"): 0}


# -- the draw itself --


def test_luck_is_what_the_explanation_says():
    first = int(sha256(b"2019|101|P-01").hexdigest()[:16], 16)
    assert luck("2019", "101", "P-01") == Fraction(first + 1, 2**64)
    assert "前 64 位加 1，除以 2 的 64 次方" in METHOD[0]


def test_another_seed_draws_others():
    listed = city()
    one, other = (set(keys(draw(listed, Plan(seed, 258), rules()))) for seed in ("1", "2"))
    assert 0 < len(one & other) < 100


def test_a_draw_stays_the_same_over_versions():
    listed = [
        Project(
            *(f"{code}", f"单位{code}", f"P{place}", ""),
            category="ABC"[place % 3],
            amount=Decimal(place * 4_000_000),
        )
        for code in (101, 102, 103)
        for place in range(4)
    ]
    assert keys(draw(listed, Plan("2019", 4), rules())) == [
        ("101", "P2"),
        ("102", "P3"),
        ("102", "P0"),
        ("103", "P1"),
    ]


# -- the published case: 2,247 projects of 327 departments, 258 of 15 --


def test_258_projects_of_15_departments_can_be_drawn_out_of_2247():
    sample = draw(city(), Plan("2019", 258, 15), rules())
    assert len(sample.population) == 2247
    assert len(count(each.project.department for each in sample.population)) == 327
    assert len(sample.drawn) == 258
    assert len({department for department, _ in keys(sample)}) == len(sample.choices) == 15


def test_a_rate_of_11_5_percent_makes_258():
    assert number_of(2247, Decimal("0.115")) == 258


def test_all_departments_can_take_part():
    sample = draw(city(), Plan("2019", 400), rules())
    assert len({department for department, _ in keys(sample)}) == 327
    assert sample.exact


def test_larger_departments_are_likelier_to_be_drawn_first():
    listed = city()
    sizes = count(each.department for each in listed)
    mean = len(listed) / len(sizes)
    drawn = [
        choice.projects
        for seed in range(10)
        for choice in draw(listed, Plan(str(seed), 20, 20), rules()).choices
    ]
    assert sum(drawn) / len(drawn) > 1.3 * mean


def test_departments_are_exchanged_until_they_have_enough():
    sizes = {"1": 1, "2": 1, "3": 1, "4": 9, "5": 8}
    listed = [
        Project(code, f"单位{code}", f"P{i}", "")
        for code, size in sizes.items()
        for i in range(size)
    ]
    for seed in range(10):
        sample = draw(listed, Plan(str(seed), 17, 2), rules())
        assert {each.code for each in sample.choices} == {"4", "5"}
        ranks = [each.rank for each in sample.choices]
        assert [each.substituted for each in sample.choices] == [each > 2 for each in ranks]


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        (Plan("1", 0), "要抽 0 个项目，名单里有 2247 个"),
        (Plan("1", 3000), "要抽 3000 个项目，名单里有 2247 个"),
        (Plan("1", 20, 400), "要抽 400 个部门、20 个项目，名单里有 327 个部门"),
        (Plan("1", 5, 6), "要抽 6 个部门、5 个项目"),
        (Plan("1", 258, 2), "项目最多的 2 个部门一共只有"),
    ],
)
def test_what_cannot_be_drawn_is_said(plan: Plan, message: str):
    with pytest.raises(ValueError, match=message):
        draw(city(), plan, rules())


def test_a_code_that_comes_twice_in_a_department_is_refused():
    twice = [Project("101", "甲", "P1", "")] * 2
    with pytest.raises(ValueError, match="有 1 个项目编码在同一个部门里重复"):
        draw(twice, Plan("1", 1), rules())
