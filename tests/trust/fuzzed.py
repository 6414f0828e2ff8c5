"""What is fuzzed: one function of bytes for each, with the refusals that are right."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from generator.template import TemplateError, load
from generator.template.mistakes import Wrong
from generator.template.syntax import parse_expression
from generator.template.text import leaf
from generator.workbook.book import Unreadable
from generator.workbook.formats import read_book
from udfs.amounts import Unreadable as NoAmount
from udfs.amounts import parse_quantity
from udfs.targets import parse_target

REFUSALS = (Unreadable, NoAmount, TemplateError, Wrong)
_VARIABLES = {"period": frozenset({"year"}), "department": frozenset({"code"})}


def reader(data: bytes) -> None:
    """Read a file."""
    read_book(data)


def target(data: bytes) -> None:
    """Read the target of an indicator."""
    parse_target(data.decode("utf-8", "replace"))


def amount(data: bytes) -> None:
    """Read an amount."""
    parse_quantity(data.decode("utf-8", "replace"))


def template(data: bytes) -> None:
    """Load a template."""
    with tempfile.TemporaryDirectory() as folder:
        form = Path(folder, "demo")
        form.mkdir()
        (form / "form.yaml").write_bytes(data)
        load(form)


def expression(data: bytes) -> None:
    """Read an expression, and a text that holds it."""
    text = data.decode("utf-8", "replace")
    parse_expression(text)
    leaf(f"{{{{ {text} }}}}", _VARIABLES)


TARGETS: dict[str, Callable[[bytes], None]] = {
    each.__name__: each for each in (reader, target, amount, template, expression)
}
