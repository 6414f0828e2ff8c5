"""A stamped workbook says the same before and after a spreadsheet has recalculated it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings

from generator.model.finding import Place
from generator.model.period import Period
from generator.stamp import Stamper
from generator.workbook.keys import Key
from generator.workbook.reader.formats import open_book
from tests.stories.anything import anything
from tests.stories.seeds import FORMS, OFFICIAL, published
from tests.support.office import Book, Calc, Value
from tests.workbook.stamping.prefilled import Prefilled, prefilled

Values = dict[tuple[str, str], Value]


@pytest.mark.parametrize("form", [*FORMS, *OFFICIAL])
@pytest.mark.parametrize("state", ["blank", "filled"])
def test_a_stamped_workbook_recalculates_to_what_it_says(
    calc: Calc, tmp_path: Path, form: str, state: str
):
    path = getattr(published(form), state)(tmp_path)
    with calc.open(path) as book:
        said = _computed(book)
        book.recalculate()
        assert book.errors() == []
        assert _differences(said, _computed(book)) == {}


def _computed(book: Book) -> Values:
    """Return the value of every formula by sheet and cell."""
    found = {}
    for sheet in book.sheets():
        values = book.values(sheet)
        found |= {(sheet, cell): values.get(cell, "") for cell in book.formulas(sheet)}
    return found


def _differences(said: Values, found: Values) -> dict[tuple[str, str], tuple[Value, Value]]:
    assert said.keys() == found.keys()
    return {
        place: (said[place], found[place])
        for place in said
        if not _equal(said[place], found[place])
    }


def _equal(one: Value, other: Value) -> bool:
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return abs(one - other) <= Decimal("1e-9") * max(abs(one), Decimal(1))
    return one == other


@pytest.mark.parametrize(
    ("form", "seed"), [*((form, 5) for form in (*FORMS, *OFFICIAL)), ("department-targets", 6)]
)
def test_so_does_one_filled_with_anything(calc: Calc, tmp_path: Path, form: str, seed: int):
    one = published(form)
    entries = anything(one.form, one.example.department, Random(seed))
    path = replace(one, example=replace(one.example, entries=entries)).filled(tmp_path)
    with calc.open(path) as book:
        said = _computed(book)
        book.recalculate()
        assert book.errors() == []
        assert _differences(said, _computed(book)) == {}


@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(case=prefilled())
def test_so_does_one_of_any_form_for_any_department(calc: Calc, tmp_path: Path, case: Prefilled):
    path = tmp_path / "任意.xlsx"
    stamper = Stamper(case.form, Period(2024, 12, "year"), Key(b"1" * 32))
    for department in case.departments:  # spliced one after the other
        path.write_bytes(stamper.stamp(department))
    with calc.open(path) as book:
        said = _computed(book)
        for sheet in open_book(path).sheets:
            written = {
                Place(row=row, column=column).cell: cell.value
                for (row, column), cell in sheet.cells.items()
                if cell.value is not None and not cell.formula
            }
            shown = book.values(sheet.title)
            assert {address: shown.get(address) for address in written} == written
        book.recalculate()
        assert book.errors() == []
        assert _differences(said, _computed(book)) == {}
