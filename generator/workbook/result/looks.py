"""How the workbooks that we write for the bureau look: fonts, fills, frames, number formats."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from generator.report.pages import Look, Tone
from generator.workbook.result.lanes import Worn

_CHINESE = 134  # the character set that picks a fall-back font where 宋体 is missing
_EDGE = Side("thin", color="BFBFBF")
_BOX = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
_HEADER, _TOTAL, _ENTRY = "DCE6F1", "F2F2F2", "FFF8E1"
_COLORS = {Tone.GOOD: "1B6B1B", Tone.BAD: "C00000", Tone.DOUBT: "9C5700", Tone.FAINT: "7F7F7F"}
_LINK = "0563C1"
_CENTRED = (Look.COUNT,)


@dataclass(frozen=True)
class Wear:
    """What decides the looks of a cell in the body of a table."""

    look: Look = Look.TEXT
    number_format: str = "General"
    total: bool = False
    link: bool = False
    tone: Tone | None = None


class Wardrobe:
    """The styles of one workbook, each made once; a cell that wears one is dressed quickly."""

    def __init__(self) -> None:
        self._made: dict[object, NamedStyle] = {}

    def title(self, cell: Cell) -> None:
        """Dress the title of a page."""
        self._wear(cell, "title", lambda: _style(Font("黑体", 16), "center", frame=False))

    def heading(self, cell: Cell) -> None:
        """Dress the title of a table."""
        self._wear(cell, "heading", lambda: _style(Font("黑体", 12), "left", frame=False))

    def fact(self, cell: Cell) -> None:
        """Dress a line of text under a title."""
        self._wear(cell, "fact", lambda: _style(Font("宋体", 10.5), "left", frame=False))

    def header(self, cell: Cell) -> None:
        """Dress the heading of a column."""
        self._wear(cell, "header", lambda: _style(Font("黑体", 10.5), "center", fill=_HEADER))

    def entry(self, cell: Cell) -> None:
        """Dress a cell whose content people may change."""
        self._wear(cell, "entry", lambda: _style(Font("宋体", 10.5), "center", fill=_ENTRY))

    def way(self, cell: Cell) -> None:
        """Dress a way to another page."""
        font = Font("宋体", 10.5, color=_LINK, underline="single")
        self._wear(cell, "way", lambda: _style(font, "left", frame=False))

    def body(self, cell: Cell, wear: Wear) -> None:
        """Dress a cell of a table."""
        self._wear(cell, wear, lambda: _body(wear))

    def _wear(self, cell: Cell, key: object, make: Callable[[], NamedStyle]) -> None:
        style = self._made.get(key)
        if style is None:
            style = self._made[key] = make()
            style.name = f"jx{len(self._made)}"
            cell.style = style  # the workbook learns it
        else:
            cell.style = style.name


class Tailor:
    """Knows the numbers of a workbook's styles, and has those made that it does not have yet."""

    def __init__(self, worksheet: Worksheet) -> None:
        self.wardrobe = Wardrobe()
        self.known: dict[Worn, int] = {}
        self._worksheet = worksheet  # any one of the workbook
        self._others: dict[object, int] = {}

    def number_of(self, worn: Worn) -> int:
        """Return the number of a style in the body of a table."""
        if worn not in self.known:
            tone = Tone(worn.tone) if worn.tone else None
            wear = Wear(Look(worn.look), worn.number_format, worn.total, worn.link, tone)
            self.known[worn] = self._number(partial(self.wardrobe.body, wear=wear))
        return self.known[worn]

    def number(self, dress: Callable[[Cell], None]) -> int:
        """Return the number of a style that the wardrobe has."""
        if dress not in self._others:
            self._others[dress] = self._number(dress)
        return self._others[dress]

    def _number(self, dress: Callable[[Cell], None]) -> int:
        model = Cell(self._worksheet, 1, 1)  # never put into the worksheet
        dress(model)
        return model.style_id


def _body(wear: Wear) -> NamedStyle:
    color = _LINK if wear.link else _COLORS.get(wear.tone, "000000") if wear.tone else "000000"
    font = Font(
        "宋体",
        10.5,
        bold=wear.total or wear.tone is Tone.BAD,
        color=color,
        underline="single" if wear.link else None,
    )
    align = {Look.TEXT: "left", Look.COUNT: "center"}.get(wear.look, "right")
    style = _style(font, align, fill=_TOTAL if wear.total else "")
    style.number_format = wear.number_format
    return style


def _style(font: Font, align: str, fill: str = "", *, frame: bool = True) -> NamedStyle:
    font.charset = _CHINESE
    style = NamedStyle()
    style.font = font
    style.alignment = Alignment(horizontal=align, vertical="center", wrap_text=True)
    style.fill = PatternFill("solid", fgColor=fill) if fill else PatternFill()
    style.border = _BOX if frame else Border()
    return style
