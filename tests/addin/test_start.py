"""What a click costs before the macro's first line: counted in modules, not in time."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = {"pandas", "numpy", "polars", "matplotlib", "openpyxl", "pydantic", "jinja2", "typer"}
COUNT = "import json, sys; {imports}; print(json.dumps(sorted(sys.modules)))"


def modules_after(imports: str, home: Path | None = None) -> set[str]:
    """Return the modules that a new Python has loaded after some imports."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    if home:
        environment |= {"HOME": str(home), "USERPROFILE": str(home), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-c", COUNT.format(imports=imports)],
        capture_output=True,
        check=True,
        cwd=ROOT,
        env=environment,
    )
    return set(json.loads(done.stdout))


def test_a_click_loads_little():
    loaded = modules_after("import addin.macros")
    assert loaded & HEAVY == set()
    assert len(loaded) < 250


def test_the_server_starts_without_pandas():
    assert modules_after("from addin import runtime; runtime.serve") & HEAVY == set()


def test_pandas_can_still_be_had_afterwards():
    assert "pandas" in modules_after("import addin.macros, pandas")


def test_a_configuration_of_another_code_page_stops_nothing(tmp_path: Path):
    file = tmp_path / ".xlwings" / "xlwings.conf"
    file.parent.mkdir()
    file.write_bytes('"LICENSE_KEY","中文"\n'.encode("gbk"))
    with pytest.raises(subprocess.CalledProcessError):
        modules_after("import xlwings", tmp_path)
    assert "addin.macros" in modules_after("import addin.macros", tmp_path)
