"""Longer fuzzing with atheris, guided by coverage; not part of the tests.

    pip install 'jixiao[fuzz]'           # Linux and macOS
    python -m tests.trust.fuzz reader -max_total_time=3600

The targets are those of `tests.trust.fuzzed`; what comes after is libFuzzer's. The first files for
it to start from are made in a folder of its own.
"""

from __future__ import annotations

import os
import sys
import tempfile
from importlib import import_module
from pathlib import Path


def main() -> None:
    """Fuzz what the first argument names; a refusal is right, any other exception is a find."""
    os.environ.setdefault("JIXIAO_KEY_FILE", str(Path(__file__).parents[1] / "seal.key"))
    atheris = import_module("atheris")
    with atheris.instrument_imports(include=["generator", "udfs"]):
        fuzzed = import_module("tests.trust.fuzzed")
    name = sys.argv.pop(1)
    chosen = fuzzed.TARGETS[name]
    folder = Path(tempfile.mkdtemp(prefix=f"jixiao-{name}-"))
    for number, seed in enumerate(fuzzed.seeds(name)):
        (folder / f"seed-{number}").write_bytes(seed)

    def once(data: bytes) -> None:
        try:
            chosen(data)
        except fuzzed.REFUSALS:
            return

    atheris.Setup([*sys.argv, str(folder)], once)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
