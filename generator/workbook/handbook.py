"""函数手册: every worksheet function on paper and alive, its examples on cells that can be changed.

A formula `=JX_…` needs the add-in: on any other computer it becomes `#NAME?` as soon as the
workbook is calculated anew, and Excel does that on opening. So the call and its right answer stand
as text and value, which nothing can spoil, and beside them the live formula in
`IFERROR(…,"需加载项")`: alive with the add-in, a plain word without it. The native formula is live
everywhere. All live cells carry their right answer from the start, for previews and Protected View,
where nothing is calculated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from generator.layout.heights import LINE, half_widths, lines_of
from generator.report import manual
from generator.report.pages import Look
from generator.workbook.result.looks import Wardrobe, Wear
from generator.workbook.save import workbook_bytes, write_bytes
from generator.workbook.spelling import escape, shown_text
from udfs.registry import Example, Function

CONTENTS = "目录"
BLANK = "（空白）"
WITHOUT = "需加载项"  # what a live call shows without the add-in
_TEXTUAL = "有文字，不适用"
_WIDTHS = (8.0, 10.0, *[7.0] * 12)
_LAST = len(_WIDTHS)
_PAIRS = ((2, 2, 3, 5), (6, 7, 8, 10), (11, 12, 13, 14))  # columns of a name and of its value
_ROOM = 19  # half-widths of a value beside others
_GAP = 5.0
_A4 = "9"
_SCALE, _PAGE = 68, 1060.0  # per cent, and points of rows on a page at that scale
_CELL = re.compile(r'<c r="([A-Z]+\d+)"( s="\d+")?[^>]*?>(<f[^>]*>.*?</f>)<v ?/>(?:</v>)?</c>')

Live = dict[str, object]  # address → what its formula yields


def write_handbook(path: Path) -> None:
    """Write the handbook of all worksheet functions, whole or not at all.

    Raises:
        OSError: it cannot be written, or is open in Excel; the old one stays.
    """
    book = Workbook()
    wardrobe = Wardrobe()
    contents = book.worksheets[0]
    contents.title = CONTENTS
    listed = manual.by_category()
    chapters = [
        _Chapter(book.create_sheet(category), wardrobe).write(category, entries)
        for category, entries in listed.items()
    ]
    _write_contents(contents, wardrobe, listed, [chapter.places for chapter in chapters])
    content = workbook_bytes(book)
    write_bytes(path, _with_values(content, [{}, *(chapter.live for chapter in chapters)]))


@dataclass
class _Paper:
    """A worksheet that is written from top to bottom."""

    worksheet: Worksheet
    wardrobe: Wardrobe
    widths: Sequence[float] = _WIDTHS
    row: int = 0

    def title(self, text: str) -> None:
        """Write the title, and make the sheet ready for the printer."""
        self.next()
        self.put(text, (1, len(self.widths)), self.wardrobe.title)
        self.worksheet.row_dimensions[1].height = 30.0
        for place, width in enumerate(self.widths, 1):
            self.worksheet.column_dimensions[get_column_letter(place)].width = width
        self._set_up(text)

    def next(self, height: float = LINE + _GAP) -> None:
        """Go to the next row."""
        self.row += 1
        self.worksheet.row_dimensions[self.row].height = height

    def put(
        self, value: object, columns: tuple[int, int], dress: Callable[[Cell], None], down: int = 1
    ) -> Cell:
        """Put a value into some columns of this row, merged; make the row tall enough."""
        first, last = columns
        area = [
            self.worksheet.cell(row, column)
            for row in range(self.row, self.row + down)
            for column in range(first, last + 1)
        ]
        for cell in area:
            assert isinstance(cell, Cell)  # nothing is written into the inside of a merged area
            dress(cell)
        top = area[0]
        assert isinstance(top, Cell)
        _fill(top, value)
        if len(area) > 1:
            self.worksheet.merge_cells(f"{top.coordinate}:{area[-1].coordinate}")
        if isinstance(value, str) and not value.startswith("=IFERROR("):
            self._raise(lines_of(value, sum(self.widths[first - 1 : last])))
        return top

    def link(self, cell: Cell, sheet: str, address: str) -> None:
        """Lead from a cell to another of this workbook."""
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{sheet}'!{address}")

    def _raise(self, lines: int) -> None:
        dimension = self.worksheet.row_dimensions[self.row]
        dimension.height = max(dimension.height or 0.0, lines * LINE + _GAP)

    def _set_up(self, title: str) -> None:
        worksheet = self.worksheet
        worksheet.page_setup.paperSize = _A4
        if worksheet.page_setup.scale is None:
            worksheet.page_setup.fitToHeight = 0
            worksheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        worksheet.print_options.horizontalCentered = True
        margins = worksheet.page_margins
        margins.left = margins.right = 0.5
        margins.top = margins.bottom = 0.7
        worksheet.oddFooter.left.text = title  # type: ignore[union-attr]
        worksheet.oddFooter.center.text = "第 &P 页，共 &N 页"  # type: ignore[union-attr]
        worksheet.sheet_view.showGridLines = False


def _write_contents(
    worksheet: Worksheet,
    wardrobe: Wardrobe,
    listed: Mapping[str, Sequence[Function]],
    places: Sequence[Mapping[str, str]],
) -> None:
    paper = _Paper(worksheet, wardrobe, (14.0, 20.0, 86.0))
    paper.title("绩效函数手册")
    count = sum(map(len, listed.values()))
    for fact in (
        f"共 {count} 个函数，分 {len(listed)} 类。点击函数名可转到它的说明；黄色格子里的数可以改。",
        f"“现场计算”是公式，装上加载项后随黄色格子变化，没有加载项的电脑上显示“{WITHOUT}”；"
        "“应得”是黄色格子未改动时的正确答案。",
        "“原生公式”不用加载项，任何 Excel 都能算；只在单元格里是数或空白时与函数结果相同。",
        "各函数共同的规则：空白、“—”“/”“无”得空白，不当作 0；读不懂的内容以⚠开头原样显示；"
        "比率是小数，用单元格格式显示成百分数；逢五向远离零的方向进位。",
    ):
        paper.next()
        paper.put(fact, (1, 3), wardrobe.fact)
    paper.next()
    paper.next()
    for column, heading in enumerate(("分类", "函数", "作用"), 1):
        paper.put(heading, (column, column), wardrobe.header)
    worksheet.print_title_rows = f"{paper.row}:{paper.row}"
    worksheet.freeze_panes = f"A{paper.row + 1}"
    for (category, entries), found in zip(listed.items(), places, strict=True):
        for number, entry in enumerate(entries):
            paper.next()
            if number == 0:
                paper.put(category, (1, 1), _body(wardrobe), len(entries))
            name = paper.put(entry.name, (2, 2), _body(wardrobe, link=True))
            paper.link(name, category, found[entry.name])
            paper.put(entry.help, (3, 3), _body(wardrobe))


@dataclass
class _Chapter:
    """A worksheet with the functions of one category."""

    worksheet: Worksheet
    wardrobe: Wardrobe
    places: dict[str, str] = field(default_factory=dict)  # function → address of its heading
    live: Live = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._paper = _Paper(self.worksheet, self.wardrobe)
        self._printed = 60.0  # points of the page that are used: by the title
        self.worksheet.page_setup.scale = _SCALE  # page breaks are not heeded when fitted

    def write(self, category: str, entries: Sequence[Function]) -> _Chapter:
        """Write everything."""
        paper = self._paper
        paper.title(category)
        paper.next()
        back = paper.put("返回目录", (1, 2), self.wardrobe.way)
        paper.link(back, CONTENTS, "A1")
        for entry in entries:
            top = paper.row + 1
            self._function(entry)
            self._keep_together(top)
        return self

    def _keep_together(self, top: int) -> None:
        """Begin a new page with a function that would be torn by the end of this one."""
        heights = [self._height(row) for row in range(top, self._paper.row + 1)]
        if self._printed + sum(heights) > _PAGE:
            self.worksheet.row_breaks.append(Break(id=top))  # above the heading, below the gap
            self._printed = 0.0
        self._printed = (self._printed + sum(heights)) % _PAGE

    def _height(self, row: int) -> float:
        return self.worksheet.row_dimensions[row].height or LINE + _GAP

    def _function(self, entry: Function) -> None:
        paper = self._paper
        paper.next()
        paper.next(LINE * 1.5 + _GAP)
        heading = paper.put(manual.signature(entry), (1, _LAST), self.wardrobe.heading)
        self.places[entry.name] = heading.coordinate
        self._line("作用", entry.help)
        for number, (name, text) in enumerate(manual.explained(entry)):
            paper.next()
            if number == 0:
                paper.put("参数", (1, 1), self.wardrobe.header, len(entry.arguments))
            paper.put(name, (2, 2), self.wardrobe.header)
            paper.put(text, (3, _LAST), self._body())
        self._line("依据", entry.source)
        if entry.native:
            self._line("原生公式", manual.native(entry))
        for number, one in enumerate(entry.examples, 1):
            self._example(entry, one, f"例{number}" if len(entry.examples) > 1 else "例")

    def _line(self, label: str, text: str) -> None:
        self._paper.next()
        self._paper.put(label, (1, 1), self.wardrobe.header)
        self._paper.put(text, (2, _LAST), self._body())

    def _example(self, entry: Function, one: Example, label: str) -> None:
        paper = self._paper
        paper.next()
        paper.put(label, (1, 1), self.wardrobe.header)
        paper.put(one.note, (2, _LAST), self._body(total=True))
        first = paper.row + 1
        given = _given(entry, one)
        references = self._row_of_cells(given, self.wardrobe.entry)
        call = f"{entry.name}({_arguments(entry, references)})"
        self._label("单元格", first)
        self._line("公式", f"={call}")
        first = paper.row + 1
        self._results(entry, one, call, references)
        self._label("结果", first)

    def _label(self, label: str, first: int) -> None:
        paper = self._paper
        last, paper.row = paper.row, first
        paper.put(label, (1, 1), self.wardrobe.header, last - first + 1)
        paper.row = last

    def _results(
        self, entry: Function, one: Example, call: str, references: Mapping[str, str]
    ) -> None:
        live = f'=IFERROR({call},"{WITHOUT}")'
        if isinstance(one.expected, list):
            self._row_of_cells({"应得": one.expected}, self._body(Look.COUNT))
            places = self._row_of_cells({"现场计算": one.expected}, self._body(Look.COUNT))
            self._array(places["现场计算"], live, one.expected)
            return
        shown: dict[str, object] = {
            "应得": BLANK if one.expected == "" else one.expected,
            "现场计算": one.expected,
        }
        native = _native(entry, one, references)
        if native:
            shown["原生公式"] = one.expected
        places = self._row_of_cells(shown, self._body(Look.COUNT))
        self._formula(places["现场计算"], live, one.expected)
        if native.startswith("="):
            self._formula(places["原生公式"], native, one.expected)
        elif native:
            _fill(self._cell(places["原生公式"]), native)

    def _array(self, area: str, formula: str, expected: object) -> None:
        first = area.partition(":")[0]
        self._cell(first).value = ArrayFormula(area, formula)
        self.live[first] = _flat(expected)[0]

    def _formula(self, address: str, formula: str, expected: object) -> None:
        cell = self._cell(address)
        cell.value, cell.number_format = formula, "General"
        self.live[address] = expected

    def _cell(self, address: str) -> Cell:
        cell = self.worksheet[address]
        assert isinstance(cell, Cell)
        return cell

    # -- names with cells --

    def _row_of_cells(
        self, values: Mapping[str, object], dress: Callable[[Cell], None]
    ) -> dict[str, str]:
        """Write named values, as many beside each other as fit; return where each stands."""
        places: dict[str, str] = {}
        pair = len(_PAIRS)
        for name, value in values.items():
            if isinstance(value, list):
                places[name] = self._range(name, value, dress)
                pair = len(_PAIRS)
                continue
            long = isinstance(value, str) and half_widths(value) > _ROOM
            if long or pair == len(_PAIRS):
                self._paper.next()
                pair = 0
            start, end, first, last = _PAIRS[pair]
            last = _LAST if long else last
            self._paper.put(name, (start, end), self.wardrobe.header)
            places[name] = self._paper.put(value, (first, last), dress).coordinate
            pair = len(_PAIRS) if long else pair + 1
        return places

    def _range(self, name: str, value: list[object], dress: Callable[[Cell], None]) -> str:
        rows = value if isinstance(value[0], list) else [value]
        addresses = []
        for number, row in enumerate(rows):
            assert isinstance(row, list)
            self._paper.next()
            if number == 0:
                self._paper.put(name, (2, 2), self.wardrobe.header, len(rows))
            for column, cell in enumerate(row, 3):
                addresses.append(self._paper.put(cell, (column, column), dress).coordinate)
        return f"{addresses[0]}:{addresses[-1]}"

    def _body(self, look: Look = Look.TEXT, *, total: bool = False) -> Callable[[Cell], None]:
        return _body(self.wardrobe, look, total=total)


def _body(
    wardrobe: Wardrobe, look: Look = Look.TEXT, *, total: bool = False, link: bool = False
) -> Callable[[Cell], None]:
    wear = Wear(look, "@" if look is Look.TEXT else "General", total=total, link=link)
    return lambda cell: wardrobe.body(cell, wear)


def _fill(cell: Cell, value: object) -> None:
    """Put a value into a cell; a text stays a text, whatever it looks like."""
    if value is None or value == "":
        return
    cell.value = shown_text(value) if isinstance(value, str) else value  # type: ignore[assignment]
    if isinstance(value, str):
        cell.data_type = "s"  # openpyxl would take `=6人` for a formula
        cell.number_format = "@"
    else:
        cell.number_format = "General"


def _given(entry: Function, one: Example) -> dict[str, object]:
    """Return the arguments of an example that are not left out, in order."""
    names = [argument.name for argument in entry.arguments]
    given = dict(zip(names, one.args, strict=False)) | dict(one.kwargs)
    return {name: given[name] for name in names if name in given}


def _arguments(entry: Function, references: Mapping[str, str]) -> str:
    """Return the arguments of a call; a gap is left for one left out in the middle."""
    names = [argument.name for argument in entry.arguments]
    last = max(names.index(name) for name in references)
    return ",".join(references.get(name, "") for name in names[: last + 1])


def _native(entry: Function, one: Example, references: Mapping[str, str]) -> str:
    """Return the native formula on an example's cells, why there is none, or nothing."""
    given = _given(entry, one)
    if not entry.native or not given.keys() <= entry.native_arguments:
        return ""
    read = {argument.name: argument.read for argument in entry.arguments}
    pairs = [(name, cell) for name, value in given.items() for cell in _flat(value)]
    if any(isinstance(cell, str) and cell and read[name](cell) != cell for name, cell in pairs):
        return _TEXTUAL
    return f"={entry.formula(**references)}"


def _flat(value: object) -> list[object]:
    if isinstance(value, list):
        return [cell for each in value for cell in _flat(each)]
    return [value]


def _with_values(content: bytes, live: Sequence[Live]) -> bytes:
    """Give every formula the value it yields; openpyxl can only write one of the two."""
    made = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(made, "w", ZIP_DEFLATED) as new:
        for info in old.infolist():
            part = old.read(info)
            number = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", info.filename)
            if number:
                values = live[int(number[1]) - 1]
                part = _CELL.sub(lambda cell: _valued(cell, values), part.decode()).encode()  # noqa: B023 - used at once
            new.writestr(info, part)
    return made.getvalue()


def _valued(cell: re.Match[str], values: Live) -> str:
    address, style, formula = cell.groups()
    value = values[address]
    if isinstance(value, str):
        return f'<c r="{address}"{style or ""} t="str">{formula}<v>{escape(value)}</v></c>'
    return f'<c r="{address}"{style or ""}>{formula}<v>{value!r}</v></c>'
