"""Workbooks of the .xlsx family, as programs write them and as nobody should."""

import re
import warnings
from collections.abc import Mapping
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.formula.translate import Translator
from openpyxl.styles import Protection
from openpyxl.workbook.defined_name import DefinedName as OpenpyxlName

from generator.workbook.book import Cell, CellKind, Limits, Range, Unreadable
from generator.workbook.reader.package import read_package
from generator.workbook.references import column_letters, parse_ranges, shifted
from tests.support.office import Calc
from tests.workbook.handmade import EXPAT, LINKS, MAIN, OFFICE, STRICT, links, package, worksheet

BOTH_WAYS = pytest.mark.parametrize("way", ["", EXPAT], ids=["plain", "expat"])


def cells(content: bytes) -> Mapping[tuple[int, int], Cell]:
    return read_package(content).sheets[0].cells


def values(content: bytes) -> dict[tuple[int, int], object]:
    return {place: cell.value for place, cell in cells(content).items()}


# -- cells --


@BOTH_WAYS
@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        ('<c r="A1"><v>0.28999999999999998</v></c>', Cell(Decimal("0.29"), CellKind.NUMBER)),
        ('<c r="A1" t="n"><v>1E+3</v></c>', Cell(Decimal(1000), CellKind.NUMBER)),
        ('<c r="A1"><v>-0</v></c>', Cell(Decimal(0), CellKind.NUMBER)),
        ('<c r="A1"><v>1_0</v></c>', Cell("1_0", CellKind.ERROR)),
        ('<c r="A1" t="b"><v>1</v></c>', Cell(value=True, kind=CellKind.TRUTH)),
        ('<c r="A1" t="b"><v>0</v></c>', Cell(value=False, kind=CellKind.TRUTH)),
        ('<c r="A1" t="e"><v>#REF!</v></c>', Cell("#REF!", CellKind.ERROR)),
        ('<c r="A1" t="s"><v>1</v></c>', Cell("乙&<", CellKind.TEXT)),
        ('<c r="A1" t="str"><f>B1</f><v>甲</v></c>', Cell("甲", CellKind.TEXT, "B1")),
        ('<c r="A1" t="str"><f>B1&amp;""</f><v></v></c>', Cell("", CellKind.TEXT, 'B1&""')),
        ('<c r="A1"><f>1&lt;2</f></c>', Cell(None, CellKind.BLANK, "1<2")),
        ('<c r="A1"><f>1</f><v/></c>', Cell(None, CellKind.BLANK, "1")),
        ('<c r="A1" t="inlineStr"><is><t> 甲\n</t></is></c>', Cell(" 甲\n", CellKind.TEXT)),
        ('<c r="A1" t="inlineStr"><is><t/></is></c>', Cell("", CellKind.TEXT)),
        (
            '<c r="A1" t="inlineStr"><is><r><t>甲</t></r><r><t>乙</t></r>'
            '<rPh sb="0" eb="1"><t>jia</t></rPh></is></c>',
            Cell("甲乙", CellKind.TEXT),
        ),
        (
            '<c r="A1" t="d"><v>2021-12-01</v></c>',
            Cell(Decimal(44531), CellKind.NUMBER, "", "yyyy-mm-dd"),
        ),
        ('<c r="A1" t="d"><v>soon</v></c>', Cell("soon", CellKind.ERROR)),
        ('<c r="A1" s="0"/>', Cell()),
    ],
)
def test_a_cell_is_read_to_the_letter(xml: str, expected: Cell, way: str):
    strings = "<si><t>甲</t></si><si><t>乙&amp;&lt;</t></si>"
    found = cells(package(f'<row r="1">{way}{xml}</row>', strings=strings))
    assert found == {(1, 1): expected._replace(locked=True)}


@BOTH_WAYS
def test_a_style_gives_format_and_lock(way: str):
    row = "".join(f'<c r="{"ABCDE"[style]}1" s="{style}"/>' for style in range(5))
    found = cells(package(f"<row>{way}{row}</row>"))
    assert [(cell.number_format, cell.locked, cell.percent) for cell in found.values()] == [
        ("General", True, False),
        ("0.00%", False, True),
        ("yyyy/m/d", True, False),
        ('0.00"%"', True, False),
        ('yyyy"年"m"月"d"日"', False, False),
    ]


@BOTH_WAYS
def test_what_xml_cannot_hold_is_unescaped(way: str):
    texts = ["_x0041_x", "_x005F_x0041_", "_xD83D__xDE00_", "_xD83D_", "_x004_", "a_x000D_&#10;b"]
    row = "".join(
        f'<c r="A{i}" t="inlineStr"><is><t>{text}</t></is></c>' for i, text in enumerate(texts, 1)
    )
    assert list(values(package(f"<row>{way}{row}</row>")).values()) == [
        "Ax",
        "_x0041_",
        "😀",
        "\ufffd",
        "_x004_",
        "a\r\nb",
    ]


@BOTH_WAYS
@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("&amp;lt;&#x26;lt;&lt;&gt;&quot;&apos;", "&lt;&lt;<>\"'"),
        ("&#128;&#20013;&#x1F600;&#10;", "\x80中😀\n"),
    ],
)
def test_entities_are_those_of_xml(written: str, expected: str, way: str):
    row = f'<c r="A1" t="inlineStr"><is><t>{written}</t></is></c>'
    assert values(package(f"<row>{way}{row}</row>")) == {(1, 1): expected}


@pytest.mark.parametrize(
    "written", ["&nbsp;", "&#1;", "&#xD800;", "&#x110000;", "&", "&amp", "\x01"]
)
def test_what_is_no_xml_is_refused_the_same_way(written: str):
    row = f'<row><c r="A1" t="inlineStr"><is><t>{written}</t></is></c></row>'
    with pytest.raises(Unreadable, match="不是完整的 XML"):
        read_package(package(row))


@pytest.mark.parametrize(
    ("strings", "expected"),
    [
        ("<si><t>甲</t></si><si><t/></si>", ["甲", ""]),
        (
            '<si><r><rPr><b/><sz val="11"/></rPr><t xml:space="preserve">甲 </t></r>'
            "<r><t>乙</t></r></si>",
            ["甲 乙"],
        ),
        (
            '<si><t>東京</t><rPh sb="0" eb="2"><t>とう</t></rPh><phoneticPr fontId="1"/></si>',
            ["東京"],
        ),
        ("<si><t><![CDATA[<甲>]]></t></si><si/>", ["<甲>", ""]),
        ("<si><t>a\r\nb</t></si><si><!-- x --><t>b</t></si>", ["a\nb", "b"]),
    ],
)
def test_shared_texts_are_read_without_their_looks(strings: str, expected: list[str]):
    row = "".join(f'<c r="A{i + 1}" t="s"><v>{i}</v></c>' for i in range(len(expected)))
    assert list(values(package(f"<row>{row}</row>", strings=strings)).values()) == expected


def test_cells_without_addresses_follow_each_other():
    rows = (
        '<row><c><v>1</v></c><c r="D1"><v>2</v></c><c><v>3</v></c></row><row><c><v>4</v></c></row>'
    )
    assert list(values(package(rows))) == [(1, 1), (1, 4), (1, 5), (2, 1)]


def test_prefixes_change_nothing():
    part = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>7</x:v></x:c>'
        '</x:row></x:sheetData><x:sheetProtection sheet="1"/></x:worksheet>'
    )
    sheet = read_package(package(changes={"xl/worksheets/sheet1.xml": part})).sheets[0]
    assert (sheet.cells[1, 1].value, sheet.protected) == (7, True)


def test_a_strict_workbook_is_read_like_any_other():
    changes = {
        "xl/workbook.xml": f'<workbook xmlns="{STRICT}" xmlns:r="http://purl.oclc.org/ooxml/'
        'officeDocument/relationships"><sheets><sheet name="表" r:id="rId1"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": worksheet('<row><c r="B2"><v>7</v></c></row>').replace(
            MAIN, STRICT
        ),
        "xl/_rels/workbook.xml.rels": links(("rId1", "worksheet", "worksheets/sheet1.xml")).replace(
            OFFICE, "http://purl.oclc.org/ooxml/officeDocument/relationships"
        ),
    }
    assert values(package(changes=changes)) == {(2, 2): 7}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_parts_may_be_in_another_unicode_encoding(encoding: str):
    text = worksheet('<row><c r="A1" t="inlineStr"><is><t>甲</t></is></c></row>')
    part = f'<?xml version="1.0" encoding="{encoding[:6].strip("-")}"?>{text}'.replace(
        "utf-8-", "utf-8"
    )
    assert values(package(changes={"xl/worksheets/sheet1.xml": part.encode(encoding)})) == {
        (1, 1): "甲"
    }


def test_part_names_may_be_spelled_otherwise():
    content = package(
        changes={
            "xl/worksheets/sheet1.xml": None,
            "xl\\Worksheets\\Sheet1.xml": worksheet('<row><c r="A1"><v>7</v></c></row>'),
            "xl/_rels/workbook.xml.rels": links(("rId1", "worksheet", "/xl/worksheets/sheet1.xml")),
        }
    )
    assert values(content) == {(1, 1): 7}


def test_a_foreign_element_of_the_same_name_is_no_cell():
    rows = (
        '<row><c r="A1"><v>1</v><extLst><ext xmlns:y="urn:y"><y:v>2</y:v></ext></extLst></c></row>'
    )
    assert values(package(rows)) == {(1, 1): 1}


def test_a_wrong_dimension_is_not_believed():
    part = worksheet('<row><c r="C9"><v>7</v></c></row>').replace(
        "<sheetData>", '<dimension ref="A1"/><sheetData>'
    )
    assert values(package(changes={"xl/worksheets/sheet1.xml": part})) == {(9, 3): 7}


def test_a_stray_cell_at_the_end_of_the_sheet_costs_one_cell():
    rows = '<row><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="1"/></row>'
    assert list(cells(package(rows))) == [(1, 1), (1048576, 16384)]


# -- formulas --


@BOTH_WAYS
def test_a_shared_formula_is_written_out_in_each_cell(way: str):
    rows = (
        '<c r="C1"><f t="shared" ref="C1:C3" si="0">A1*$B$1&amp;"A1"</f><v>1</v></c>'
        '<c r="C2"><f t="shared" si="0"/><v>2</v></c>'
        '<c r="D3"><f t="shared" si="0"></f><v>3</v></c>'
        '<c r="E1"><f t="array" ref="E1:E2">SUM(A1:A2*1)</f><v>4</v></c>'
        '<c r="F1"><f aca="false">A1</f><v>5</v></c>'
    )
    found = cells(package(f"<row>{way}{rows}</row>"))
    assert [cell.formula for cell in found.values()] == [
        'A1*$B$1&"A1"',
        'A2*$B$1&"A1"',
        'B3*$B$1&"A1"',
        "SUM(A1:A2*1)",
        "A1",
    ]


REFERENCES = st.sampled_from(
    [
        *("A1", "$A1", "A$1", "$A$1", "B2:C3", "C:D", "$2:3", "'甲 A1'!B2", "表!C3", '"A1"'),
        *("LOG10(A1)", "jx.A1", "T[A1]", "A1B", "1E3", "TRUE", "Sheet1!A1:B2"),
    ]
)


@given(
    st.lists(REFERENCES, min_size=1, max_size=5),
    st.sampled_from("+,&<"),
    st.integers(0, 30),
    st.integers(0, 30),
)
@settings(max_examples=200, deadline=None)
def test_moved_formulas_read_as_openpyxl_moves_them(
    references: list[str], operator: str, rows: int, columns: int
):
    formula = f"F({operator.join(references)})"
    target = f"{column_letters(columns + 1)}{rows + 1}"
    expected = Translator(f"={formula}", "A1").translate_formula(target)
    assert "=" + shifted(formula, rows, columns) == expected


def test_a_reference_moved_off_the_sheet_is_an_error():
    assert shifted("A1+B$2+XFD1", -1, 1) == "#REF!+C$2+#REF!"


# -- sheets, names, dates --


def test_sheets_keep_their_order_and_state():
    content = package(
        sheets='<sheet name="图" r:id="rId4"/><sheet name="选_x5143_" state="hidden" r:id="rId5"/>'
        '<sheet name="_jixiao" state="veryHidden" r:id="rId1"/>',
        changes={
            "xl/_rels/workbook.xml.rels": links(
                ("rId1", "worksheet", "worksheets/sheet1.xml"),
                ("rId4", "chartsheet", "chartsheets/sheet1.xml"),
                ("rId5", "worksheet", "worksheets/sheet1.xml"),
            )
        },
    )
    assert [(each.title, each.state) for each in read_package(content).sheets] == [
        ("表", "visible"),
        ("图", "visible"),
        ("选元", "hidden"),
        ("_jixiao", "veryHidden"),
    ]


def test_names_know_their_sheet_and_ranges():
    names = (
        '<definedName name="jx.budget" localSheetId="0">表!$B$2</definedName>'
        "<definedName name=\"jx.budget\" hidden=\"1\">'甲,''乙'!$A$1:$C$9,表!$E:$F</definedName>"
        '<definedName name="gone">#REF!</definedName><definedName name="rate">0.5</definedName>'
    )
    book = read_package(package(names=names))
    local, whole = book.name("JX.budget", "表"), book.name("jx.budget")
    assert (local.sheet, local.ranges) == (0, (Range("表", 2, 2, 2, 2),))
    assert (whole.sheet, whole.hidden, whole.ranges) == (
        None,
        True,
        (Range("甲,'乙", 1, 1, 9, 3), Range("表", 1, 5, 1048576, 6)),
    )
    assert [each.ranges for each in book.names[2:]] == [(), ()]


@pytest.mark.parametrize(
    "text",
    ["[1]表!A1", "'[1]表'!A1", "甲:乙!A1", "SUM(A1)", "A1 B2", "XFE1", "A0", "", "表!A1,#REF!"],
)
def test_what_is_no_plain_range_has_none(text: str):
    assert parse_ranges(text) == ()


@BOTH_WAYS
def test_locks_are_known_where_no_cell_is(way: str):
    rows = f'{way}<row r="2" s="1" customFormat="1"><c r="A2" s="0"/></row>'
    part = worksheet(rows, '<sheetProtection sheet="true"/>').replace(
        "<sheetData>", '<cols><col min="3" max="4" style="1"/></cols><sheetData>'
    )
    sheet = read_package(package(changes={"xl/worksheets/sheet1.xml": part})).sheets[0]
    places = [(1, 1), (1, 3), (1, 4), (2, 1), (2, 2)]
    assert [sheet.locked(*place) for place in places] == [True, False, False, True, False]


def test_merged_ranges_are_found_from_any_of_their_cells():
    around = '<mergeCells><mergeCell ref="B2:D3"/><mergeCell ref="F1"/></mergeCells>'
    sheet = read_package(package(around=around)).sheets[0]
    assert sheet.merge_at(3, 4) == Range("表", 2, 2, 3, 4)
    assert sheet.merge_at(1, 1) is None


@pytest.mark.parametrize(
    ("serial", "epoch", "expected"),
    [
        ("44531", "", "2021-12-01"),
        ("43069", 'date1904="1"', "2021-12-01"),
        ("44531.75", "", "2021-12-01 18:00:00"),
        ("0.5", 'date1904="1"', "12:00:00"),
        ("59", "", "1900-02-28"),
        ("61", "", "1900-03-01"),
        ("9999999", "", ""),
        ("-1", "", ""),
    ],
)
def test_a_date_is_the_same_day_in_both_systems(serial: str, epoch: str, expected: str):
    content = package(f'<row><c r="A1" s="2"><v>{serial}</v></c></row>', epoch=epoch)
    assert cells(content)[1, 1].written_date == expected


def test_macros_and_links_to_other_files_are_noticed():
    plain = read_package(package())
    content = package(
        changes={
            "xl/_rels/workbook.xml.rels": links(
                ("rId1", "worksheet", "worksheets/sheet1.xml"),
                ("rId8", "vbaProject", "vbaProject.bin"),
                ("rId9", "externalLink", "externalLinks/externalLink1.xml"),
            )
        }
    )
    book = read_package(content)
    assert (plain.format, plain.macros, plain.external_links) == ("xlsx", False, False)
    assert (book.format, book.macros, book.external_links) == ("xlsm", True, True)


# -- what is refused --

BOMB = '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>' + worksheet(
    '<row><c r="A1" t="str"><v>&b;</v></c></row>'
)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (package(changes={"xl/worksheets/sheet1.xml": None}), "缺少部件"),
        (package(changes={"xl/workbook.xml": None}), "没有工作簿"),
        (package(changes={"xl/worksheets/sheet1.xml": BOMB}), "实体声明"),
        (package(changes={"xl/worksheets/sheet1.xml": "<worksheet><row>"}), "不是完整的 XML"),
        (package(changes={"xl/worksheets/sheet1.xml": worksheet("<row>" * 99)}), "层次"),
        (package(changes={"xl/workbook.xml": f'<workbook xmlns="{MAIN}"/>'}), "没有工作表"),
        (package(sheets='<sheet name="缺" r:id="rId99"/>'), "“缺”"),
        (package('<row><c r="A1" t="s"><v>5</v></c></row>'), "文字不存在"),
        (package(f'<row><c r="A1" t="s"><v>{"1" * 5000}</v></c></row>'), "文字不存在"),
        (
            package('<row><c r="A1" t="s"><v>-1</v></c></row>', strings="<si><t>a</t></si>"),
            "文字不存在",
        ),
        (package('<row><c r="A1" s="99"/></row>'), "样式不存在"),
        (package('<row><c r="XFE1"><v>1</v></c></row>'), "XFE1"),
        (package('<row><c r="A1"><f t="shared" si="3"/></c></row>'), "共用公式"),
        (package(changes={"xl/a/../../b.xml": ""}), "不合法的部件名"),
    ],
)
def test_a_broken_or_hostile_package_is_refused(content: bytes, message: str):
    with pytest.raises(Unreadable, match=re.escape(message)):
        read_package(content)


@pytest.mark.parametrize(
    ("content", "limits", "message"),
    [
        (package('<row><c r="A1"/><c r="B1"/></row>'), {"cells": 1}, "单元格超过 1 个"),
        (package(f'<row>{EXPAT}<c r="A1"/><c r="B1"/></row>'), {"cells": 1}, "单元格超过 1 个"),
        (package(strings="<si/><si/>"), {"cells": 1}, "文字超过 1 段"),
        (package(), {"parts": 6}, "部件超过 6 个"),
        (package(), {"inflated_bytes": 100}, "展开后"),
        (package(changes={"xl/x": b"0" * 2**23}), {}, "压缩率"),
        (package(names='<definedName name="a">1</definedName>' * 3), {"names": 2}, "名称超过 2 个"),
        (package(around='<mergeCell ref="A1:B2"/>' * 3), {"merges": 2}, "合并单元格超过 2 处"),
    ],
)
def test_what_goes_beyond_a_limit_is_refused(content: bytes, limits: dict[str, int], message: str):
    with pytest.raises(Unreadable, match=message):
        read_package(content, Limits(**limits))


def test_the_limit_of_cells_holds_for_all_sheets_together():
    content = package('<row><c r="A1"/><c r="B1"/></row>', sheets='<sheet name="乙" r:id="rId1"/>')
    assert len(read_package(content, Limits(cells=4)).sheets) == 2
    with pytest.raises(Unreadable, match="单元格超过"):
        read_package(content, Limits(cells=3))


# -- whole workbooks --

LETTERS = st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t 　")
TEXTS = st.text(LETTERS, max_size=30).filter(
    lambda text: not re.search("_x[0-9A-Fa-f]{4}_", text) and not re.search("[\ufffe\uffff]", text)
)
FLOATS = st.floats(-1e300, 1e300).map(lambda each: float(f"{each:.16g}"))
NUMBERS = FLOATS | st.integers(-(2**53), 2**53)  # openpyxl writes sixteen digits


@given(st.lists(TEXTS | NUMBERS, min_size=1, max_size=30))
@settings(max_examples=40, deadline=None)
def test_what_openpyxl_writes_is_read_back(written: list[object]):
    book = Workbook()
    for row, value in enumerate(written, 1):
        cell = book.active.cell(row, 2, value)
        if isinstance(value, str):
            cell.data_type = "s"
    target = BytesIO()
    book.save(target)
    found = cells(target.getvalue())
    for row, value in enumerate(written, 1):
        read = found[row, 2].value
        if isinstance(value, str):
            assert read == value
        else:
            assert read == Decimal(repr(value))


CELL_XML = st.builds(
    "<c{}{}>{}{}</c>".format,
    st.sampled_from(["", ' s="1"', ' s="2"']),
    st.sampled_from(["", ' t="n"', ' t="str"', ' t="b"', ' t="e"', ' t="s"', ' t="d"']),
    st.sampled_from(["", "<f>A1</f>", "<f/>", '<f ca="1">A1&amp;B1</f>']),
    st.sampled_from(["", "<v/>", "<v>1</v>", "<v>0.10</v>", "<v>2021-12-01</v>", "<v>_x0041_</v>"]),
)


@given(st.lists(CELL_XML, max_size=12))
@settings(max_examples=150, deadline=None)
def test_both_ways_of_reading_agree(written: list[str]):
    rows = "".join(
        f'<row r="{number}"><c r="C{number}"{each.removeprefix("<c")}</row>'
        for number, each in enumerate(written, 1)
    )
    strings = "<si><t>甲</t></si><si><t>乙</t></si>"

    def outcome(way: str) -> object:
        try:
            return cells(package(way + rows, strings=strings))
        except Unreadable as error:
            return str(error)

    assert outcome("") == outcome(EXPAT)


def test_a_workbook_by_libreoffice_is_read_like_the_one_it_was_made_from(
    calc: Calc, tmp_path: Path
):
    book = Workbook()
    sheet = book.active
    sheet.title = "表 一"
    values_in = ["甲\n乙", 0.29, True, "=B1*2", '=IF(B1>9,1,"")', "=1/0", "　", "=6人", 1260]
    for column, value in enumerate(values_in, 1):
        sheet.cell(1, column, value)
    sheet["H1"].data_type = "s"
    sheet["B1"].protection = Protection(locked=False)
    sheet["I1"].number_format = "0.00%"
    sheet.merge_cells("A3:C4")
    sheet.protection.sheet = True
    sheet.defined_names["jx.a"] = OpenpyxlName("jx.a", attr_text="'表 一'!$B$1:$C$2")
    book.create_sheet("seal").sheet_state = "veryHidden"
    book.save(tmp_path / "in.xlsx")
    with calc.open(tmp_path / "in.xlsx") as opened:
        opened.recalculate()
        saved = opened.save(tmp_path / "out.xlsx")
    found = read_package(saved.read_bytes())
    first = found.sheets[0]
    row = [first.cells[1, column] for column in range(1, 10)]
    assert [cell.value for cell in row] == [
        *("甲\n乙", Decimal("0.29"), True, Decimal("0.58"), "", "#DIV/0!", "　", "=6人"),
        Decimal(1260),
    ]
    assert [cell.formula for cell in row[3:6]] == ["B1*2", 'IF(B1>9,1,"")', "1/0"]
    assert (row[0].locked, row[1].locked, row[8].percent) == (True, False, True)
    assert (first.merges, first.protected) == ((Range("表 一", 3, 1, 4, 3),), True)
    assert found.name("jx.a", "表 一").ranges == (Range("表 一", 1, 2, 2, 3),)
    assert found.sheets[1].state in ("hidden", "veryHidden")


def test_reading_warns_of_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read_package(package()).sheets
    assert LINKS in links()
