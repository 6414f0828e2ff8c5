"""A layout → a finished workbook with slots, made once per shape with openpyxl."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from functools import cache

from openpyxl import Workbook
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from generator.layout import Layout
from generator.layout.sheet import Align, Cell, Highlight, Role, Sheet, Style, Validation
from generator.workbook.save import workbook_bytes
from generator.workbook.stamping.splice import Blank, compile_blank

_A4 = "9"
_INPUT, _COMPUTED, _LABEL, _HEADER = "FFF8E1", "F0F0F0", "F3F7FB", "DCE6F1"
_FILLS = {
    Role.INPUT: _INPUT,
    Role.COMPUTED: _COMPUTED,
    Role.RESULT: _COMPUTED,
    Role.LABEL: _LABEL,
    Role.HEADER: _HEADER,
}
_FONTS = {
    Role.TITLE: ("黑体", 18.0),
    Role.HEADING: ("黑体", 12.0),
    Role.HEADER: ("黑体", 10.5),
    Role.REMARK: ("宋体", 9.0),
}
_PLAIN = ("宋体", 10.5)
_EDGE = Side("thin", color="7F7F7F")
_BOX = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
_CHINESE = 134  # the character set that picks a fall-back font where 宋体 is missing


def build_blank(layout: Layout) -> Blank:
    """Return the Blank of a layout: one finished workbook, cut at its slots."""
    return compile_blank(draw_blank(layout), layout.sheets)


def draw_blank(layout: Layout) -> bytes:
    """Return the workbook of a layout with its slots empty."""
    book = Workbook()
    book.remove(book.worksheets[0])
    wardrobe: dict[Style, StyleArray] = {}
    for sheet in layout.sheets:
        _Drawer(book.create_sheet(sheet.tab), sheet, wardrobe).draw()
    return workbook_bytes(book)


class _Drawer:
    """Puts one laid-out sheet into a worksheet.

    The wardrobe keeps what openpyxl made of each style of the workbook: a style is set once, and
    copied to all other cells, which takes a tenth of the time.
    """

    def __init__(
        self, worksheet: Worksheet, sheet: Sheet, wardrobe: dict[Style, StyleArray]
    ) -> None:
        self._worksheet = worksheet
        self._sheet = sheet
        self._wardrobe = wardrobe

    def draw(self) -> None:
        """Draw everything."""
        for cell in self._sheet.cells:
            self._cell(cell)
        self._dimensions()
        self._names()
        for validation in self._sheet.validations:
            self._worksheet.add_data_validation(_validation(validation))
        for highlight in self._sheet.highlights:
            self._highlight(highlight)
        self._page()
        self._protection()
        merged = self._worksheet.merged_cells  # a set, written in another order in every process
        self._worksheet.merged_cells = sorted(merged, key=str)  # type: ignore[assignment]

    def _cell(self, cell: Cell) -> None:
        first = self._worksheet[cell.area.first.address]
        if cell.formula:
            first.value = "=" + cell.formula
        elif cell.text != "":
            first.value = cell.text
            if isinstance(cell.text, str):
                first.data_type = "s"  # openpyxl would take a text such as `=6人` for a formula
        if cell.link:
            ref = cell.area.first.address
            first.hyperlink = Hyperlink(ref=ref, location=cell.link, display=str(cell.text))
        if cell.area.first != cell.area.last:
            self._worksheet.merge_cells(cell.area.address)
        self._dress(cell)

    def _dress(self, cell: Cell) -> None:
        """Give every cell of the area its looks; a merged area needs its frame on all of them."""
        if cell.style not in self._wardrobe:
            model = self._worksheet[cell.area.first.address]
            for name, value in _looks(cell.style).items():
                setattr(model, name, value)
            self._wardrobe[cell.style] = model._style  # noqa: SLF001
        area, style = cell.area, self._wardrobe[cell.style]
        for row in self._worksheet.iter_rows(area.top, area.last.row, area.left, area.last.column):
            for each in row:
                each._style = copy(style)  # type: ignore[union-attr]  # noqa: SLF001

    def _dimensions(self) -> None:
        for i, width in enumerate(self._sheet.widths, 1):
            self._worksheet.column_dimensions[get_column_letter(i)].width = width
        for row, height in self._sheet.heights.items():
            self._worksheet.row_dimensions[row].height = height
        if self._sheet.freeze:
            self._worksheet.freeze_panes = self._sheet.freeze.address

    def _names(self) -> None:
        for name, area in self._sheet.names.items():
            target = f"'{self._sheet.tab}'!{area.absolute}"
            self._worksheet.defined_names[name] = DefinedName(name, attr_text=target)

    def _highlight(self, highlight: Highlight) -> None:
        fill, font = ("D9F2D9", "1B6B1B") if highlight.good else ("FFC7CE", "9C0006")
        rule = FormulaRule(  # type: ignore[no-untyped-call]
            formula=[highlight.formula],
            fill=PatternFill("solid", bgColor=fill),
            font=Font(color=font),
        )
        places = " ".join(area.address for area in highlight.areas)
        self._worksheet.conditional_formatting.add(places, rule)

    def _page(self) -> None:
        page, worksheet = self._sheet.page, self._worksheet
        worksheet.page_setup.paperSize = _A4
        worksheet.page_setup.orientation = "landscape" if page.landscape else "portrait"
        worksheet.page_setup.fitToHeight = 0
        worksheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        worksheet.print_options.horizontalCentered = True
        margins = worksheet.page_margins
        margins.left = margins.right = 0.5
        margins.top = margins.bottom = 0.7
        worksheet.oddFooter.center.text = "第 &P 页，共 &N 页"  # type: ignore[union-attr]
        if page.repeat_rows:
            worksheet.print_title_rows = f"{page.repeat_rows[0]}:{page.repeat_rows[1]}"
        if page.area:
            worksheet.print_area = page.area
        worksheet.sheet_state = self._sheet.state

    def _protection(self) -> None:
        protection = self._worksheet.protection
        protection.sheet = True
        protection.formatRows = False  # False allows: people make rows taller for their texts
        protection.formatColumns = False
        protection.insertRows = not self._sheet.grow


@cache
def _looks(style: Style) -> Mapping[str, object]:
    """Return the properties of a cell in openpyxl's terms."""
    name, size = _FONTS.get(style.role, _PLAIN)
    link = style.role is Role.LINK
    color = _FILLS.get(style.role)
    return {
        "font": Font(
            name=name,
            sz=size,
            bold=style.bold or style.role is Role.RESULT,
            charset=_CHINESE,
            color="0563C1" if link else "000000",
            underline="single" if link else None,
        ),
        "fill": PatternFill("solid", fgColor=color) if color else PatternFill(),
        "border": _BOX if style.border else Border(),
        "alignment": Alignment(
            horizontal=style.align.value,
            vertical="center",
            wrap_text=True,
            indent=0 if style.align is Align.CENTER else 1,
        ),
        "protection": Protection(locked=style.locked),
        "number_format": style.number_format,
    }


def _validation(validation: Validation) -> DataValidation:
    made = DataValidation(
        type=validation.kind,
        allow_blank=True,
        promptTitle=validation.title,
        prompt=validation.prompt,
        errorTitle="填写有误",
        error=validation.error,
        errorStyle="stop" if validation.strict else "information",
    )
    made.showInputMessage = bool(validation.prompt)
    made.showErrorMessage = bool(validation.error)
    if validation.kind == "list":
        choices = ",".join(validation.choices).replace('"', '""')
        made.formula1 = validation.source or f'"{choices}"'
    elif validation.kind:
        made.operator = "between"
        made.formula1, made.formula2 = validation.minimum, validation.maximum
    for area in validation.areas:
        made.add(area.address)
    return made
