"""双监控: what rules say of execution and goals, at their edges and on both databases."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from generator.cli import app
from generator.ledger import Ledger, open_ledger
from generator.model.period import Period
from generator.model.project import Outcome, Project
from generator.year.monitoring import (
    LISTS,
    SUBJECT,
    UNDECIDED,
    Returned,
    Watched,
    unreported,
    watch,
)
from generator.year.monitoring.goals import CHANCES, Goal, meets, tally
from generator.year.monitoring.monitored import watch_ledger, write_monitoring
from generator.year.monitoring.spending import Plan, Spending, together
from generator.year.rules import Rules, load_rules, rules_folder
from tests.year.returns import aim, monitored, record, targets

AUGUST = Period(2020, 8)
WAN = 10_000
RULES = load_rules(SUBJECT)
SURELY = (Goal("数量指标", "服务次数", "≥5次", "3次", "5次", CHANCES[0]),)


def outcome(
    budget: str | None, executed: str | None, forecast: str | None = None, code: str = "P"
) -> Outcome:
    """Return what a monitoring form says; amounts in 万元."""
    yuan = (None if each is None else Decimal(each) * WAN for each in (budget, executed, forecast))
    return Outcome("101", "示例单位", code, "示例项目", "monitoring", "2020-08", *yuan)


def watched(returned: Returned | Outcome, period: Period = AUGUST, rules: Rules = RULES) -> Watched:
    """Return what the rules say of one project."""
    one = returned if isinstance(returned, Returned) else Returned(returned, goals=SURELY)
    return watch(rules, period, [one]).projects[0]


def fired(returned: Returned | Outcome, period: Period = AUGUST, rules: Rules = RULES) -> list[str]:
    """Return the ids of the rules that fire."""
    return [each.rule.id for each in watched(returned, period, rules).alerts]


def changed(folder: Path, *changes: tuple[str, str]) -> Rules:
    """Return a bureau's own rules: ours with some words changed."""
    text = (rules_folder() / "monitoring.yaml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / "monitoring.yaml").write_text(text, encoding="utf-8")
    return load_rules(SUBJECT, folder)


# -- 太原: from 200万元 on, and below 60 % at the end of August --


@pytest.mark.parametrize(
    ("budget", "executed", "fires"),
    [
        ("200", "119.98", True),  # 59.99 %
        ("200", "120", False),  # 60 %
        ("199.99", "60", False),
        ("200.01", "60", True),
    ],
)
def test_large_projects_are_warned_of_exactly_from_the_edges_of_taiyuan(
    budget: str, executed: str, *, fires: bool
):
    assert ("LARGE" in fired(outcome(budget, executed, budget))) is fires


def test_the_rule_of_taiyuan_does_not_hold_before_august():
    assert "LARGE" not in fired(outcome("200", "60", "200"), Period(2020, 7))


def test_a_reason_names_the_figures_and_the_rule():
    project = watched(outcome("250", "120", "250"))
    assert "【预警】大项目支出慢：年初预算 250 万元（200 万元以上）" in project.reasons
    assert "8月底支出进度 48.00%（低于 60%）。" in project.reasons
    assert "太原市" in next(each for each in project.alerts if each.rule.id == "LARGE").quoted


# -- 序时进度 --


@pytest.mark.parametrize(("digits", "behind"), [("4", "0.0186"), ("2", "0.0153")])
def test_july_is_58_or_58_33_percent_as_the_office_rounds(tmp_path: Path, digits: str, behind: str):
    rules = changed(tmp_path, ("values: {digits: 4}", f"values: {{digits: {digits}}}"))
    project = watched(outcome("100", "56.47"), Period(2020, 7), rules)
    assert project.spending.behind == Decimal(behind)


@pytest.mark.parametrize(
    ("executed", "rules"),
    [
        ("61.67", []),  # 66.67 − 5
        ("61.66", ["BEHIND"]),
        ("51.67", ["BEHIND"]),  # 66.67 − 15
        ("51.66", ["FAR-BEHIND"]),
        ("36.67", ["FAR-BEHIND"]),  # 66.67 − 30
        ("36.66", ["STALLED"]),
    ],
)
def test_exactly_on_a_line_is_within_it(executed: str, rules: list[str]):
    assert fired(outcome("100", executed, "100")) == rules


def test_a_difference_is_told_in_percent_points():
    reasons = watched(outcome("100", "48", "100")).reasons
    assert "落后 18.67 个百分点（超过 15 个百分点）" in reasons


# -- 资金支出计划 --


@pytest.mark.parametrize(
    ("points", "month", "planned"),
    [
        (("0.25", "0.5", "0.75", "1"), 8, "0.5"),
        (("0.25", None, None, "1"), 8, "0.25"),  # a blank carries on
        (("0.25", "0.5", "0.75", "1"), 2, "0"),
        ((None, None, None, "1"), 11, "0"),
        (("0.25", "0.5", "1", None), 12, "1"),  # complete in October
    ],
)
def test_a_plan_carries_on_over_its_blanks(
    points: tuple[str | None, ...], month: int, planned: str
):
    plan = Plan(tuple(None if each is None else Decimal(each) for each in points))
    assert plan.at(month) == (Decimal(planned), "")


def test_a_plan_may_be_read_as_a_line(tmp_path: Path):
    rules = changed(tmp_path, ("values: {how: step}", "values: {how: linear}"))
    plan = Plan((Decimal("0.25"), Decimal("0.5"), Decimal("0.75"), Decimal(1)))
    project = watched(Returned(outcome("100", "60"), plan), Period(2020, 9), rules)
    assert project.spending.plan == Decimal("0.6875")


def test_a_plan_that_falls_is_not_used_and_said():
    plan = Plan((Decimal("0.5"), Decimal("0.25"), None, Decimal(1)))
    project = watched(Returned(outcome("100", "70", "100"), plan, SURELY))
    assert project.spending.plan is None
    assert project.missing == ("资金支出计划有误（非递增）",)


def test_execution_is_held_against_the_plan():
    plan = Plan((Decimal("0.25"), Decimal("0.8"), None, Decimal(1)))
    project = watched(Returned(outcome("100", "65", "100"), plan, SURELY))
    assert [each.rule.id for each in project.alerts] == ["PLAN"]
    assert "应达到 80.00%，落后 15 个百分点" in project.reasons


# -- goals --


@pytest.mark.parametrize(
    ("target", "value", "met"),
    [
        ("≥95%", "96%", True),
        ("≥95%", "94.9%", False),
        ("≤48小时", "60小时", False),
        ("=6人", "6人", True),
        ("有效提高", "已提高", None),
        ("≤预算控制数", "100", None),
        ("≥5次", "", None),
    ],
)
def test_what_is_done_is_held_against_the_target(target: str, value: str, *, met: bool | None):
    assert meets(target, value) is met


@pytest.mark.parametrize(
    ("chances", "level", "step"),
    [
        ((0, 0, 0), "正常", ""),
        ((0, 0, 1), "关注", "提醒"),
        ((0, 0, 2), "预警", "纠偏"),
        ((0, 2, 2), "严重", "暂缓"),  # two of three
        ((2, 2, 2), "严重", "停止拨款"),
    ],
)
def test_goals_that_cannot_be_reached_lead_from_correction_to_stopping(
    chances: tuple[int, ...], level: str, step: str
):
    goals = tuple(Goal("数量指标", "甲", "≥5次", "3次", "5次", CHANCES[each]) for each in chances)
    project = watched(Returned(outcome("100", "70", "100"), None, goals))
    assert (project.level, project.step) == (level, step)


def test_a_forecast_that_falls_short_contradicts_a_certain_goal():
    goals = (Goal("数量指标", "甲", "≥5次", "3次", "4次", CHANCES[0]),)
    assert fired(Returned(outcome("100", "70", "100"), None, goals)) == ["DOUBTFUL"]


@given(st.lists(st.sampled_from([*CHANCES, ""]), max_size=12))
def test_every_goal_is_counted_once(chances: list[str]):
    counted = tally([Goal("数量指标", "甲", "≥5次", chance=each) for each in chances])
    assert counted.surely + counted.possibly + counted.never + counted.unanswered == len(chances)


# -- the forecast --


@pytest.mark.parametrize(
    ("forecast", "rules"),
    [("100", []), ("100.01", ["OVER"]), ("90", []), ("89.99", ["UNSPENT"])],
)
def test_the_forecast_is_held_against_the_budget(forecast: str, rules: list[str]):
    assert fired(outcome("100", "70", forecast)) == rules


# -- what is missing --


def test_what_is_missing_is_said_and_nothing_is_guessed():
    project = watched(outcome(None, "70"))
    assert (project.level, project.step, project.alerts) == (UNDECIDED, "", ())
    assert project.missing == ("年初预算数", "全年预计执行数")


def test_a_project_without_returns_is_listed_as_such():
    listed = Project("101", "示例单位", "Q", "没有报的", amount=Decimal(3_000_000))
    absent = watched(unreported(listed, AUGUST))
    assert (absent.level, absent.missing) == (UNDECIDED, ("没有报来监控表",))


def test_where_nobody_has_a_plan_it_is_said_once_for_all():
    found = watch(RULES, AUGUST, [Returned(outcome("100", "70", "100"), None, SURELY)])
    assert (found.planned, found.projects[0].missing) == (0, ())


def test_goals_can_be_told_although_the_money_cannot():
    goals = (Goal("数量指标", "甲", "≥5次", "3次", "4次", CHANCES[2]),)
    project = watched(Returned(outcome("100", None), None, goals))
    assert (project.level, project.step) == ("严重", "停止拨款")
    assert "执行数" in project.missing


# -- laws --


amounts = st.one_of(st.none(), st.integers(0, 10**7).map(lambda cents: str(Decimal(cents) / 100)))


told = st.lists(st.sampled_from([*CHANCES, ""]), max_size=5)


@given(st.tuples(amounts, amounts, amounts), told, st.integers(1, 12), st.integers(0, 3))
def test_the_level_is_the_worst_of_what_fired(
    money: tuple[str | None, str | None, str | None], chances: list[str], month: int, warned: int
):
    goals = tuple(Goal("数量指标", "甲", "≥5次", "3次", "5次", each) for each in chances)
    found = watch(RULES, Period(2020, month), [Returned(outcome(*money), None, goals, warned)])
    project, levels = found.projects[0], found.levels
    said = [str(each.results["level"]) for each in project.alerts]
    if said:
        assert all(levels.at_least(project.level, each) for each in said)
        assert project.level in said
    else:
        assert project.level in (levels.mildest, UNDECIDED)
        assert project.step == ""


@given(st.integers(1, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_to_spend_more_never_makes_a_project_graver(budget: int, some: int, more: int):
    less, most = sorted((some % (budget + 1), more % (budget + 1)))
    before, after = (watched(outcome(str(budget), str(each), str(budget))) for each in (less, most))
    order = ("正常", "关注", "预警", "严重")
    assert order.index(after.level) <= order.index(before.level)


@given(st.lists(st.tuples(st.integers(1, 10**6), st.integers(0, 10**6)), min_size=1, max_size=20))
def test_execution_together_is_weighted_by_money(pairs: list[tuple[int, int]]):
    time = Decimal("0.5")
    spendings = [Spending(Decimal(b), Decimal(e), None, time) for b, e in pairs]
    unknown = Spending(None, Decimal(99), None, time)
    rate, covered = together([*spendings, unknown])
    assert rate == Decimal(sum(e for _, e in pairs)) / sum(b for b, _ in pairs)
    assert covered == len(pairs)


# -- rules as data --


def test_every_rule_has_a_source_and_words_without_figures():
    force = RULES.at(AUGUST)
    for name in LISTS:
        edition = force.edition(name)
        assert edition.source
        for rule in edition.rules:
            assert "（空）" not in force.pattern(rule)


def test_a_bureau_sets_its_own_lines(tmp_path: Path):
    rules = changed(
        tmp_path, ("{amount: 200, month: 8, rate: 0.6}", "{amount: 50, month: 6, rate: 0.5}")
    )
    assert "LARGE" in fired(outcome("50", "20", "50"), Period(2020, 6), rules)


def test_a_level_that_is_not_on_the_scale_is_refused(tmp_path: Path):
    rules = changed(tmp_path, ("{level: 严重, step: 停止拨款}", "{level: 红灯, step: 停止拨款}"))
    with pytest.raises(ValueError, match=r"ALL-NEVER 的 level 写的是“红灯”.*正常、关注、预警"):
        watched(outcome("100", "70"), rules=rules)


def test_there_are_no_rules_for_the_years_before():
    with pytest.raises(ValueError, match="2018年8月没有可用的规定"):
        watched(outcome("100", "70"), Period(2018, 8))


# -- with a ledger --


def returns(ledger: Ledger) -> None:
    """Record plans, and what three departments monitored in June and August."""
    record(
        *(ledger, "project-targets", "2020"),
        {"101": [targets("A", 25, 50, 75, 100)], "102": [targets("B", 10, "", "", 100)]},
    )
    record(*(ledger, "project-monitoring", "2020-06"), {"101": [monitored("A", 300, 60)]})
    goals = [aim("服务次数", "≥5次", "3次", "5次"), aim("满意度", "≥95%", "90%", "92%", "possibly")]
    record(
        *(ledger, "project-monitoring", "2020-08"),
        {
            "101": [monitored("A", 300, 118, 280, goals)],
            "102": [monitored("B", 100, 70, 100, goals[:1])],
            "103": [monitored("A", None, 70)],  # the same code in another department
        },
    )
    ledger.register(
        2020,
        [
            Project("101", "示例单位101", "A", "项目A", category="A"),
            Project("104", "示例单位104", "D", "项目D", amount=Decimal(500_000)),
            Project("105", "示例单位105", "E", "项目E", forms=("project-monitoring",)),
            Project("105", "示例单位105", "F", "项目F", forms=("project-self-evaluation",)),
        ],
    )


def test_a_ledger_gives_plans_goals_and_earlier_warnings(ledger: Ledger):
    returns(ledger)
    found = watch_ledger(ledger, RULES, AUGUST)
    by_key = {each.returned.key: each for each in found.projects}
    first, second = by_key["101", "A"], by_key["102", "B"]
    assert [each.rule.id for each in first.alerts] == [
        *("REPEATED", "FAR-BEHIND", "LARGE", "PLAN", "POSSIBLY"),
    ]
    assert (first.level, first.step, first.returned.category) == ("严重", "暂缓", "A")
    assert first.spending.plan == Decimal("0.5")
    assert [goal.chance for goal in first.returned.goals] == list(CHANCES[:2])
    assert (second.level, second.spending.plan) == ("正常", Decimal("0.1"))
    assert by_key["103", "A"].level == UNDECIDED
    assert by_key["103", "A"].spending.plan is None
    assert by_key["104", "D"].missing == ("没有报来监控表",)


def test_a_project_that_looks_after_itself_is_not_waited_for(ledger: Ledger):
    returns(ledger)
    found = {each.returned.key for each in watch_ledger(ledger, RULES, AUGUST).projects}
    assert ("105", "E") in found
    assert ("105", "F") not in found


def test_a_correction_takes_the_place_of_what_was_returned(ledger: Ledger):
    returns(ledger)
    record(*(ledger, "project-monitoring", "2020-08"), {"101": [monitored("A", 300, 290, 300)]})
    found = watch_ledger(ledger, RULES, AUGUST)
    corrected = next(each for each in found.projects if each.returned.key == ("101", "A"))
    assert (corrected.level, corrected.goals.goals) == ("正常", 0)


def test_a_period_without_returns_is_refused(ledger: Ledger):
    with pytest.raises(ValueError, match="台账里没有2020年8月的监控表"):
        watch_ledger(ledger, RULES, AUGUST)


def test_the_command_writes_a_workbook(where: str, tmp_path: Path):
    with open_ledger(where) as ledger:
        returns(ledger)
    out = tmp_path / "双监控.xlsx"
    arguments = ["monitor", where, "--period", "2020-08", "--out", str(out)]
    result = CliRunner().invoke(app, [*arguments, "--returns", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert "2020年8月双监控：5 个项目，严重 1 个、正常 1 个、未判定 3 个。" in result.output
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["总览", "图表", "清单", "指标", "规则"]
    assert len(book["图表"]._charts) == 3
    listed = list(book["清单"].iter_rows(values_only=True))
    heading = next(row for row in listed if row[0] == "序号")
    assert {"级别", "建议措施", "理由", "与序时差（百分点）", "缺少的数据"} <= set(heading)
    first = listed[listed.index(heading) + 2]  # below the second row of headings
    assert first[1:6] == ("示例单位101", "A", "项目A", "严重", "暂缓")
    assert first[10] == -27.34  # 39.33 % − 66.67 %, in 百分点
    links = [cell.hyperlink for row in book["清单"].iter_rows() for cell in row if cell.hyperlink]
    assert links[0].target.endswith("101.xlsx")


def test_departments_are_weighted_by_money_in_the_overview(ledger: Ledger, tmp_path: Path):
    record(
        *(ledger, "project-monitoring", "2020-08"),
        {"101": [monitored("A", 900, 90), monitored("B", 100, 100)]},
    )
    out = tmp_path / "双监控.xlsx"
    write_monitoring(watch_ledger(ledger, RULES, AUGUST), out)
    rows = list(openpyxl.load_workbook(out)["总览"].iter_rows(values_only=True))
    line = next(row for row in rows if row[0] == "示例单位101")
    assert line[2:6] == (1000, 190, 0.19, -47.67)  # not (10 % + 100 %) / 2
    facts = [str(row[0]) for row in rows]
    assert any("支出进度 19.00%" in each for each in facts)
    assert any("没有2020年的项目清单" in each for each in facts)
    assert any("没有这些项目的资金支出计划" in each for each in facts)
