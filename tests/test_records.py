"""What workers return: all of it read back as it was, added up in any order, and little in hand."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell import Cell, MergedCell

from generator.consolidate import (
    Contribution,
    add_up,
    consolidate,
    contribution_of,
    read_contribution,
    tally,
    write_contribution,
)
from generator.merge import parts, shelf
from generator.merge.parts import OnDisk
from generator.merge.plain import (
    packed,
    read_filing,
    read_findings,
    unpacked,
    write_filing,
    write_findings,
)
from generator.model.filing import Answer, Filing, Records, Row, SheetFiling, Spot
from generator.model.finding import Finding, Kind, Place
from generator.model.merged import Merged
from generator.model.reckoning import Reckoning
from generator.report import pages_of
from generator.report.pages import Column, Content, Grid, Link, Look
from generator.workbook.result import lanes
from generator.workbook.result.lanes import Lanes, Styles
from generator.workbook.result.write import write_pages, write_result
from tests.check.forms import PERIOD
from tests.report.city import City, answers, small_form
from tests.test_consolidate import FIVE, MEASURED, MEASURES, PROJECTS, RETURNS

FILE = "回收/甲.xlsx"
TEXTS = st.text(st.characters() | st.just("\x7f"), max_size=8)  # half characters too
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False)
WAYS = st.sampled_from([Place(), Place(FILE), Place(FILE, "表", 3, 4)])
SMALL = st.decimals(-9, 9, allow_nan=False, places=3)
VALUES = st.none() | TEXTS | NUMBERS
SPOTS = st.tuples(st.integers(1, 9), st.integers(1, 9))
ANSWERS = st.builds(
    Answer,
    VALUES,
    TEXTS,
    unit=st.sampled_from(["", "万元"]),
    shown=st.none() | NUMBERS,
    readable=st.booleans(),
    normalised=TEXTS,
    formula=st.sampled_from(["", "=1+1"]),
    locked=st.none() | st.booleans(),
)


def same(one: object, two: object) -> bool:
    """Say whether two values are equal to the last digit: 1.0 is not 1.00."""
    return repr(one) == repr(two)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(TEXTS, ANSWERS, max_size=3),
    st.lists(st.dictionaries(st.sampled_from("ab"), ANSWERS), max_size=3),
    TEXTS,
    st.lists(st.dictionaries(st.sampled_from("ab"), SPOTS), min_size=4),
)
def test_a_filing_comes_back_to_the_letter(
    found: dict[str, Answer], said: list[dict[str, Answer]], text: str, spots: list[dict[str, Spot]]
):
    rows = [Row(each, text, number, spots[number]) for number, each in enumerate(said)]
    assert [*Records.of(rows)] == rows
    sheet = SheetFiling("main", "表", found, {"t": Records.of(rows)}, 2, spots[-1])
    filing = Filing("f", "1", "101", text, "2024", (sheet,), FILE, {("表", "R"): text})
    assert same(read_filing(write_filing(filing)), filing)


class Asked(dict[str, Answer]):
    """Says what it was asked for."""

    def __init__(self, said: dict[str, Answer], asked: list[str]) -> None:
        super().__init__(said)
        self._asked = asked

    def get(self, name: str, default: Answer | None = None) -> Answer | None:  # type: ignore[override]
        self._asked.append(name)
        return super().get(name, default)


def test_of_rows_nothing_is_looked_at_before_it_is_asked_for():
    asked = list[str]()
    said = {"a": Answer("甲"), "b": Answer("乙")}
    records = Records.of(Row(Asked(said, asked), number=number) for number in range(9))
    assert (len(records), [*records.columns], asked) == (9, ["a", "b"], [])
    assert records.column("a")[8] == Answer("甲")
    assert asked == ["a"]
    assert [*records.column("c")] == [None] * 9
    assert records.answers("b")[1:3] == [Answer("乙")] * 2


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(TEXTS, SMALL, st.none(), st.builds(Link, TEXTS, WAYS))))
def test_drawn_rows_come_back_to_the_letter(rows: list[tuple[Content, ...]]):
    drawn = Lanes([Column("栏", Look.MONEY)] * 4, [14] * 4, 3).draw(rows)
    assert same(lanes.unpacked(lanes.packed(drawn)), drawn)
    assert len(drawn.rows(Styles(drawn.frames, lambda _: 1))) == len(rows)


@given(st.permutations([(5,), (Decimal(5),), (Decimal("5.0"),), (Decimal("5.25"),)]))
def test_how_a_number_is_shown_does_not_depend_on_those_before_it(rows: list[tuple[Content, ...]]):
    drawn = Lanes([Column("栏", Look.NUMBER)], [14]).draw(rows)
    frames = [drawn.frames[int(row.split(b"\1")[0])] for row in drawn.text.split(b"\2")]
    shown = {
        repr(value): frame.worn.number_format for (value,), frame in zip(rows, frames, strict=True)
    }
    assert shown == {
        "5": "General",
        "Decimal('5')": "#,##0",
        "Decimal('5.0')": "#,##0",
        "Decimal('5.25')": "#,##0.00",
    }


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS, st.sampled_from(Kind), st.integers(0, 10**6))))
def test_findings_come_back_to_the_letter(said: list[tuple[str, str, Kind, int]]):
    findings = [
        Finding("R", kind, Place(FILE, "表", row, 2), message, "改", code)
        for code, message, kind, row in said
    ]
    assert list(read_findings(write_findings(findings), FILE)) == findings


def contributions(filings: list[Filing]) -> Iterator[Contribution]:
    for each in filings:
        made = contribution_of(PROJECTS, each, Reckoning(PROJECTS, each, PERIOD))
        yield read_contribution(PROJECTS, unpacked(packed(write_contribution(PROJECTS, made))))


@pytest.mark.parametrize("at_hand", [1, 7, 10_000])
@settings(max_examples=15, deadline=None)
@given(filings=RETURNS)
def test_totals_from_disk_are_those_from_memory(at_hand: int, filings: list[Filing]):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "_AT_HAND", at_hand)
        patch.setattr(tally, "_AT_ONCE", at_hand)
        found = add_up(PROJECTS, contributions(filings), PERIOD, OnDisk())
    expected = consolidate(PROJECTS, filings, PERIOD)
    assert found == expected
    for one, two in zip(found.totals, expected.totals, strict=True):
        assert list(one.parts) == list(two.parts)
        codes = [each.department for each in filings]
        parts_of_two = [two.part(each) for each in (*codes, "nobody")]
        assert [one.part(each) for each in (*codes, "nobody")] == parts_of_two
        assert list(one.of_each([*codes, "nobody"])) == parts_of_two


def test_whole_columns_are_added_up_from_disk_too():
    made = [contribution_of(MEASURES, each, Reckoning(MEASURES, each, PERIOD)) for each in MEASURED]
    assert add_up(MEASURES, made, PERIOD, OnDisk()) == consolidate(MEASURES, MEASURED, PERIOD)


def test_a_contribution_knows_no_rounding_until_the_end():
    found = list(contributions(FIVE))
    tallies = [each.tallies for each in found]
    chance = random.Random(1)
    sums = set()
    for _ in range(5):
        added = Decimal(0)
        for each in chance.sample(tallies, len(tallies)):
            added += sum(map(Decimal, each.added), Decimal(0))
        sums.add(added)
    assert len(sums) == 1


# -- what a merge looks at, and what stays in hand --


@pytest.fixture
def city(tmp_path: Path) -> City:
    """Three returns."""
    city = City(tmp_path / "returns", small_form())
    for number, code in enumerate(("101", "302", "205")):
        city.send(code, answers(number, 2, ("P", "甲类", 5, ""), budget=7))
    return city


def test_no_filing_is_unpacked_for_the_result(
    city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    fetched: list[bytes] = []
    right = shelf.read_filing

    def counting(content: bytes) -> Filing:
        fetched.append(content)
        return right(content)

    monkeypatch.setattr(shelf, "read_filing", counting)
    merged = city.merge()
    write_result(merged, tmp_path / "汇总.xlsx")
    assert fetched == []
    assert [each.department for each in merged.filings] == ["302", "101", "205"]
    assert len(fetched) == 3


def test_each_contribution_is_added_once_and_each_page_read_once(
    city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    asked: list[int] = []
    right = shelf.Shelf._section

    def counting(self: shelf.Shelf, place: int, number: int) -> bytes:
        asked.append(number)
        return right(self, place, number)

    monkeypatch.setattr(shelf.Shelf, "_section", counting)
    write_result(city.merge(), tmp_path / "汇总.xlsx")
    findings, drawn, contribution, filing, *lines = map(asked.count, range(7))
    assert (findings, drawn, contribution, filing) == (0, 3, 3, 0)
    assert lines == [3, 3, 3]


def test_pages_are_the_same_whether_rows_were_drawn_before_or_not(city: City, tmp_path: Path):
    merged = city.merge()
    write_result(merged, tmp_path / "drawn.xlsx")
    lists = [page for page in pages_of(merged) if page.filter]
    rows = [replace(page, grids=tuple(map(as_rows, page.grids))) for page in lists]
    write_pages(rows, tmp_path / "rows.xlsx", city.folder)
    one, two = (sheets(tmp_path / name) for name in ("drawn.xlsx", "rows.xlsx"))
    assert len(two) == len(lists) == 6
    assert {tab: one[tab] for tab in two} == two


def as_rows(grid: Grid) -> Grid:
    return replace(grid, rows=list(grid.rows))


def sheets(path: Path) -> dict[str, list[object]]:
    """Return values, formats, heights and links of all worksheets."""
    return {
        sheet.title: [
            [(cell.value, cell.number_format, cell.font.u, link(cell)) for cell in row]
            + [sheet.row_dimensions[number].height]
            for number, row in enumerate(sheet.iter_rows(), 1)
        ]
        for sheet in openpyxl.load_workbook(path)
    }


def link(cell: Cell | MergedCell) -> tuple[str, str, str] | None:
    found = cell.hyperlink
    return found and (found.target, found.location, found.tooltip)


def test_what_is_in_hand_of_a_file_does_not_grow_with_it(city: City):
    few = city.merge()
    rows = tuple(("P", "甲类", number, "说明") for number in range(200))
    for code in ("101", "302", "205"):
        city.send(code, answers(1, 2, *rows, budget=7))
    many = city.merge()
    assert len(many.details[-1]) > 100 * len(few.details[-1])
    one, two = (in_hand(each) for each in (few, many))
    assert two < 1.2 * one


def in_hand(merged: Merged) -> int:
    """Return how long it is to tell all that a merge holds of its files in memory."""
    groups = [each for each, _ in merged.findings.drawn()]
    return len(repr((merged.standings, merged.details[0].used, groups)))
