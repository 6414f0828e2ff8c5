"""Templates: the text in which a bureau describes a form, read, validated and compiled."""

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
