"""What was recorded comes back as it was returned."""

from __future__ import annotations

import pickle
import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.ledger import Ledger
from generator.ledger.answers import canonical, pack, place_of, unpack
from generator.model.filing import Answer, Records, SheetFiling, Spots
from generator.model.finding import Place
from generator.model.past import Library
from generator.model.period import Period
from generator.model.project import Project
from generator.model.reckoning import Reckoning
from tests.ledger.merges import PERIOD, indicator, merge_of, project, returned, small_form
from tests.report.city import City, answers
from tests.report.city import small_form as city_form

FORM = small_form()
_texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
_numbers = st.decimals(allow_nan=False, allow_infinity=False)


@st.composite
def _answers(draw: st.DrawFn) -> Answer:
    value = draw(st.none() | _texts | _numbers)
    return Answer(
        value=value,
        raw=draw(_texts | st.just(str(value))),
        unit=draw(st.sampled_from(["", "万元"])),
        shown=draw(st.none() | _numbers),
        readable=draw(st.booleans()),
        normalised=draw(_texts),
        formula=draw(_texts),
    )


_NAMES = ("code", "budget", "note")
_names = st.sampled_from(_NAMES)
_spots = st.fixed_dictionaries(
    dict.fromkeys(_NAMES, st.tuples(st.integers(1, 800), st.integers(1, 99)))
)


@given(st.dictionaries(_names, _answers()), _spots, st.booleans())
def test_every_answer_comes_back_as_it_was(
    said: Mapping[str, Answer],
    spots: Spots,
    computed: bool,  # noqa: FBT001
):
    reckoned = {"budget": Decimal("12.50")} if computed else {}
    back, stand = unpack(*pack(said, spots, reckoned))
    for name, answer in said.items():
        assert back.get(name, Answer()) == answer
        nothing = answer == Answer() and name not in reckoned
        assert stand.get(name) == (None if nothing else spots[name])


@pytest.mark.parametrize("code", ["0301", "1.50", "1E5", "-0", "２０", "12.0万元"])
def test_a_code_that_looks_like_a_number_stays_a_text(code: str):
    texts, cells, details = pack({"code": Answer(code, code)}, {}, {})
    assert texts == {"code": code}
    assert unpack(texts, cells, details)[0]["code"].value == code


def test_what_a_number_is_does_not_depend_on_how_it_was_typed():
    typed = [Answer(Decimal(each), each) for each in ("12.5", "12.50", "1.25E+1", "012.500")]
    assert {pack({"x": each}, {}, {})[0]["x"] for each in typed} == {"12.5"}


@given(_numbers)
def test_no_digit_of_a_number_is_lost(number: Decimal):
    text = canonical(number)
    assert text is not None
    assert Decimal(text) == number
    assert canonical(Decimal(text)) == text


@given(st.integers(1, 1_048_576), st.integers(1, 16_384))
def test_an_address_leads_back_to_its_place(row: int, column: int):
    place = Place("a.xlsx", "表", row, column)
    assert place_of(place.cell, "a.xlsx", "表") == place


def test_a_return_comes_back_whole(tmp_path: Path, ledger: Ledger):
    city = City(tmp_path, city_form())
    city.send("0301", answers(1, 2, ("007", "甲类", 3, "=1+1"), ("a\nb", "乙类", 4, "说明")))
    merged = city.merge()
    ledger.record(merged)
    original = next(merged.filings)
    back = ledger.filing("tiny", "0301", Period(2024, 12, "year"))
    assert back is not None
    assert [stripped(each) for each in back.sheets] == [stripped(e) for e in original.sheets]
    assert replace(back, sheets=()) == replace(original, sheets=())
    sheet = back.sheets[0]
    assert Reckoning(city.form, back, PERIOD).cell_value(sheet, "funds", 0, "amount") == 3


def test_what_computed_cells_stated_comes_back_beside_what_they_amount_to(ledger: Ledger):
    said = returned(FORM, "101", {"project": [project("P1", 100, 80, left=25)]})
    ledger.record(merge_of(FORM, [said]))
    back = ledger.filing("tiny", "101", PERIOD)
    assert back is not None
    assert back.sheets[0].fields["left"].value == Decimal(250_000)
    assert ledger.ask("across", department="101", field="结余").rows[0][7:] == (
        *("结余", "200000", "元"),
    )


def test_explanations_and_unreadable_answers_come_back(ledger: Ledger):
    said = returned(FORM, "101", {"project": [project("P1", "一百多")]})
    said = replace(said, explanations={("项目", "SUM"): "尾差", ("", "R"): "情况属实"})
    ledger.record(merge_of(FORM, [said]))
    back = ledger.filing("tiny", "101", PERIOD)
    assert back is not None
    assert back.explanations == said.explanations
    assert (back.sheets[0].fields["budget"].raw, back.sheets[0].fields["budget"].readable) == (
        "一百多",
        False,
    )


def test_the_past_can_be_asked_in_another_process(ledger: Ledger):
    ledger.record(merge_of(FORM, [returned(FORM, "101", {"project": [project("P1", 7)]})]))
    past = ledger.past()
    assert past.filing("tiny", "101", PERIOD) == ledger.filing("tiny", "101", PERIOD)
    there = pickle.loads(pickle.dumps(past))
    assert there.filing("tiny", "101", PERIOD) == past.filing("tiny", "101", PERIOD)
    assert there.filing("tiny", "101", PERIOD.last_year) is None
    assert there.filing("other", "101", PERIOD) is None


def test_many_departments_can_be_asked_for_at_once(ledger: Ledger):
    filings = [
        returned(FORM, code, {"project": [project("P1", 7), project("P2", "一百多")]})
        for code in ("101", "103", "102")
    ]
    ledger.record(merge_of(FORM, filings))
    past = ledger.past()
    assert isinstance(past, Library)
    found = past.filings_of("tiny", ["103", "101", "104"], PERIOD)
    assert {each.department: each for each in found} == {
        code: ledger.filing("tiny", code, PERIOD) for code in ("101", "103")
    }
    assert [*past.filings_of("tiny", ["101"], PERIOD.last_year)] == []
    assert [*past.filings_of("other", ["101"], PERIOD)] == []


def test_outcomes_and_indicators_say_where_they_stand(ledger: Ledger):
    copies = [project("P1", indicators=[indicator("培训人次", weight=10, score="9.5")])]
    ledger.record(merge_of(FORM, [returned(FORM, "101", {"project": copies}, file="x/甲.xlsx")]))
    assert [each.source for each in ledger.outcomes("self-evaluation", 2024)] == [
        Place("x/甲.xlsx", "project1")
    ]
    (found,) = ledger.indicators()
    assert re.fullmatch(r"C\d+", found.source.cell)
    assert (found.code, found.level3, found.weight, found.score) == (
        *("P1", "培训人次"),
        *(Decimal(10), Decimal("9.5")),
    )


def test_outcomes_of_a_year_are_the_latest_of_each_project(ledger: Ledger):
    form = small_form(stage="monitoring")
    for month, executed, codes in ((6, 30, ("P1", "P2")), (8, 50, ("P1",))):
        period = Period(2024, month)
        copies = [project(code, 100, executed) for code in codes]
        filing = returned(form, "101", {"project": copies}, period)
        ledger.record(merge_of(form, [filing], period=period))
    latest = ledger.outcomes("monitoring", 2024)
    assert [(each.code, each.period, each.executed) for each in latest] == [
        ("P1", "2024-08", Decimal(500_000)),
        ("P2", "2024-06", Decimal(300_000)),
    ]
    june = ledger.outcomes("monitoring", 2024, "2024-06")
    assert [(each.code, each.executed) for each in june] == [("P1", 300_000), ("P2", 300_000)]
    assert ledger.outcomes("monitoring", 2023) == ledger.outcomes("review", 2024) == []


def test_the_register_of_projects_is_replaced_as_a_whole(ledger: Ledger):
    one = Project("101", "财政局", "P1", "运维", amount=Decimal("12.3456"), investment=True)
    two, three = replace(one, code="P2"), replace(one, code="P3", category="A", reason="重点")
    ledger.register(2024, [two, one])
    ledger.register(2023, [three])
    assert ledger.projects(2024) == [two, one]
    ledger.register(2024, [replace(one, name="新名"), three])
    assert ledger.projects(2024) == [replace(one, name="新名"), three]
    assert ledger.projects(2023) == [three]


def test_an_indicator_knows_the_type_of_its_project(ledger: Ledger):
    copies = [project("P1", indicators=[indicator("时效")])]
    ledger.record(merge_of(FORM, [returned(FORM, "101", {"project": copies})]))
    ledger.register(2024, [Project("101", "财政局", "P1", "运维", type="信息化")])
    assert [each.type for each in ledger.indicators("self-evaluation", 2024)] == ["信息化"]


def stripped(sheet: SheetFiling) -> SheetFiling:
    """Return a sheet without what the ledger does not keep: blank answers, and locks."""

    def kept(said: Mapping[str, Answer]) -> dict[str, Answer]:
        return {
            name: each._replace(locked=None)
            for name, each in said.items()
            if each._replace(locked=None) != Answer()
        }

    def standing(said: Mapping[str, Answer], spots: Spots) -> Spots:
        return {name: tuple(spots[name]) for name in kept(said) if name in spots}

    tables = {
        name: Records.of(
            replace(row, answers=kept(row.answers), spots=standing(row.answers, row.spots))
            for row in rows
        )
        for name, rows in sheet.tables.items()
        if rows
    }
    return replace(
        sheet,
        fields=kept(sheet.fields),
        tables=tables,
        spots=standing(sheet.fields, sheet.spots),
    )
