"""The Python half of a worksheet call, through xlwings' own code."""

from collections.abc import Iterator

import pytest

import udfs
from tests.udfs.support.excel import OMITTED, Worksheet, cells, day, error
from udfs.registry import FUNCTIONS, Function, Shape, Span

udfs.functions()
each_function = pytest.mark.parametrize("entry", [*FUNCTIONS.values()], ids=lambda one: one.name)

OF_CELLS = [
    entry
    for entry in FUNCTIONS.values()
    if entry.arguments[0].span is Span.CELL and entry.shape is Shape.CELL
]


@pytest.fixture(scope="module")
def excel() -> Iterator[Worksheet]:
    """One worksheet for all calls."""
    worksheet = Worksheet()
    yield worksheet
    worksheet.close()


def as_excel_passes(entry: Function) -> list[object]:
    """Return the first example's arguments: ranges for lists, and what is left out as such."""
    one = entry.examples[0]
    names = [argument.name for argument in entry.arguments]
    given = dict(zip(names, one.args, strict=False)) | dict(one.kwargs)
    return [as_range(given[name]) if name in given else OMITTED for name in names]


def as_range(value: object) -> object:
    """Return a list as the range it stands for."""
    if not isinstance(value, list):
        return value
    return cells(value if isinstance(value[0], list) else [value])


def received(rows: object) -> object:
    """Return an answer as xlwings hands it to Excel: one row without its outer brackets."""
    match rows:
        case [[only]]:
            return only
        case [[*row]]:
            return row
        case _:
            return rows


@each_function
def test_literals_and_ranges_with_options_left_out(excel: Worksheet, entry: Function):
    assert excel.call(entry.name, *as_excel_passes(entry)) == received(entry.examples[0].expected)


@each_function
def test_a_blank_optional_cell_means_the_default(excel: Worksheet, entry: Function):
    args = [cells([[None]]) if arg is OMITTED else arg for arg in as_excel_passes(entry)]
    assert excel.call(entry.name, *args) == received(entry.examples[0].expected)


@each_function
def test_an_error_cell_is_seen(excel: Worksheet, entry: Function):
    answer = excel.call(entry.name, cells([[error("#REF!")]]), *as_excel_passes(entry)[1:])
    assert "⚠无法识别:#REF!" in (answer, answer[0])


@pytest.mark.parametrize("entry", OF_CELLS, ids=lambda one: one.name)
@pytest.mark.parametrize(("rows", "columns"), [(3, 1), (1, 3), (2, 2)])
def test_a_range_keeps_its_shape(excel: Worksheet, entry: Function, rows: int, columns: int):
    first, *others = as_excel_passes(entry)
    answer = excel.call(entry.name, cells([[first] * columns] * rows), *others)
    assert answer == received([[entry.examples[0].expected] * columns] * rows)


def test_a_blank_cell_an_error_and_a_boolean_in_a_column(excel: Worksheet):
    column = cells([[136], [None], [error("#DIV/0!")], [True], ["１４３"]])
    assert excel.call("JX_STAFF_RATE", column, 143, 4) == [
        [0.951],
        [""],
        ["⚠无法识别:#DIV/0!"],
        ["⚠无法识别:TRUE"],
        [1.0],
    ]


def test_a_date_cell_names_its_month(excel: Worksheet):
    assert excel.call("JX_MONTH", cells([[day("2024-09-30")]])) == 9


def test_a_date_cell_is_no_amount(excel: Worksheet):
    assert excel.call("JX_NUM", cells([[day("2024-09-30")]])) == "⚠无法识别:2024-09-30"


def test_shares_of_a_column_stay_a_column(excel: Worksheet):
    answer = excel.call("JX_SHARES", cells([[25], [None], [75]]), OMITTED)
    assert answer == [[0.25], [""], [0.75]]
