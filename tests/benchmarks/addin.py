"""What a click on a button costs before the macro runs: `python -m tests.benchmarks.addin`.

Each time is the median of several new Python processes, without the start of Python itself.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
RUNS = 7
CASES = {
    "up to the macro's first line": "import addin.macros",
    "the same, xlwings as it comes": "import xlwings, addin.macros",
    "合并回收表, all it needs": "import addin.macros, addin.returns",
    "检查当前工作簿, all it needs": "import addin.macros, addin.audit",
    "插入占比列, all it needs": "import addin.macros, addin.columns",
}
TIMED = (
    "import time; start = time.perf_counter(); {code}; import sys; "
    "print(time.perf_counter() - start, len(sys.modules), 'pandas' in sys.modules)"
)


def main() -> None:
    """Print the table."""
    sys.stdout.write("| imports | seconds | modules | pandas |\n|---|---|---|---|\n")
    for label, code in CASES.items():
        runs = [_run(code) for _ in range(RUNS)]
        seconds = statistics.median(float(each[0]) for each in runs)
        sys.stdout.write(f"| {label} | {seconds:.3f} | {runs[0][1]} | {runs[0][2]} |\n")


def _run(code: str) -> list[str]:
    command = [sys.executable, "-c", TIMED.format(code=code)]
    done = subprocess.run(command, capture_output=True, check=True, cwd=ROOT, encoding="utf-8")
    return done.stdout.split()


if __name__ == "__main__":
    main()
