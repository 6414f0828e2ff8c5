"""The annual report: every number from a question to the ledger, none made up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from generator.cli import app
from generator.demo.year.city import City
from generator.demo.year.merges import Answered, merged
from generator.ledger import Ledger, open_ledger
from generator.model.filing import Entries, Entry
from generator.model.project import Project
from generator.template.mistakes import TemplateError
from generator.template.shelf import forms_folder
from generator.year.annual import MISSING, Annual, annual
from generator.year.annual.figures import QUESTIONS
from generator.year.annual.report import write_annual
from generator.year.annual.text import FILE, annual_text, plain
from tests.year.returns import aim, monitored, record

NUMBER = re.compile(r"\d+(?:\.\d+)?")


def evaluated(code: str, budget: int, spent: int, done: int = 10) -> dict[str, object]:
    """Return a sheet of 项目支出绩效自评表, amounts in 万元; 10 done is all of it."""
    indicator = {"level2": "数量指标", "level3": "数量", "weight": 90, "method": "正向"}
    indicator |= {"target": "≥10个", "actual": f"{done}个", "goal": 10, "done": done}
    amounts = {"initial_fiscal": budget, "budget_fiscal": budget, "executed_fiscal": spent}
    return {"code": code, "name": f"项目{code}", **amounts, "indicators": [indicator]}


def project(department: str, code: str, category: str = "C") -> Project:
    return Project(department, f"示例单位{department}", code, f"项目{code}", category=category)


def enter(ledger: Ledger, tables: Mapping[str, tuple[Mapping[str, Decimal | str], ...]]) -> None:
    """Record the bureau's register with only some rows in it."""
    form, period, [answered] = City().register()
    entries: Entries = {
        each.name: (Entry({}, {name: tables[name] for name in each.tables if name in tables}),)
        for each in form.sheets
    }
    one = Answered(answered.department, entries)
    ledger.record(merged((form, period, [one]), Path()))


def values(report: Annual, *names: str) -> list[str]:
    return [report.figure(each).text for each in names]


def fill(ledger: Ledger) -> None:
    """Record the self-evaluations of two departments with three projects."""
    ledger.register(2018, [project("101", "A"), project("101", "B"), project("102", "C")])
    by = {
        "101": [evaluated("A", 100, 100), evaluated("B", 200, 120, 5)],
        "102": [evaluated("C", 300, 300, 9)],
    }
    record(ledger, "project-self-evaluation", "2018", by)


@pytest.fixture
def small(ledger: Ledger) -> Ledger:
    """A ledger with three projects."""
    fill(ledger)
    return ledger


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Annual:
    """The figures of such a ledger, for tests that ask it nothing more."""
    with open_ledger(tmp_path_factory.mktemp("annual") / "台账.db") as ledger:
        fill(ledger)
        return annual(ledger, 2019)


def test_units_projects_and_execution_are_counted_and_added_up(small: Ledger):
    report = annual(small, 2019)
    assert values(report, "units", "projects", "coverage_rate") == ["2", "3", "100.0%"]
    assert values(report, "evaluated_money", "execution_rate") == ["0.06亿元", "86.7%"]
    assert values(report, "slow_projects") == ["1"]


def test_grades_are_counted_as_the_forms_give_them(small: Ledger):
    report = annual(small, 2019)
    counted = values(report, "excellent_projects", "good_projects", "low_projects")
    assert counted == ["2", "0", "1"]  # 100; 81+10; 45+6
    assert values(report, "excellent_rate") == ["66.7%"]


def test_what_nobody_recorded_is_a_dash_and_said_to_be_missing(small: Ledger):
    report = annual(small, 2019)
    assert values(report, "drawn_rate", "monitored_projects", "trained_people") == [MISSING] * 3
    missing = {each.id for each in report.missing}
    assert {"drawn_units", "behind_projects", "key_money"} <= missing
    assert not missing & {"units", "execution_rate"}


def test_in_an_empty_ledger_only_what_is_laid_down_has_a_value(ledger: Ledger):
    report = annual(ledger, 2019)
    known = [each.id for each in report.figures if each.value is not None]
    assert known == ["investment_threshold", "other_threshold"]
    assert values(report, *known) == ["2亿元", "1000万元"]


def test_a_register_that_came_without_a_row_says_none_of_it_was_done(ledger: Ledger):
    enter(ledger, {"frames": ({"type": "会议培训", "indicators": Decimal(3)},)})
    report = annual(ledger, 2019)
    assert values(report, "frame_types", "visited_units", "key_money") == ["1", "0", "0.00亿元"]
    assert report.bureau == "示例财政局"


def test_a_year_in_which_nothing_lags_behind_says_none(ledger: Ledger):
    goals = [aim("数量", "≥10个", "7个", "10个")]
    record(ledger, "project-monitoring", "2019-08", {"101": [monitored("A", 100, 66, 100, goals)]})
    report = annual(ledger, 2019)
    assert values(report, "monitored_projects", "monitored_rate") == ["1", "66.0%"]
    assert values(report, "behind_projects", "large_behind_projects") == ["0", "0"]


def test_of_several_months_the_last_one_counts(ledger: Ledger):
    for month, spent in (("07", 10), ("08", 60)):
        sheets = {"101": [monitored("A", 300, spent, 300)]}
        record(ledger, "project-monitoring", f"2019-{month}", sheets)
    report = annual(ledger, 2019)
    assert values(report, "monitored_projects", "monitored_rate") == ["1", "20.0%"]
    assert report.monitored == "1-8月"


# -- the text --


def test_every_number_in_the_text_is_a_figure_or_a_year(report: Annual):
    known = {number for each in report.figures for number in NUMBER.findall(each.text)}
    years = {"2018", "2019", "2020"}
    months = set(NUMBER.findall(report.monitored))
    for line in plain(annual_text(report)).splitlines():
        said = NUMBER.findall(re.sub(r"^\d+\. ", "", line))
        assert set(said) <= known | years | months, line


def test_our_template_tells_of_every_figure(report: Annual):
    source = (forms_folder() / "year" / FILE).read_text(encoding="utf-8")
    told = set(re.findall(r"figure\.(\w+)", source))
    assert {each.id for each in report.figures} == told


def written(folder: Path, text: str) -> Path:
    file = folder / "报告.md"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_bureau_may_have_words_of_its_own(report: Annual, tmp_path: Path):
    words = "2. 按《办法（2020年）》（财预〔2020〕10号），自评 {{ figure.projects }} 个。"
    assert annual_text(report, written(tmp_path, words)) == (
        "2. 按《办法（2020年）》（财预〔2020〕10号），自评 3 个。\n"
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("累计培训400余人次", "文字里直接写了“400”"),
        ("占１２.５％", "文字里直接写了“１２.５％”"),
        ("{{ figure.projects + 1 }}", "不能计算"),
        ('{{ "五百" }}', "不能计算"),
        ("{{ figure.project }}", "是不是“projects”"),
        ("{{ ledger.url }}", "没有“ledger”"),
        ("{{ figure.units.real }}", "一个名字后面只能有一个点"),
        ("{{ figure.units | safe }}", "不能用过滤器"),
    ],
)
def test_a_template_says_no_number_of_its_own(
    report: Annual, tmp_path: Path, line: str, message: str
):
    file = written(tmp_path, f"# 标题\n{line}\n")
    with pytest.raises(TemplateError) as refused:
        annual_text(report, file)
    assert message in str(refused.value)
    assert {each.line for each in refused.value.mistakes} == {2}


def test_all_mistakes_of_a_template_are_told_at_once(report: Annual, tmp_path: Path):
    file = written(tmp_path, "培训400人次\n{{ figure.nobody }} 15 家\n")
    with pytest.raises(TemplateError) as refused:
        annual_text(report, file)
    assert [each.line for each in refused.value.mistakes] == [1, 2, 2]


def test_what_a_department_calls_itself_is_no_template(ledger: Ledger):
    form, period, [one] = City().register()
    named = Answered(one.department.__class__("100", "{{ figure.units }}局\n# 1", {}), one.entries)
    ledger.record(merged((form, period, [named]), Path()))
    assert annual_text(annual(ledger, 2019)).startswith("# {{ figure.units }}局 # 12019年")


# -- the workbook --


def test_each_figure_can_be_asked_again_from_what_the_workbook_says(small: Ledger, tmp_path: Path):
    out = tmp_path / "年度报告.xlsx"
    report = annual(small, 2019)
    write_annual(report, out)
    book = load_workbook(out, read_only=True)
    rows = [each for each in book["概览"].iter_rows(values_only=True) if isinstance(each[0], int)]
    told = {definition.title: definition for q in QUESTIONS for definition in q.figures}
    asked = 0
    for _, _, title, value, _, _, query, condition, tab, _ in rows:
        if query == "—":
            continue
        answer = small.ask(query, year=int(condition.removeprefix("year=")))
        assert tab in book.sheetnames
        if value != "没有数据":
            again = told[title].reckon(answer)
            assert abs(Decimal(str(value)) - again) <= Decimal("0.05")
            asked += 1
    assert len(rows) == len(report.figures)
    assert asked == len(report.figures) - len(report.missing) - 2


def test_the_workbook_has_the_rows_and_the_sql_of_every_question(small: Ledger, tmp_path: Path):
    out = tmp_path / "年度报告.xlsx"
    report = annual(small, 2019)
    write_annual(report, out)
    book = load_workbook(out, read_only=True)
    assert [each.title for each in report.asked] == book.sheetnames[3:-1]
    page = list(book["自评覆盖和抽查（2018）"].iter_rows(values_only=True))
    assert [row[:5] for row in page if row[0] in ("101", "102")] == [
        ("101", "示例单位101", 2, 2, 0),
        ("102", "示例单位102", 1, 1, 0),
    ]
    questions = list(book["查询和SQL"].iter_rows(values_only=True))
    sql = {row[0]: row[4] for row in questions if row[0] and row[4]}
    assert {each.answer.name for each in report.asked} <= sql.keys()
    assert "SELECT" in sql["coverage"]


def test_every_question_is_also_one_of_the_ledger(ledger: Ledger):
    assert {each.query for each in QUESTIONS} <= ledger.queries().keys()


# -- the command --


def test_the_command_writes_workbook_and_text(small: Ledger, tmp_path: Path):
    out, text = tmp_path / "年度报告.xlsx", tmp_path / "年度报告.txt"
    command = ["report", "annual", str(small.where), "--year", "2019", "--out", str(out)]
    done = CliRunner().invoke(app, [*command, "--text", str(text)])
    assert done.exit_code == 0, done.output
    assert "没有数据，印作“—”" in done.output
    said = text.read_text(encoding="utf-8")
    assert "自评覆盖2个市级部门（单位），涉及项目3个" in said
    assert "#" not in said
    assert "**" not in said
    assert out.stat().st_size


def test_a_template_with_a_mistake_leaves_nothing_behind(small: Ledger, tmp_path: Path):
    file, out = written(tmp_path, "共400个"), tmp_path / "年度报告.xlsx"
    command = ["report", "annual", str(small.where), "--year", "2019", "--out", str(out)]
    done = CliRunner().invoke(app, [*command, "--template", str(file)])
    assert done.exit_code == 2
    assert "报告.md:1" in done.output
    assert not out.exists()


def test_the_demo_takes_another_ledger_for_its_year_alone(tmp_path: Path):
    command = ["demo", "--out", str(tmp_path), "--ledger", str(tmp_path / "台账.db")]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 2
    assert "--ledger 要与 --year 同用。" in done.output
    assert list(tmp_path.iterdir()) == []
