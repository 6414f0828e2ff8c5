"""The worksheet functions as Excel knows them; the only module here that imports xlwings.

xlwings imports it by name and looks the functions up in it. On Windows its decorators record what
the add-in needs; elsewhere they change nothing, and the functions remain plain ones.
"""

from collections.abc import Callable

import xlwings as xw

import udfs
from udfs.registry import FUNCTIONS, Function

WorksheetFunction = Callable[..., object]

CATEGORY = "绩效"
# A column must stay a column, and #REF! must not look like an empty cell.
_AS_GIVEN = {"ndim": 2, "err_to_str": True}


def as_worksheet_function(entry: Function, call: WorksheetFunction) -> WorksheetFunction:
    """Return a function dressed for Excel: category, help, and help for each argument."""
    category = f"{CATEGORY}·{entry.category}"
    function: WorksheetFunction = xw.func(category=category)(_of_single_cells(call))
    for argument in entry.arguments:
        function = xw.arg(argument.name, doc=argument.help, **_AS_GIVEN)(function)
    return function


def _of_single_cells(call: WorksheetFunction) -> WorksheetFunction:
    """Take the brackets off single cells: filled down a column, a function sees nothing else."""

    def function(*cells: object) -> object:
        return call(*map(_unwrapped, cells))

    function.__name__ = function.__qualname__ = call.__name__
    function.__doc__ = call.__doc__
    function.__signature__ = call.__signature__  # type: ignore[attr-defined]
    function.__annotations__ = {}  # xlwings would convert by them
    return function


def _unwrapped(cell: object) -> object:
    match cell:
        case [[only]]:
            return only
        case _:
            return cell


globals().update(
    {name: as_worksheet_function(FUNCTIONS[name], call) for name, call in udfs.functions().items()}
)
