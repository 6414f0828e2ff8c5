"""What a field asks for × what stands in its cell → the answer, every liberty noted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from generator.model.filing import NO_ANSWER, Answer, AnswerValue
from generator.model.form import Field, FieldType
from generator.workbook.book import Cell, CellKind
from udfs import amounts
from udfs.amounts import PERCENT, Quantity, plain

_MOST_FIELDS, _MOST_KNOWN, _LONGEST_KNOWN = 1_000, 1_000, 100  # of what is kept
_LONGEST = 28  # digits that Decimal's ordinary arithmetic keeps
_EXCERPT = 40
_BOOKMARK = re.compile(r"\[bookmark:[^\]]*\]\s*", re.IGNORECASE)
_SCALED = re.compile("[%‰十百千万亿元]")
_CONSTANT = re.compile(r"[+-]?\d+(?:\.\d+)?%?")
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_MONTHS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<y>\d{4})年(?P<m>\d{1,2}|十\d?)月(?:份|底|末|\d{1,2}日)?",
        r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})(?:[-/.]\d{1,2})?(?:[T ][\d:.]+)?",
        r"(?P<y>\d{4})(?P<m>\d{2})",
        r"(?P<y>\d{4})(?P<m>)年(?:年?[底末])",
    )
)


class _Reading(NamedTuple):
    """The part of an Answer that depends on what the field asks for."""

    value: AnswerValue = None
    note: str = ""
    shown: Decimal | None = None
    unit: str = ""
    readable: bool = True


_TEXT, _NUMBER = CellKind.TEXT, CellKind.NUMBER
_made = tuple.__new__  # Answer() takes twice as long
_NOTHING, _UNREADABLE = _Reading(), _Reading(readable=False)
_VOID = _Reading(note="单元格里只有空格，按空白读取")


def interpret(field: Field, cell: Cell | None) -> Answer:
    """Return the answer that stands in a cell.

    >>> from generator.model.form import Field, FieldType
    >>> budget = Field("budget", None, FieldType.AMOUNT, unit="万元")
    >>> answer = interpret(budget, Cell("0.17亿元", CellKind.TEXT))
    >>> answer.value, answer.unit, answer.normalised
    (Decimal('1.7E+7'), '亿元', '“0.17亿元”按 1700 万元读取')
    """
    return Interpreter(field).read(cell)


class Interpreter:
    """Reads the cells of one field; what came up before is not read again."""

    def __init__(self, field: Field) -> None:
        self.field = field
        self.known: dict[Cell | None, Answer] = {}
        self._computed = field.computed is not None
        self._read = _READERS[field.type]

    def answers(self, cells: Iterable[Cell | None]) -> list[Answer]:
        """Return the answers that stand in some cells."""
        listed = [*cells]
        found = [*map(self.known.get, listed)]
        if not all(found):  # an answer is never false
            found = [known or self.read(cell) for known, cell in zip(found, listed, strict=True)]
        return found  # type: ignore[return-value]  # none is missing any more

    def read(self, cell: Cell | None) -> Answer:
        """Return the answer that a cell amounts to."""
        if cell is None:
            return NO_ANSWER
        text, kind, formula, _, locked = cell
        raw = text if isinstance(text, str) else raw_text(cell)
        if kind is _TEXT and _is_void(raw):
            reading = _VOID if raw else _NOTHING
        elif kind is _TEXT or kind is _NUMBER:
            reading = self._read(self.field, cell, raw)
        else:
            reading = self._without_value(cell)
        value, note, shown, unit, readable = reading
        said = "" if self._computed else note
        answer = _made(Answer, (value, raw, unit, shown, readable, said, formula, locked))
        if len(self.known) >= _MOST_KNOWN:
            self.known.clear()
        if len(raw) <= _LONGEST_KNOWN:
            self.known[cell] = answer
        return answer

    def _without_value(self, cell: Cell) -> _Reading:
        if cell.kind is CellKind.BLANK and (self._computed or not cell.formula):
            return _NOTHING  # also a computed formula that was saved without its result
        return _UNREADABLE


_INTERPRETERS: dict[int, Interpreter] = {}


def interpreter(field: Field) -> Interpreter:
    """Return the interpreter of a field, the same for all returns of its form."""
    found = _INTERPRETERS.get(id(field))
    if found is None or found.field is not field:
        if len(_INTERPRETERS) >= _MOST_FIELDS:
            _INTERPRETERS.clear()
        found = _INTERPRETERS[id(field)] = Interpreter(field)
    return found


def raw_text(cell: Cell) -> str:
    """Return what stands in a cell as its edit line shows it.

    >>> raw_text(Cell(Decimal("0.8"), CellKind.NUMBER, number_format="0.00%"))
    '80%'
    """
    value = cell.value
    if isinstance(value, str):
        return value
    if value is None:
        return f"={cell.formula}" if cell.formula else ""
    if isinstance(value, bool):
        return str(value).upper()
    if cell.percent:
        return plain(value.scaleb(2)) + PERCENT
    return cell.written_date or f"{value:f}"


def _is_void(text: str) -> bool:
    """Say whether there is nothing to see; only a short text can be marks of a word processor."""
    if "一" <= text[:1] <= "龥" or text[:1].isdecimal():
        return False
    return not text.strip() or (len(text) <= _EXCERPT and not amounts.clean(text))


def _as(raw: str, meaning: str) -> str:
    """Return the note that something typed was understood as something else."""
    line = " ".join(raw.split("\n"))
    short = line if len(line) <= _EXCERPT else line[: _EXCERPT - 1] + "…"
    before, after = (" " if each.isascii() else "" for each in (meaning[0], meaning[-1]))
    return f"“{short}”按{before}{meaning}{after}读取"


# -- numbers --


def _numeric(read: Callable[[Field, Cell, Quantity], _Reading]) -> _Reader:
    """Make a reader for a field that asks for a number from one for quantities."""

    def reader(field: Field, cell: Cell, raw: str) -> _Reading:
        try:
            quantity = amounts.parse_quantity(cell.value)
            if quantity is None:
                return _Reading(note=f"“{raw.strip()}”按空白读取")
            if cell.date is not None or len(quantity.number.as_tuple().digits) > _LONGEST:
                return _UNREADABLE
            return read(field, cell, quantity)
        except amounts.Unreadable:
            return _UNREADABLE

    return reader


def _amount(field: Field, cell: Cell, quantity: Quantity) -> _Reading:
    shown, unit = quantity.number, quantity.unit
    if unit:
        shown = amounts.convert(shown, unit, field.unit)
    note = _number_note(cell, shown, field.unit if unit else "")
    return _Reading(shown.scaleb(field.power), note, shown, unit)


def _number(field: Field, cell: Cell, quantity: Quantity) -> _Reading:
    number, unit = quantity.number, quantity.unit
    whole = number == number.to_integral_value()
    if _SCALED.search(unit) or (field.type is FieldType.INTEGER and not whole):
        return _UNREADABLE
    return _Reading(number, _number_note(cell, number), number, unit)


def _number_note(cell: Cell, number: Decimal, unit: str = "") -> str:
    """Return the note for a number that is text, or shown as a percentage."""
    if cell.kind is CellKind.NUMBER and not cell.percent:
        return ""
    raw, meaning = raw_text(cell), f"{plain(number)} {unit}".rstrip()
    if cell.kind is CellKind.TEXT and raw == meaning:
        return f"“{raw}”是文本，按数字读取"
    return _as(raw, meaning)


def _percent(_: Field, cell: Cell, quantity: Quantity) -> _Reading:
    if cell.percent and cell.kind is CellKind.NUMBER:
        return _Reading(quantity.number, "", _to_places(quantity.number, 2))
    value = amounts.fraction(quantity)
    bare_points = not quantity.unit and abs(quantity.number) >= 1
    note = _percent_note(cell, value) if cell.kind is CellKind.TEXT or bare_points else ""
    shown = value if cell.kind is CellKind.TEXT else _to_places(value, 2)
    return _Reading(value, note, shown, quantity.unit)


def _points(_: Field, cell: Cell, quantity: Quantity) -> _Reading:
    number, unit = quantity.number, quantity.unit
    if not unit and cell.percent and cell.kind is CellKind.NUMBER:
        return _Reading(number, _percent_note(cell, number), _in_points(number))
    if unit:
        value = amounts.fraction(quantity)
        return _Reading(value, _percent_note(cell, value), _in_points(value), unit)
    if 0 < number < 1:
        note = _percent_note(cell, number) + f"；本栏以百分数填写，应填 {plain(number.scaleb(2))}"
        return _Reading(number, note, _in_points(number))
    value = number.scaleb(-2)
    note = _percent_note(cell, value) if cell.kind is CellKind.TEXT else ""
    if number == 1:
        note = _percent_note(cell, value) + "；如果是 100%，应填 100"
    return _Reading(value, note, number)


def _percent_note(cell: Cell, fraction: Decimal) -> str:
    return _as(raw_text(cell), f"{plain(fraction.scaleb(2))}%")


def _in_points(fraction: Decimal) -> Decimal:
    return _to_places(fraction.scaleb(2), 0)


def _to_places(number: Decimal, places: int) -> Decimal:
    """Return a number with at least so many decimals: a cell that shows 80% states two, 0.80."""
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent > -places:
        return amounts.round_half_up(number, places)
    return number


# -- words --


def _text(_: Field, cell: Cell, raw: str) -> _Reading:
    if cell.kind is CellKind.NUMBER:
        return _Reading(raw, f"日期按“{raw}”读取" if cell.date else "")
    text = _BOOKMARK.sub("", raw) if "[" in raw else raw
    if text == raw:
        return _made(_Reading, (raw, "", None, "", True))
    return _Reading(text if text.strip() else None, "去掉了文字处理软件留下的书签标记")


def _target(field: Field, cell: Cell, raw: str) -> _Reading:
    if cell.kind is not CellKind.NUMBER:
        return _text(field, cell, raw)
    if cell.date is not None:
        return _UNREADABLE
    typed = cell.formula if _CONSTANT.fullmatch(cell.formula) else ""
    if typed:  # =100% became a formula
        return _Reading(typed, f"“={typed}”成了公式，按“{typed}”读取")
    return _Reading(raw, f"数字单元格按文字“{raw}”读取" if cell.percent else "")


def _choice(field: Field, cell: Cell, raw: str) -> _Reading:
    if raw in field.choices:
        return _Reading(raw)
    choice = None if cell.date is not None else choice_meant(field, raw)
    if choice is None:
        return _UNREADABLE
    same = raw.strip() == choice
    return _Reading(choice, "去掉了前后的空格" if same else _as(raw, f"“{choice}”"))


def choice_meant(field: Field, text: str) -> str | None:
    """Return the choice that a text means, by itself or as an accepted wording; None for none."""
    wanted = amounts.compact(text)
    meanings = {**field.variants, **{each: each for each in field.choices}}
    found = (each for wording, each in meanings.items() if amounts.compact(wording) == wanted)
    return next(found, None)


def _month(_: Field, cell: Cell, raw: str) -> _Reading:
    found = cell.date or _month_in(cell, raw)
    if found is None or not 1900 <= found.year < 2200:
        return _UNREADABLE
    month = f"{found.year}年{found.month}月"
    return _Reading(month, "" if month == raw else _as(raw, f"“{month}”"))


def _month_in(cell: Cell, raw: str) -> datetime | None:
    decimals = raw.partition(".")[2]
    if cell.kind is CellKind.NUMBER and decimals and len(decimals) != 2:
        return None  # 2021.1 may have been typed as 2021.10
    text = amounts.clean(raw).translate(_DIGITS)
    for pattern in _MONTHS:
        match = pattern.fullmatch(text) or pattern.fullmatch("".join(text.split()))
        if match:
            return _first_day(int(match["y"]), match["m"])
    return None


def _first_day(year: int, written: str) -> datetime | None:
    tens, ones = (10, written[1:]) if written.startswith("十") else (0, written)
    month = tens + int(ones or 0) if written else 12
    if not 1 <= month <= 12 or not year:
        return None
    return datetime(year, month, 1)  # noqa: DTZ001 (a cell's date has no zone)


_Reader = Callable[[Field, Cell, str], _Reading]
_READERS: dict[FieldType, _Reader] = {
    FieldType.LABEL: _text,
    FieldType.TEXT: _text,
    FieldType.AMOUNT: _numeric(_amount),
    FieldType.NUMBER: _numeric(_number),
    FieldType.INTEGER: _numeric(_number),
    FieldType.PERCENT: _numeric(_percent),
    FieldType.POINTS: _numeric(_points),
    FieldType.CHOICE: _choice,
    FieldType.MONTH: _month,
    FieldType.TARGET: _target,
}
