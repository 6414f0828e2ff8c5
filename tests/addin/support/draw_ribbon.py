"""Draws the tab of the ribbon from its XML: `python -m tests.addin.support.draw_ribbon`.

The icons are Office's own and cannot be shown here; the first character of the label stands in.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from PIL import Image, ImageDraw, ImageFont

ADDIN = Path(__file__).parents[3] / "addin"
RIBBON, PICTURE = ADDIN / "ribbon" / "customUI14.xml", ADDIN / "ribbon.png"
_NAMESPACE = "{http://schemas.microsoft.com/office/2009/07/customui}"
_TABS = ("文件", "开始", "插入", "页面布局", "公式", "数据")
_INK, _FAINT, _LINE, _GREEN = "#262626", "#707070", "#D5D5D5", "#217346"
_COLOURS = ("#2E75B6", "#C55A11", "#548235", "#7F6000", "#7030A0")
_SCALE = 2  # pixels for a point, so that it is sharp on any screen
_HEIGHT, _ROW, _BIG, _SMALL, _PAD = 150, 26, 36, 16, 10


@dataclass(frozen=True)
class Button:
    """What is drawn of a button."""

    label: str
    large: bool


def groups_of(ribbon: Path) -> dict[str, list[Button]]:
    """Return the buttons of the tab by the label of their group."""
    tab = ElementTree.parse(ribbon).find(f".//{_NAMESPACE}tab")
    return {
        group.get("label"): [
            Button(each.get("label"), each.get("size") == "large")
            for each in group.iter(f"{_NAMESPACE}button")
        ]
        for group in tab.iter(f"{_NAMESPACE}group")
    }


def draw(ribbon: Path, picture: Path) -> None:
    """Draw the tab into a PNG."""
    groups = groups_of(ribbon)
    pen = _Pen()
    widths = [pen.group_width(each) for each in groups.values()]
    width = sum(widths) + _PAD
    pen.start(width)
    pen.tabs()
    left = _PAD // 2
    for (label, buttons), wide, colour in zip(groups.items(), widths, _COLOURS, strict=True):
        pen.group(left, wide, label, buttons, colour)
        left += wide
    pen.image.quantize(64).save(picture, optimize=True)


class _Pen:
    """Draws in points."""

    def __init__(self) -> None:
        found = subprocess.run(
            ["fc-match", "-f", "%{file}", "Noto Sans CJK SC"],
            capture_output=True,
            check=True,
            encoding="utf-8",
        )
        self._fonts = {
            size: ImageFont.truetype(found.stdout, size * _SCALE) for size in (9, 11, 12, 20)
        }
        self.start(1)

    def start(self, width: float) -> None:
        """Take a new sheet."""
        self._width = width
        self.image = Image.new("RGB", (int(width * _SCALE), _HEIGHT * _SCALE), "#F3F3F3")
        self._draw = ImageDraw.Draw(self.image)

    def length(self, text: str, size: int = 11) -> float:
        """Return how wide a text is."""
        return self._draw.textlength(text, self._fonts[size]) / _SCALE

    def text(self, x: float, y: float, text: str, colour: str = _INK, size: int = 11) -> None:
        """Write a text around a point."""
        at = (x * _SCALE, y * _SCALE)
        self._draw.text(at, text, colour, self._fonts[size], anchor="mm")

    def box(self, area: tuple[float, ...], colour: str, radius: int = 0) -> None:
        """Fill a rectangle: left, top, width and height."""
        x, y, wide, high = area
        corners = [each * _SCALE for each in (x, y, x + wide, y + high)]
        self._draw.rounded_rectangle(corners, radius * _SCALE, colour)

    def tabs(self) -> None:
        """Draw the row of tabs, ours chosen."""
        self.box((0, 0, self._width, 30), _GREEN)
        self.box((0, 30, self._width, _HEIGHT), "#FFFFFF")
        x = 14.0
        for label in (*_TABS, "绩效"):
            wide = self.length(label, 12) + 22
            if label == "绩效":
                self.box((x, 4, wide, 28), "#FFFFFF", 3)
            colour = _GREEN if label == "绩效" else "#FFFFFF"
            self.text(x + wide / 2, 17, label, colour, 12)
            x += wide

    def group_width(self, buttons: list[Button]) -> float:
        """Return how wide a group is."""
        return sum(self._column_width(each) for each in _columns(buttons)) + 2 * _PAD

    def _column_width(self, column: list[Button]) -> float:
        longest = max(self.length(each.label) for each in column)
        return longest + (16 if column[0].large else _SMALL + 20)

    def group(
        self, left: float, wide: float, label: str, buttons: list[Button], colour: str
    ) -> None:
        """Draw a group: its buttons, its label, the line behind it."""
        x = left + _PAD
        for column in _columns(buttons):
            across = self._column_width(column)
            for row, each in enumerate(column):
                if each.large:
                    self._icon(x + across / 2 - _BIG / 2, 42, _BIG, each.label, colour)
                    self.text(x + across / 2, 96, each.label)
                else:
                    y = 42 + row * _ROW
                    self._icon(x + 4, y, _SMALL, each.label, colour)
                    end = x + 4 + _SMALL + 6 + self.length(each.label) / 2
                    self.text(end, y + _SMALL / 2, each.label)
            x += across
        self.text(left + wide / 2, _HEIGHT - 14, label, _FAINT)
        self.box((left + wide - 1, 40, 1, _HEIGHT - 50), _LINE)

    def _icon(self, x: float, y: float, size: int, label: str, colour: str) -> None:
        self.box((x, y, size, size), colour, 4 if size == _BIG else 2)
        self.text(x + size / 2, y + size / 2, label[0], "#FFFFFF", 20 if size == _BIG else 9)


def _columns(buttons: list[Button]) -> list[list[Button]]:
    """Return buttons as Excel stacks them: a large one alone, up to three small ones together."""
    columns: list[list[Button]] = []
    for each in buttons:
        last = columns[-1] if columns else []
        if each.large or not last or last[0].large or len(last) == 3:
            columns.append([each])
        else:
            last.append(each)
    return columns


if __name__ == "__main__":
    draw(RIBBON, PICTURE)
