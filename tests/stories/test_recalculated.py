"""A stamped workbook says the same before and after a spreadsheet has recalculated it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from tests.stories.anything import anything
from tests.stories.seeds import FORMS, OFFICIAL, published
from tests.support.office import Book, Calc, Value

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
