"""Results to budget: what rules propose from score, grade and execution, on both databases."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from generator.cli import app
from generator.ledger import Ledger, open_ledger
from generator.model.finding import Place
from generator.model.project import Outcome, Project
from generator.report.pages import Link
from generator.year.budget import (
    CANCEL,
    HOLD,
    LISTS,
    SUBJECT,
    UNDECIDED,
    Proposal,
    Record,
    propose,
)
from generator.year.budget.pages import pages
from generator.year.budget.proposed import propose_ledger
from generator.year.rules import Rules, load_rules, rules_folder
from generator.year.ways import Ways
from tests.year.returns import evaluated, record

WAN = 10_000
RULES = load_rules(SUBJECT)
ORDER = ("优先保障", "维持", "压减", "暂缓安排", "取消")


def outcome(
    score: str | None,
    budget: str | None = "100",
    executed: str | None = "100",
    stage: str = "self-evaluation",
) -> Outcome:
    """Return a result; amounts in 万元."""
    yuan = [None if each is None else Decimal(each) * WAN for each in (budget, executed)]
    points = None if score is None else Decimal(score)
    return Outcome(
        *("101", "示例单位", "P", "示例项目", stage, "2019"),
        budget=yuan[0],
        executed=yuan[1],
        score=points,
    )


def listed(amount: str | None = None, **facts: object) -> Project:
    """Return the project on the list of the budget's year; its amount in 万元."""
    yuan = None if amount is None else Decimal(amount) * WAN
    return Project("101", "示例单位", "P", "示例项目", amount=yuan, **facts)  # type: ignore[arg-type]


def proposed(
    own: Outcome | None = None,
    review: Outcome | None = None,
    project: Project | None = None,
    *,
    must_assess: bool = False,
    rules: Rules = RULES,
) -> Proposal:
    """Return what is proposed for one project."""
    known = Record("101", "示例单位", "P", "示例项目", own, review, project, must_assess)
    return propose(rules, 2019, 2021, [known]).projects[0]


def in_wan(amount: Decimal | None) -> Decimal | None:
    """Return an amount in 万元."""
    return None if amount is None else amount / WAN


# -- the third coupling: execution and performance of the year before --


@pytest.mark.parametrize(
    ("score", "executed", "word", "cut"),
    [
        ("90", "90", "优先保障", "0"),
        ("89.99", "100", "维持", "0"),  # 良: bands are half-open
        ("95", "89.99", "维持", "0"),
        ("80", "80", "维持", "0"),
        ("79.99", "100", "压减", "10"),
        ("60", "100", "压减", "10"),
        ("59.99", "100", "取消", "100"),
        ("95", "79.99", "压减", "20.01"),  # what was not spent
        ("70", "95", "压减", "10"),
        ("70", "50", "压减", "50"),  # the larger of two cuts, not their sum
        ("70", "0", "压减", "100"),
    ],
)
def test_score_and_execution_decide_at_their_edges(score: str, executed: str, word: str, cut: str):
    found = proposed(outcome(score, "100", executed))
    assert (found.word, in_wan(found.cut)) == (word, Decimal(cut))
    assert in_wan(found.arranged) == 100 - Decimal(cut)


def test_cuts_are_rounded_half_away_from_zero():
    found = proposed(outcome("70", "100.05"))  # 10 % are 10.005
    assert in_wan(found.cut) == Decimal("10.01")


def test_the_reviewers_score_goes_before_the_own():
    found = proposed(outcome("95"), outcome("70", None, None, "review"))
    assert found.word == "压减"
    assert in_wan(found.record.budget) == 100  # what the review does not say is as reported
    assert "得分 70 分（不到 80 分），压减 100 万元的 10%" in found.reasons


def test_a_review_without_a_score_leaves_the_own_one():
    assert proposed(outcome("95"), outcome(None, None, None, "review")).word == "优先保障"


def test_a_cut_is_taken_from_what_is_asked_for():
    found = proposed(outcome("70"), project=listed("150"))
    assert (in_wan(found.cut), in_wan(found.arranged)) == (15, 135)


# -- the first coupling: 事前绩效评估 --


@pytest.mark.parametrize(
    ("assessed", "must_assess", "word"),
    [
        ("通过", True, "维持"),
        ("未通过", True, "取消"),
        ("", False, "维持"),
        ("", True, UNDECIDED),
    ],
)
def test_a_new_project_depends_on_its_assessment(assessed: str, word: str, *, must_assess: bool):
    project = listed("1000", new=True, assessed=assessed)
    found = proposed(project=project, must_assess=must_assess)
    assert found.word == word
    assert found.missing == (("事前绩效评估结果",) if word == UNDECIDED else ())


def test_what_failed_its_assessment_gets_nothing_however_good_it_was():
    found = proposed(outcome("100"), project=listed("100", assessed="未通过"))
    assert (found.word, found.arranged) == (CANCEL, 0)
    assert "不得纳入财政支出项目库" in found.reasons


# -- the second coupling: the review of targets --


def test_money_is_held_until_the_targets_pass():
    found = proposed(outcome("95"), project=listed("100", targets_reviewed="未通过"))
    assert (found.word, found.cut, found.arranged) == (HOLD, None, None)
    assert "暂缓安排预算" in found.reasons


def test_targets_that_passed_change_nothing():
    found = proposed(outcome("95"), project=listed("100", targets_reviewed="通过"))
    assert found.word == "优先保障"


# -- what is missing --


@pytest.mark.parametrize(
    ("own", "missing"),
    [
        (None, ("绩效自评结果",)),
        (outcome("95", None), ("全年预算数",)),
        (outcome("95", "100", None), ("全年执行数",)),
        (outcome(None), ("自评得分",)),
        (outcome("95", "0", "0"), ("全年预算数",)),
    ],
)
def test_what_cannot_be_decided_is_open_with_what_is_missing(
    own: Outcome | None, missing: tuple[str, ...]
):
    found = proposed(own, project=listed())
    assert (found.word, found.cut, found.missing) == (UNDECIDED, None, missing)
    assert f"缺少{'、'.join(missing)}" in found.reasons


def test_what_is_missing_does_not_matter_where_nothing_could_be_graver():
    assert proposed(outcome("30", "100", None)).word == "取消"


# -- laws --

scores = st.one_of(st.none(), st.integers(0, 10_000).map(lambda each: str(Decimal(each) / 100)))
money = st.one_of(st.none(), st.integers(0, 10**7).map(lambda each: str(Decimal(each) / 100)))


@given(scores, scores, money, money)
def test_a_cut_is_between_nothing_and_everything(
    own: str | None, review: str | None, budget: str | None, executed: str | None
):
    found = proposed(outcome(own, budget, executed), outcome(review, None, None, "review"))
    if found.cut is None:
        assert found.word == UNDECIDED or found.record.base is None
        assert found.missing
    else:
        assert found.record.base is not None
        assert 0 <= found.cut <= found.record.base
        assert found.cut == found.cut.quantize(Decimal(100))  # 0.01 万元
        assert found.arranged == found.record.base - found.cut


@given(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(0, 10_000))
def test_a_better_score_never_gets_less(one: int, other: int, executed: int):
    low, high = sorted((one, other))
    worse, better = (
        proposed(outcome(str(Decimal(each) / 100), "100", str(Decimal(executed) / 100)))
        for each in (low, high)
    )
    assert ORDER.index(better.word) <= ORDER.index(worse.word)
    assert better.arranged is not None
    assert worse.arranged is not None
    assert better.arranged >= worse.arranged


# -- rules as data --


def test_the_three_couplings_are_data_with_sources():
    found = propose(RULES, 2019, 2021, [])
    assert [RULES.lists[name].label.partition("：")[0] for name in LISTS] == [
        *("第一个挂钩", "第二个挂钩", "第三个挂钩"),
    ]
    assert all("杭州市2019年" in found.rules.edition(name).source for name in LISTS)


def test_a_bureau_sets_its_own_cuts(tmp_path: Path):
    text = (rules_folder() / "budget.yaml").read_text(encoding="utf-8")
    changed = text.replace("values: {fair: 0.1, unspent: 1}", "values: {fair: 0.2, unspent: 0.5}")
    assert changed != text
    (tmp_path / "budget.yaml").write_text(changed, encoding="utf-8")
    rules = load_rules(SUBJECT, tmp_path)
    assert in_wan(proposed(outcome("70"), rules=rules).cut) == 20
    assert in_wan(proposed(outcome("95", "100", "60"), rules=rules).cut) == 20


# -- with a ledger --


def returns(ledger: Ledger) -> None:
    """Record the self-evaluations of 2019 and the project lists of 2019 and 2021."""
    record(
        *(ledger, "project-self-evaluation", "2019"),
        {
            "101": [evaluated("A", 100, 100), evaluated("B", 100, 50)],
            "102": [evaluated("A", 200, 200, done=50)],
        },
    )
    ledger.register(2019, [Project("103", "示例单位103", "C", "没有自评的")])
    new = {"new": True, "investment": True, "fund": "专项资金", "rank": "重点"}
    ledger.register(
        2021,
        [
            Project("101", "示例单位101", "A", "项目A", amount=Decimal(2_000_000)),
            Project("101", "示例单位101", "B", "项目B", targets_reviewed="未通过"),
            Project("101", "示例单位101", "N", "新项目", amount=Decimal(300_000_000), **new),  # type: ignore[arg-type]
        ],
    )


def test_a_ledger_gives_results_requests_and_who_must_be_assessed(ledger: Ledger):
    returns(ledger)
    found = propose_ledger(ledger, RULES, 2019, 2021)
    by_key = {(each.record.department, each.record.code): each for each in found.projects}
    assert {key: (each.word, in_wan(each.arranged)) for key, each in by_key.items()} == {
        ("101", "A"): ("优先保障", 200),
        ("101", "B"): ("暂缓安排", None),
        ("102", "A"): ("取消", 0),  # 10 + 45 = 55
        ("103", "C"): (UNDECIDED, None),
        ("101", "N"): (UNDECIDED, None),  # 3亿元 of new investment, and no assessment
    }
    assert by_key["101", "N"].missing == ("事前绩效评估结果",)
    assert by_key["103", "C"].missing == ("绩效自评结果",)


def test_without_results_there_are_no_proposals(ledger: Ledger):
    with pytest.raises(ValueError, match="台账里没有2019年度的绩效自评表"):
        propose_ledger(ledger, RULES, 2019, 2021)


def test_the_command_writes_a_workbook(where: str, tmp_path: Path):
    with open_ledger(where) as ledger:
        returns(ledger)
    out = tmp_path / "预算建议.xlsx"
    result = CliRunner().invoke(app, ["propose", where, "--year", "2019", "--out", str(out)])
    assert result.exit_code == 0, result.output
    told = "5 个项目的预算建议：优先保障 1 个、暂缓安排 1 个、取消 1 个、待定 2 个。"
    assert told in result.output
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["总览", "清单", "规则"]
    assert len(book["总览"]._charts) == 1
    rows = list(book["总览"].iter_rows(values_only=True))
    whole = next(row for row in rows if row[0] == "合计")
    assert whole[1:7] == (5, 1, 30500, 1, 200, 200)  # 万元: base, its share, cut, arranged
    unused = [row for row in book["规则"].iter_rows(values_only=True) if row[5] is not None]
    assert any("没有用到" in str(row[5]) for row in unused)


def test_sources_lead_to_the_returned_forms_where_it_is_said_where_they_lie(
    where: str, tmp_path: Path
):
    with open_ledger(where) as ledger:
        returns(ledger)
    out, evaluations = tmp_path / "预算建议.xlsx", tmp_path / "回收" / "自评"
    evaluations.mkdir(parents=True)
    given = ["propose", where, "--year", "2019", "--out", str(out)]
    result = CliRunner().invoke(app, [*given, "--evaluations", str(evaluations)])
    assert result.exit_code == 0, result.output
    sources = {row[2].value: row[-1] for row in openpyxl.load_workbook(out)["清单"] if row[2].value}
    link = sources["B"].hyperlink
    assert link is not None
    assert link.target is not None
    assert unquote(link.target).startswith("回收/自评/")
    assert sources["C"].hyperlink is None  # nobody has evaluated it
    result = CliRunner().invoke(app, [*given, "--reviews", str(tmp_path / "没有")])
    assert result.exit_code == 2
    assert "没有" in result.output
    assert "请检查路径" in result.output


def test_a_reviewers_score_leads_to_the_reviewers_form():
    own = replace(outcome("90"), source=Place("101.xlsx", "示例项目"))
    review = replace(outcome("80", stage="review"), source=Place("复核101.xlsx", "示例项目"))
    for judged, file in ((None, "自评/101.xlsx"), (review, "复核/复核101.xlsx")):
        known = Record("101", "示例单位", "P", "示例项目", own, judged)
        page = pages(propose(RULES, 2019, 2021, [known]), Ways("自评/", "复核/"))[1]
        (row,) = page.grids[0].rows
        assert isinstance(row[-1], Link)
        assert row[-1].place.file == file
