"""Splicing a department's values into a Blank equals building its workbook the slow way."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from generator.layout import Layout, lay_out, shape_of
from generator.layout.sheet import Given, Reckoned, Slot
from generator.model.period import Period
from generator.model.roster import Department
from generator.workbook.reader.formats import read_book
from generator.workbook.spelling import number_text
from generator.workbook.stamping.blank import build_blank
from generator.workbook.stamping.splice import Blank, Filling, SlotValue
from tests.check.forms import form_of

FORM = form_of("""
sheets:
  main:
    fields:
      who: {label: 单位, type: text}
      money: {label: 金额, type: amount}
      double: {label: 两倍, type: amount, computed: money * 2}
    tables:
      items:
        label: 明细
        spare: 3
        columns:
          name: {label: 名称, type: text}
          count: {label: 数量, type: number}
""")
NOBODY = Department("1", "甲")
HOSTILE = [
    "<&>\"'",
    "_x0041_",
    "a\x01b",
    "  两头有空格  ",
    "=1+1",
    "@SUM(A1)",
    "😀",
    "换\n行",
    "长" * 32767,
    "]]>",
]


def blank_and_layout() -> tuple[Blank, Layout]:
    layout = lay_out(FORM, Period(2024, 12, "year"), shape_of(FORM, NOBODY))
    return build_blank(layout), layout


BLANK, LAYOUT = blank_and_layout()
INPUTS = {
    cell.slot: (sheet.tab, cell.area.first)
    for sheet in LAYOUT.sheets
    for cell in sheet.cells
    if isinstance(cell.slot, Given)
}
[WHO] = [slot for slot in INPUTS if slot.name == "who"]
VALUES = st.one_of(
    st.none(),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20),
    st.decimals(-(10**9), 10**9, places=2),
)


def spliced(values: Mapping[Slot, SlotValue]) -> bytes:
    return BLANK.splice(Filling(values, {}))


def built_the_slow_way(values: Mapping[Given, SlotValue]) -> bytes:
    book = load_workbook(BytesIO(spliced({})))
    for slot, value in values.items():
        tab, place = INPUTS[slot]
        cell = book[tab][place.address]
        cell.value = value or None  # type: ignore[assignment]
        if isinstance(value, str) and value:
            cell.data_type = "s"
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


@settings(max_examples=25, deadline=None)
@given(st.lists(VALUES, min_size=len(INPUTS), max_size=len(INPUTS)))
def test_a_spliced_workbook_equals_one_built_by_openpyxl_cell_by_cell(found: list[SlotValue]):
    values = dict(zip(INPUTS, (each or None for each in found), strict=True))
    fast, slow = read_book(spliced(values)), read_book(built_the_slow_way(values))
    assert [sheet.title for sheet in fast.sheets] == [sheet.title for sheet in slow.sheets]
    for one, two in zip(fast.sheets, slow.sheets, strict=True):
        assert all(one.cells[p].value is None for p in one.cells.keys() - two.cells.keys())
        for place, cell in two.cells.items():
            twin = one.cells[place]
            assert (twin.formula, twin.number_format, twin.locked) == (
                (cell.formula, cell.number_format, cell.locked)
            )
            assert cell.formula or twin == cell  # openpyxl saves no cached value


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_arrives_to_the_letter(text: str):
    tab, place = INPUTS[WHO]
    sheet = read_book(spliced({WHO: text})).sheet(tab)
    assert sheet is not None
    assert sheet.cells[place.row, place.column].value == text


def test_a_computed_cell_keeps_its_formula_beside_the_cached_value():
    [(tab, cell)] = [
        (sheet.tab, cell)
        for sheet in LAYOUT.sheets
        for cell in sheet.cells
        if isinstance(cell.slot, Reckoned)
    ]
    assert cell.slot is not None
    sheet = read_book(spliced({cell.slot: Decimal("24.1")})).sheet(tab)
    assert sheet is not None
    found = sheet.cells[cell.area.top, cell.area.left]
    assert (found.formula, found.value) == (cell.formula, Decimal("24.1"))


@pytest.mark.parametrize(
    ("number", "text"),
    [("1.10", "1.10"), ("1E+3", "1000"), ("0.3333333333333333333333333333", "0.3333333333333333")],
)
def test_a_number_is_stored_as_excel_stores_it(number: str, text: str):
    assert number_text(Decimal(number)) == text


def test_what_is_no_number_is_refused():
    with pytest.raises(ValueError, match="no number"):
        number_text(Decimal("NaN"))


def test_parts_without_slots_are_the_same_bytes_for_everyone():
    one, two = spliced({WHO: "甲"}), spliced({WHO: "乙"})
    with ZipFile(BytesIO(one)) as first, ZipFile(BytesIO(two)) as second:
        assert first.testzip() is None
        differing = [name for name in first.namelist() if first.read(name) != second.read(name)]
    assert len(differing) == 1


def test_stamping_twice_gives_the_same_bytes():
    again, _ = blank_and_layout()
    assert again.splice(Filling({WHO: "甲"}, {})) == spliced({WHO: "甲"})
