"""A return is read wherever people moved its parts, and what they altered is named by its cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from itertools import product

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from generator.layout import audit
from generator.layout.plan import CopyPlan, plan
from generator.model.filing import Entries, Entry
from generator.model.finding import Finding, Place
from generator.model.period import Period
from generator.model.roster import Department
from generator.stamp import Stamper
from generator.workbook.book import Book
from generator.workbook.reader.formats import read_book
from generator.workbook.returned import locate
from generator.workbook.returned.read import Return, read_filing, seal_of
from generator.workbook.returned.tamper import Inspection, canonical
from tests.check.forms import form_of

PERIOD = Period(2024, 12, "year")
FILE = "甲.xlsx"
FORM = form_of("""
roster:
  goals: {tab: 目标, columns: {area: {heading: 领域}, name: {heading: 名称}}}
sheets:
  main:
    tab: 目标表
    widths: [12, 20, 16, 16]
    blocks:
    - title: "{{ department.name }}目标表"
    - draw:
      - [单位名称, who, 预算数, money]
      - [两倍, double, 备注, note]
    - table: goals
    fields:
      who: {label: 单位名称, type: text, fill: "{{ department.name }}", locked: true}
      money: {label: 预算数, type: amount, required: true}
      double: {label: 两倍, type: amount, computed: money * 2}
      note: {label: 备注, type: text}
    tables:
      goals:
        label: 目标
        for: goal in department.goals
        spare: 2
        columns:
          area: {label: 领域, type: text, fill: "{{ goal.area }}", locked: true, merge_down: true}
          name: {label: 名称, type: text, fill: "{{ goal.name }}", locked: true}
          result: {label: 结果, type: number}
          half: {label: 一半, type: number, computed: result / 2}
    checks:
    - {id: BIG, kind: 核实, name: 不超过100, rule: money <= 100, message: 太大, remedy: 核对}
""")
GOALS = (
    {"area": "教育", "name": "入学率"},
    {"area": "教育", "name": "巩固率"},
    {"area": "卫生", "name": "接种率"},
)
SCHOOL = Department("101", "示例单位甲", children={"goals": GOALS})
ENTRIES: Entries = {
    "main": (
        Entry(
            {"money": Decimal("12.5")},
            {"goals": ({"result": Decimal(1)}, {"result": Decimal(2)}, {"result": Decimal(3)})},
        ),
    )
}


def edited(edit: Callable[[Workbook], None] = lambda _: None, **explanations: str) -> Return:
    """Return what is read after a person's edit of a filled workbook."""
    content = Stamper(FORM, PERIOD).stamp(SCHOOL, ENTRIES, explanations)
    book = load_workbook(BytesIO(content))
    edit(book)
    stream = BytesIO()
    book.save(stream)
    return read_filing(read_book(stream.getvalue()), FORM, PERIOD, FILE)


def alterations(returned: Return) -> list[Finding]:
    inspection = Inspection(returned.plan, PERIOD, SCHOOL, FILE)
    return list(inspection.findings(returned.located))


def planned() -> CopyPlan:
    return edited().located[0].plan


def sheet_of(book: Workbook) -> Worksheet:
    return book["目标表"]


def set_cell(address: str, value: object) -> Callable[[Workbook], None]:
    def edit(book: Workbook) -> None:
        sheet_of(book)[address].value = value  # type: ignore[assignment]

    return edit


def results(returned: Return) -> list[tuple[object, object, object]]:
    rows = returned.filing.sheets[0].tables["goals"]
    return [tuple(row.answers[name].value for name in ("area", "name", "result")) for row in rows]  # type: ignore[misc]


ALL = [
    ("教育", "入学率", Decimal(1)),
    ("教育", "巩固率", Decimal(2)),
    ("卫生", "接种率", Decimal(3)),
]


def test_answers_come_with_their_cells_and_amounts_in_yuan():
    sheet = edited().filing.sheets[0]
    answer = sheet.fields["money"]
    assert answer.value == Decimal(125000)
    place = Place("", sheet.title, *sheet.spots["money"])
    assert place.cell == planned().fields["money"].first.address


def test_a_merged_cell_counts_for_every_record_it_covers():
    assert results(edited()) == ALL


def test_rows_that_are_all_in_print_are_records_without_answers():
    printed = form_of("""
        tables:
          notes:
            columns:
              title: {label: 事项, type: label}
              text: {label: 要求, type: label}
            rows:
              first: {title: 甲, text: 如实填写}
              second: {title: 乙, text: 不得改动}
        """)
    content = Stamper(printed, PERIOD).stamp(SCHOOL)
    rows = read_filing(read_book(content), printed, PERIOD, FILE).filing.sheets[0].tables["notes"]
    assert [(row.name, row.number, row.answers) for row in rows] == [
        ("first", 1, {}),
        ("second", 2, {}),
    ]


def test_spare_rows_that_stay_empty_are_no_records():
    assert len(edited().filing.sheets[0].tables["goals"]) == len(GOALS)


def test_a_renamed_sheet_is_found_by_its_names():
    def rename(book: Workbook) -> None:
        sheet = sheet_of(book)
        for name in sheet.defined_names.values():  # Excel does this by itself
            name.attr_text = name.attr_text.replace("目标表", "我的表")
        sheet.title = "我的表"

    returned = edited(rename)
    assert (returned.located[0].by_name, results(returned)) == (True, ALL)
    assert returned.plan.copies[0].tab == "我的表"


def test_where_nothing_has_moved_everything_stands_as_planned():
    seal = edited().seal
    assert seal is not None
    assert planned() is plan(FORM, PERIOD, seal.shape).copies[0]


def test_whatever_a_name_says_is_where_its_part_is_looked_for(monkeypatch: pytest.MonkeyPatch):
    book = read_book(Stamper(FORM, PERIOD).stamp(SCHOOL, ENTRIES))
    moved = [*other_books(book)]
    quickly = [read_filing(each, FORM, PERIOD, FILE).plan for each in moved]
    monkeypatch.setattr(locate, "_stands_as_planned", lambda *_: False)
    assert quickly == [read_filing(each, FORM, PERIOD, FILE).plan for each in moved]


def other_books(book: Book) -> Iterator[Book]:
    """Yield a workbook with each end of each name moved by one, and with each name gone."""
    for at, name in enumerate(book.names):
        for area, end in product(name.ranges, ("top", "left", "bottom", "right")):
            other = replace(area, **{end: getattr(area, end) + 1})
            changed = replace(name, ranges=(other,))
            yield replace(book, names=(*book.names[:at], changed, *book.names[at + 1 :]))
        yield replace(book, names=(*book.names[:at], *book.names[at + 1 :]))


def test_records_of_two_rows_start_where_their_labels_stand_though_no_name_has_moved():
    tall = form_of("""
        tables:
          notes:
            label: 事项
            spare: 3
            columns:
              title: {label: 事项, type: text}
              text: {label: 说明, type: text}
            record: [[事项, title], [说明, text]]
        """)
    book = load_workbook(BytesIO(Stamper(tall, PERIOD).stamp(SCHOOL)))
    worksheet = book.worksheets[1]
    first = next(row for row in range(1, 9) if worksheet.cell(row, 1).value == "说明") - 1
    worksheet.move_range(f"A{first}:B{first + 3}", rows=1)
    worksheet.cell(first + 1, 2).value = "大修"
    stream = BytesIO()
    book.save(stream)
    (sheet,) = read_filing(read_book(stream.getvalue()), tall, PERIOD, FILE).filing.sheets
    (record,) = sheet.tables["notes"]
    assert record.answers["title"].value == "大修"


def test_without_names_everything_is_found_by_its_labels():
    def drop(book: Workbook) -> None:
        for sheet in book.worksheets:
            sheet.defined_names.clear()

    returned = edited(drop)
    assert (returned.located[0].by_name, results(returned)) == (False, ALL)
    assert returned.filing.sheets[0].fields["money"].value == Decimal(125000)


def test_without_names_and_with_rows_above_everything_is_still_found():
    def move(book: Workbook) -> None:
        sheet = sheet_of(book)
        for each in book.worksheets:
            each.defined_names.clear()
        for merged in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(merged))
        sheet.insert_rows(1, 2)

    assert edited(move).filing.sheets[0].fields["money"].value == Decimal(125000)


def test_the_seal_says_whose_workbook_it_is_wherever_its_sheet_went():
    def hide(book: Workbook) -> None:
        book["_jixiao"].title = "Sheet9"

    seal = edited(hide).seal
    assert seal is not None
    assert (seal.form, seal.version, seal.period) == ("tiny", "1", "2024")
    assert (seal.department, seal.name) == ("101", "示例单位甲")


def test_a_workbook_of_somebody_else_has_no_seal():
    book = Workbook()
    stream = BytesIO()
    book.save(stream)
    assert seal_of(read_book(stream.getvalue())) is None


def test_a_missing_worksheet_is_a_finding():
    def remove(book: Workbook) -> None:
        book.remove(sheet_of(book))

    [finding] = edited(remove).findings
    assert finding.rule == "FORM"


def test_a_field_whose_name_was_lost_is_a_finding_and_the_rest_is_read():
    def lose(book: Workbook) -> None:
        del sheet_of(book).defined_names["jx.note"]

    returned = edited(lose)
    assert [each.rule for each in returned.findings] == ["STRUCTURE"]
    assert "备注" in returned.findings[0].message
    assert results(returned) == ALL


def test_an_untouched_return_is_accused_of_nothing():
    assert alterations(edited()) == []


def test_a_printed_label_that_was_changed_is_named_with_its_cell():
    place = planned().fields["money"]
    label = place.first.address.replace("D", "C")
    [finding] = alterations(edited(set_cell(label, "决算数")))
    assert (finding.rule, finding.place.cell) == ("LOCKED", label)
    assert "预算数" in finding.message
    assert "决算数" in finding.message


def test_a_sheet_with_many_changed_labels_is_one_finding():
    def wipe(book: Workbook) -> None:
        for row in sheet_of(book).iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and not cell.value.startswith("="):
                    cell.value = "x"

    found = alterations(edited(wipe))
    assert [each.rule for each in found].count("STRUCTURE") == 1
    assert not any("印好的“" in each.message for each in found)


@pytest.mark.parametrize(("typed", "told"), [(7, "固定的内容“7”"), ("=1+1", "公式被改成了“=1+1”")])
def test_a_formula_that_was_overwritten_is_named_with_its_cell(typed: object, told: str):
    address = planned().fields["double"].first.address
    [finding] = alterations(edited(set_cell(address, typed)))
    assert (finding.rule, finding.place.cell) == ("FORMULA", address)
    assert told in finding.message


def test_what_the_bureau_put_in_may_not_be_changed():
    address = planned().tables["goals"].cell(1, "name").first.address
    [finding] = alterations(edited(set_cell(address, "升学率")))
    assert (finding.rule, finding.place.cell) == ("LOCKED", address)
    assert "巩固率" in finding.message


def test_records_in_another_order_still_hold_what_the_bureau_put_in():
    def swap(book: Workbook) -> None:
        sheet, table = sheet_of(book), planned().tables["goals"]
        one, two = (table.cell(row, "name").first.address for row in (0, 1))
        sheet[one].value, sheet[two].value = sheet[two].value, sheet[one].value

    assert alterations(edited(swap)) == []


def test_an_explanation_belongs_to_its_worksheet_and_rule():
    filing = edited(BIG="确有追加").filing
    assert filing.explanation("目标表", "BIG") == "确有追加"
    assert filing.explanation("目标表", "REQUIRED") == ""


def test_the_audit_sheet_is_found_when_it_was_renamed():
    def rename(book: Workbook) -> None:
        book[audit.TAB].title = "检查"

    assert edited(rename, BIG="确有追加").filing.explanation("改了名的表", "BIG") == "确有追加"


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("SUM($B$2,C3)", "sum( B2 , C3 )"),
        ('IF(A1="合 计",1,2)', 'if(a1="合 计",1,2)'),
        ("'表'!$A$1+1", "表!A1+1"),
    ],
)
def test_programs_may_write_a_formula_in_their_own_way(one: str, two: str):
    assert canonical(one) == canonical(two)


def test_what_stands_in_quotes_is_compared_to_the_letter():
    assert canonical('IF(A1="合 计",1)') != canonical('IF(A1="合计",1)')
