"""What projects promised is what they are monitored on and evaluated on, form after form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

from generator.cli import app
from generator.ledger import open_ledger
from generator.model.filing import Entry, Filing
from generator.model.form import Form
from generator.model.period import Period
from generator.model.project import Project
from generator.model.roster import Roster
from generator.stamp import DISTRIBUTION, Stamper, file_names
from generator.template import find, load
from generator.workbook.reader.formats import open_book
from generator.workbook.returned.read import read_filing
from generator.workbook.roster import read_roster

FORMS = ("project-application", "project-monitoring", "project-self-evaluation")
APPLICATION, MONITORING, EVALUATION = FORMS
Typed = Mapping[str, Decimal | str]
Promise = tuple[str, str, str]  # 二级指标, 三级指标, 指标值
HELD: Promise = ("数量指标", "示例次数", "≥10次")
PASSED: Promise = ("质量指标", "合格率", "=100%")  # looks like a formula
BENEFIT: Promise = ("社会效益指标", "示例效益", "有效提高")
CONTENT: Promise = ("服务对象满意度指标", "群众满意度", "≥90%")
PROMISED: Mapping[tuple[str, str], Sequence[Promise]] = {  # two departments have a project P1
    ("901", "P1"): (HELD, PASSED, BENEFIT, CONTENT),
    ("901", "P2"): (("数量指标", "示例份数", "≥5份"), BENEFIT, CONTENT),
    ("902", "P1"): (("时效指标", "示例时间", "≤48小时"), BENEFIT, CONTENT),
}
DONE = {"示例次数": "8次", "合格率": "100%", "示例份数": "5份", "示例时间": "60小时"}
DONE |= {"示例效益": "已提高", "群众满意度": "96%"}


@cache
def form(name: str) -> Form:
    return load(find(name))


@dataclass(frozen=True)
class Bureau:
    """A bureau at work in a folder, by commands alone; only departments type into workbooks."""

    folder: Path

    @property
    def ledger(self) -> Path:
        return self.folder / "台账.db"

    def run(self, *arguments: object) -> str:
        result = CliRunner().invoke(app, [str(each) for each in arguments])
        assert result.exit_code == 0, result.output
        return result.output

    def round(self, name: str, period: str, typed: Callable[[str, str], Entry]) -> str:
        """Make the roster of a form, send it out, have it filled in, merge and record it.

        Return what was said of the roster.
        """
        folder = self.folder / name
        folder.mkdir()
        roster, when = folder / "名册.xlsx", Period.parse(period, form(name).period_kind)
        of_ledger = ("--ledger", self.ledger, "--year", when.year)
        told = self.run("roster", name, "--out", roster, *of_ledger)
        sent = ("--roster", roster, "--period", period, "--out", folder / "下发", "--jobs", 1)
        self.run("stamp", name, *sent)
        self._fill_in(folder / "回收", name, when, read_roster(roster, form(name)), typed)
        merged = ("--out", folder / "汇总.xlsx", "--ledger", self.ledger, "--jobs", 1)
        self.run("merge", folder / "回收", "--roster", roster, *merged, "--no-cache")
        return told

    def _fill_in(
        self,
        folder: Path,
        name: str,
        when: Period,
        roster: Roster,
        typed: Callable[[str, str], Entry],
    ) -> None:
        folder.mkdir()
        names = file_names(form(name), roster.departments, when)
        stamper = Stamper(form(name), when)
        for each in roster.departments:
            projects = each.children["projects"]
            copies = tuple(typed(each.code, str(project["code"])) for project in projects)
            content = stamper.stamp(each, {"project": copies})
            (folder / names[each.code]).write_bytes(content)

    def sent(self, name: str, period: str) -> dict[str, Filing]:
        """Return what stands in the workbooks that were sent out, by department."""
        when = Period.parse(period, form(name).period_kind)
        files = [e for e in (self.folder / name / "下发").iterdir() if e.name != DISTRIBUTION]
        read = [read_filing(open_book(e), form(name), when, e.name).filing for e in files]
        return {each.department: each for each in read}

    def found(self) -> set[str]:
        """Return the rules under which something is found in the ledger, notes aside."""
        with open_ledger(self.ledger, read_only=True) as ledger:
            return {str(row[5]) for row in ledger.ask("findings").rows if row[4] != "提示"}


def applied(department: str, code: str) -> Entry:
    rows = tuple(
        {"level2": level2, "level3": level3, "target": target}
        for level2, level3, target in PROMISED[department, code]
    )
    fields: Typed = {
        "implementer": "示例中心",
        "attribute": "新增项目",
        "span": "2022年",
        "year_fiscal": Decimal(100),
        "year_goal": "目标1：示例目标。",
    }
    return Entry(fields, {"indicators": rows})


def monitored(department: str, code: str) -> Entry:
    rows = tuple(
        {"done": "0", "forecast": target, "surely": "√"}
        for *_, target in PROMISED[department, code]
    )
    amounts: Typed = {"budget_fiscal": Decimal(100), "executed_fiscal": Decimal(70)}
    return Entry(
        {**amounts, "forecast_fiscal": Decimal(100), "goal": "目标1：示例目标。"},
        {"indicators": rows},
    )


def evaluated(department: str, code: str) -> Entry:
    promises = PROMISED[department, code]
    outputs = [Decimal(each) for each in ((30, 20) if len(promises) == 4 else (50,))]
    weights = [*outputs, Decimal(30), Decimal(10)]
    rows = tuple(_scored(*pair) for pair in zip(promises, weights, strict=True))
    money: Typed = {f"{each}_fiscal": Decimal(100) for each in ("initial", "budget", "executed")}
    goals: Typed = {"expected": "目标1：示例目标。", "achieved": "完成。"}
    return Entry({**money, **goals}, {"indicators": rows})


def _scored(promise: Promise, weight: Decimal) -> Typed:
    _, level3, target = promise
    said: Typed = {"actual": DONE[level3], "weight": weight, "reason": "示例原因。"}
    if level3 == "示例效益":
        return {**said, "method": "定性", "level": "达成"}
    method = {"≥": "正向", "≤": "反向", "=": "等于"}[target[0]]
    figures = {"goal": _figure(target[1:]), "done": _figure(DONE[level3])}
    return {**said, **figures, "method": method}


def _figure(text: str) -> Decimal:
    return Decimal("".join(each for each in text if each.isdigit()))


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Bureau:
    """A year of three projects of two departments that went through all three forms."""
    bureau = Bureau(tmp_path_factory.mktemp("一年"))
    listed = [
        Project(department, f"示例单位{department}", code, f"示例项目{code}", forms=FORMS)
        for department, code in PROMISED
    ]
    with open_ledger(bureau.ledger) as ledger:
        ledger.register(2022, listed)
    steps = (
        (APPLICATION, "2022", applied),
        (MONITORING, "2022-08", monitored),
        (EVALUATION, "2022", evaluated),
    )
    told = [bureau.round(*each) for each in steps]
    (bureau.folder / "说明.txt").write_text("\n".join(told), encoding="utf-8")
    return bureau


@pytest.mark.parametrize(("name", "period"), [(MONITORING, "2022-08"), (EVALUATION, "2022")])
def test_the_workbooks_that_are_sent_out_carry_what_was_promised_locked(
    bureau: Bureau, name: str, period: str
):
    found = {}
    for department, filing in bureau.sent(name, period).items():
        for sheet in filing.copies("project"):
            rows = [each.answers for each in sheet.tables["indicators"]]
            assert sheet.fields["implementer"].value == "示例中心"
            found[department, sheet.fields["code"].value] = tuple(
                tuple(row[each].value for each in ("level2", "level3", "target"))
                for row in rows
                if row["level3"].locked and row["target"].locked
            )
    assert found == PROMISED


def test_every_roster_says_what_came_from_where(bureau: Bureau):
    told = (bureau.folder / "说明.txt").read_text(encoding="utf-8")
    assert told.count("项目 3 个，按台账里2022年的项目清单。") == 3
    assert "指标 10 个，取自最近报的表：目标（2022年）10 个。" in told
    assert "指标 10 个，取自最近报的表：监控（2022年8月）10 个。" in told
    assert (
        "留空的栏：实施单位" in told.split("指标 10 个")[0]
    )  # of the first roster: nobody said it yet
    assert "留空的栏：实施单位" not in told.split("指标 10 个")[1]


def test_the_promises_are_scored_in_the_end(bureau: Bureau):
    with open_ledger(bureau.ledger, read_only=True) as ledger:
        outcomes = ledger.outcomes("self-evaluation", 2022)
    scores = {(each.department, each.code): (each.score, each.grade) for each in outcomes}
    assert scores == {
        ("901", "P1"): (Decimal(94), "优"),  # 8 of 10 times: 24 of 30 points
        ("901", "P2"): (Decimal(100), "优"),
        ("902", "P1"): (Decimal(90), "优"),  # 60 instead of 48 hours: 40 of 50 points
    }


def test_nothing_is_wrong_with_any_of_the_forms(bureau: Bureau):
    assert bureau.found() == set()
