"""From cells to an answer: read, broadcast, compute, show. Nothing here raises at a user."""

import gc
import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from enum import Enum
from math import isinf
from typing import cast

from udfs.amounts import Amount, Unreadable, aligned
from udfs.grids import Grid, frame_of, grid_of, restored, side_by_side, single, spread
from udfs.registry import Argument, Function, Reader, Shape, Span

OUT_OF_RANGE = "⚠数值超出范围"
_LONGEST_TEXT = 255  # more turns a cell into #VALUE!


class Blank(Enum):
    """A cell without which there is nothing to answer."""

    BLANK = ""


_UNSETTLED = {Blank, Unreadable, Amount}


def cell_function(function: Function) -> Callable[..., object]:
    """Return the function as Excel calls it: any cell or range in, something to show out."""
    signature = inspect.Signature([_parameter(argument) for argument in function.arguments])
    count = len(function.arguments)

    def call(*args: object, **kwargs: object) -> object:
        if len(args) == count and not kwargs:
            return answer(function, args)
        given = signature.bind(*args, **kwargs).arguments
        return answer(function, [given.get(argument.name) for argument in function.arguments])

    call.__name__ = call.__qualname__ = function.name
    call.__doc__ = function.help
    call.__annotations__ = {}  # xlwings would convert by them
    call.__signature__ = signature  # type: ignore[attr-defined]
    return call


def _parameter(argument: Argument) -> inspect.Parameter:
    parameter = inspect.Parameter(argument.name, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    if not argument.optional:
        return parameter
    return parameter.replace(default=_shown_default(argument.default))


def _shown_default(default: object) -> object:
    if isinstance(default, tuple):
        return tuple(map(_shown_default, default))
    return float(default) if isinstance(default, Decimal) else default


def answer(function: Function, given: Sequence[object]) -> object:
    """Answer one call; None and omitted arguments mean their defaults."""
    if function.cellwise and not any(isinstance(value, list | tuple) for value in given):
        return _answer_to_cells(function, given)
    with _collector_at_rest():
        return _answer_to_ranges(function, [grid_of(value) for value in given])


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Keep Python's collector from walking the same rows again and again; no cycles arise here."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _answer_to_ranges(function: Function, grids: list[Grid]) -> object:
    arranged = zip(function.arguments, _arranged(function, grids), strict=True)
    read = [_read(argument, grid) for argument, grid in arranged]
    frame = frame_of(read)
    columns = [
        spread(grid, frame, _stand_in(argument))
        for argument, grid in zip(function.arguments, read, strict=True)
    ]
    # Plain columns, the usual case, need no second look at every cell.
    plain = all(_UNSETTLED.isdisjoint(map(type, column)) for column in columns)
    compute = _computed if plain else _settled
    answers = [compute(function.kernel, values) for values in zip(*columns, strict=True)]
    if function.shape is Shape.RANGE:
        return restored(_as_list(answers[0], len(grids[0].cells)), grids[0])
    if function.shape is Shape.ROW:
        return side_by_side([_as_list(found, 1) for found in answers], frame)
    return restored(answers, frame)


def _answer_to_cells(function: Function, given: Sequence[object]) -> object:
    """Answer a call without ranges: the formula that is filled down a column, row by row."""
    values = [
        _read_cells(argument.read, [value], _stand_in(argument))[0]
        for argument, value in zip(function.arguments, given, strict=True)
    ]
    found = _settled(function.kernel, values)
    return _as_list(found, 1) if function.shape is Shape.ROW else found


def _arranged(function: Function, grids: list[Grid]) -> list[Grid]:
    """Make one cell, which holds a list, of every range that a function uses as a whole."""
    return [
        grid if argument.span is Span.CELL else _gathered(argument.span, grid, grids)
        for argument, grid in zip(function.arguments, grids, strict=True)
    ]


def _gathered(span: Span, grid: Grid, all_grids: Sequence[Grid]) -> Grid:
    totals = [(g.height, g.columns) for g in all_grids if g is not grid and g.is_range]
    by_row = span is Span.SERIES and grid.rows > 1 and grid.columns > 1
    if by_row or (span is Span.TOTALLED and (grid.height, 1) in totals and grid.height > 1):
        return replace(grid, cells=grid.row_lists(), columns=1)
    if span is Span.TOTALLED and (1, grid.columns) in totals and grid.columns > 1:
        return replace(grid, cells=grid.column_lists(), rows=1, height=1)
    return single(grid.row_lists() if span is Span.TABLE else list(grid.cells))


def _read(argument: Argument, grid: Grid) -> Grid:
    """Read cells; what cannot be read, or is missing, stays in its place as what it is."""
    if argument.span in {Span.CELL, Span.TABLE}:
        return replace(grid, cells=_read_cells(argument.read, grid.cells, _stand_in(argument)))
    return replace(grid, cells=[_read_series(argument, series) for series in grid.cells])


def _read_series(argument: Argument, cells: object) -> object:
    values = _read_cells(argument.read, cast("list[object]", cells), None)
    if argument.optional and all(value is None for value in values):
        return argument.default
    return values


def _read_cells(read: Reader, cells: Sequence[object], blank: object) -> list[object]:
    values: list[object] = []
    for cell in cells:
        try:
            value = read(cell)
        except Unreadable as reason:
            value = reason.with_traceback(None)  # a traceback would keep every frame alive
        values.append(blank if value is None else value)
    return values


def _stand_in(argument: Argument) -> object:
    """Return what a blank cell stands for."""
    if argument.optional:
        return argument.default
    return None if argument.keeps_blank else Blank.BLANK


def _settled(kernel: Callable[..., object], values: Sequence[object]) -> object:
    """Answer what is unreadable or blank with that; bring amounts to one unit; then compute."""
    for value in values:
        if isinstance(value, Unreadable):
            return value.shown
    if Blank.BLANK in values:
        return ""
    try:
        return _computed(kernel, _in_one_unit(values))
    except Unreadable as reason:
        return reason.shown


def _computed(kernel: Callable[..., object], values: Sequence[object]) -> object:
    """Compute one answer from values that were read."""
    try:
        return _shown(kernel(*values))
    except Unreadable as reason:
        return reason.shown
    except ArithmeticError:
        return OUT_OF_RANGE


def _in_one_unit(values: Sequence[object]) -> list[object]:
    """Convert what carries a unit to the unit of the first; the rest stays."""
    numbers = iter(aligned([value for value in values if isinstance(value, Amount)]))
    return [next(numbers) if isinstance(value, Amount) else value for value in values]


def _shown(result: object) -> object:
    """Return a result as Excel can show it."""
    if type(result) is Decimal:
        number = float(result) + 0.0  # no cell shows -0
        return OUT_OF_RANGE if isinf(number) else number
    if isinstance(result, list | tuple):
        return [_shown(one) for one in result]
    if isinstance(result, str):
        return result[:_LONGEST_TEXT]
    return "" if result is None else result


def _as_list(found: object, length: int) -> list[object]:
    return found if isinstance(found, list) else [found] * length
