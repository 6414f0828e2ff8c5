"""Own and review scores side by side: points weighted by money, the unfinished left out."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from generator.model.finding import Place
from generator.model.project import Indicator, Outcome
from generator.year.review import Item, Reviewed, compare, gap, matched
from generator.year.review.pages import pages
from generator.year.ways import Ways


def outcome(code: str, score: object, grade: str = "优", budget: object = 100) -> Outcome:
    return Outcome(
        *("101", "示例单位甲", code, f"项目{code}", "", "2022"),
        budget=None if budget is None else Decimal(str(budget)),
        score=None if score is None else Decimal(str(score)),
        grade=grade,
    )


def pair(code: str, own: object, review: object, budget: object = 100) -> Reviewed:
    return Reviewed(outcome(code, own, budget=budget), outcome(code, review, budget=budget))


def indicator(level3: str, score: object, level2: str = "数量指标") -> Indicator:
    return Indicator(
        *("101", "P1", "", "2022", "产出指标", level2, level3),
        score=None if score is None else Decimal(str(score)),
        source=Place("a.xlsx", level3, len(level2), 1),
    )


def test_a_large_project_weighs_more_than_a_small_one():
    found = gap([pair("P1", 90, 80, 900), pair("P2", 80, 90, 100)])
    assert (found.mean, found.size, found.largest) == (Decimal(-8), Decimal(10), Decimal(10))
    assert (found.lowered, found.raised, found.same) == (1, 1, 0)


def test_what_has_no_budget_or_score_is_counted_but_not_averaged():
    found = gap([pair("P1", 90, 80), pair("P2", 90, 50, None), pair("P3", None, 50)])
    assert (found.projects, found.unweighed, found.mean) == (3, 2, Decimal(-10))


def test_nothing_gives_no_mean():
    assert gap([]).mean is None


@settings(deadline=None, derandomize=True, database=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 100), st.integers(0, 100), st.integers(1, 10_000)), min_size=1
    )
)
def test_the_mean_lies_between_the_differences_and_never_above_their_size(
    scores: list[tuple[int, int, int]],
):
    found = gap([pair(f"P{i}", *each) for i, each in enumerate(scores)])
    differences = [review - own for own, review, _ in scores]
    assert found.mean is not None
    assert found.size is not None
    slack = Decimal("1e-20")
    assert min(differences) - slack <= found.mean <= max(differences) + slack
    assert abs(found.mean) <= found.size + slack <= found.largest + 2 * slack


def test_indicators_are_known_by_their_names_and_none_is_lost():
    own = [indicator("人数", 20), indicator("次数", 10), indicator("人数", 5, "质量指标")]
    reviews = [indicator("次数", 8), indicator("人数", 20), indicator("新增", 1)]
    found = matched(own, reviews, {reviews[0].source: "少了"})
    assert [(each.level2, each.level3, each.own, each.review, each.reason) for each in found] == [
        ("数量指标", "次数", 10, 8, "少了"),
        ("数量指标", "人数", 20, 20, ""),
        ("数量指标", "新增", None, 1, ""),
        ("质量指标", "人数", 5, None, ""),
    ]


def test_a_review_that_is_not_finished_makes_no_difference():
    items = (Item("", "", "人数", Decimal(20), Decimal(20), None),)
    half = Reviewed(outcome("P1", 90), outcome("P1", 10, "差"), items)
    assert (half.difference, half.regraded) == (None, False)


def test_the_largest_difference_comes_first_and_the_lone_are_told():
    own = {("101", code): outcome(code, 90) for code in ("P1", "P2", "P3")}
    reviews = [outcome("P1", 89), outcome("P2", 95), outcome("P9", 50)]
    found = compare(2022, own, reviews, {}, {})
    assert [each.own.code for each in found.projects] == ["P2", "P1"]
    facts = pages(found, Decimal(5), Ways())[0].facts
    assert "占报了自评的 3 个项目的 66.67%" in facts[0]
    assert facts[-1] == "1 个项目有复核、台账里没有自评，无法比较：P9 项目P9。"


def test_without_the_files_nothing_is_linked():
    own = {("101", "P1"): outcome("P1", 90)}
    found = compare(2022, own, [outcome("P1", 89)], {}, {})
    _, projects, indicators = pages(found, Decimal(5), Ways())
    assert "打开" not in projects.facts[0] + indicators.facts[0]
