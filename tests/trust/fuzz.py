"""Longer fuzzing with atheris, guided by coverage; not part of the tests.

    pip install 'jixiao[fuzz]'           # Linux and macOS
    python -m tests.trust.fuzz reader -max_total_time=3600

The targets are reader, target, amount, template and expression; what comes after is libFuzzer's.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["generator", "udfs"]):
    from generator.template import TemplateError, load
    from generator.template.mistakes import Wrong
    from generator.template.syntax import parse_expression
    from generator.template.text import leaf
    from generator.workbook.book import Unreadable
    from generator.workbook.formats import read_book
    from udfs.amounts import Unreadable as NoAmount
    from udfs.amounts import parse_quantity
    from udfs.targets import parse_target

_VARIABLES = {"period": frozenset({"year"}), "department": frozenset({"code"})}
_FOLDER = Path(tempfile.mkdtemp()) / "demo"


def _reader(data: bytes) -> None:
    read_book(data)


def _target(data: bytes) -> None:
    parse_target(data.decode("utf-8", "replace"))


def _amount(data: bytes) -> None:
    parse_quantity(data.decode("utf-8", "replace"))


def _template(data: bytes) -> None:
    _FOLDER.mkdir(exist_ok=True)
    (_FOLDER / "form.yaml").write_bytes(data)
    load(_FOLDER)


def _expression(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    parse_expression(text)
    leaf(f"{{{{ {text} }}}}", _VARIABLES)


_TARGETS: dict[str, Callable[[bytes], None]] = {
    "reader": _reader,
    "target": _target,
    "amount": _amount,
    "template": _template,
    "expression": _expression,
}


def main() -> None:
    """Fuzz what the first argument names; a refusal is right, any other exception is a find."""
    chosen = _TARGETS[sys.argv.pop(1)]

    def once(data: bytes) -> None:
        try:
            chosen(data)
        except (Unreadable, NoAmount, TemplateError, Wrong):
            return

    atheris.Setup(sys.argv, once)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
