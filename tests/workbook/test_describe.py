"""A workbook as text."""

from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule, FormulaRule
from openpyxl.styles import PatternFill, Protection
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from generator.workbook.book import Unreadable
from generator.workbook.describe import describe
from tests.support.office import Calc
from tests.workbook.handmade import package

FORM = """\
workbook xlsx
structure locked
name jx.all = 表!$A$1:$C$9 hidden

sheet '表' visible
protected with password; allowed: formatColumns
frozen above and left of A2
width A 12.5
width C 30 hidden
print paper: 9
print orientation: landscape
print pages wide: 1
print pages high: any
print centred: True
print footer: centre '第 &P 页'
name _xlnm.Print_Area = '表'!$A$1:$C$9
name _xlnm.Print_Titles = '表'!$1:$2
name jx.budget = 表!$B$2
A1   locked  '绩效\\n目标'
B1   locked  '=6人'  @
A2   locked  '预算数'
B2   INPUT   12.5  0.00
C2   locked  =B2/2
B3   INPUT   None  0.00%
C3   locked  TRUE
merged A5:C5
validation B2 decimal greaterThanOrEqual; 0; no blank; prompt '预算' '万元'; stop '错' '填数'
validation B3 list; "甲,乙"
format B2 cellIs lessThan; 0; fill 00FF0000
format B3:C3 expression; ISBLANK(B3); then stop
comment A1 '看这里'
link A2 → #'表'!B2

sheet '_jixiao' veryHidden
A1   locked  'form'
"""


@pytest.fixture
def form(tmp_path: Path) -> Path:
    """Return a workbook with one of everything that is described."""
    book = Workbook()
    sheet = book.active
    sheet.title = "表"
    sheet["A1"], sheet["B1"], sheet["A2"], sheet["B2"] = "绩效\n目标", "=6人", "预算数", 12.5
    sheet["C2"], sheet["C3"] = "=B2/2", True
    sheet["B1"].data_type = "s"
    sheet["B1"].number_format = "@"
    for address, code in (("B2", "0.00"), ("B3", "0.00%")):
        sheet[address].number_format = code
        sheet[address].protection = Protection(locked=False)
    sheet.merge_cells("A5:C5")
    _set_up(sheet)
    _help(sheet)
    sheet.defined_names["jx.budget"] = DefinedName("jx.budget", attr_text="表!$B$2")
    book.defined_names["jx.all"] = DefinedName("jx.all", attr_text="表!$A$1:$C$9", hidden=True)
    seal = book.create_sheet("_jixiao")
    seal.sheet_state = "veryHidden"
    seal["A1"] = "form"
    book.security.lockStructure = True
    path = tmp_path / "表.xlsx"
    book.save(path)
    return path


def _set_up(sheet: Worksheet) -> None:
    sheet.protection.sheet = True
    sheet.protection.password = "x"
    sheet.protection.formatColumns = False
    sheet.freeze_panes = "A2"
    sheet.column_dimensions["A"].width = 12.5
    sheet.column_dimensions["C"].width = 30
    sheet.column_dimensions["C"].hidden = True
    sheet.page_setup.paperSize = 9
    sheet.page_setup.orientation = "landscape"
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToHeight = 0
    sheet.print_area = "A1:C9"
    sheet.print_title_rows = "1:2"
    sheet.print_options.horizontalCentered = True
    sheet.oddFooter.center.text = "第 &P 页"


def _help(sheet: Worksheet) -> None:
    amount = DataValidation("decimal", formula1="0", operator="greaterThanOrEqual")
    amount.promptTitle, amount.prompt = "预算", "万元"
    amount.errorTitle, amount.error, amount.allowBlank = "错", "填数", False
    choice = DataValidation("list", formula1='"甲,乙"', allow_blank=True)
    for validation, address in ((amount, "B2"), (choice, "B3")):
        validation.add(address)
        sheet.add_data_validation(validation)
    red = PatternFill("solid", bgColor="FF0000")
    sheet.conditional_formatting.add("B2", CellIsRule("lessThan", ["0"], fill=red))
    sheet.conditional_formatting.add("B3:C3", FormulaRule(["ISBLANK(B3)"], stopIfTrue=True))
    sheet["A2"].hyperlink = "#'表'!B2"
    sheet["A2"].style = "Normal"
    sheet["A1"].comment = Comment("看这里", "财政")


def test_everything_that_matters_is_one_line(form: Path):
    assert describe(form) == FORM


def test_saving_again_without_a_change_changes_nothing(form: Path):
    again = form.with_name("又.xlsx")
    book = load_workbook(form)
    book.properties.creator = "别人"
    book.save(again)
    assert again.read_bytes() != form.read_bytes()
    assert describe(again) == describe(form)


def test_a_swapped_lock_is_one_changed_line(form: Path):
    book = load_workbook(form)
    book["表"]["A2"].protection = Protection(locked=False)
    book.save(form)
    assert set(describe(form).splitlines()) ^ set(FORM.splitlines()) == {
        "A2   locked  '预算数'",
        "A2   INPUT   '预算数'",
    }


def test_results_stand_beside_their_formulas(calc: Calc, form: Path):
    with calc.open(form) as opened:
        opened.recalculate()
        lines = describe(opened.save(form.with_name("算.xlsx"))).splitlines()
    assert "C2   locked  =B2/2 → 6.25" in lines


def test_what_openpyxl_cannot_load_is_described_by_its_cells(tmp_path: Path):
    path = tmp_path / "表.xlsx"
    path.write_bytes(package('<row><c r="A1" s="2"><v>44531</v></c></row>'))
    assert describe(path).splitlines() == [
        "workbook xlsx",
        "only cells and names are shown",
        "",
        "sheet '表' visible",
        "A1   locked  2021-12-01  yyyy/m/d",
    ]


def test_an_old_format_shows_its_values(calc: Calc, form: Path):
    with calc.open(form) as opened:
        lines = describe(opened.save_as(form.with_name("旧.xls"), "xls")).splitlines()
    assert lines[:2] == ["workbook xls", "only cells and names are shown"]
    assert "B2           12.5" in lines


def test_what_is_no_workbook_is_refused(tmp_path: Path):
    (tmp_path / "表.xlsx").write_bytes(b"")
    with pytest.raises(Unreadable, match="空"):
        describe(tmp_path / "表.xlsx")
