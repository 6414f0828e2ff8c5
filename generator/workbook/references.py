"""References in A1 notation: addresses, ranges behind a name, formulas that cells share."""

from __future__ import annotations

import re
from functools import lru_cache

from generator.workbook.book import Range

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384

_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_SHEET = r"(?:'(?:[^']|'')+'|[^\s'!,():\[\]]+)!"
_CELL, _COLUMN, _ROW = r"\$?[A-Z]{1,3}\$?[1-9]\d{0,6}", r"\$?[A-Z]{1,3}", r"\$?[1-9]\d{0,6}"
_AREA = re.compile(
    rf"(?P<sheet>{_SHEET})?(?:(?P<cell>{_CELL})(?::(?:{_SHEET})?(?P<to>{_CELL}))?"
    rf"|(?P<column>{_COLUMN}):(?P<to_column>{_COLUMN})|(?P<row>{_ROW}):(?P<to_row>{_ROW}))"
)
_PIECE = re.compile(rf"{_SHEET}?[^'!,]+")
_TOKEN = re.compile(
    r"""(?P<kept>"(?:[^"]|"")*"|'(?:[^']|'')*'!?|\[[^\]]*\])"""
    r"|(?<![\w.$\\])(?:"
    r"(?P<rows>\$?[1-9]\d{0,6}:\$?[1-9]\d{0,6})"
    r"|(?P<columns>\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3})"
    r"|(?P<cell>\$?[A-Za-z]{1,3}\$?[1-9]\d{0,6}))(?![\w.(!\\])"
)
_PART = re.compile(r"(\$?)([A-Za-z]{1,3})?(\$?)([1-9]\d{0,6})?")


@lru_cache(maxsize=4096)
def column_number(letters: str) -> int:
    """Return the number of a column.

    >>> column_number("A"), column_number("AB")
    (1, 28)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


@lru_cache(maxsize=4096)
def column_letters(number: int) -> str:
    """Return the letters of a column.

    >>> column_letters(28)
    'AB'
    """
    letters = ""
    while number:
        number, digit = divmod(number - 1, 26)
        letters = chr(65 + digit) + letters
    return letters


@lru_cache(maxsize=65_536)
def position(address: str) -> tuple[int, int] | None:
    """Return row and column of an address, or None for what is none or lies off the sheet.

    >>> position("AB7"), position("XFE1")
    ((7, 28), None)
    """
    match = _ADDRESS.fullmatch(address)
    if match is None:
        return None
    row, column = int(match[2]), column_number(match[1])
    return (row, column) if row <= LAST_ROW and column <= LAST_COLUMN else None


def parse_range(text: str, sheet: str = "") -> Range | None:
    """Return the rectangle of one area, or None for anything else.

    >>> parse_range("'甲''乙'!$B$2:$D$9")
    Range(sheet="甲'乙", top=2, left=2, bottom=9, right=4)
    """
    match = _AREA.fullmatch(text.strip())
    if match is None or "[" in text:
        return None
    title = (match["sheet"] or "").removesuffix("!") or sheet
    if title.startswith("'"):
        title = title[1:-1].replace("''", "'")
    top, left, bottom, right = _edges(match)
    if bottom > LAST_ROW or right > LAST_COLUMN:
        return None
    return Range(title, top, left, bottom, right)


def parse_ranges(text: str) -> tuple[Range, ...]:
    """Return the areas that a name stands for; empty unless it stands for areas alone."""
    text = text.strip().removeprefix("=")
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1]
    areas = [parse_range(piece) for piece in _pieces(text)]
    return tuple(each for each in areas if each is not None) if all(areas) else ()


def shifted(formula: str, rows: int, columns: int) -> str:
    r'''Return a formula as it reads when copied so many rows down and columns to the right.

    >>> shifted("""SUM($A1:B$2)&"A1"&'A1'!C3&LOG10(D4)""", 1, 2)
    'SUM($A2:D$2)&"A1"&\'A1\'!E4&LOG10(F5)'
    '''

    def moved(match: re.Match[str]) -> str:
        if match["kept"]:
            return match[0]
        ends = [_moved(each, rows, columns) for each in match[0].split(":")]
        return "#REF!" if None in ends else ":".join(each or "" for each in ends)

    return _TOKEN.sub(moved, formula)


def _pieces(text: str) -> list[str]:
    pieces = _PIECE.findall(text)
    return pieces if ",".join(pieces) == text else [text]


def _edges(match: re.Match[str]) -> tuple[int, int, int, int]:
    if match["cell"]:
        (top, left), (bottom, right) = _corner(match["cell"]), _corner(match["to"] or match["cell"])
    elif match["column"]:
        top, bottom = 1, LAST_ROW
        left, right = (column_number(match[k].strip("$")) for k in ("column", "to_column"))
    else:
        left, right = 1, LAST_COLUMN
        top, bottom = (int(match[k].strip("$")) for k in ("row", "to_row"))
    return min(top, bottom), min(left, right), max(top, bottom), max(left, right)


def _corner(address: str) -> tuple[int, int]:
    match = _ADDRESS.fullmatch(address.replace("$", ""))
    if match is None:
        raise ValueError(address)
    return int(match[2]), column_number(match[1])


def _moved(reference: str, rows: int, columns: int) -> str | None:
    match = _PART.fullmatch(reference)
    if match is None:
        return reference
    dollar, letters, dollar_row, digits = match.groups()
    if letters is None:  # the dollar of a whole row is read as that of a column
        dollar_row, dollar = dollar or dollar_row, ""
    column = column_number(letters.upper()) + (0 if dollar else columns) if letters else 1
    row = int(digits) + (0 if dollar_row else rows) if digits else 1
    if not (1 <= row <= LAST_ROW and 1 <= column <= LAST_COLUMN):
        return None
    shown = column_letters(column) if letters else ""
    return f"{dollar}{shown}{dollar_row}{row if digits else ''}"
