"""Worksheet functions (JX_…) for cells that people typed; `udfs.JX_SHARES([[100], [300]])`.

Importing this package costs nothing: a function is made, and its module imported, when it is first
asked for. That module stays free of Excel; `registration` alone knows xlwings.
"""

from collections.abc import Callable
from importlib import import_module

SUBJECTS = (
    "readings",
    "periods",
    "progress",
    "shares",
    "targets",
    "scores",
    "tiers",
    "checks",
    "capitals",
    "mentions",
    "forecast",
)


def functions() -> dict[str, Callable[..., object]]:
    """Return every worksheet function by name, in the order of the subjects."""
    from udfs.calling import cell_function  # here, so that importing the package stays free
    from udfs.registry import FUNCTIONS

    for subject in SUBJECTS:
        import_module(f"udfs.{subject}")
    return {name: cell_function(entry) for name, entry in FUNCTIONS.items()}


def __getattr__(name: str) -> Callable[..., object]:
    """Make the functions on first use, all at once."""
    if not name.startswith("JX_"):
        raise AttributeError(f"module 'udfs' has no attribute {name!r}")
    globals().update(made := functions())
    if name not in made:
        raise AttributeError(f"there is no worksheet function {name}")
    return made[name]


def __dir__() -> list[str]:
    return sorted({*globals(), *functions()})
