"""Rows drawn ahead: the same whoever drew them, wherever they come to stand."""

from __future__ import annotations

import gc
import weakref
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.model.finding import Place
from generator.report.pages import Column, Content, Grid, Leads, Link, Look, Page
from generator.workbook.result import lanes as drawing
from generator.workbook.result import placing
from generator.workbook.result import write as result
from generator.workbook.result.lanes import Lanes, Strip, Styles, Worn

COLUMNS = (Column("单位"), Column("金额", Look.MONEY), Column("来源"))
THERE = Place("回收/a.xlsx", "表 '1'", 2, 28)
ONE: tuple[Content, ...] = ("甲", Decimal("1.5"), None)
TWO: tuple[Content, ...] = (None, Decimal("0.125"), Link("看", THERE))


def lanes() -> Lanes:
    return Lanes(COLUMNS, [14, 14, 14], 2)


def shown(strip: Strip) -> list[bytes]:
    """Return the rows with styles numbered as they are asked for."""
    styles: dict[Worn, int] = {}
    return strip.rows(Styles(strip.frames, lambda worn: styles.setdefault(worn, len(styles))))


def test_what_was_drawn_before_changes_nothing():
    used = lanes()
    used.draw([ONE, ONE])
    assert shown(used.draw([TWO, ONE])) == shown(lanes().draw([TWO, ONE]))


def test_how_many_kinds_of_rows_are_remembered_changes_nothing(monkeypatch: pytest.MonkeyPatch):
    rows = [ONE, TWO, ("乙", None, None), ONE, TWO]
    usual = shown(lanes().draw(rows))
    monkeypatch.setattr(drawing, "_MOST_ROWS", 1)
    assert shown(lanes().draw(rows)) == usual
    assert usual[0] == usual[3]


def test_what_was_remembered_while_drawing_is_gone_with_who_drew():
    drawn = lanes()
    drawn.draw([ONE, TWO])
    remembered = weakref.ref(drawn._lanes[0]._cells[False, False])
    assert remembered()
    gc.disable()  # which would find it at last, when much more has piled up
    try:
        del drawn
        assert remembered() is None
    finally:
        gc.enable()


def test_no_rows_are_no_rows():
    assert shown(lanes().draw([])) == []


def test_a_row_that_comes_again_is_drawn_again_with_its_links():
    first, *rest = (lanes().draw(rows).ways for rows in ([TWO], [TWO, TWO], [ONE, ONE]))
    assert first.files == [("回收/a.xlsx", 1)]
    assert (first.text % (7, 1)).decode() == (
        '<hyperlink ref="D7" r:id="jx1" '
        "location=\"'表 ''1'''!AB2\" tooltip=\"回收/a.xlsx 表 '1' AB2\"/>"
    )
    assert [ways.rows for ways in rest] == [[0, 1], []]


@given(
    file=st.text("甲a_x041%& <\x03\"'", max_size=12)
    | st.integers(240, 252).map("长".__mul__)
    | st.just("回收/a.xlsx"),
    sheet=st.text("表'%\"_ ", min_size=1, max_size=9),
    spots=st.lists(st.tuples(st.integers(0, 99), st.integers(1, 30)), min_size=1, max_size=6),
)
def test_a_column_of_links_is_drawn_as_links_one_by_one(
    file: str, sheet: str, spots: list[tuple[int, int]]
):
    places = [Place(file, sheet, *spot) for spot in spots]
    says = [f"{each.sheet}!{each.cell}" if each.cell else each.sheet for each in places]
    links = [Link(*each) for each in zip(says, places, strict=True)]
    leads = Leads(file, tuple((each.sheet, each.cell) for each in places))
    other = [Decimal(number) for number in range(len(spots))]
    drawn = [lanes().draw_columns([column, other, column]) for column in (links, leads)]
    assert drawn[0] == drawn[1]
    assert shown(drawn[0]) == shown(drawn[1])


def test_what_xml_cannot_hold_does_not_get_into_a_link():
    there = Place("回收/a\x02.xlsx", "表\x01", 2, 28)
    text = lanes().draw([("甲", None, Link("看", there))]).ways.text.decode()
    assert 'location="\'表_x0001_\'!AB2" tooltip="回收/a_x0002_.xlsx 表_x0001_ AB2"' in text


def test_only_the_sums_above_stand_out():
    strip = lanes().draw([ONE, ONE], totals=1)
    bold = [frame.worn.total for frame in strip.frames]
    assert bold == [True] * 3 + [False] * 3


def test_where_a_sheet_holds_no_more_links_nothing_looks_like_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(placing, "MOST_LINKS", 3)
    monkeypatch.setattr(placing, "_AT_ONCE", 2)
    path = tmp_path / "a.xlsx"
    page = Page("表", "表", (), (Grid("", COLUMNS, [TWO] * 4),), filter=True)
    result.write_pages([page], path, tmp_path)
    cells = [row[2] for row in openpyxl.load_workbook(path)["表"].iter_rows(min_row=3)]
    assert [bool(each.hyperlink) for each in cells] == [True, True, False, False]
    assert [each.font.u for each in cells] == ["single", "single", None, None]
