"""Indicators are found by any words of theirs, in Chinese too."""

from __future__ import annotations

import pytest

from generator.ledger import Ledger
from generator.model.period import Period
from tests.ledger.merges import indicator, merge_of, project, returned, small_form

NAMES = (
    "培训人次",
    "人均培训成本",
    "可持续影响",
    "可持续性影响指标",
    "网站Web访问量",
    "ＧＤＰ增长率",
    "服务对象满意度",
    "“特殊”'字符'\\ & | ! : * OR NEAR(",
)


@pytest.fixture(scope="module")
def filled(shared_ledger: Ledger) -> Ledger:
    """A ledger in which one department has an indicator of each name."""
    form = small_form()
    copies = [project("P1", indicators=[indicator(each) for each in NAMES])]
    shared_ledger.record(merge_of(form, [returned(form, "101", {"project": copies})]))
    return shared_ledger


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("培训", [1, 0]),
        ("训人", [0]),
        ("成本 培训", [1]),
        ("率", [5]),
        ("可持续影响", [2]),
        ("可持续 影响", [3, 2]),
        ("可持续性", [3]),
        ("web", [4]),
        ("WEB访问", [4]),
        ("gdp", [5]),
        ("GDP增长", [5]),
        ("满意程度", []),
        ("产出指标 满意", [6]),
        ("特殊 字符", [7]),
    ],
)
def test_words_are_found_wherever_they_stand(filled: Ledger, words: str, names: list[int]):
    assert [each.level3 for each in filled.search(words)] == [NAMES[each] for each in names]


@pytest.mark.parametrize("words", ["", "  ", "“”", "'", '"', "* & |", "\0", "\ud83d"])
def test_words_that_are_none_find_nothing(filled: Ledger, words: str):
    assert filled.search(words) == []
    assert filled.ask("indicators", text=words).rows == []


@pytest.mark.parametrize(
    "words", ["特殊' OR 1=1", '"培训" OR *', "培训:* | 成本", "NEAR(培训 成本)"]
)
def test_no_word_is_an_operator(filled: Ledger, words: str):
    assert [each.level3 for each in filled.search(words)] in ([], [NAMES[1]], [NAMES[7]])


def test_only_what_is_current_is_found_and_the_last_recorded_first(ledger: Ledger):
    form = small_form()
    for year, name in ((2023, "老指标"), (2024, "改前指标"), (2024, "改后指标")):
        period = Period(year, 12, "year")
        copies = [project("P1", indicators=[indicator(name)])]
        filing = returned(form, "101", {"project": copies}, period)
        ledger.record(merge_of(form, [filing], period=period))
    assert [each.level3 for each in ledger.search("指标")] == ["改后指标", "老指标"]
    assert [each.level3 for each in ledger.search("指标", year=2023)] == ["老指标"]
    assert [each.level3 for each in ledger.search("指标", limit=1)] == ["改后指标"]
