"""Amounts as people type them: cleaned, read to exact decimals, converted and rounded."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from functools import cache, lru_cache, reduce
from math import isfinite, isnan

PERCENT, PER_MILLE = "%", "‰"
_UNITLESS = {"", PERCENT, PER_MILLE}

_INVISIBLE = re.compile("[\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad]")
_BOOKMARK = re.compile(r"\[bookmark:[^\]]*\]", re.IGNORECASE)
_DASHES = "-—–―─−/"
_MINUS = str.maketrans("−–", "--")
_ERROR = re.compile(r"#[A-Z][A-Z0-9/_]*[!?]?")
_PERCENT_WORDS = {"%", "%完成", "百分比", "百分点", "个百分点"}
_GROUPED = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+"
NUMBER = rf"[+-]?(?:{_GROUPED})(?:[eE][+-]?[0-9]{{1,3}})?"
# 95%以上 is a bound and no amount; the digit is that of m2 and m3.
UNIT = r"(?:[%‰](?:完成)?|(?!.*(?:以上|以下|以内|左右|以外))(?:[^\W\d_]|[/°·]){0,9}[23]?)"
_QUANTITY = re.compile(rf"[¥$]?(?P<number>{NUMBER})\(?(?P<unit>{UNIT})\)?")
_PLAIN = re.compile(r"-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,30})(?:\.[0-9]{1,30})?")
_IDLE_SPACE = re.compile(r"(?<![0-9])\s+|\s+(?![0-9])")
_SCALE = re.compile(r"(?P<scale>万亿|[十百千]?[万亿]|千|)(?P<base>.*)")
_POWERS = {"十": 1, "百": 2, "千": 3, "万": 4, "亿": 8}
# 个 and 家 may count the same thing; these never do.
_MEASURES = {"元", "美元", "欧元", "港元", "年", "个月", "天", "小时", "分钟", "秒"}
# Wide enough to quantize anything a cell can hold, 1E+308 with decimals included.
_WIDE = Context(prec=1000)


class Unreadable(ValueError):  # noqa: N818 (the name says it in a sentence)
    """What a cell holds cannot be used; `shown` is what the user sees in its place.

    >>> Unreadable("有效提高").shown
    '⚠无法识别:有效提高'
    """

    def __init__(self, text: str, reason: str = "无法识别") -> None:
        self.text = text if len(text) <= 60 else f"{text[:59]}…"  # 255 characters break a cell
        self.reason = reason
        super().__init__(self.shown)

    @property
    def shown(self) -> str:
        """The warning as text: SUM skips it, the eye does not."""
        return f"⚠{self.reason}:{self.text}"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as written, with the unit written behind it."""

    number: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Amount(Quantity):
    """A quantity with a unit, to be brought to the unit of the other amounts of its call."""


def clean(text: str) -> str:
    """Return text in half-width form, without what Word and the web leave in cells.

    >>> clean("\u3000[bookmark: _GoBack]１００％\u200b")
    '100%'
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    if "[" in text:
        text = _BOOKMARK.sub("", text)
    return text.strip().removeprefix("'").strip()


def compact(text: str) -> str:
    """Return cleaned text without any space: letter-spaced names become words."""
    return "".join(clean(text).split())


def closed_up(text: str) -> str:
    """Return cleaned text without spaces, save those that part two numbers.

    >>> closed_up("=6 人"), closed_up("12 13")
    ('=6人', '12 13')
    """
    cleaned = clean(text)
    return cleaned if len(cleaned.split()) == 1 else _IDLE_SPACE.sub("", cleaned)


def is_blank(value: object) -> bool:
    """Say whether a cell counts as not filled in; a dash, a slash and 无 do.

    >>> [is_blank(v) for v in (None, "\u3000", "——", "／", "无", 0, "0")]
    [True, True, True, True, True, False, False]
    """
    if isinstance(value, str):
        return says_nothing(clean(value))
    return value is None or (isinstance(value, float) and isnan(value))  # pandas' empty cell


def says_nothing(text: str) -> bool:
    """Say whether cleaned text counts as not filled in."""
    return text == "无" or not text.strip(_DASHES)


def parse_quantity(value: object) -> Quantity | None:
    """Read a cell to the letter; None is a blank cell.

    >>> parse_quantity("（1,234.50）万元")
    Quantity(number=Decimal('-1234.50'), unit='万元')

    Raises:
        Unreadable: for what is no number: words, booleans, dates, Excel's errors.
    """
    if isinstance(value, str):
        return _quantity_of_text(value)
    number = _decimal_of(value)
    return None if number is None else Quantity(number, "")


def parse_number(value: object) -> Decimal | None:
    """Read a cell as a bare number: a percentage is its fraction, another unit is left out.

    >>> parse_number("80％"), parse_number("48 小时"), parse_number(0.1)
    (Decimal('0.80'), Decimal('48'), Decimal('0.1'))
    """
    if type(value) is not str:
        return _decimal_of(value)
    if _PLAIN.fullmatch(typed := value.strip()):
        return Decimal(typed.replace(",", ""))
    quantity = _quantity_of_text(value)
    return None if quantity is None else bare(quantity)


def parse_amount(value: object) -> Decimal | Amount | None:
    """Read a cell that may be compared with others: keep a unit where one is written.

    >>> parse_amount("1.8亿元"), parse_amount("80%")
    (Amount(number=Decimal('1.8'), unit='亿元'), Decimal('0.80'))
    """
    if type(value) is not str:
        return _decimal_of(value)
    if _PLAIN.fullmatch(typed := value.strip()):
        return Decimal(typed.replace(",", ""))
    quantity = _quantity_of_text(value)
    if quantity is None:
        return None
    if quantity.unit not in _UNITLESS:
        return Amount(quantity.number, quantity.unit)
    return bare(quantity)


def bare(quantity: Quantity) -> Decimal:
    """Return the number of a quantity, a percentage as the fraction it means."""
    if quantity.unit in {PERCENT, PER_MILLE}:
        return fraction(quantity)
    return quantity.number


def fraction(quantity: Quantity, mode: str = "auto") -> Decimal:
    """Return a rate as a fraction, with the precision of its literal.

    A percent sign decides by itself. Without one, `points` divides by a hundred, `fraction`
    leaves as is, and `auto` takes what is above 1 for points.

    >>> fraction(Quantity(Decimal("78"), "%")), fraction(Quantity(Decimal("0.5"), ""), "points")
    (Decimal('0.78'), Decimal('0.005'))

    Raises:
        Unreadable: when the unit is no rate.
    """
    number, unit = quantity.number, quantity.unit
    if unit == PER_MILLE:
        return number.scaleb(-3, _WIDE)
    if unit not in {"", PERCENT}:
        raise Unreadable(f"{number}{unit}")
    if unit == PERCENT or mode == "points" or (mode == "auto" and abs(number) > 1):
        return number.scaleb(-2, _WIDE)
    return number


def convert(number: Decimal, from_unit: str, to_unit: str) -> Decimal:
    """Return a number in another unit of the same kind, exact and as precise as before.

    >>> convert(Decimal("120526.20"), "元", "万元"), convert(Decimal("816.57"), "万人次", "人次")
    (Decimal('12.052620'), Decimal('8.1657E+6'))

    Raises:
        Unreadable: when the two units measure different things.
    """
    (power, base), (to_power, to_base) = _scale(from_unit), _scale(to_unit)
    if base != to_base:
        raise Unreadable(f"{from_unit}、{to_unit}", "单位不一致")
    return number.scaleb(power - to_power, _WIDE)


def aligned(values: Sequence[Decimal | Quantity]) -> list[Decimal]:
    """Return numbers in the unit of the first one that has a unit.

    A number without unit is taken to be in that unit too, a percentage is its fraction. Words such
    as 个 and 家 are not told apart, but money and time are.

    >>> aligned([Quantity(Decimal("8493.53"), "万元"), Quantity(Decimal("1.8"), "亿元")])
    [Decimal('8493.53'), Decimal('1.8E+4')]
    """
    units = (value.unit for value in values if isinstance(value, Quantity))
    unit = next((unit for unit in units if unit not in _UNITLESS), "")
    return [_in_unit(v, unit) if isinstance(v, Quantity) else v for v in values]


def round_half_up(number: Decimal, digits: int) -> Decimal:
    """Round half away from zero, as Excel's ROUND does.

    >>> [str(round_half_up(Decimal(n), d)) for n, d in (("2.675", 2), ("-2.5", 0), ("7", 2))]
    ['2.68', '-3', '7.00']
    """
    return number.quantize(_last_place(digits), ROUND_HALF_UP, _WIDE)


def round_half_even(number: Decimal, digits: int) -> Decimal:
    """Round half to the even neighbour, as banks do on request."""
    return number.quantize(_last_place(digits), ROUND_HALF_EVEN, _WIDE)


def rounded_like(number: Decimal, written: Decimal) -> Decimal:
    """Round half up to the last place in which another number is written.

    >>> rounded_like(Decimal("0.7732"), Decimal("0.78"))
    Decimal('0.77')
    """
    return number.quantize(written, ROUND_HALF_UP, _WIDE)


def rounded(number: Decimal, digits: int | None) -> Decimal:
    """Round half up where digits are asked for."""
    return number if digits is None else round_half_up(number, digits)


def total_of(numbers: Iterable[Decimal]) -> Decimal:
    """Return an exact sum: no digit is lost between 0.01 元 and a trillion."""
    return reduce(_WIDE.add, numbers, Decimal(0))


def digits_of(number: Decimal) -> int:
    """Return how many decimals are written: 2 for 22.50."""
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def span(number: Decimal) -> tuple[Decimal, Decimal]:
    """Return what a literal stands for: anything that is rounded to it.

    >>> span(Decimal("22.5"))
    (Decimal('22.45'), Decimal('22.55'))
    """
    half = _half_a_place(digits_of(number))
    return number - half, number + half


def plain(number: Decimal) -> str:
    """Return a number as people write it: no exponent, no idle zeros.

    >>> plain(Decimal("-12.670")), plain(Decimal("1E+3"))
    ('-12.67', '1000')
    """
    if number and not -20 < number.adjusted() < 20:
        return f"{number:.6E}"  # a slip of the keyboard is not to fill the screen
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) if number else "0"


def shown_text(value: object) -> str:
    """Return a value as it would read in a cell, for warnings."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int):
        return str(Decimal(value))  # Python refuses to print an int of 5,000 digits
    if isinstance(value, float):
        return str(value).removesuffix(".0")  # Excel has no other numbers
    if isinstance(value, Decimal):
        return plain(value)
    return str(value)[:10] if isinstance(value, date) else str(value)


def is_excel_error(text: str) -> bool:
    """Say whether text is an error value that Excel handed over, such as #REF!."""
    return _ERROR.fullmatch(text) is not None


def _decimal_of(value: object) -> Decimal | None:
    """Read what is not text: floats by their shortest form, so 0.1 is one tenth."""
    if type(value) is float and isfinite(value):  # the common case comes first
        return Decimal(repr(value).removesuffix(".0"))  # a cell that shows 29 holds 29.0
    if is_blank(value):
        return None
    number = _decimal_of_other(value)
    if number is None or not -330 < number.adjusted() < 309:
        raise Unreadable(shown_text(value))
    return number


def _decimal_of_other(value: object) -> Decimal | None:
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, int):
        return Decimal(value)
    return Decimal(float.__repr__(value).removesuffix(".0")) if isfinite(value) else None


@cache
def _half_a_place(digits: int) -> Decimal:
    return Decimal((0, (5,), -digits - 1))


@cache
def _last_place(digits: int) -> Decimal:
    return Decimal((0, (1,), -digits))


@lru_cache(maxsize=4096)
def _quantity_of_text(text: str) -> Quantity | None:
    """Read text; the same text comes again and again in a column."""
    written = closed_up(text).translate(_MINUS)
    if says_nothing(written):
        return None
    negative = written.startswith("(")
    match = _QUANTITY.fullmatch(written[1:].replace(")", "", 1) if negative else written)
    if match is None or (negative and (")" not in written or match["number"][0] in "+-")):
        raise Unreadable(shown_text(text))
    number = Decimal(match["number"].replace(",", ""))
    return Quantity(number.copy_negate() if negative else number, unit_of(match["unit"]))


def unit_of(text: str) -> str:
    """Return the unit that a text names: 单位：万元 is 万元, 百分比 is %."""
    if not text:
        return ""
    unit = compact(text).removeprefix("单位:").strip("()")
    return PERCENT if unit in _PERCENT_WORDS else unit


@lru_cache(maxsize=256)
def _scale(unit: str) -> tuple[int, str]:
    """Return the power of ten and the base of a unit: 万人次 is 4 and 人次, 亿 is 8 and 元."""
    match = _SCALE.fullmatch(unit_of(unit))
    if match is None:
        raise Unreadable(unit)
    scale, base = match["scale"], match["base"]
    return sum(_POWERS[word] for word in scale), base or ("元" if scale else "")


def _in_unit(quantity: Quantity, unit: str) -> Decimal:
    """Return a number in the unit of its neighbours, as far as units are known."""
    if quantity.unit in _UNITLESS:
        return bare(quantity)
    (power, base), (to_power, to_base) = _scale(quantity.unit), _scale(unit)
    if base != to_base and {base, to_base} <= _MEASURES:
        raise Unreadable(f"{quantity.unit}、{unit}", "单位不一致")
    return quantity.number.scaleb(power - to_power, _WIDE)
