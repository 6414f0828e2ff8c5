"""Months that follow each other: what was returned for one is in the workbook of the next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from generator.cli import app
from generator.crew import Crew
from generator.layout import shape_of
from generator.layout.plan import plan
from generator.ledger import Ledger, open_ledger
from generator.merge import merge
from generator.model.filing import Entry, Filing
from generator.model.finding import Finding, Kind
from generator.model.form import Form
from generator.model.past import Kept, Past
from generator.model.period import Period
from generator.model.roster import Department, Roster
from generator.stamp import DISTRIBUTION, Run, Stamper, stamp_all
from generator.template import find, load
from generator.workbook.keys import own_key
from generator.workbook.reader.formats import open_book
from generator.workbook.returned.read import read_filing
from generator.workbook.roster import write_roster
from generator.workbook.stamping.stock import Stock, stock_folder

GOAL = {"category": "绩效指标", "name": "示例收入", "criterion": "全年收入不低于150亿元。"}
WHO = Department("901", "示例单位甲", {}, {"goals": (GOAL,)})
STOCK = Stock(stock_folder())
Row = Mapping[str, Decimal | str]
INCOME: Row = {
    "goal": "示例收入",
    "indicator": "收入",
    "unit": "亿元",
    "demand": "不低于",
    "target": Decimal(150),
}
FUNDS: Row = {"goal": "示例收入", "indicator": "子基金", "unit": "家", "nature": "时点数"}


@cache
def form() -> Form:
    """Return the form with a few spare rows only: fewer cells to draw."""
    whole = load(find("monthly-progress"))
    first, second = whole.sheets
    tables = {"measures": replace(second.tables["measures"], spare=2)}
    return replace(whole, sheets=(first, replace(second, tables=tables)))


def amounts(month: str, cumulative: str) -> Row:
    return {"month": Decimal(month), "cumulative": Decimal(cumulative)}


@dataclass(frozen=True)
class Office:
    """A bureau with a ledger, and the one department that returns to it."""

    ledger: Ledger
    folder: Path

    def sent(self, month: str, past: Past | None = None) -> list[Row]:
        """Return what stands in the measures of the workbook that is sent out for a month."""
        period, folder = Period.parse(month), self.folder / f"下发{month}"
        past = past or self.ledger.past()
        stamp_all(form(), Roster((WHO,)), period, folder, Run(1, STOCK), past=past)
        [path] = [each for each in folder.iterdir() if each.name != DISTRIBUTION]
        filing = read_filing(open_book(path), form(), period, path.name).filing
        return measures(filing)

    def returned(
        self, month: str, rows: Sequence[Row], stamped: Past | None = None
    ) -> list[Finding]:
        """Fill in the workbook of a month, merge and record it; return what was found."""
        period, folder = Period.parse(month), self.folder / f"回收{month}"
        folder.mkdir(exist_ok=True)
        past = self.ledger.past()
        stamper = Stamper(form(), period, stock=STOCK, past=stamped or past)
        texts: Row = {"month_text": "本月工作。", "cum_text": "累计工作。", "workload": Decimal(1)}
        entries = {
            "progress": (Entry({}, {"goals": (texts,)}),),
            "measures": (Entry({}, {"measures": tuple(rows)}),),
        }
        (folder / f"901-{month}.xlsx").write_bytes(stamper.stamp(WHO, entries))
        merged = merge(folder, Roster((WHO,)), form=form(), key=own_key(), past=past)
        self.ledger.record(merged)
        return list(merged.findings)


def measures(filing: Filing) -> list[Row]:
    """Return the filled cells of the measures as they are shown."""
    [sheet] = filing.copies("measures")
    return [
        {
            name: each.value
            for name, each in row.answers.items()
            if not each.blank and not each.formula and each.value is not None
        }
        for row in sheet.tables["measures"]
    ]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_ledger(tmp_path / "台账.sqlite") as ledger:
        yield Office(ledger, tmp_path)


def place_of_prior() -> str:
    """Return the cell of the first record's 上月累计."""
    shape = shape_of(form(), WHO)
    copy = next(e for e in plan(form(), Period(2018, 2), shape).copies if "measures" in e.tables)
    return copy.tables["measures"].cell(0, "prior").first.address


def rules(findings: Sequence[Finding]) -> list[str]:
    return [each.rule for each in findings]


def test_january_to_march_each_month_goes_on_from_the_one_before(office: Office):
    assert office.sent("2018-01") == []
    january = [{**INCOME, **amounts("10", "10")}, {**FUNDS, "cumulative": Decimal(9)}]
    assert office.returned("2018-01", january) == []
    assert office.sent("2018-02") == [
        {**INCOME, "prior": Decimal(10)},
        {**FUNDS, "prior": Decimal(9)},
    ]
    assert office.returned("2018-02", [amounts("8", "18"), {"cumulative": Decimal(7)}]) == []
    assert office.sent("2018-03") == [
        {**INCOME, "prior": Decimal(18)},
        {**FUNDS, "prior": Decimal(7)},
    ]
    findings = office.returned("2018-03", [amounts("12", "31"), {"cumulative": Decimal(8)}])
    assert rules(findings) == ["CARRIED"]
    assert "上月累计 18 + 当月 12 = 30亿元，累计数填 31亿元，相差 1亿元" in findings[0].message


def test_the_next_january_starts_anew_and_knows_last_years(office: Office):
    office.returned("2018-01", [{**INCOME, **amounts("10", "10")}])
    office.returned("2018-12", [{**INCOME, **amounts("9", "120")}])
    assert office.sent("2019-01") == []
    office.returned("2019-01", [{**INCOME, **amounts("11", "11")}])
    office.returned("2018-02", [amounts("8", "18")])
    last_year = {"last_cumulative": Decimal(18)}
    assert office.sent("2019-02") == [{**INCOME, "prior": Decimal(11), **last_year}]


def test_a_month_that_is_corrected_later_is_told_with_both_numbers(office: Office):
    office.returned("2018-01", [{**INCOME, **amounts("10", "10")}])
    filing = office.ledger.filing("monthly-progress", "901", Period.parse("2018-01"))
    assert filing is not None
    printed_before = Kept((filing,))
    office.returned("2018-01", [{**INCOME, **amounts("9.5", "9.5")}])
    findings = office.returned("2018-02", [amounts("8", "18")], stamped=printed_before)
    assert [(each.rule, each.kind, each.place.cell) for each in findings] == [
        ("RESTATED", Kind.NOTE, place_of_prior())
    ]
    assert "上月累计是 10亿元" in findings[0].message
    assert "台账里上月的累计数现在是 9.5亿元，相差 -0.5" in findings[0].message
    assert [each["prior"] for each in office.sent("2018-02")] == [Decimal("9.5")]


def test_without_a_ledger_nothing_is_put_in_and_nothing_is_asked(office: Office):
    office.returned("2018-01", [{**INCOME, **amounts("10", "10")}])
    assert office.sent("2018-02", Kept()) == []
    office.returned("2018-02", [{"prior": Decimal(7), **amounts("8", "15")}])
    folder = office.folder / "回收2018-02"
    alone = merge(folder, Roster((WHO,)), form=form(), key=own_key())
    assert rules(alone.findings) == []
    known = merge(folder, Roster((WHO,)), form=form(), key=own_key(), past=office.ledger.past())
    assert rules(known.findings) == ["RESTATED"]


def test_workers_look_up_the_past_themselves(office: Office):
    office.returned("2018-01", [{**INCOME, **amounts("10", "10")}])
    office.returned("2018-02", [{"prior": Decimal(7), **amounts("8", "15")}])
    past, roster = office.ledger.past(), Roster((WHO,))
    folder = office.folder / "回收2018-02"
    merged = merge(folder, roster, form=form(), key=own_key(), past=past, crew=Crew(jobs=2))
    assert rules(merged.findings) == ["RESTATED"]


def test_the_commands_take_a_ledger(office: Office, tmp_path: Path):
    def run(*arguments: object) -> Result:
        return CliRunner().invoke(app, [str(each) for each in arguments])

    office.returned("2018-01", [{**INCOME, **amounts("10", "10")}])
    roster, out, where = tmp_path / "名册.xlsx", tmp_path / "下发", office.ledger.where
    write_roster(form(), Roster((WHO,)), roster)
    told = run(
        *("stamp", "monthly-progress", "--roster", roster, "--period", "2018-02"),
        *("--out", out, "--ledger", where, "--jobs", 1),
    )
    assert told.exit_code == 0, told.output
    [path] = [each for each in out.iterdir() if each.name != DISTRIBUTION]
    filing = read_filing(open_book(path), form(), Period(2018, 2), path.name).filing
    assert [each["prior"] for each in measures(filing)] == [Decimal(10)]
    office.returned("2018-01", [{**INCOME, **amounts("9", "9")}])
    assert "RESTATED" not in run("check", path, "--json", "--jobs", 1).stdout
    assert "RESTATED" in run("check", path, "--json", "--jobs", 1, "--ledger", where).stdout
    wrong = run("check", path, "--jobs", 1, "--ledger", tmp_path / "没有.sqlite")
    assert (wrong.exit_code, "没有.sqlite" in wrong.stderr) == (2, True)
