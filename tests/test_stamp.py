"""One workbook per department, under a name that Windows accepts."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

import pytest

from generator import stamp
from generator.layout.shape import CopyShape
from generator.model.filing import Filing
from generator.model.past import Kept
from generator.model.period import Period
from generator.model.roster import Department, Roster
from generator.stamp import (
    Batch,
    Run,
    Stamper,
    file_names,
    legal_name,
    stamp_all,
)
from generator.workbook.reader.formats import open_book
from generator.workbook.returned.read import read_filing, seal_of
from generator.workbook.spelling import tab_name
from tests.check.forms import filing_of, form_of

PERIOD = Period(2024, 12, "year")
FORM = form_of("""
roster:
  projects: {tab: 项目, columns: {code: {heading: 编码}}}
sheets:
  project:
    for: project in department.projects
    key: code
    tab: "{{ project.code }}"
    widths: [10, 20]
    blocks:
    - title: "{{ number }}、{{ project.code }}"
    - draw: [[编码, code]]
    fields:
      code: {label: 编码, type: text, fill: "{{ project.code }}", locked: true}
""")


def department(code: str, name: str, *projects: str) -> Department:
    return Department(code, name, children={"projects": tuple({"code": p} for p in projects)})


def stamped(folder: Path, *departments: Department) -> list[Path]:
    return [each.path for each in stamp_all(FORM, Roster(departments), PERIOD, folder)]


def test_every_department_gets_a_workbook_with_its_own_seal(tmp_path: Path):
    paths = stamped(tmp_path, department("1", "甲", "P1"), department("2", "乙", "P2"))
    seals = [seal_of(open_book(path)) for path in paths]
    assert [(each.department, each.name) for each in seals if each] == [("1", "甲"), ("2", "乙")]
    assert [path.name for path in paths] == ["1-甲-小表-2024.xlsx", "2-乙-小表-2024.xlsx"]


def test_a_repeated_sheet_comes_once_per_roster_row_under_its_own_tab(tmp_path: Path):
    [path] = stamped(tmp_path, department("1", "甲", "P1", "p1", "a/b", "P'1"))
    tabs = [sheet.title for sheet in open_book(path).sheets]
    assert tabs[1:5] == ["P1", "p1(2)", "a_b", "P_1"]


def test_a_department_without_rows_in_the_roster_gets_no_workbook(tmp_path: Path):
    assert stamped(tmp_path, department("1", "甲")) == []


def test_text_from_the_roster_stays_text(tmp_path: Path):
    [path] = stamped(tmp_path, department("1", "=cmd|'/c calc'!A1", "{{ 7 * 7 }}"))
    book = open_book(path)
    texts = [cell.value for sheet in book.sheets for cell in sheet.cells.values()]
    assert "{{ 7 * 7 }}" in texts
    assert "=cmd|'/c calc'!A1" in texts
    assert path.parent == tmp_path


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("../../etc", ".._.._etc"),
        ("CON", "_CON"),
        ("com1.表", "_com1.表"),
        ("甲.", "甲"),
        ("a" * 300, "a" * 120),
        ("a\tb\n", "a_b_"),
        ("", "_"),
    ],
)
def test_a_file_name_is_legal_on_windows_and_stays_in_its_folder(text: str, name: str):
    assert legal_name(text) == name


def test_names_that_differ_in_capitals_only_do_not_collide():
    names = file_names(FORM, [department("a", "X"), department("A", "x")], PERIOD)
    assert sorted(names.values()) == ["A-x-小表-2024(2).xlsx", "a-X-小表-2024.xlsx"]


def test_a_long_tab_is_cut_and_still_unlike_the_others():
    taken = {"项" * 31}
    assert tab_name("项" * 40, taken) == "项" * 28 + "(2)"


def test_what_no_tab_may_hold_is_replaced():
    assert tab_name("[a]:*?/\\'\nb", set()) == "_a________b"


def test_departments_of_one_shape_share_a_blank():
    stamper = Stamper(FORM, PERIOD)
    for code in "123":
        stamper.stamp(department(code, "甲", f"P{code}"))
    assert len(stamper._masters) == 1


def many(*shapes: int) -> Roster:
    """Return departments with so many projects each."""
    return Roster(
        tuple(
            department(f"{number:03}", f"单位{number}", *(f"P{number}-{i}" for i in range(count)))
            for number, count in enumerate(shapes)
        )
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_number_of_processes_does_not_change_what_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(stamp, "_FULL", 1)
    monkeypatch.setattr(stamp, "_BATCH", 1)
    roster, told = many(1, 2, 3, 1, 0, 2), []
    run = Run(jobs=2, progress=lambda each: told.append(each.code))
    alone, together = tmp_path / "1", tmp_path / "2"
    one = stamp_all(FORM, roster, PERIOD, alone, Run(jobs=1))
    two = stamp_all(FORM, roster, PERIOD, together, run)
    assert contents(alone) == contents(together)
    assert [(each.department, each.digest) for each in one] == [
        (each.department, each.digest) for each in two
    ]
    assert sorted(told) == ["000", "001", "002", "003", "005"]


def batches(*sizes: int) -> list[Batch]:
    """Return batches of so many departments, each of a shape of its own."""
    someone = (Department("1", "甲"), Path("1.xlsx"))
    shapes = ((CopyShape("main", index, ()),) for index in range(len(sizes)))
    return [Batch(shape, (someone,) * size) for shape, size in zip(shapes, sizes, strict=True)]


@pytest.mark.parametrize(
    ("sizes", "processes"),
    [((), 1), ((100,), 1), ((100,) * 2, 1), ((1,) * 4, 1), ((1,) * 5, 2), ((2000,), 3)],
)
def test_a_process_is_started_only_for_what_takes_longer_than_its_start(
    sizes: tuple[int, ...], processes: int
):
    assert Run(jobs=3).processes(batches(*sizes)) == processes


def test_departments_are_handed_to_processes_as_soon_as_a_batch_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(stamp, "_BATCH", 2)
    roster = many(1, 2, 1, 1, 2, 0, 1, 3)
    paths = {each.code: tmp_path / each.code for each in roster.departments}
    found = stamp._batches(Stamper(FORM, PERIOD), roster, paths)
    assert [[each.code for each, _ in batch.departments] for batch in found] == [
        *(["000", "002"], ["001", "004"], ["003", "006"], ["007"]),
    ]


def test_blanks_do_not_go_to_other_processes():
    stamper = Stamper(FORM, PERIOD)
    before = pickle.dumps(stamper)
    stamper.stamp(many(1).departments[0])
    assert pickle.dumps(stamper) == before
    assert len(stamper._masters) == 1


@pytest.mark.parametrize(
    "what", ["generator.stamp", "generator.merge", "generator.workbook.result.placed"]
)
def test_a_worker_gets_on_without_openpyxl_and_what_reads_forms(what: str):
    heavy = {"openpyxl", "numpy", "pandas", "pydantic", "sqlalchemy", "yaml"}
    program = f"import sys, {what}, generator.template.expression.text; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert not heavy & {*done.stdout.decode().split()}


class Deadly(str):
    """A name that ends the process that unpacks it; in our own it is an ordinary text."""

    def __reduce__(self) -> tuple[object, tuple[str, int]]:
        return _die_elsewhere, (str(self), os.getpid())


def _die_elsewhere(name: str, home: int) -> str:
    if os.getpid() != home:
        os._exit(1)
    return name


def test_what_kills_its_process_twice_is_done_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(stamp, "_FULL", 1)
    monkeypatch.setattr(stamp, "_BATCH", 1)
    healthy = many(1, 2, 3)
    deadly = replace(healthy.departments[1], name=Deadly(healthy.departments[1].name))
    roster = Roster((healthy.departments[0], deadly, healthy.departments[2]))
    stamp_all(FORM, roster, PERIOD, tmp_path / "2", Run(jobs=2))
    stamp_all(FORM, healthy, PERIOD, tmp_path / "1", Run(jobs=1))
    assert contents(tmp_path / "2") == contents(tmp_path / "1")


def test_a_file_that_cannot_be_written_is_told_from_any_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(stamp, "_FULL", 1)
    monkeypatch.setattr(stamp, "_BATCH", 1)
    roster = many(1, 2)
    blocked = tmp_path / file_names(FORM, roster.departments, PERIOD)["001"]
    (blocked / "in the way").mkdir(parents=True)
    with pytest.raises(OSError, match="001"):
        stamp_all(FORM, roster, PERIOD, tmp_path, Run(jobs=2))


def test_no_more_than_a_few_blanks_are_kept_in_memory(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(stamp, "_MOST_KEPT", 2)
    stamper = Stamper(FORM, PERIOD)
    for each in many(1, 2, 3, 1).departments:
        stamper.stamp(each)
    assert len(stamper._masters) == 2


MONTHLY = form_of("""
period: month
sheets:
  whole:
    tables:
      items:
        label: 表格
        for: row in previous.items
        key: [name]
        spare: 1
        columns:
          name: {label: 名称, type: text, fill: "{{ row.name }}"}
          prior: {label: 上月, type: amount, fill: "{{ previous.cum }}", locked: true}
          cum: {label: 累计, type: amount}
""")
FEBRUARY = Period(2024, 2)


def january(**rows: int) -> Kept:
    """Return a past in which each department returned so many rows for January."""
    filings = (
        filing_of(
            MONTHLY,
            {"whole": [{"items": [{"name": f"{i}", "cum": f"{i}.5"} for i in range(count)]}]},
            department,
        )
        for department, count in rows.items()
    )
    return Kept(tuple(replace(each, period="2024-01") for each in filings))


def priors(path: Path) -> list[object]:
    filing = read_filing(open_book(path), MONTHLY, FEBRUARY, path.name).filing
    return [row.answers["prior"].value for row in filing.sheets[0].tables["items"]]


def test_what_was_returned_for_january_is_in_the_workbooks_of_february_in_any_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(stamp, "_FULL", 1)
    monkeypatch.setattr(stamp, "_BATCH", 1)
    roster = Roster(tuple(Department(code, "甲") for code in ("a", "b", "c", "d")))
    past, alone, together = january(a=2, b=1, c=2), tmp_path / "1", tmp_path / "2"
    one = stamp_all(MONTHLY, roster, FEBRUARY, alone, Run(jobs=1), past=past)
    stamp_all(MONTHLY, roster, FEBRUARY, together, Run(jobs=2), past=past)
    assert contents(alone) == contents(together)
    assert [priors(each.path) for each in one] == [
        [Decimal(5000), Decimal(15000)],
        [Decimal(5000)],
        [Decimal(5000), Decimal(15000)],
        [],
    ]


@dataclass(frozen=True)
class Shelves(Kept):
    """A past that is asked for many returns at once, and for none alone."""

    asked: list[list[str]] = field(default_factory=list)

    def filings_of(self, form: str, departments: Sequence[str], period: Period) -> list[Filing]:
        self.asked.append([*departments])
        found = (super(Shelves, self).filing(form, each, period) for each in departments)
        return [each for each in found if each]

    def filing(self, form: str, department: str, period: Period) -> Filing | None:
        raise AssertionError((form, department, period))


def test_what_was_returned_is_fetched_for_many_departments_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(stamp, "_BATCH", 2)
    roster, past = Roster(tuple(Department(code, "甲") for code in "abcde")), january(a=2, b=1, d=2)
    shelves = Shelves(past.filings)
    stamp_all(MONTHLY, roster, FEBRUARY, tmp_path / "1", Run(jobs=1), past=past)
    stamp_all(MONTHLY, roster, FEBRUARY, tmp_path / "2", Run(jobs=1), past=shelves)
    assert contents(tmp_path / "1") == contents(tmp_path / "2")
    # for the shapes in the order of the roster, for the workbooks shape by shape
    assert sorted(shelves.asked) == sorted(map(list, ["ab", "cd", "e", "ad", "ce", "b"]))


def test_a_form_that_recalls_nothing_asks_nobody(tmp_path: Path):
    roster = many(1, 2)
    stamp_all(FORM, roster, PERIOD, tmp_path / "1", Run(jobs=1), past=Unasked())
    stamp_all(FORM, roster, PERIOD, tmp_path / "2", Run(jobs=1))
    assert contents(tmp_path / "1") == contents(tmp_path / "2")


class Unasked:
    """A past that nobody may ask."""

    def filing(self, form: str, department: str, period: Period) -> Filing | None:
        raise AssertionError((form, department, period))
