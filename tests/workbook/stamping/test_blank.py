"""What a stamped workbook is made of: locks, prompts, formulas, print set-up, the seal."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from generator.layout import audit, lay_out, shape_of
from generator.stamp import Stamper
from generator.template import catalogue, find, load
from generator.template.examples import load_examples
from generator.workbook.describe import describe
from generator.workbook.reader.formats import read_book

FORMS = [pytest.param(folder, id=folder.name) for folder in catalogue()]
OLD_ENOUGH = {  # functions that Excel 2010, WPS and LibreOffice all have
    *("ABS", "ADDRESS", "AND", "COLUMN", "COUNT", "COUNTA", "COUNTIF", "EXACT", "HYPERLINK"),
    *("IF", "IFERROR", "INDEX", "ISNUMBER", "LEN", "MATCH", "MAX", "MIN", "N", "NOT", "OR"),
    *(
        "ROUND",
        "ROW",
        "SUM",
        "SUMPRODUCT",
        "TEXT",
        "TRIM",
        "ISTEXT",
        "LOOKUP",
        "FIXED",
        "T",
        "SUBSTITUTE",
    ),
}


@cache
def stamped(folder: Path) -> bytes:
    """Return an unfilled workbook for the department of the form's last example."""
    form = load(folder)
    example = load_examples(form, folder)[-1]
    return Stamper(form, example.period).stamp(example.department)


def opened(folder: Path) -> Workbook:
    return load_workbook(BytesIO(stamped(folder)))


@pytest.mark.parametrize("folder", FORMS)
def test_formulas_use_only_what_excel_2010_has(folder: Path):
    formulas = [
        cell.formula for sheet in read_book(stamped(folder)).sheets for cell in sheet.cells.values()
    ]
    bare = [re.sub(r'"[^"]*"', "", each) for each in formulas]
    used = {name for each in bare for name in re.findall(r"([A-Z][A-Z0-9.]*)\(", each)}
    assert used <= OLD_ENOUGH


@pytest.mark.parametrize("folder", FORMS)
def test_no_macro_and_no_external_link_is_in_it(folder: Path):
    book = read_book(stamped(folder))
    assert (book.macros, book.external_links) == (False, False)


@pytest.mark.parametrize("folder", FORMS)
def test_every_sheet_is_protected_and_exactly_the_inputs_are_open(folder: Path):
    form = load(folder)
    example = load_examples(form, folder)[-1]
    layout = lay_out(form, example.period, shape_of(form, example.department))
    book = read_book(stamped(folder))
    for laid_out, sheet in zip(layout.sheets, book.sheets, strict=True):
        wanted = {
            (cell.area.top, cell.area.left) for cell in laid_out.cells if not cell.style.locked
        }
        merged = {
            (cell.area.top + i, cell.area.left + j)
            for cell in laid_out.cells
            if not cell.style.locked
            for i in range(cell.area.height)
            for j in range(cell.area.width)
        }
        found = {place for place, cell in sheet.cells.items() if cell.locked is False}
        assert sheet.protected
        assert wanted <= found <= merged


@pytest.mark.parametrize("folder", FORMS)
def test_every_input_has_a_prompt_and_a_name(folder: Path):
    form = load(folder)
    book = opened(folder)
    names = {name for sheet in book for name in sheet.defined_names}
    fields = {name for sheet in form.sheets for name in sheet.fields}
    columns = {
        f"{table.name}.{column.name}" for _, table in form.tables for column in table.columns
    }
    assert {f"jx.{each}" for each in fields | columns} <= names
    prompts = [each for sheet in book for each in sheet.data_validations.dataValidation]
    assert all(each.promptTitle for each in prompts)


@pytest.mark.parametrize("folder", FORMS)
def test_sheets_print_on_a4_as_wide_as_the_page_with_page_numbers(folder: Path):
    for sheet in opened(folder):
        assert (sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (9, 0)
        assert "&P" in sheet.oddFooter.center.text


@pytest.mark.parametrize("folder", FORMS)
def test_the_seal_is_very_hidden_and_the_guide_comes_first(folder: Path):
    book = opened(folder)
    assert book.worksheets[0].title == "填报说明"
    assert book["_jixiao"].sheet_state == "veryHidden"


@pytest.mark.parametrize("folder", FORMS)
def test_the_sheets_of_a_form_look_as_they_did(
    folder: Path, tmp_path: Path, snapshot: Callable[[str, str], None]
):
    path = tmp_path / f"{folder.name}.xlsx"
    path.write_bytes(stamped(folder))
    form_sheets, _, _ = describe(path).partition(f"sheet '{audit.TAB}'")
    snapshot(f"{folder.name}.sheet", form_sheets)


def test_the_audit_sheet_looks_as_it_did(tmp_path: Path, snapshot: Callable[[str, str], None]):
    path = tmp_path / "assessment-targets.xlsx"
    path.write_bytes(stamped(find("assessment-targets")))
    _, _, audited = describe(path).partition(f"sheet '{audit.TAB}'")
    signed = re.sub(r"'(?:[0-9a-f]{64}|[0-9a-f]{8})'", "'…'", audited)  # by whatever key
    snapshot("audit.sheet", signed)
