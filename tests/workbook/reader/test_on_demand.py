"""What is read of a return, counted: parts, cells, answers; reading fast reads the same."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.layout.draw import Draughtsman
from generator.merge.arrival import Brief, read_return
from generator.model.form import Field, FieldType
from generator.model.reckoning import Reckoning
from generator.model.roster import Department, Roster
from generator.stamp import Stamper
from generator.template import find, load
from generator.template.examples import load_examples
from generator.template.expression.text import Text
from generator.workbook.book import Cell, CellKind, Limits, Sheet, Unreadable
from generator.workbook.keys import Key
from generator.workbook.reader import container, plain, worksheet
from generator.workbook.reader.container import Container
from generator.workbook.reader.latest import Latest
from generator.workbook.reader.markup import listen
from generator.workbook.reader.package import read_package
from generator.workbook.reader.plain import Styles
from generator.workbook.returned import interpret
from generator.workbook.returned.interpret import interpreter
from tests.workbook.handmade import package

PATH = find("department-targets")
FORM = load(PATH)
EXAMPLE = load_examples(FORM, PATH)[0]
KEY = Key(b"1" * 32)
LIMITS = Limits()
Counted = Callable[[type, str], list[tuple[Any, ...]]]
Read = TypeVar("Read")


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    """Return a way to note the arguments of every call of a method, which works as before."""

    def note(owner: type, name: str) -> list[tuple[Any, ...]]:
        calls: list[tuple[Any, ...]] = []
        right = getattr(owner, name)

        def noting(self: object, *arguments: object) -> object:
            calls.append(arguments)
            return right(self, *arguments)

        monkeypatch.setattr(owner, name, noting)
        return calls

    return note


@pytest.fixture(scope="module")
def returned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("回收") / "1.xlsx"
    stamper = Stamper(FORM, EXAMPLE.period, KEY)
    path.write_bytes(stamper.stamp(EXAMPLE.department, EXAMPLE.entries, EXAMPLE.explanations))
    return path


def read(path: Path) -> None:
    roster = Roster((EXAMPLE.department,))
    read_return(path, path.name, Brief(FORM, EXAMPLE.period, roster, KEY))


# -- parts --


def test_of_a_return_only_the_parts_that_are_asked_for_are_unpacked(
    returned: Path, counted: Counted
):
    parts = counted(Container, "read")
    read(returned)
    assert sorted(name for (name,) in parts) == [
        "_rels/.rels",
        "docProps/core.xml",  # when it was saved
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
        "xl/workbook.xml",
        "xl/worksheets/sheet2.xml",  # the form; the first one is 填报说明
        "xl/worksheets/sheet3.xml",  # 校验
        "xl/worksheets/sheet4.xml",  # the seal
    ]


def test_what_is_wrong_with_a_worksheet_is_said_when_it_is_asked_for():
    content = package("<row><c></row>")
    (sheet,) = read_package(content, on_demand=True).sheets
    assert (sheet.title, sheet.state) == ("表", "visible")
    with pytest.raises(Unreadable, match="不是完整的 XML"):
        sheet.cell(1, 1)
    with pytest.raises(Unreadable, match="不是完整的 XML"):
        read_package(content)


def test_the_limit_of_cells_holds_for_what_is_read_on_demand():
    more = '<sheet name="乙" sheetId="2" r:id="rId1"/>'
    content = package('<row><c r="A1"/><c r="B1"/></row>', sheets=more)
    first, second = read_package(content, replace(LIMITS, cells=3), on_demand=True).sheets
    assert len(first.cells) == 2
    with pytest.raises(Unreadable, match="单元格超过 3 个"):
        second.cell(1, 1)


# -- cells and answers --

_ROW = '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t>{1}</t></is></c><c r="B{0}"/></row>'


def test_a_cell_that_came_up_before_is_known_by_its_bytes(counted: Counted):
    rows = [_ROW.format(number, f"甲{number}") for number in range(1, 11)]
    before = package("".join(rows))
    after = package("".join([*rows[:4], _ROW.format(5, "乙"), *rows[5:]]))
    read_package(before)
    cells = counted(plain._Reader, "_cell")
    again, changed = read_package(before), read_package(after)
    assert [(address, text) for _, address, _, _, _, _, text in cells] == [("A5", "乙")]
    assert changed.sheets[0].cells == {
        **again.sheets[0].cells,
        (5, 1): Cell("乙", CellKind.TEXT, locked=True),
    }


def test_a_worksheet_as_in_the_file_before_is_not_read_again(counted: Counted):
    cells, parts = counted(plain._Reader, "cells"), counted(Container, "read")
    row = '<row r="1"><c r="A1" t="s"><v>1</v></c></row>'
    texts = [
        "<si><t>{}</t></si><si><t>{}</t></si>".format(*pair) for pair in ("甲丙", "乙丙", "乙丁")
    ]
    found = [read_package(package(row, strings=each)).sheets[0].cells[1, 1].value for each in texts]
    assert found == ["丙", "丙", "丁"]
    assert len(cells) == 2  # the second file is another in a text that is not in the worksheet
    assert len([each for each in parts if each == ("xl/worksheets/sheet1.xml",)]) == 3


def test_a_part_packed_as_in_the_file_before_is_not_unpacked_again(
    monkeypatch: pytest.MonkeyPatch,
):
    unpacked = list[int]()
    right = container._inflated
    monkeypatch.setattr(container, "_LAST", Latest(2**21))  # what tests before left takes no room
    monkeypatch.setattr(
        container,
        "_inflated",
        lambda how, size, *rest: unpacked.append(size) or right(how, size, *rest),
    )
    one, two = (package(_ROW.format(1, each)) for each in ("子", "丑"))
    read_package(one)
    before = len(unpacked)
    read_package(one)
    assert len(unpacked) == before
    read_package(two)
    assert len(unpacked) == before + 1


def test_a_part_whose_checksum_is_wrong_is_refused_though_its_data_are_known():
    content = package(_ROW.format(1, "寅"))
    with ZipFile(BytesIO(content)) as file:
        checksum = file.getinfo("xl/worksheets/sheet1.xml").CRC.to_bytes(4, "little")
    spoilt = content.replace(checksum, bytes([checksum[0] ^ 1, *checksum[1:]]))
    for _ in range(2):
        assert read_package(content).sheets[0].cells[1, 1].value == "寅"
        with pytest.raises(Unreadable, match="读不出来"):
            read_package(spoilt)


def test_a_row_with_shared_texts_is_read_with_those_of_its_own_file():
    row = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
    texts = [
        read_package(package(row, strings=f"<si><t>{each}</t></si>")).sheets[0].cells[1, 1].value
        for each in "甲乙甲"
    ]
    assert texts == ["甲", "乙", "甲"]


def test_shared_texts_of_a_shorter_list_are_not_those_of_a_longer_one_before():
    row = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
    long, short = (package(row, strings=each) for each in ("<si><t>甲</t></si>" * 2, "<si/>"))
    assert read_package(long).sheets[0].cells[1, 2].value == "甲"
    with pytest.raises(Unreadable, match="文字不存在"):
        read_package(short)
    assert read_package(long).sheets[0].cells[1, 2].value == "甲"


def test_a_formula_that_cells_share_is_that_of_its_own_sheet():
    shared = '<row r="2"><c r="A2"><f t="shared" si="0"/></c></row>'
    formulas = [
        read_package(
            package(
                f'<row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="0">{of}1</f></c></row>{shared}'
            )
        )
        .sheets[0]
        .cells[2, 1]
        .formula
        for of in "BC"
    ]
    assert formulas == ["B2", "C2"]


def test_too_many_cells_are_not_remembered(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(plain, "_MOST_BYTES", 1_500)
    styles, shared = Styles({"": Cell()}), '<row r="{0}"><c r="C{0}" t="s"><v>0</v></c></row>'
    for number in range(1, 20):
        assert plain.read_rows("p", _ROW.format(number, number).encode(), (), styles)
        assert plain.read_rows("p", shared.format(number).encode(), ["甲"], styles)
        assert 1 <= len(styles.memory.cells) <= 3
        assert sum(map(len, styles.memory.sharing.values())) <= 3


def test_a_cell_is_interpreted_once_for_each_field(counted: Counted):
    amount = Field("a", Text("预算"), FieldType.AMOUNT, unit="万元")
    cells = counted(interpret.Interpreter, "read")
    two = [Cell("1万元", CellKind.TEXT, number_format=code) for code in ("General", "@")]
    answers = [answer for _ in range(3) for answer in interpreter(amount).answers(two)]
    assert len(cells) == 2
    assert [answer.value for answer in answers] == [Decimal(10_000)] * 6


def test_every_cell_of_a_return_is_worked_out_once_and_every_rule_asked_once_a_row(
    returned: Path, counted: Counted
):
    reckonings = counted(Reckoning, "__post_init__")
    values = counted(Reckoning, "_cell_value")
    truths = counted(Reckoning, "_truth")
    read(returned)
    keys = [(id(sheet), *rest) for sheet, *rest in values]
    assert len(keys) == len(set(keys))
    assert len(reckonings) == 2  # as answered, and as formulas see numbers typed as text
    asked = Counter(check.id for check, _ in truths)
    rules = [check for _, check in FORM.checks]
    assert {each.id: asked[each.id] for each in rules if not each.each} == {
        each.id: 1 for each in rules if not each.each
    }
    assert sum(asked.values()) == 17  # a rule asked of each row is asked of those in use


def test_worksheets_that_differ_in_their_tabs_alone_are_drawn_once(
    tmp_path: Path, counted: Counted
):
    path = find("project-self-evaluation")
    form = replace(load(path), version="9")  # which no other test has drawn
    example = load_examples(form, path)[0]
    stamper = Stamper(form, example.period, KEY)
    departments = [_with_other_projects(example.department, number) for number in range(3)]
    for each in departments:
        (tmp_path / f"{each.code}.xlsx").write_bytes(stamper.stamp(each, example.entries))
    brief = Brief(form, example.period, Roster(tuple(departments)), KEY)
    drawn = counted(Draughtsman, "cells")
    found = [read_return(each, each.name, brief) for each in sorted(tmp_path.iterdir())]
    tabs = [sheet.title for each in found if each.filing for sheet in each.filing.sheets]
    assert len(tabs) == len(set(tabs)) == 6
    assert len(drawn) == len(form.sheets)
    assert not [each.rule for one in found for each in one.findings if each.rule == "FORMULA"]


def _with_other_projects(department: Department, number: int) -> Department:
    children = {
        name: tuple({key: f"{said}{number}" for key, said in each.items()} for each in records)
        for name, records in department.children.items()
    }
    return replace(department, code=f"T{number}", name=f"单位{number}", children=children)


# -- both ways --

_PIECES = st.sampled_from(
    [
        '<c r="A1" t="s"><v>0</v></c>',
        '<c r="B1" s="1"><v>0.5</v></c>',
        '<c r="C1" t="str"><f>A1&amp;"x"</f><v>甲x</v></c>',
        '<c r="D1"><f t="shared" ref="D1:D2" si="0">A1+1</f><v>2</v></c>',
        '<c r="D2"><f t="shared" si="0"/><v>3</v></c>',
        '<c r="E1" t="inlineStr"><is><t xml:space="preserve"> 乙 &#10;</t></is></c>',
        '<c r="F1" t="inlineStr"><is><r><t>丙</t></r></is></c>',
        '<c r="G1" t="b"><v>1</v></c>',
        '<c r="H1" s="2"/>',
        "<c><v>7</v></c>",
        "<!-- c -->",
        "<v>1</v>",
        " ",
        "</row><row>",
        '</row><row r="2" s="1" customFormat="1">',
        '</row><row r="3"/><row r="4">',
        "<x/>",
        "<![CDATA[]]>",
    ]
)


@settings(max_examples=150, deadline=None)
@given(pieces=st.lists(_PIECES, max_size=8))
def test_whatever_is_read_without_expat_reads_the_same_with_it(pieces: list[str]):
    content = package(f'<row r="1">{"".join(pieces)}</row>', strings="<si><t>甲</t></si>")
    part = Container(content, LIMITS).read("xl/worksheets/sheet1.xml")
    styles = {str(number): Cell(locked=bool(number)) for number in range(3)}
    shared = (["甲"], Styles({"": Cell(), **styles}))
    slow = _outcome(lambda: worksheet._read_with_expat("p", [part], shared, LIMITS, LIMITS.cells))
    for _ in range(2):  # the second time from memory
        fast = _outcome(lambda: worksheet._read_plainly("p", part, shared, LIMITS, LIMITS.cells))
        assert fast in (None, slow)


_TEXTS = st.lists(st.sampled_from(["甲", "乙", ""]), max_size=3)
_SHARING = ['<c r="A1" t="s"><v>0</v></c>', '<c r="B1" t="s"><f>A1</f><v>2</v></c>', '<c r="C1"/>']
_BODIES = st.lists(st.sampled_from(_SHARING), max_size=3, unique=True)


@settings(max_examples=150, deadline=None)
@given(files=st.lists(st.tuples(_BODIES, _TEXTS), max_size=6))
def test_what_was_in_the_files_before_changes_nothing(files: list[tuple[list[str], list[str]]]):
    experienced = Styles({"": Cell()})
    for pieces, texts in files:
        known, new = (_sheet(pieces, (texts, each)) for each in (experienced, Styles({"": Cell()})))
        assert known == new
        assert known or not pieces


def _sheet(pieces: list[str], shared: worksheet.Shared) -> Sheet | str | None:
    row = f'<row r="1">{"".join(sorted(pieces))}</row>'
    written = f"<x><sheetData>{row}</sheetData></x>".encode()
    return _outcome(lambda: worksheet._read_plainly("p", written, shared, LIMITS, LIMITS.cells))


_PLAIN_TEXTS = st.sampled_from(
    [
        "<t>甲</t>",
        '<t xml:space="preserve"> 乙&amp;</t>',
        "<t/>",
        "<t>_x0041_</t>",
        "<t>a&#10;b</t>",
    ]
)
_RUNS = st.builds(
    "<r>{}{}</r>".format,
    st.sampled_from(
        ["", '<rPr><b/><sz val="10"/></rPr>', '<rPr><rFont val="&gt;"/></rPr>', "<rPr/>"]
    ),
    _PLAIN_TEXTS,
)
_ITEMS = st.builds(
    "<si>{}{}</si>".format,
    _PLAIN_TEXTS | st.lists(_RUNS, min_size=1, max_size=3).map("".join),
    st.sampled_from(["", "", '<rPh sb="0" eb="1"><t>ア</t></rPh>', "<x/>"]),
)


@settings(max_examples=150, deadline=None)
@given(items=st.lists(_ITEMS, min_size=1, max_size=4))
def test_shared_texts_read_without_expat_read_the_same_with_it(items: list[str]):
    written = "".join(items).encode()
    slow = worksheet._Strings(LIMITS.cells)
    listen("p", [b"<sst>" + written + b"</sst>"], slow, LIMITS.depth)
    for _ in range(2):  # the second time from memory
        assert plain.read_strings(written) in (None, slow.texts)


def test_runs_that_say_one_text_need_no_expat():
    runs = '<r><rPr><b/></rPr><t>第1</t></r><r><t xml:space="preserve">季度 </t></r><r><t/></r>'
    assert plain.read_strings(f"<si>{runs}</si><si><t>甲</t></si>".encode()) == ["第1季度 ", "甲"]


def _outcome(read: Callable[[], Read]) -> Read | str:
    try:
        return read()
    except Unreadable as error:
        return error.message


_LENIENT = "文件已损坏：共用公式缺少首个单元格"  # whoever asks for values does not mind


@settings(max_examples=150, deadline=None)
@given(pieces=st.lists(_PIECES, max_size=8), epoch=st.sampled_from(["", 'date1904="1"']))
def test_the_rows_of_a_worksheet_are_the_same_read_one_after_the_other(
    pieces: list[str], epoch: str
):
    written = f'<row r="1">{"".join(pieces)}</row><row r="9"><c r="A9"><v>1</v></c></row>'
    content = package(written, strings="<si><t>甲</t></si>", epoch=epoch)
    whole = _outcome(lambda: [*read_package(content).sheets[0].lines()])
    one_by_one = _outcome(lambda: [*read_package(content, on_demand=True).sheets[0].lines()])
    assert whole in (one_by_one, _LENIENT)


def _long(*others: str) -> bytes:
    """Return a package with a worksheet and shared texts of some 3 MB each."""
    cells = '<c r="A{0}" t="s"><v>{1}</v></c><c r="B{0}" s="1"><f>1/{0}</f><v>0.{0}</v></c>'
    numbers = range(1, 30_001)
    rows = [f'<row r="{n}" spans="1:2">{cells.format(n, n - 1)}</row>' for n in numbers]
    texts = [f"<si><t>第{n}段&amp;{'字' * 20}</t></si>" for n in numbers]
    return package("".join([*rows[:20_000], *others, *rows[20_000:]]), strings="".join(texts))


def test_a_long_worksheet_is_read_without_its_cells(counted: Counted):
    parts = counted(Container, "read")
    by_expat = counted(worksheet._Worksheet, "__init__"), counted(worksheet._Strings, "_end")
    lines = [*read_package(_long(), on_demand=True).sheets[0].lines()]
    assert lines[20_000] == (20_001, {1: "第20001段&" + "字" * 20, 2: Decimal("0.20001")})
    assert len(lines) == 30_000
    assert not [name for (name,) in parts if "sheet" in name.casefold() or "Strings" in name]
    assert by_expat == ([], [])


def test_where_a_long_worksheet_is_not_plain_expat_reads_on():
    limits = replace(LIMITS, cells=60_000)
    plain_, odd = (
        read_package(content, limits, on_demand=True).sheets[0].lines()
        for content in (_long(), _long("<!-- </row> -->"))
    )
    assert [*odd] == [*plain_]


def test_the_limit_of_cells_holds_for_rows_read_one_after_the_other():
    lines = read_package(_long(), replace(LIMITS, cells=59_999), on_demand=True).sheets[0].lines()
    with pytest.raises(Unreadable, match="单元格超过 59,999 个"):
        list(lines)
