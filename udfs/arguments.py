"""The kinds of arguments: what is read from a cell, and the help that goes with it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar, cast

from udfs.amounts import (
    Amount,
    Unreadable,
    aligned,
    clean,
    fraction,
    is_blank,
    is_excel_error,
    parse_amount,
    parse_number,
    parse_quantity,
    says_nothing,
    shown_text,
    unit_of,
)
from udfs.registry import Argument, Span

Cell = Decimal | Amount | Unreadable | None
Value = TypeVar("Value")
_MOST_DIGITS = 300


def number(name: str, help_text: str) -> Argument:
    """Describe a bare number: 80% is 0.8, a unit is left out."""
    return Argument(name, help_text, parse_number)


def amount(name: str, help_text: str) -> Argument:
    """Describe an amount: where two of a call carry units, they are brought to the same one."""
    return Argument(name, help_text, parse_amount)


def rate(name: str, help_text: str) -> Argument:
    """Describe a rate: a fraction, or a percentage with its sign."""
    return Argument(name, help_text, parse_number)


def digits(help_text: str = "保留的小数位数；省略则不取舍") -> Argument:
    """Describe the number of decimals to round to."""
    return Argument("digits", help_text, read_whole)


def text(name: str, help_text: str) -> Argument:
    """Describe a text."""
    return Argument(name, help_text, read_text)


def choice(name: str, help_text: str, words: Mapping[str, object]) -> Argument:
    """Describe a choice among words; each stands for a value."""
    return Argument(name, help_text, one_of(words))


def optional(argument: Argument) -> Argument:
    """Hand a blank on to the function instead of answering with one."""
    return replace(argument, keeps_blank=True)


def series(argument: Argument) -> Argument:
    """Take a row or a column together; of a block, one row at a time."""
    return replace(argument, span=Span.SERIES)


def everything(argument: Argument) -> Argument:
    """Take a whole range together."""
    return replace(argument, span=Span.WHOLE)


def table(argument: Argument) -> Argument:
    """Take a range as a table: `read` gets its rows, each a list of cells."""
    return replace(argument, span=Span.TABLE)


def rows_of(cells: object) -> list[list[object]]:
    """Return what a table's `read` was given as the rows it is."""
    return cast("list[list[object]]", cells)


def unread(name: str, help_text: str) -> Argument:
    """Describe a cell that the function reads by itself, if it needs it."""
    return Argument(name, help_text, lambda cell: None if is_blank(cell) else cell)


def totalled(argument: Argument) -> Argument:
    """Take rows, columns or the whole of a range: whatever its total is given for."""
    return replace(argument, span=Span.TOTALLED)


def figures(cells: Sequence[Cell]) -> list[Decimal | None]:
    """Return the numbers of a series in one unit; the first unreadable one is raised."""
    return in_one_unit(certain(cells))


def certain(cells: Sequence[Value | Unreadable]) -> list[Value]:
    """Return the values of a series; the first unreadable one is raised."""
    values = []
    for cell in cells:
        if isinstance(cell, Unreadable):
            raise cell.with_traceback(None)
        values.append(cell)
    return values


def in_one_unit(cells: Sequence[Cell]) -> list[Decimal | None]:
    """Return the numbers of a series in one unit, None for what is blank or unreadable."""
    if not any(isinstance(cell, Amount) for cell in cells):
        return [cell if isinstance(cell, Decimal) else None for cell in cells]
    numbers = iter(aligned([c for c in cells if isinstance(c, Decimal | Amount)]))
    return [next(numbers) if isinstance(c, Decimal | Amount) else None for c in cells]


def read_whole(value: object) -> int | None:
    """Read a whole number of moderate size."""
    found = parse_number(value)
    if found is None:
        return None
    if abs(found) > _MOST_DIGITS or found != found.to_integral_value():
        raise Unreadable(shown_text(value))
    return int(found)


def read_rate(value: object) -> Decimal | None:
    """Read a rate as a fraction; above 1 and without a sign it is in points."""
    quantity = parse_quantity(value)
    return None if quantity is None else fraction(quantity)


def read_points(value: object) -> Decimal | None:
    """Read percent points as a fraction: 25 under a header (%) is a quarter."""
    quantity = parse_quantity(value)
    return None if quantity is None else fraction(quantity, "points")


def read_text(value: object) -> str | None:
    """Read a text; a number is its digits, so that codes may be numbers."""
    if isinstance(value, str):
        found = clean(value)
        if is_excel_error(found):
            raise Unreadable(found)
        return None if says_nothing(found) else found
    if is_blank(value):
        return None
    if isinstance(value, bool):
        raise Unreadable(shown_text(value))
    return shown_text(value)


def read_unit(value: object) -> str | None:
    """Read a unit, also from the note above a table: 单位：万元."""
    word = read_text(value)
    return None if word is None else unit_of(word)


def one_of(words: Mapping[str, object]) -> Callable[[object], object]:
    """Return a reader of one of these words, whatever its case."""

    def read(value: object) -> object:
        if is_blank(value):
            return None
        word = shown_text(value).lower()  # TRUE comes as a boolean, 1 as a float
        if word.removesuffix(".0") not in words:
            raise Unreadable(shown_text(value))
        return words[word.removesuffix(".0")]

    return read
