"""The native Excel formula of a function and the function itself, through a spreadsheet program."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal

import pytest

import udfs
from tests.support.office import Calc, Value
from tests.udfs.support.draws import drawn
from udfs.amounts import Amount, Quantity, aligned
from udfs.registry import FUNCTIONS, Argument, Example, Function, literal

udfs.functions()
CASES = 250  # random calls of each function
NATIVE = [entry for entry in FUNCTIONS.values() if entry.native]
each_native = pytest.mark.parametrize("entry", NATIVE, ids=lambda entry: entry.name)

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
    calls = [drawn(entry, source) for _ in range(CASES)]
    shown = calc.compute([_call(entry, given) for given in calls])
    answers = [getattr(udfs, entry.name)(**given) for given in calls]
    assert _differences(calls, shown, answers) == []


@each_native
def test_random_cells_lead_to_several_kinds_of_answers(entry: Function):
    """A sweep of blanks and warnings alone would agree on anything."""
    source = random.Random(entry.name)
    answers = [getattr(udfs, entry.name)(**drawn(entry, source)) for _ in range(CASES)]
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
