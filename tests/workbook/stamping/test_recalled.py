"""What was returned earlier is put into the next workbook: by field, row, sheet and roster row."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from generator.layout import lay_out, shape_of
from generator.layout.sheet import Given
from generator.model.filing import NO_RECORDS, Records
from generator.model.form import Form
from generator.model.memory import Memory
from generator.model.past import Kept
from generator.model.period import Period
from generator.model.roster import Department
from generator.stamp import Stamper
from generator.workbook.keys import Key
from generator.workbook.reader.formats import read_book
from generator.workbook.returned.read import read_filing
from generator.workbook.returned.tamper import Inspection
from generator.workbook.stamping.fill import Values
from generator.workbook.stamping.splice import SlotValue
from tests.check.forms import Answers, filing_of, form_of

NOW, BEFORE, LAST_YEAR = Period(2024, 3), Period(2024, 2), Period(2023, 3)
KEY = Key(b"1" * 32)
FORM = """
period: month
data:
  limits:
    label: 界线
    editions: [{from: 2024, source: 示例, values: {most: 100}}]
roster:
  projects: {tab: 项目, columns: {code: {heading: 项目编码, required: true}}}
sheets:
  whole:
    fields:
      spent: {label: 支出, type: amount, unit: 元, fill: "{{ previous.spent }}", locked: true}
      share: {label: 占比, type: points, fill: "{{ previous.share }}"}
      left: {label: 剩余, type: amount, computed: data.limits.most - spent}
      left_before: {label: 上月剩余, type: amount, fill: "{{ last_year.left }}"}
      more: {label: 多否, type: text, fill: "{{ '多' if previous.spent > 5 else '少' }}"}
    tables:
      items:
        for: row in previous.items
        key: [name]
        spare: 2
        columns:
          name: {label: 名称, type: text, fill: "{{ row.name }}"}
          prior: {label: 上月, type: amount, fill: "{{ previous.cum }}", locked: true}
          before: {label: 上年, type: amount, fill: "{{ last_year.cum }}"}
          cum: {label: 累计, type: amount}
      funds:
        columns:
          item: {label: 项目, type: label}
          money: {label: 金额, type: amount}
          was: {label: 上月, type: amount, fill: "{{ previous.money }}", locked: true}
        rows: {own: {item: 自有}, other: {item: 其他}, total: {item: 合计, total_of: [own, other]}}
  project:
    for: project in department.projects
    key: code
    tab: "{{ project.code }}"
    fields:
      code: {label: 编码, type: text, fill: "{{ project.code }}"}
      note: {label: 说明, type: text}
      was: {label: 上月说明, type: text, fill: "{{ previous.note }}"}
    tables:
      listed:
        for: row in previous.listed
        spare: 1
        columns: {name: {label: 名称, type: text, fill: "{{ row.name }}"}}
"""
WHO = Department("101", "甲局", children={"projects": ({"code": "P1"}, {"code": "P2"})})


@pytest.fixture(scope="module")
def form() -> Form:
    return form_of(FORM)


def returned(form: Form, period: Period, **copies: list[Answers]) -> Kept:
    """Return a past in which the department returned these sheets once."""
    return Kept((replace(filing_of(form, copies), period=period.id),))


def both(*pasts: Kept) -> Kept:
    return Kept(tuple(filing for each in pasts for filing in each.filings))


def put_in(form: Form, past: Kept, period: Period = NOW) -> dict[str, SlotValue]:
    """Return what stands in the cells of the next workbook, by `copy.table[row].name`."""
    memory = Memory.of(past, form, WHO, period)
    layout = lay_out(form, period, shape_of(form, WHO, memory=memory))
    values = Values(layout, WHO, memory=memory)
    slots = [cell.slot for sheet in layout.sheets for cell in sheet.cells]
    found = {at(slot): values.value(slot) for slot in slots if isinstance(slot, Given)}
    return {place: value for place, value in found.items() if value is not None}


def at(slot: Given) -> str:
    row = f"{slot.table}[{slot.row}]." if slot.table else ""
    return f"{slot.copy}.{row}{slot.name}"


MONTH: Answers = {
    "spent": "70000",
    "share": "12.5",
    "items": [{"name": "一　甲", "cum": "3.5"}, {}, {"name": "乙", "cum": "4"}],
    "funds": {"own": {"money": "1"}, "other": {"money": "2"}},
}


def test_fields_come_in_the_units_of_the_sheet(form: Form):
    found = put_in(form, returned(form, BEFORE, whole=[MONTH]))
    assert (found["0.spent"], found["0.share"]) == (Decimal(70000), Decimal("12.5"))


def test_rows_that_were_returned_stand_first_and_each_knows_itself(form: Form):
    before = returned(form, BEFORE, whole=[MONTH])
    last_year = returned(form, LAST_YEAR, whole=[{"items": [{"name": "一甲", "cum": "3"}]}])
    found = put_in(form, both(before, last_year))
    items = {place: value for place, value in found.items() if "items" in place}
    assert items == {
        "0.items[0].name": "一　甲",
        "0.items[0].prior": Decimal("3.5"),
        "0.items[0].before": Decimal(3),
        "0.items[1].name": "乙",
        "0.items[1].prior": Decimal(4),
    }


def test_fixed_rows_know_themselves_by_name_even_if_another_version_had_others(form: Form):
    past = returned(form, BEFORE, whole=[MONTH])
    [filing] = past.filings
    whole = filing.sheets[0]
    own, other, _ = whole.tables["funds"]
    rows = (replace(own, name="gone"), other)
    moved = replace(whole, tables={"funds": Records.of(rows), "older": NO_RECORDS})
    older = replace(filing, sheets=(moved, replace(whole, sheet="older")))
    found = put_in(form, Kept((older,)))
    assert {place: value for place, value in found.items() if "funds" in place} == {
        "0.funds[1].was": Decimal(2),
    }


def test_a_repeated_sheet_knows_itself_by_its_key(form: Form):
    copies = [
        {"code": "P2", "note": "二", "listed": [{"name": "丙"}]},
        {"code": "P0", "note": "零"},
    ]
    found = put_in(form, returned(form, BEFORE, whole=[{}], project=copies))
    assert {place: value for place, value in found.items() if place[0] in "12"} == {
        "1.code": "P1",
        "2.code": "P2",
        "2.was": "二",
        "2.listed[0].name": "丙",
    }


def test_what_is_not_known_is_blank(form: Form):
    assert put_in(form, Kept()) == {"1.code": "P1", "2.code": "P2"}


def test_january_has_no_month_before(form: Form):
    january = Period(2024, 1)
    december = returned(form, Period(2023, 12), whole=[MONTH])
    assert put_in(form, december, january) == {"1.code": "P1", "2.code": "P2"}


def test_what_was_computed_is_reckoned_again_unless_there_were_no_figures(form: Form):
    later = Period(2025, 3)
    known = returned(form, NOW, whole=[{"spent": "20"}])
    assert put_in(form, known, later)["0.left_before"] == Decimal(80)
    before_any = returned(form, LAST_YEAR, whole=[{"spent": "20"}])
    assert "0.left_before" not in put_in(form, before_any)


def test_a_comparison_with_what_is_not_known_is_blank(form: Form):
    assert "0.more" not in put_in(form, Kept())
    assert put_in(form, returned(form, BEFORE, whole=[MONTH]))["0.more"] == "多"


def test_a_stamped_workbook_has_it_locked_and_is_not_held_to_what_was_corrected_since(form: Form):
    stamper = Stamper(form, NOW, KEY, past=returned(form, BEFORE, whole=[MONTH]))
    book = read_book(stamper.stamp(WHO))
    found = read_filing(book, form, NOW, "a.xlsx")
    whole = found.filing.sheets[0]
    prior = whole.tables["items"][0].answers["prior"]
    assert (prior.value, prior.locked) == (Decimal(35000), True)
    assert whole.tables["funds"][0].answers["was"].value == Decimal(10000)
    inspection = Inspection(found.plan, NOW, WHO, "a.xlsx", found.seal)
    assert list(inspection.findings(found.located)) == []


def test_departments_of_one_shape_do_not_get_each_others_past(form: Form):
    other = replace(WHO, code="102")
    mine = returned(form, BEFORE, whole=[MONTH])
    theirs = replace(mine.filings[0], department="102")
    theirs = replace(
        theirs, sheets=returned(form, BEFORE, whole=[{**MONTH, "spent": "9"}]).filings[0].sheets
    )
    stamper = Stamper(form, NOW, KEY, past=both(mine, Kept((theirs,))))
    for department in (WHO, other, WHO):
        alone = Stamper(form, NOW, KEY, past=stamper.past).stamp(department)
        assert stamper.stamp(department) == alone
    assert len(stamper._masters) == 1


def test_without_a_past_nothing_is_asked_of_it(form: Form):
    assert Memory.of(None, form, WHO, NOW) is None
    plain = form_of("fields: {name: {label: 名称, type: text}}")
    assert Memory.of(Kept(), plain, WHO, NOW) is None
