"""Columns that say `suggest` get a drop-down from the indicator library, and take all else too."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.datavalidation import DataValidation

from generator.layout import lay_out, shape_of
from generator.model.form import Form
from generator.model.period import Period
from generator.model.roster import Department, Roster
from generator.model.suggest import suggesting
from generator.stamp import Run, Stamper, stamp_all
from generator.workbook.keys import Key
from generator.workbook.reader.formats import read_book
from generator.workbook.returned.read import read_filing
from generator.workbook.stamping.stock import blank_key
from tests.check.forms import form_of

PERIOD, SOMEONE = Period(2024, 12, "year"), Department("101", "甲局")
FORM = form_of("""
fields:
  name: {label: 名称, type: text, suggest: level3, max_length: 60, help: 写全称。}
tables:
  items:
    label: 表格
    spare: 2
    columns:
      level3: {label: 指标, type: text, suggest: level3}
      other: {label: 其他, type: text, suggest: unknown}
      note: {label: 附注, type: text}
""")
LEVEL3 = ("服务对象满意度", "办结率")


def validations(form: Form) -> dict[str, DataValidation]:
    content = Stamper(form, PERIOD, Key(b"1" * 32)).stamp(SOMEONE)
    sheet = load_workbook(BytesIO(content))["main"]
    return {each.promptTitle: each for each in sheet.data_validations.dataValidation}


def test_the_list_is_offered_and_other_texts_are_taken():
    found = validations(suggesting(FORM, {"level3": LEVEL3, "basis": ("计划",)}))
    for title in ("名称", "指标"):
        assert (found[title].type, found[title].formula1) == ("list", '"服务对象满意度,办结率"')
        assert (found[title].errorStyle, found[title].showErrorMessage) == ("information", False)
    assert found["名称"].prompt == "写全称。最多 60 个字。可以从下拉列表中选，也可以填列表以外的。"
    assert (found["其他"].type, found["附注"].type) == (None, None)


def test_without_suggestions_the_form_and_its_blank_are_as_they_were():
    assert suggesting(FORM, {}) is FORM
    assert suggesting(FORM, {"level3": ()}).sheets == FORM.sheets
    assert validations(FORM)["名称"].type == "textLength"
    assert validations(FORM)["指标"].type is None


def test_a_long_list_stands_on_the_hidden_sheet_and_odd_entries_are_left_out():
    many = [f"第{number}个相当长的指标名称" for number in range(2000)]
    listed = ["", " ", "两\n行", "长" * 300, *many, many[0]]
    form = suggesting(FORM, {"level3": listed})
    assert form.sheet("main").fields["name"].suggestions == tuple(many[:1000])
    assert validations(form)["指标"].formula1 == "'选项'!$A$1:$A$1000"


def test_a_blank_with_suggestions_is_another_blank():
    def key(form: Form) -> str:
        return blank_key(lay_out(form, PERIOD, shape_of(form, SOMEONE)))

    one, two = (suggesting(FORM, {"level3": (each,)}) for each in LEVEL3)
    assert len({key(FORM), key(one), key(two)}) == 3


@pytest.mark.parametrize("answer", ["办结率", "列表以外的", "=1+1"])
def test_stamping_with_suggestions_is_read_like_stamping_without(tmp_path: Path, answer: str):
    suggestions = {"level3": (*LEVEL3, "=HYPERLINK(1)")}
    roster = Roster((SOMEONE,))
    [stamped] = stamp_all(FORM, roster, PERIOD, tmp_path, Run(jobs=1), suggestions=suggestions)
    book = load_workbook(stamped.path)
    book["main"]["B1"].value = answer
    book["main"]["B1"].data_type = "s"
    content = BytesIO()
    book.save(content)
    found = read_filing(read_book(content.getvalue()), FORM, PERIOD, "a.xlsx")
    assert found.findings == ()
    assert found.filing.sheets[0].fields["name"].value == answer
