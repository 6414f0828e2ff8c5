"""Excel waits for the import: it must cost next to nothing."""

import subprocess
import sys
import time

HEAVY = ["pandas", "openpyxl", "jinja2", "xlwings", "numpy", "generator"]


def run(code: str) -> str:
    """Return what a fresh Python prints."""
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_the_functions_need_none_of_the_heavy_packages():
    code = f"import sys, udfs; udfs.JX_SHARES([[1], [3]]); print(set({HEAVY}) & set(sys.modules))"
    assert run(code) == "set()"


def test_the_import_and_the_first_call_take_less_than_a_blink():
    """The limit is 0.15 s for the import; best of three, since other work may disturb one."""
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        run("import udfs; udfs.JX_NUM(1)")
        seconds.append(time.perf_counter() - started)
    assert min(seconds) < 0.25


def test_the_import_alone():
    code = "import time; t = time.perf_counter(); import udfs; print(time.perf_counter() - t)"
    assert min(float(run(code)) for _ in range(3)) < 0.15
