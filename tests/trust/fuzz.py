"""Longer fuzzing with atheris, guided by coverage; not part of the tests.

    pip install 'jixiao[fuzz]'           # Linux and macOS
    python -m tests.trust.fuzz reader -max_total_time=3600

The targets are reader, target, amount, template and expression; what comes after is libFuzzer's.
A first file for it to start from is made in a folder of its own.
"""

from __future__ import annotations

import os
import sys
import tempfile
from importlib import import_module
from pathlib import Path


def main() -> None:
    """Fuzz what the first argument names; a refusal is right, any other exception is a find."""
    atheris = import_module("atheris")
    with atheris.instrument_imports(include=["generator", "udfs"]):
        fuzzed = import_module("tests.trust.fuzzed")
    name = sys.argv.pop(1)
    chosen = fuzzed.TARGETS[name]

    def once(data: bytes) -> None:
        try:
            chosen(data)
        except fuzzed.REFUSALS:
            return

    atheris.Setup([*sys.argv, str(_corpus(name))], once)
    atheris.Fuzz()


def _corpus(name: str) -> Path:
    """Return a folder with something sound to start from; the program is imported by now."""
    folder = Path(tempfile.mkdtemp(prefix=f"jixiao-{name}-"))
    seeds = {"target": "≥95%", "amount": "1,234.5万元", "expression": "round(a / b, 2) >= 0.5"}
    if name == "template":
        content = import_module("generator.template").find("assessment-targets")
        content = (content / "form.yaml").read_bytes()
    elif name == "reader":
        content = _workbook()
    else:
        content = seeds[name].encode()
    (folder / "seed").write_bytes(content)
    return folder


def _workbook() -> bytes:
    os.environ.setdefault("JIXIAO_KEY_FILE", str(Path(__file__).parents[1] / "seal.key"))
    return import_module("tests.workbook.handmade").package('<row><c r="B3"><v>7</v></c></row>')


if __name__ == "__main__":
    main()
