"""A whole year in a ledger, on SQLite and on PostgreSQL.

The city of the demo has as many departments and projects as the published report of 2019; its
ledger gives the report's figures. A few of its departments go through real workbooks at every step.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from generator.demo.year import LEDGER, Year, run
from generator.demo.year.city import EVALUATED, REGISTERED, YEAR, City, at
from generator.demo.year.merges import merged
from generator.demo.year.posted import RESULT, RETURNED, posted
from generator.demo.year.projects import works
from generator.demo.year.returns import slip_of
from generator.ledger import Ledger, open_ledger
from generator.model.merged import Merged
from generator.model.period import Period
from generator.year.annual import Annual, annual
from generator.year.annual.text import annual_text, plain
from generator.year.review.reviewed import review_of
from generator.year.rules import load_rules
from generator.year.sampling import SUBJECT as SAMPLING
from generator.year.sampling import Plan, draw
from tests.support.postgres import Postgres

DATABASES = ("sqlite", "postgresql")
CITY = City()
FORM = "project-self-evaluation"
PUBLISHED = {  # 《杭州市2019年预算绩效管理工作开展情况》, transcribed
    "units": "327",
    "projects": "2247",
    "drawn_units": "15",
    "drawn_projects": "258",
    "drawn_rate": "11.5%",
    "key_projects": "17",
    "key_money": "54.88亿元",
    "reports": "5",
    "entered_projects": "26",
    "excellent_entries": "2",
    "good_entries": "8",
    "visited_units": "15",
    "frame_types": "11",
    "pilot_funds": "3",
    "reviewed_units": "6",
    "investment_threshold": "2亿元",
    "other_threshold": "1000万元",
}
SENTENCES = (
    "自评覆盖327个市级部门（单位），涉及项目2247个，"
    "重点选取15个部门（单位）258个项目作为抽查对象，抽评率11.5%。",
    "对17个重点工程和民生实事项目实施财政重点绩效评价，覆盖财政资金54.88亿元",
    "对26个参评项目，评选优秀项目2个、良好项目8个",
    "对拟出台的重大政策、拟新增安排2亿元以上的政府投资项目和1000万元以上的其他重大项目"
    "开展事前绩效评估",
)


@pytest.fixture(scope="module")
def returned(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Merged, tuple[int, int, int]]]:
    """What the whole city returns, merged once for both databases, with the day of it."""
    folder = tmp_path_factory.mktemp("year")
    return [
        (merged(CITY.evaluations(), folder), (YEAR, 4, 2)),
        (merged(CITY.monitored(), folder), (YEAR, 9, 16)),
        (posted(CITY.register(), folder / "工作登记"), (YEAR + 1, 1, 15)),
    ]


@pytest.fixture(scope="module")
def corrections(tmp_path_factory: pytest.TempPathFactory) -> Merged:
    """What three departments put right, as real workbooks."""
    return posted(CITY.corrections(), tmp_path_factory.mktemp("更正"))


@pytest.fixture(scope="module")
def ledgers(
    returned: list[tuple[Merged, tuple[int, int, int]]],
    postgres: Postgres,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[str, Ledger]]:
    """The whole year, recorded on either database."""
    file = tmp_path_factory.mktemp("ledger") / "台账.db"
    places = dict(zip(DATABASES, (str(file), postgres.database()), strict=True))
    opened = {name: open_ledger(where) for name, where in places.items()}
    for ledger in opened.values():
        for year in REGISTERED:
            ledger.register(year, CITY.projects(year))
        for found, day in returned:
            ledger.record(found, at(*day))
        reviews = CITY.reviews(CITY.spot_check(ledger))
        ledger.record(merged(reviews, file.parent), at(YEAR, 6, 28))
    yield opened
    for ledger in opened.values():
        ledger.close()


@pytest.fixture(params=DATABASES)
def whole(request: pytest.FixtureRequest, ledgers: dict[str, Ledger]) -> Ledger:
    """The ledger of the whole city, on either database."""
    return ledgers[request.param]


@pytest.fixture
def report(whole: Ledger) -> Annual:
    return annual(whole, YEAR)


# -- the figures --


def test_the_ledger_gives_the_published_figures(report: Annual):
    assert {name: report.figure(name).text for name in PUBLISHED} == PUBLISHED


def test_more_than_400_people_were_trained(report: Annual):
    assert 400 <= (report.figure("trained_people").value or 0) < 500  # 400余人次


def test_the_text_says_it_in_the_published_words(report: Annual):
    text = plain(annual_text(report))
    assert [each for each in SENTENCES if each not in text] == []
    assert not report.missing


def test_money_and_grades_are_those_of_the_city_counted_without_a_ledger(report: Annual):
    known = works(EVALUATED, EVALUATED)
    whole = sum((each.amount for each in known), Decimal(0))
    assert report.figure("evaluated_money").value == whole.scaleb(-4)
    graded = [report.figure(f"{each}_projects").value for each in ("excellent", "good", "low")]
    assert sum(filter(None, graded)) == len(known)


def test_both_databases_give_the_same_figures_from_the_same_rows(ledgers: dict[str, Ledger]):
    one, other = (annual(ledgers[each], YEAR) for each in DATABASES)
    assert [each.text for each in one.figures] == [each.text for each in other.figures]
    assert [each.answer.rows for each in one.asked] == [each.answer.rows for each in other.asked]


# -- the spot check --


def test_the_sample_is_drawn_alike_from_the_ledger_and_from_the_list(whole: Ledger):
    check = CITY.spot_check(whole)
    rules = load_rules(SAMPLING).at(Period(EVALUATED, 12, "year"))
    listed = reversed(CITY.projects(EVALUATED))
    again = draw(listed, Plan("2019", 258, 15), rules)
    assert check.sample.drawn == again.drawn
    assert check.told == "2247 个项目里抽了 258 个，在 15 个部门，抽评率 11.48%。"


def test_reviewers_lower_scores_and_never_raise_them(whole: Ledger):
    found = review_of(whole, EVALUATED)
    assert len(found.projects) == 258
    assert found.alone == ()
    differences = [each.difference or 0 for each in found.projects]
    assert max(differences) <= 0
    assert 0 < sum(each < 0 for each in differences) < 258


# -- the rules have something to say --


def test_the_slips_of_the_city_are_found_and_nothing_else_is(
    returned: list[tuple[Merged, tuple[int, int, int]]],
):
    evaluations = returned[0][0]
    slips = {"原因": "REASON", "分值": "WEIGHT-TOTAL", "没有填数": "NUMBERS", "超支": "OVERSPENT"}
    slips |= {"远超": "OVER", "文字": "SCORE-TEXT"}
    by_code = {each.code: slip_of(each) for each in works(EVALUATED, EVALUATED)}
    expected = Counter((code, slips[slip]) for code, slip in by_code.items() if slip)
    found = Counter((each.place.sheet, each.rule) for each in evaluations.findings)
    assert {each for each in expected if each not in found} == set()
    others = {rule for code, rule in found if not by_code.get(code)}
    assert others == {"EXECUTION"}


# -- history --


def test_recording_twice_changes_nothing(
    whole: Ledger, returned: list[tuple[Merged, tuple[int, int, int]]]
):
    before = annual(whole, YEAR)
    for found, _ in returned:
        again = whole.record(found)
        assert (again.new, again.superseded) == (0, 0)
    assert annual(whole, YEAR) == before


def test_a_corrected_return_supersedes_and_stays_history(whole: Ledger, corrections: Merged):
    codes = [each.department.code for each in corrections.standings]
    before = {code: whole.filing(FORM, code, Period(EVALUATED, 12, "year")) for code in codes}
    wrong = whole.ask("findings", form=FORM, department=codes[0]).rows
    recorded = whole.record(corrections, at(YEAR, 4, 22))
    assert (recorded.new, recorded.superseded, recorded.unchanged) == (0, 3, 0)
    for code in codes:
        assert whole.filing(FORM, code, Period(EVALUATED, 12, "year")) != before[code]
        history = whole.ask("history", form=FORM, department=code).rows
        assert len(history) == 2
    right = whole.ask("findings", form=FORM, department=codes[0]).rows
    assert len(right) < len(wrong)
    report = annual(whole, YEAR)
    assert [report.figure(each).text for each in ("units", "projects")] == ["327", "2247"]


# -- a few departments through real workbooks --

FEW = City(units=("124001", "138003", "142002"), drawn=4, drawn_units=2)
STEPS = ("绩效目标申报", "绩效自评", "更正", "复核", "绩效监控", "工作登记")
FILES = ("复核结果.xlsx", "双监控.xlsx", "预算建议.xlsx", "年度报告.xlsx", "年度报告.md")


Told = tuple[list[str], list[tuple[object, ...]]]


def told_by(where: str) -> Told:
    """Return the figures of a ledger, and what was found by rule."""
    with open_ledger(where, read_only=True) as ledger:
        figures = [each.text for each in annual(ledger, YEAR).figures]
        return figures, [tuple(each) for each in ledger.ask("findings-by-rule").rows]


@pytest.fixture(scope="module")
def in_memory(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The same few departments as the demo makes most of the city, without workbooks."""
    folder = tmp_path_factory.mktemp("memory")
    run(folder, city=FEW)
    return told_by(str(folder / LEDGER))


def test_a_year_of_workbooks_is_sent_out_returned_and_reported(
    where: str, tmp_path: Path, in_memory: Told
):
    told = dict(Year(tmp_path, where, FEW, posted).steps())
    for step in STEPS:
        assert list((tmp_path / step / RETURNED).glob("*.xlsx"))
        assert (tmp_path / step / RESULT).is_file()
    assert [each for each in FILES if not (tmp_path / each).is_file()] == []
    assert len(list((tmp_path / "抽查" / "复核表").glob("*.xlsx"))) == 3  # with 分发清单
    assert told["抽查"] == "10 个项目里抽了 4 个，在 2 个部门，抽评率 40.00%。"
    assert told["更正"].startswith("2 个单位，替代原来的 2 份")
    text = (tmp_path / "年度报告.md").read_text(encoding="utf-8")
    assert "自评覆盖3个市级部门（单位），涉及项目10个" in text
    assert "15家部门及所属单位上门辅导" in text
    assert told_by(where) == in_memory
