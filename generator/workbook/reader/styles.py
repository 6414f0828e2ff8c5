"""The cell styles of a package, as far as reading needs them: number format and lock."""

from __future__ import annotations

from functools import lru_cache

from generator.workbook.book import Cell
from generator.workbook.reader.markup import Attributes, Listener, is_true, listen
from generator.workbook.reader.plain import Styles

# The codes that a number stands for; 27 to 58 as Chinese Excel shows them.
_YEAR_MONTH, _MONTH_DAY, _DAY = 'yyyy"年"m"月"', 'm"月"d"日"', 'yyyy"年"m"月"d"日"'
_TIMES = {
    32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"',
    34: '上午/下午h"时"mm"分"',
    35: "上午/下午h:mm:ss",
}
_BUILT_IN = {
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    5: '"¥"#,##0;"¥"-#,##0',
    6: '"¥"#,##0;[Red]"¥"-#,##0',
    7: '"¥"#,##0.00;"¥"-#,##0.00',
    8: '"¥"#,##0.00;[Red]"¥"-#,##0.00',
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "yyyy/m/d",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "yyyy/m/d h:mm",
    37: "#,##0;-#,##0",
    38: "#,##0;[Red]-#,##0",
    39: "#,##0.00;-#,##0.00",
    40: "#,##0.00;[Red]-#,##0.00",
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mmss.0",
    48: "##0.0E+0",
    49: "@",
    **dict.fromkeys((27, 36, 50, 52, 57), _YEAR_MONTH),
    **dict.fromkeys((28, 29, 51, 53, 54, 58), _MONTH_DAY),
    **dict.fromkeys((31,), _DAY),
    30: "m-d-yy",
    **_TIMES,
    55: _TIMES[34],
    56: _TIMES[35],
}


class _Styles(Listener):
    def __init__(self) -> None:
        self.codes = dict(_BUILT_IN)
        self.formats: list[tuple[str, bool]] = []  # number of the format, lock
        self._inside = False
        self.starts = {
            "numFmt": self._declare,
            "cellXfs": self._enter,
            "xf": self._add,
            "protection": self._protect,
        }
        self.ends = {"cellXfs": self._leave}

    def code(self, number: str) -> str:
        """Return the code that a format's number stands for."""
        return self.codes.get(int(number), "General") if number.isdecimal() else "General"

    def _enter(self, _: Attributes) -> None:
        self._inside = True

    def _leave(self) -> None:
        self._inside = False

    def _declare(self, attributes: Attributes) -> None:
        number, code = attributes.get("numFmtId", ""), attributes.get("formatCode", "")
        if number.isdecimal():
            self.codes[int(number)] = code

    def _add(self, attributes: Attributes) -> None:
        if self._inside:
            self.formats.append((attributes.get("numFmtId", "0"), True))

    def _protect(self, attributes: Attributes) -> None:
        if self._inside and self.formats:
            number, _ = self.formats[-1]
            self.formats[-1] = (number, is_true(attributes.get("locked", "1")))


PLAIN = Styles({"": Cell(locked=True), "0": Cell(locked=True)})  # without styles


@lru_cache(maxsize=8)
def read_styles(content: bytes) -> Styles:
    """Return one blank cell per style, by its number as written; without a number it is 0.

    Returns of one form share their styles to the byte, so they are read once.
    """
    styles = _Styles()
    listen("styles.xml", [content], styles)
    cells = [
        Cell(number_format=styles.code(number), locked=lock) for number, lock in styles.formats
    ]
    by_number = {str(i): each for i, each in enumerate(cells)}
    return Styles({"": cells[0], **by_number}) if cells else PLAIN
