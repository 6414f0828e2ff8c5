"""Named queries: what they answer, by hand, and how they refuse."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import text

from generator.ledger import Ledger, LedgerError
from generator.ledger.engine import reading
from generator.model.finding import Kind
from generator.model.period import Period
from tests.ledger.merges import PERIOD, found, indicator, merge_of, project, returned, small_form

FORM = small_form()
Rows = list[tuple[object, ...]]


@pytest.fixture(scope="module")
def filled(shared_ledger: Ledger) -> Ledger:
    """Two years of three departments, of which one has not returned this year."""
    before = PERIOD.last_year
    old = [
        returned(FORM, "101", {"project": [project("P1", 80, 60), project("P2", 20, 20)]}, before),
        returned(FORM, "102", {"project": [project("Q1", 50, 40)]}, before),
    ]
    shared_ledger.record(merge_of(FORM, old, period=before))
    whole = {"total": "91.5", "grade": "优"}
    rows = [indicator("培训人次", weight=10, score="9.5")]
    new = [
        returned(
            FORM,
            "101",
            {
                "whole": [whole],
                "project": [
                    project("P1", 100, 80, total=90, grade="优", indicators=rows),
                    project("P2", 50, 50, total="79.99", grade="中"),
                    project("P3", None, None),
                ],
            },
        ),
        returned(FORM, "102", {"project": [project("Q1", 40, 10, total=60, grade="中")]}),
    ]
    about = [found("101"), found("101", "REASON", Kind.VERIFY, 4), found("102")]
    shared_ledger.record(merge_of(FORM, new, ["103"], about))
    return shared_ledger


@pytest.mark.parametrize(
    ("name", "given", "rows"),
    [
        (
            "recovery",
            {"year": 2024},
            [("tiny", "小表", "自评", "2024", 3, 2, Decimal("0.666667"), 3)],
        ),
        ("missing", {}, [("tiny", "小表", "2024", "103", "示例单位103", "未回收")]),
        (
            "findings-by-rule",
            {"period": "2024"},
            [
                ("SUM", "合计等于各项之和", 2, 2, 0, 0, 0, 2),
                ("REASON", "", 1, 0, 0, 1, 0, 1),
            ],
        ),
        (
            "findings-by-department",
            {"form": "tiny", "year": 2024},
            [("101", "示例单位101", 2, 1, 0, 1, 0), ("102", "示例单位102", 1, 1, 0, 0, 0)],
        ),
        ("findings-by-department", {"year": 2023}, []),
        (
            "stages",
            {"year": 2024},
            [("自评", "2024", "小表", 2, 4, 1_900_000, 1_400_000, Decimal("0.736842"))],
        ),
        (
            "scores",  # (90·100 + 79.99·50) ÷ 150: a project without money has no weight
            {"year": 2024},
            [
                *[("101", "示例单位101", Decimal("91.5"), "优", 3, 1_500_000, 1_300_000)],
                *[("102", "示例单位102", None, None, 1, 400_000, 100_000)],
            ],
        ),
        (
            "grades",
            {"year": 2024},
            [
                ("优", 1, Decimal("0.25"), 1_000_000),
                ("中", 2, Decimal("0.5"), 900_000),
                ("（未评）", 1, Decimal("0.25"), None),
            ],
        ),
        ("grades", {"year": 2024, "of": "部门"}, [("优", 1, 1, None)]),
        (
            "yearly",
            {"year": 2024},
            [
                *[("101", "示例单位101", 1_500_000, 1_000_000, Decimal("0.5"))],
                *[("102", "示例单位102", 400_000, 500_000, Decimal("-0.2"))],
            ],
        ),
        (
            "across",
            {"department": "101", "field": "全年执行数", "code": "P1"},
            [
                *[("tiny", "小表", "2023", "P1", "", 0, "", "全年执行数", "600000", "元")],
                *[("tiny", "小表", "2024", "P1", "", 0, "", "全年执行数", "800000", "元")],
            ],
        ),
        (
            "across",
            {"department": "101", "field": "weight", "table": "indicators"},
            [("tiny", "小表", "2024", "P1", "indicators", 1, "", "分值", "10", "")],
        ),
        (
            "outcomes",
            {"年度": "2024", "阶段": "自评", "单位编码": "102"},
            [("2024", "102", "示例单位102", "Q1", "项目Q1", 400_000, 100_000, Decimal("0.25"))],
        ),
        ("outcomes", {"year": 2024, "grade": "优", "code": "P2"}, []),
        ("indicators", {"text": "人次"}, [("自评", "2024", "101", "示例单位101", "P1")]),
        ("projects", {"year": 2024}, []),
    ],
)
def test_an_answer_is_what_one_gets_by_hand(
    filled: Ledger, name: str, given: dict[str, object], rows: Rows
):
    answer = filled.ask(name, **given)
    assert [row[: len(rows[0])] for row in answer.rows] == rows if rows else not answer.rows


def test_the_mean_score_of_a_department_is_weighted_by_money(filled: Ledger):
    means = [row[-1] for row in filled.ask("scores", year=2024).rows]
    assert means == [Decimal("86.66"), Decimal(60)]  # 9000 + 3999.5 over 150: 86.663…


def test_growth_of_execution_is_told_beside_that_of_budgets(filled: Ledger):
    rows = filled.ask("yearly", year=2024, department="101").rows
    assert rows[0][5:] == (1_300_000, 800_000, Decimal("0.625"))


def test_a_sum_is_exact_where_floating_numbers_are_not(ledger: Ledger):
    copies = [project(f"P{each}", "0.1", "0.2") for each in range(10)]
    ledger.record(merge_of(FORM, [returned(FORM, "101", {"project": copies})]))
    assert ledger.ask("stages", year=2024).rows[0][5:7] == (Decimal(10_000), Decimal(20_000))


def test_large_budgets_do_not_overflow_a_mean(ledger: Ledger):
    copies = [project(f"P{each}", "99999999.99", 1, total=100) for each in range(200)]
    ledger.record(merge_of(FORM, [returned(FORM, "101", {"project": copies})]))
    (row,) = ledger.ask("scores", year=2024).rows
    assert (row[5], row[-1]) == (Decimal("199999999980000.00"), Decimal(100))


@pytest.mark.parametrize("name", ["recovery", "outcomes", "scores", "yearly", "findings"])
def test_the_sql_of_an_answer_gives_it_again(filled: Ledger, name: str):
    given = {} if name in ("recovery", "findings") else {"year": 2024}
    answer = filled.ask(name, **given)
    with reading(filled.engine) as connection:
        found = connection.exec_driver_sql(answer.sql, dict(answer.parameters))
        assert len(found.all()) == len(answer.rows) > 0


def test_every_query_can_be_asked_of_an_empty_ledger(ledger: Ledger):
    usual = {"year": 2024, "department": "101", "field": "budget", "text": "产出"}
    for query in ledger.queries().values():
        given = {each.name: usual[each.name] for each in query.parameters if each.required}
        answer = ledger.ask(query.title, **given)
        assert answer.columns == tuple(each.label for each in query.headings)
        assert not [row for row in answer.rows if any(isinstance(each, Decimal) for each in row)]


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("recoverie", {}, "没有名为“recoverie”的查询，是不是“recovery”？"),
        ("回收状况", {}, "没有名为“回收状况”的查询，是不是“回收情况”？"),
        ("xyzzy", {}, "没有名为“xyzzy”的查询。"),
        ("outcomes", {"yaer": 2024}, "查询“项目结果”没有条件“yaer”，是不是“year”？"),
        ("outcomes", {}, "查询“项目结果”还要给出：year（年度）"),
        ("outcomes", {"year": "二〇二四"}, "year（年度）应为整数，现为“二〇二四”"),
        ("outcomes", {"year": "2024; DROP TABLE run"}, "应为整数"),
    ],
)
def test_a_question_that_cannot_be_answered_is_said_to_be_and_what_is_near(
    filled: Ledger, name: str, given: dict[str, object], message: str
):
    with pytest.raises(LedgerError) as refused:
        filled.ask(name, **given)
    assert message in str(refused.value)


def test_monitoring_of_one_month_is_compared_with_the_same_month(ledger: Ledger):
    form = small_form(stage="monitoring")
    for year, month, executed in ((2023, 7, 30), (2023, 12, 90), (2024, 7, 45)):
        period = Period(year, month)
        filing = returned(form, "101", {"project": [project("P1", 100, executed)]}, period)
        ledger.record(merge_of(form, [filing], period=period))
    (row,) = ledger.ask("yearly", year=2024, stage="监控").rows
    assert row[5:] == (450_000, 300_000, Decimal("0.5"))


def test_nothing_typed_gets_into_the_sql(filled: Ledger):
    evil = "x' OR '1'='1"
    answer = filled.ask("history", department=evil, form=evil)
    assert answer.rows == []
    assert evil not in answer.sql
    assert evil in answer.parameters.values()
    with reading(filled.engine) as connection:
        assert connection.scalar(text("SELECT count(*) FROM filing")) == 4
