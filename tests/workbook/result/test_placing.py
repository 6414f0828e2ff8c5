"""Rows are put in the same places, to the byte, whoever puts them there."""

from __future__ import annotations

import pickle
import random
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.crew import ALONE, Crew
from generator.model.finding import Place
from generator.report.pages import Column, Content, Grid, Link, Look, Page, Piece
from generator.workbook.result import placing
from generator.workbook.result.body import Rows
from generator.workbook.result.placed import Batch
from generator.workbook.result.write import write_pages, write_result
from tests.report.city import City, answers, small_form

COLUMNS = (Column("甲", width=9), Column("乙", Look.NUMBER), Column("丙", span=2))


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placing, "_WORTH_HELP", 0)
    monkeypatch.setattr(placing, "_AT_ONCE", 2)
    monkeypatch.setattr(placing, "_ROWS", 3)
    monkeypatch.setattr(placing, "MOST_LINKS", 9)


class Moody:
    """Does tasks as another process does, in any order, and some of them not."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.done = 0

    def run(
        self,
        function: Callable[[Batch], Rows | None],
        tasks: Iterable[Batch],
        *,
        joining: bool = False,
    ) -> Iterator[tuple[Batch, object]]:
        assert joining
        coming = iter(tasks)
        while several := list(islice(coming, self._random.randint(1, 6))):
            sent = [(each, pickle.dumps(each)) for each in several]
            self._random.shuffle(sent)
            for task, content in sent:
                if self._random.random() < 0.8:
                    self.done += 1
                    yield task, function(pickle.loads(content))
                else:
                    yield task, "failed"


def rows(count: int, first: int = 0) -> list[tuple[Content, ...]]:
    """Return rows of which some are linked, and some wear what others do not."""
    places = [Place("a.xlsx", "表", 2, 1), Place("b.xlsx"), Place()]
    return [
        (
            f"第 {number} 行" * (1 + number % 7),
            number if number % 3 else None,
            Link("看", places[number % 3]) if number % 4 else "看不了",
        )
        for number in range(first, first + count)
    ]


def pages(*counts: int) -> list[Page]:
    return [
        Page("一", "一", ("说明",), (Grid("长", COLUMNS, rows(counts[0]), totals=1),), filter=True),
        Page("二", "二", (), tuple(Grid("表", COLUMNS, rows(each, 5)) for each in counts[1:])),
    ]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**16), st.lists(st.integers(0, 14), min_size=2, max_size=4))
def test_whoever_puts_rows_in_their_places_in_whatever_order(
    tmp_path_factory: pytest.TempPathFactory, seed: int, counts: list[int]
):
    folder = tmp_path_factory.mktemp("placing")
    write_pages(pages(*counts), folder / "1.xlsx", folder)
    write_pages(pages(*counts), folder / "2.xlsx", folder, Moody(seed))
    assert (folder / "1.xlsx").read_bytes() == (folder / "2.xlsx").read_bytes()


def test_every_row_stands_in_its_place_and_leads_to_its_own(tmp_path: Path):
    hands = Moody(1)
    write_pages(pages(5, 4, 3), tmp_path / "a.xlsx", tmp_path, hands)
    assert hands.done > 3
    first, second = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets
    top = [cell.value for cell in first["A"]].index("甲") + 1
    shown = [(cell.value, first.cell(cell.row, 3)) for cell in first["A"][top:]]
    assert [text for text, _ in shown] == [row[0] for row in rows(5)]
    targets = [cell.hyperlink and cell.hyperlink.target for _, cell in shown]
    assert targets == [None, "b.xlsx", None, "a.xlsx", None]
    titles = [cell.value for cell in second["A"] if cell.value]
    assert titles == [
        *("二", "表", "甲", *[row[0] for row in rows(4, 5)]),
        *("表", "甲", *[row[0] for row in rows(3, 5)]),
    ]


def test_below_the_last_link_that_has_room_nothing_looks_like_one(tmp_path: Path):
    for name, hands in (("1.xlsx", None), ("2.xlsx", Moody(2))):
        write_pages(pages(40, 1), tmp_path / name, tmp_path, hands)
        sheet = openpyxl.load_workbook(tmp_path / name).worksheets[0]
        linked = [cell.row for cell in sheet["C"] if cell.hyperlink]
        assert 5 < len(linked) <= 9
        underlined = [cell.row for cell in sheet["C"] if cell.font.u]
        assert underlined == linked
        assert linked == sorted(linked)


@pytest.mark.parametrize("crew", [ALONE, Crew(jobs=2)])
def test_a_result_is_the_same_with_the_help_of_other_processes(tmp_path: Path, crew: Crew):
    city = City(tmp_path / "returns", small_form())
    for code, amount in (("302", 1), ("101", 2), ("205", 3)):
        city.send(code, answers(amount, 2, ("P", "甲类", amount, "说明"), budget=7))
    merged = city.merge()
    write_result(merged, tmp_path / "1.xlsx")
    with crew.at_work() as team:
        write_result(merged, tmp_path / "2.xlsx", team)
    assert (tmp_path / "1.xlsx").read_bytes() == (tmp_path / "2.xlsx").read_bytes()


def test_what_is_placed_together_is_bounded_in_rows_and_in_bytes(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(placing, "_ROWS", 1000)
    light = Piece((), 400, 0, b"x")
    heavy = Piece((), 1, 0, b"x" * 2**18)
    batches = [*placing._together([light] * 5), *placing._together([heavy] * 5)]
    assert [sum(each.size for each in batch) for batch in batches] == [1200, 800, 2, 2, 1]
