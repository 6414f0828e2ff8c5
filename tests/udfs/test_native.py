"""The native Excel formula of a function and the function itself, through a spreadsheet program."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from decimal import Decimal

import pytest

import udfs
from tests.support.office import Calc, Value
from udfs.amounts import Amount, Quantity, aligned
from udfs.registry import FUNCTIONS, Argument, Example, Function, Span, literal

udfs.functions()
CASES = 250  # random calls of each function
ROWS = 4  # of a range
NATIVE = [entry for entry in FUNCTIONS.values() if entry.native]
each_native = pytest.mark.parametrize("entry", NATIVE, ids=lambda entry: entry.name)

Draw = Callable[[random.Random], object]
Call = tuple[str, dict[str, object]]


@each_native
def test_the_native_formula_agrees_on_every_example(calc: Calc, entry: Function):
    examples = [case for one in entry.examples for case in _cases(entry, one)]
    calls = [_in_numbers(entry, given) for given, _ in examples]
    shown = calc.compute([_call(entry, given) for given in calls])
    assert _differences(calls, shown, [gives for _, gives in examples]) == []


@each_native
def test_the_native_formula_agrees_on_random_cells(calc: Calc, entry: Function):
    source = random.Random(entry.name)
    calls = [_drawn(entry, source) for _ in range(CASES)]
    shown = calc.compute([_call(entry, given) for given in calls])
    answers = [getattr(udfs, entry.name)(**given) for given in calls]
    assert _differences(calls, shown, answers) == []


@each_native
def test_random_cells_lead_to_several_kinds_of_answers(entry: Function):
    """A sweep of blanks and warnings alone would agree on anything."""
    source = random.Random(entry.name)
    answers = [getattr(udfs, entry.name)(**_drawn(entry, source)) for _ in range(CASES)]
    useful = {answer for answer in answers if answer != "" and not str(answer).startswith("⚠")}
    assert len(useful) >= (3 if isinstance(entry.examples[0].expected, str) else CASES / 7)


# -- what is called --


def _cases(entry: Function, one: Example) -> list[tuple[dict[str, object], object]]:
    """Return an example as calls of the formula: row by row, none where it has no such argument."""
    names = [argument.name for argument in entry.arguments]
    given = dict(zip(names, one.args, strict=False)) | dict(one.kwargs)
    if not set(given) <= entry.native_arguments:
        return []
    if not isinstance(one.expected, list):
        return [(given, one.expected)]
    rows = zip(*(_rows(cells) for cells in given.values()), strict=True)
    calls = [dict(zip(given, row, strict=True)) for row in rows]
    return list(zip(calls, (gives for [gives] in one.expected), strict=True))


def _rows(cells: object) -> list[object]:
    assert isinstance(cells, list)
    return [row[0] if len(row) == 1 else row for row in cells]


def _in_numbers(entry: Function, given: dict[str, object]) -> dict[str, object]:
    """Return arguments as a careful person would type them: 9 for 1-9月, 0.8 for ８０％."""
    read = {
        argument.name: _read(argument, given[argument.name])
        for argument in entry.arguments
        if argument.name in given
    }
    flat = [cell for cells in read.values() for cell in _listed(cells)]
    numbers = iter(aligned([cell for cell in flat if isinstance(cell, Amount)]))
    return {
        name: [_plain(cell, numbers) for cell in cells]
        if isinstance(cells, list)
        else _plain(cells, numbers)
        for name, cells in read.items()
    }


def _read(argument: Argument, value: object) -> object:
    if isinstance(value, list):
        flat = [cell for row in value for cell in _listed(row)]
        return [argument.read(cell) for cell in flat]
    return argument.read(value)


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _plain(cell: object, numbers: object) -> object:
    if isinstance(cell, Amount):
        return float(next(numbers))  # type: ignore[call-overload]
    if isinstance(cell, Quantity):
        return float(cell.number)
    return float(cell) if isinstance(cell, Decimal) else cell


def _call(entry: Function, given: dict[str, object]) -> Call:
    """Return the native formula over cells that hold the arguments; a choice is written out."""
    references: dict[str, str] = {}
    cells: dict[str, object] = {}
    for column, (name, value) in zip("ABCDEFGH", given.items(), strict=False):
        if isinstance(value, bool) or (isinstance(value, str) and value):
            references[name] = literal(value)
        elif isinstance(value, list):
            references[name] = f"{column}1:{column}{len(value)}"
            cells |= {f"{column}{row}": cell for row, cell in enumerate(value, 1)}
        else:
            references[name] = f"{column}1"
            cells[f"{column}1"] = value
    return f"={entry.formula(**references)}", cells


# -- random cells --


def _some(usual: Draw, *strange: object, blank: bool = True) -> Draw:
    """Draw the usual; now and then something strange, an empty cell or a text of nothing."""
    odd = [*strange, *([None, ""] if blank else [])]
    return lambda source: source.choice(odd) if odd and source.random() < 0.15 else usual(source)


def _amount(source: random.Random) -> float:
    sizes = (1e-6, 1, 1e3, 1e5, 1e8, 1e13)
    small = source.choice((-1, 1, 1, 1, 1)) * source.uniform(0, source.choice(sizes))
    return source.choice((small, round(small, 2), round(small, 2), float(round(small))))


def _rate(source: random.Random) -> float:
    return round(source.uniform(-1.2, 2) * source.choice((1, 1, 1, 1e-4)), source.choice((2, 4, 9)))


def _between(low: float, high: float, places: int | None = None) -> Draw:
    return lambda source: round(source.uniform(low, high), places)


amounts = _some(_amount, 0, 1, -1)
DRAWS: dict[str, Draw] = {
    "digits": _some(_between(0, 6)),
    "month": _some(_between(0, 13), -1, 14, 1.5),
    "start": _some(_between(1, 7), 0),
    "end": _some(_between(5, 12), 14),
    "progress": _some(_rate, 0, 1),
    "plan": _some(_rate, 0, 1),
    "growth": _some(_rate, 0, -1),
    "yellow": _some(_between(-0.1, 0, 2)),
    "red": _some(_between(-0.3, -0.1, 2)),
    "level": _some(_between(1, 3), 0, 4, 1.5),
    "position": _some(_between(0, 1, 2), 1.5, -1),
    "weight": _some(_between(0, 30, 1), 0, -1),
    "deduct": _some(_between(0, 2, 1), 0, -1),
    "step": _some(_between(0.1, 5, 1), 0, -1),
    "actual": _some(_between(-20, 120, 2), 0, 100),
    "limit": _some(_between(0, 100, 1), 0, 100),
    "score": _some(_between(-5, 105, 2), 60, 80, 90, 100, 0),
    "tol": _some(_between(0, 2, 2), 0, -1),
    "direction": lambda source: source.choice(("<=", ">=")),
    "partial": lambda source: source.random() < 0.5,
    "kind": lambda source: source.choice(("abs", "rate", "rate", "绝对值", "相对值")),
    "edges": lambda source: source.choice(([1, 0.8, 0.5, 0], [1, 0.9, 0.7, 0.1])),
}


def _drawn(entry: Function, source: random.Random) -> dict[str, object]:
    """Return random arguments; some of those that may be left out are."""
    given = {
        argument.name: _drawn_argument(argument, source)
        for argument in entry.arguments
        if argument.name in entry.native_arguments
        and not (argument.optional and source.random() < 0.5)
    }
    return given | _sums(source) if entry.name == "JX_SUM_CHECK" else given


def _drawn_argument(argument: Argument, source: random.Random) -> object:
    draw = DRAWS.get(argument.name, amounts)
    if argument.span is Span.CELL or argument.name == "edges":
        return draw(source)
    return [None if source.random() < 0.05 else draw(source) for _ in range(ROWS)]


def _sums(source: random.Random) -> dict[str, object]:
    """Return parts that make their total, miss it by little or much, or are not there."""
    places = source.choice((0, 2, 6))
    most = 10 ** source.randint(1, 12 - places)
    parts = [round(source.uniform(-most / 9, most), places) for _ in range(ROWS)]
    missed = source.choice((0, 0, 0.01, -0.5, 1e-6, 100))
    total = sum(Decimal(repr(part)) for part in parts) + Decimal(repr(missed))
    amount = source.choice((None, round(_amount(source), 2), *[float(total)] * 4))
    return {"parts": source.choice((parts, parts, parts, [None, *parts], [None])), "total": amount}


# -- what is answered --


def _differences(
    calls: Sequence[object], shown: Sequence[Value], answers: Sequence[object]
) -> list[str]:
    return [
        f"{given}: formula {cell!r}, function {answer!r}"
        for given, cell, answer in zip(calls, shown, answers, strict=True)
        if not _same(cell, answer)
    ]


def _same(cell: Value, answer: object) -> bool:
    """Whether a cell shows an answer: a number to one in 10¹², a text to the letter."""
    if isinstance(cell, Decimal) and isinstance(answer, int | float):
        return abs(float(cell) - answer) <= 1e-12 * max(abs(answer), 1e-3)
    return cell == answer
