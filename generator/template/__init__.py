"""Templates: the text in which a bureau describes a form, read, validated and compiled.

What this package offers is imported when it is first asked for: a worker process that only prints
the texts of a form needs `expression.text`, and none of what reads and validates forms.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.template.mistakes import Mistake, TemplateError
    from generator.template.schema import json_schema
    from generator.template.shelf import catalogue, find, forms_folder, load

__all__ = [
    "Mistake",
    "TemplateError",
    "catalogue",
    "find",
    "forms_folder",
    "json_schema",
    "load",
]
_HOMES = {"Mistake": "mistakes", "TemplateError": "mistakes", "json_schema": "schema"}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES.get(name, 'shelf')}"), name)
