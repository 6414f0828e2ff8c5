"""What a department types into the form in LibreOffice is what the bureau reads and finds."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from generator.merge.arrival import Arrival
from tests.stories.seeds import FORMS, OFFICIAL, Return, Typed, published, told
from tests.support.office import Book, Calc


@pytest.mark.parametrize("form", [*FORMS, *OFFICIAL])
def test_the_published_answers_typed_in_give_the_findings_of_the_document(
    calc: Calc, tmp_path: Path, form: str
):
    one = published(form)
    arrival = _typed_in(calc, one, tmp_path)
    assert [each for each in one.typed() if not _as_typed(each, arrival)] == []
    assert told(arrival.findings) == one.expected()


def _typed_in(calc: Calc, one: Return, folder: Path) -> Arrival:
    with calc.open(one.blank(folder)) as book:
        for each in one.typed():
            _type(book, each)
        return one.read(book.save(folder / "returned" / "saved.xlsx"))


def _type(book: Book, typed: Typed) -> None:
    if typed.field.type.numeric and isinstance(typed.value, str):
        book.put(typed.tab, {typed.address: typed.value})  # pasted from elsewhere: text stays text
    else:
        book.type(typed.tab, typed.address, str(typed.value))


def _as_typed(typed: Typed, arrival: Arrival) -> bool:
    assert arrival.filing is not None
    answer = typed.answer(arrival.filing)
    if isinstance(typed.value, Decimal) and typed.field.type.numeric:
        return answer.shown == typed.value
    return answer.raw == str(typed.value)
