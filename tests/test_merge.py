"""A folder of returns in, findings and totals out: whatever people call and do to their files."""

from __future__ import annotations

import pickle
import random
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from shutil import copytree

import pytest

from generator.layout.draw import Draughtsman
from generator.layout.sheet import Cell
from generator.merge import (
    Crew,
    NothingToMergeError,
    arrival,
    assemble,
    check_files,
    decide,
    merge,
    merge_folder,
)
from generator.merge.arrival import Brief, read_return
from generator.merge.record import record_of
from generator.merge.shelf import Shelf
from generator.model.filing import Filing
from generator.model.finding import Finding, Kind
from generator.model.form import Form
from generator.model.merged import Merged, State
from generator.model.past import Past
from generator.model.period import Period
from generator.model.roster import Department, Roster, Waiver
from generator.model.totals import Locus
from generator.stamp import Stamper
from generator.template import find, forms_folder, load
from generator.template.examples import load_examples
from generator.workbook.book import Book, Limits
from generator.workbook.result import placing
from generator.workbook.result.write import write_result
from generator.workbook.roster import write_roster
from tests.report.city import (
    PERIOD,
    ROSTER,
    City,
    answers,
    repacked,
    saved_at,
    small_form,
    states,
    without_seal,
)

BUDGET = Locus("main", "budget")
GARBAGE = b"not a workbook"


@pytest.fixture
def city(tmp_path: Path) -> City:
    """A city from which nothing has come back yet."""
    return City(tmp_path / "returns", small_form())


def value(merged: Merged, locus: Locus = BUDGET) -> Decimal | None:
    total = merged.totals.find(locus)
    return total.value if total else None


def rules(merged: Merged, file: str) -> list[str]:
    return [each.rule for each in merged.findings if each.place.file == file]


def only(merged: Merged, rule: str) -> Finding:
    (found,) = (each for each in merged.findings if each.rule == rule)
    return found


# -- who has returned --


def test_each_department_of_the_roster_has_a_state(city: City):
    city.send("101")
    city.put("205-水务局.xlsx", GARBAGE)
    city.send("302", form=city.old_version())
    assert states(city.merge()) == {
        "302": "版本不符",
        "101": "已回收",
        "205": "无法读取",
        "0301": "未回收",
    }


def test_a_return_of_another_period_is_not_merged(city: City):
    city.send("101")
    city.send("205")
    city.put("302.xlsx", city.workbook("302", period=Period(2023, 12, "year")))
    merged = city.merge()
    assert states(merged)["302"] == "期间不符"
    assert only(merged, "PERIOD").message == "报告期是2023年，本次汇总的是2024年。"


def test_another_form_is_said_to_be_one(city: City):
    city.send("101")
    city.put("302.xlsx", city.workbook("302", form=replace(city.form, id="project-targets")))
    merged = city.merge()
    assert states(merged)["302"] == "表样不符"
    assert only(merged, "FORM").message == "这是“项目绩效目标表”，本次处理的是“小表”。"


def test_a_good_return_beside_a_bad_one_counts(city: City):
    city.send("101")
    city.send("101", name="101-旧.xlsx", form=city.old_version())
    merged = city.merge()
    assert states(merged)["101"] == "已回收"
    assert [each.state for each in merged.standings[1].files] == [State.VERSION, State.RETURNED]


def test_what_only_lies_about_is_no_return(city: City):
    city.send("101")
    for name in ("~$101.xlsx", ".101.xlsx", "分发清单.xlsx", "说明.docx", ".cache/101.xlsx"):
        city.put(name, GARBAGE)
    merged = city.merge()
    assert [each.name for each in merged.standings[1].files] == ["101.xlsx"]
    assert (merged.strangers, merged.passed_over) == ((), ("说明.docx",))


def test_a_result_or_a_roster_in_the_folder_is_no_return(city: City):
    city.send("101")
    write_result(city.merge(), city.folder / "去年的结果.xlsx")
    write_roster(city.form, ROSTER, city.folder / "名册.xlsx")
    assert city.merge().strangers == ()


def test_files_are_found_in_folders_below_whatever_their_suffix(city: City):
    city.put("一批/101", city.workbook("101"))
    city.put("一批/302.XLS", city.workbook("302"))
    assert value(city.merge()) == Decimal(2_000_000)


# -- whose a file is --


def test_a_department_that_is_not_on_the_roster_is_found_and_not_added(city: City):
    city.send("101")
    city.send("999")
    merged = city.merge()
    assert [each.name for each in merged.strangers] == ["999.xlsx"]
    assert only(merged, "DEPARTMENT").message == "文件标识的填报单位“999 外地单位”不在名册里。"
    assert value(merged) == Decimal(1_000_000)


def test_without_a_seal_the_printed_name_tells_the_department(city: City):
    city.send("101")
    city.put("上报.xlsx", without_seal(city.workbook("302")))
    merged = city.merge()
    assert states(merged)["302"] == "已回收"
    assert "按表内的单位名称认定为“302 示例市教育局”" in only(merged, "SEAL").message


@pytest.mark.parametrize("name", ["302.xlsx", "教育局 302 终稿.xlsx", "302-示例/上报.xlsx"])
def test_an_unreadable_file_is_attributed_by_its_name(city: City, name: str):
    city.send("101")
    city.put(name, GARBAGE)
    assert states(city.merge())["302"] == "无法读取"


def test_a_code_within_a_longer_number_is_not_meant(city: City):
    city.send("101")
    city.put("20302.xlsx", GARBAGE)
    merged = city.merge()
    assert [each.name for each in merged.strangers] == ["20302.xlsx"]


def test_a_file_borrowed_from_another_department_is_noticed(city: City):
    city.send("101", name="302-示例市教育局-小表-2024.xlsx")
    found = only(city.merge(), "DEPARTMENT")
    assert (found.kind, found.department) == (Kind.VERIFY, "101")


# -- several returns of one department --


def test_the_newer_of_two_returns_is_used_and_both_are_listed(city: City):
    city.put("a.xlsx", saved_at(city.workbook("101", answers(1, 1)), "2023-05-02T08:00:00Z"))
    city.put("b.xlsx", saved_at(city.workbook("101", answers(2, 2)), "2023-05-01T08:00:00Z"))
    merged = city.merge()
    assert [(each.name, each.used) for each in merged.standings[1].files] == [
        ("a.xlsx", True),
        ("b.xlsx", False),
    ]
    assert (states(merged)["101"], value(merged)) == ("重复", Decimal(20_000))
    assert only(merged, "DUPLICATE").place.file == "b.xlsx"


def test_a_time_after_the_file_was_written_is_not_believed(city: City):
    city.put("a.xlsx", saved_at(city.workbook("101", answers(1, 1)), "2035-05-02T08:00:00Z"))
    city.put("b.xlsx", city.workbook("101", answers(2, 2)), saved=1_700_000_100)
    assert value(city.merge()) == Decimal(40_000)


def test_two_equal_returns_are_only_a_note(city: City):
    city.send("101", name="a.xlsx")
    city.send("101", name="b.xlsx")
    assert only(city.merge(), "DUPLICATE").kind is Kind.NOTE


def test_the_findings_of_a_return_that_is_not_used_are_not_told(city: City):
    city.put("a.xlsx", city.workbook("101", answers(60, 40, budget=7)))
    city.put("b.xlsx", city.workbook("101"), saved=1_700_000_100)
    assert rules(city.merge(), "a.xlsx") == ["DUPLICATE"]


# -- the whole --


def test_amounts_are_added_exactly_and_stated_totals_kept_beside(city: City):
    city.send("101", answers(60, 40))
    city.send("302", answers(200, 100))
    total = city.merge().totals.find(Locus("main", "amount", "funds", "whole"))
    assert total is not None
    assert (total.value, total.stated, total.difference) == (4_000_000, 4_000_000, 0)


def test_the_order_of_files_does_not_matter(city: City):
    codes = [each.code for each in ROSTER.departments]
    for number, code in enumerate(codes):
        city.send(code, answers(number, 2 * number, ("P", "甲类", number, "")))
    brief = Brief(city.form, PERIOD, ROSTER)
    shelf = Shelf()
    slips = [
        shelf.put(record_of(read_return(each, each.name, brief), each, brief))
        for each in city.folder.iterdir()
    ]
    orders = [random.Random(seed).sample(slips, len(slips)) for seed in range(5)]
    results = [assemble(brief, shelf, order, city.folder) for order in orders]
    assert all(each == results[0] for each in results)


def test_what_files_are_called_does_not_matter(city: City, tmp_path: Path):
    other = City(tmp_path / "other", city.form)
    for number, code in enumerate(("101", "302", "205")):
        entry = answers(number, 5, budget=1)
        city.send(code, entry, name=f"{number}.xlsx")
        other.send(code, entry, name=f"{9 - number}.xlsx")
    one, two = city.merge(), other.merge()
    assert one.totals == two.totals
    assert [each.message for each in one.findings] == [each.message for each in two.findings]


def test_findings_stand_in_the_order_of_the_roster(city: City):
    for each in ROSTER.departments:
        city.send(each.code, answers(1, 1, budget=3))
    codes = [each.department for each in city.merge().findings]
    assert codes == ["302", "101", "205", "0301"]


def test_a_waiver_of_the_roster_makes_a_finding_a_note(city: City):
    city.roster = Roster(ROSTER.departments, (Waiver("101", "BUDGET", "当年机构合并"),))
    city.send("101", answers(60, 40, budget=7))
    assert only(city.merge(), "BUDGET").kind is Kind.NOTE


def test_without_a_roster_those_who_returned_are_listed_by_code(city: City):
    city.send("302")
    city.send("101")
    merged = merge(city.folder, None, form=city.form)
    assert list(states(merged)) == ["101", "302"]


def test_a_bug_of_ours_costs_one_file_and_says_that_it_is_ours(
    city: City, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    city.send("101")
    city.send("302")
    right = arrival.Examined

    def wrong(form: Form, filing: Filing, period: Period, past: Past | None) -> arrival.Examined:
        if filing.department == "302":
            raise KeyError("surprise")
        return right(form, filing, period, past)

    monkeypatch.setattr(arrival, "Examined", wrong)
    merged = city.merge()
    found = only(merged, "UNREADABLE")
    assert "处理该文件时程序出错（KeyError" in found.message
    assert "软件维护人员" in found.remedy
    assert (states(merged)["101"], states(merged)["302"]) == ("已回收", "无法读取")
    assert "surprise" in caplog.text


def test_returns_are_only_read(city: City):
    path = city.send("101")
    path.chmod(0o444)
    before = path.stat()
    city.merge()
    assert (path.stat().st_mtime_ns, path.read_bytes()) == (
        before.st_mtime_ns,
        city.workbook("101"),
    )


def test_progress_is_told_file_by_file(city: City):
    city.send("101")
    city.put("302.xlsx", GARBAGE)
    told: list[tuple[str, int]] = []
    merge(
        city.folder,
        ROSTER,
        form=city.form,
        progress=lambda name, total: told.append((name, total)),
    )
    assert told == [("101.xlsx", 2), ("302.xlsx", 2)]


def test_a_folder_in_which_no_file_tells_its_form_is_refused(city: City):
    city.put("101.xlsx", GARBAGE)
    with pytest.raises(NothingToMergeError, match="没有一个文件认得出是哪张表"):
        merge(city.folder, ROSTER)


# -- the real forms --


def _send_example(form_id: str, folder: Path) -> tuple[Path, Roster]:
    """Stamp the first example of a form into a folder; return its file and roster."""
    path = find(form_id)
    form = load(path)
    example = load_examples(form, path)[0]
    content = Stamper(form, example.period).stamp(example.department, example.entries)
    folder.mkdir(exist_ok=True)
    file = folder / f"{example.department.code}.xlsx"
    file.write_bytes(content)
    return file, Roster((example.department, Department("902", "示例单位乙")))


@pytest.mark.parametrize(
    "form_id", ["monthly-progress", "assessment-targets", "department-targets", "project-targets"]
)
def test_form_and_period_are_told_by_the_returns(form_id: str, tmp_path: Path):
    file, roster = _send_example(form_id, tmp_path / "returns")
    write_roster(load(find(form_id)), roster, tmp_path / "名册.xlsx")
    merged = merge_folder(file.parent, tmp_path / "名册.xlsx", tmp_path / "汇总.xlsx")
    assert merged.form.id == form_id
    assert [each.state for each in merged.standings] == [State.RETURNED, State.MISSING]


def test_most_returns_decide_what_is_merged(tmp_path: Path):
    folder = tmp_path / "returns"
    project, _ = _send_example("project-targets", folder)
    (folder / "copy.xlsx").write_bytes(project.read_bytes())
    _send_example("assessment-targets", folder)
    assert merge(folder, None).form.id == "project-targets"


def test_files_are_checked_one_by_one_as_what_they_say_they_are(tmp_path: Path):
    one, _ = _send_example("project-targets", tmp_path / "a")
    two, _ = _send_example("monthly-progress", tmp_path / "b")
    found = check_files([two, one])
    assert {each.rule for each in found} >= {"PLAN-END", "PRICE", "PARTS-SUM"}
    assert {each.place.file for each in found} == {str(one), str(two)}


def test_a_form_that_was_edited_since_the_last_press_is_asked_for_as_it_is_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    forms = Path(copytree(forms_folder(), tmp_path / "templates"))
    monkeypatch.setattr("generator.template.shelf.forms_folder", lambda: forms)
    city = City(tmp_path / "returns", load(forms / "department-targets"))
    path = forms / "department-targets" / "form.yaml"
    for version in ("2024.2", "2024.3"):
        text = path.read_text("utf-8")
        path.write_text(re.sub("(?m)^version: .*", f'version: "{version}"', text), "utf-8")
        form = load(path)
        stamped = Stamper(form, Period.parse("2024", form.period_kind)).stamp(
            city.roster.departments[0]
        )
        file = city.put("报表.xlsx", stamped)
        assert merge(city.folder, city.roster).form.version == version
        assert "VERSION" not in {each.rule for each in check_files([file])}


def test_a_file_without_seal_is_known_by_its_labels_and_its_name(tmp_path: Path):
    file, _ = _send_example("project-targets", tmp_path / "a")
    bare = tmp_path / "318002-2020.xlsx"
    bare.write_bytes(without_seal(file.read_bytes()))
    rules = {each.rule for each in check_files([bare])}
    assert {"SEAL"} <= rules


def test_a_file_that_says_nothing_is_refused_with_a_reason(tmp_path: Path):
    paper = tmp_path / "a.xlsx"
    paper.write_bytes(GARBAGE)
    foreign = tmp_path / "b.xlsx"
    foreign.write_bytes(City(tmp_path, small_form()).workbook("101"))
    messages = [each.message for each in check_files([foreign, paper])]
    assert messages[0].startswith("文件其实是纯文本")
    assert messages[1] == "文件标识写的是表样“tiny”，没有这个表样。"


def test_a_return_can_travel_between_processes(city: City):
    path = city.send("101")
    read = read_return(path, path.name, Brief(city.form, PERIOD, ROSTER))
    assert pickle.loads(pickle.dumps(read)) == read


def test_a_bomb_is_one_finding(city: City):
    city.send("101")
    sheet = b"<worksheet>" + b"<c/>" * 2_000_000
    content = repacked(
        city.workbook("302"),
        lambda name, part: sheet if name == "xl/worksheets/sheet2.xml" else part,
    )
    city.put("302.xlsx", content)
    assert states(city.merge())["302"] == "无法读取"


# -- workers --


def _worksheet_of(cells: int) -> bytes:
    """Return a worksheet that is long, and within all limits of the reader."""
    row = "".join(f'<c r="{letter}{{0}}"><v>1</v></c>' for letter in "ABCDEFGHIJ")
    rows = "".join(f'<row r="{n}">{row.format(n)}</row>' for n in range(1, cells // 10 + 1))
    head = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    return f"{head}<sheetData>{rows}</sheetData></worksheet>".encode()


def _send_everything(city: City) -> None:
    city.send("101", answers(60, 40, ("P1", "甲类", 30, "=1+1"), budget=7))
    city.send("302", answers(200, 100, ("P1", "乙类", 5, "")))
    city.send("302", answers(2, 1), name="302-更正.xlsx")
    city.put("205.xlsx", GARBAGE)
    city.put("外单位.xlsx", without_seal(city.workbook("999")))


@pytest.mark.parametrize("jobs", [2, 3])
def test_the_result_is_the_same_to_the_byte_however_many_workers_there_are(
    city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
):
    monkeypatch.setattr(placing, "_WORTH_HELP", 0)
    monkeypatch.setattr(placing, "_ROWS", 1)
    _send_everything(city)
    alone = merge(city.folder, city.roster, form=city.form)
    write_result(alone, tmp_path / "1.xlsx")
    with Crew(jobs).at_work() as team:
        assert merge(city.folder, city.roster, form=city.form, crew=team) == alone
        write_result(alone, tmp_path / "2.xlsx", team)
    assert (tmp_path / "1.xlsx").read_bytes() == (tmp_path / "2.xlsx").read_bytes()


@pytest.mark.parametrize(
    ("crew", "said"),
    [
        (Crew(jobs=2, seconds=1), "处理超过 1 秒还没有完成"),
        (Crew(jobs=2, seconds=60, megabytes=150), "内存超过了限度"),
    ],
)
def test_a_file_that_takes_too_much_costs_one_finding_and_no_other_file(
    city: City, crew: Crew, said: str
):
    for code in ("101", "205", "0301"):
        city.send(code)
    long = _worksheet_of(900_000)
    content = repacked(
        city.workbook("302"),
        lambda name, part: long if name == "xl/worksheets/sheet2.xml" else part,
    )
    city.put("302.xlsx", content)
    merged = merge(city.folder, city.roster, form=city.form, crew=crew)
    assert states(merged) == {
        "302": "无法读取",
        "101": "已回收",
        "205": "已回收",
        "0301": "已回收",
    }
    assert said in only(merged, "UNREADABLE").message


def test_each_file_is_opened_once_after_a_few_were_asked_what_they_are(
    city: City, monkeypatch: pytest.MonkeyPatch
):
    opened: list[Path] = []
    right = arrival.read_book

    def counting(content: bytes, limits: Limits | None = None, *, on_demand: bool = False) -> Book:
        opened.append(Path())
        return right(content, limits, on_demand=on_demand)

    monkeypatch.setattr(sys.modules[decide.__module__], "read_book", counting)
    monkeypatch.setattr(arrival, "read_book", counting)
    for number in range(30):
        city.send("101", name=f"{number}.xlsx")
    city.merge()
    assert len(opened) == 30 + 9


def test_when_the_first_files_asked_mislead_all_are_read_again_as_what_most_are(tmp_path: Path):
    folder = tmp_path / "returns"
    odd, _ = _send_example("assessment-targets", folder)
    project, _ = _send_example("project-targets", folder)
    for number in range(20):  # every second file in the order of names is asked
        source = odd if number % 2 else project
        (folder / f"b{number:02}.xlsx").write_bytes(source.read_bytes())
    for number in range(3):
        (folder / f"c{number}.xlsx").write_bytes(odd.read_bytes())
    assert merge(folder, None).form.id == "assessment-targets"


def test_returns_that_agree_in_their_places_are_drawn_once(
    city: City, monkeypatch: pytest.MonkeyPatch
):
    drawn: list[str] = []
    right = Draughtsman.cells

    def counting(draughtsman: Draughtsman) -> Iterator[Cell]:
        drawn.append(draughtsman.copy.tab)
        return right(draughtsman)

    for number, each in enumerate(ROSTER.departments):
        city.send(each.code, answers(number, 1))
    city.form = replace(city.form, version="9")  # which no other test has drawn
    for each in ROSTER.departments:
        city.send(each.code)
    monkeypatch.setattr(Draughtsman, "cells", counting)
    city.merge()
    assert drawn == ["main"]
