"""How stamping gains by a second process: so many departments with one process and with two.

Every run is a process of its own that imports no more than `jixiao stamp` does: workers import
again what it has imported. Runs take turns; what counts is the time on the wall. The workbooks stay
until the end, since some file systems take long to make files where many were just deleted.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

FEW, MANY = (250, 500, 1_000), 5_000
_GOAL = 1.7
_RUNS = 3
Times = Mapping[str, list[float]]


@dataclass(frozen=True)
class Gains:
    """What was measured: the seconds of each run by how many departments and processes."""

    seconds: Times
    verdict: str


def measure() -> Gains:
    """Return what runs took, with how the goal was met."""
    times: dict[str, list[float]] = {}
    with TemporaryDirectory(prefix="jixiao-") as scratch:
        for attempt in range(_RUNS):
            for size in (*FEW, MANY):
                for jobs in (1, 2):
                    folder = Path(scratch, f"{attempt} {size} {jobs}")
                    times.setdefault(f"{size}, {jobs}", []).append(_run(folder, size, jobs))
    return Gains(times, _verdict(times))


def table(times: Times) -> str:
    """Return the runs as a Markdown table."""
    lines = ["| departments | one process, s | two, s | gain |", "|--:|--:|--:|--:|"]
    for size in (*FEW, MANY):
        one, two = (statistics.median(times[f"{size}, {jobs}"]) for jobs in (1, 2))
        lines.append(f"| {size:,} | {one:.2f} | {two:.2f} | {one / two:.2f} |")
    return "\n".join(lines)


def _verdict(times: Times) -> str:
    one, two = (statistics.median(times[f"{MANY}, {jobs}"]) for jobs in (1, 2))
    said = "reached" if one / two >= _GOAL else "MISSED"
    return f"{said}: two processes ÷ one at {MANY:,}: {one / two:.2f} (goal: at least {_GOAL:g})"


def _run(folder: Path, size: int, jobs: int) -> float:
    command = [sys.executable, "-m", "tests.benchmarks.scaling", str(folder), str(size), str(jobs)]
    done = subprocess.run(command, check=True, capture_output=True)
    return float(json.loads(done.stdout))


def _stamp(folder: Path, size: int, jobs: int) -> float:
    """Stamp so many departments and return what it took."""
    from generator import stamp
    from generator.model.roster import Roster
    from generator.template import find, load
    from generator.template.examples import load_examples
    from generator.workbook.stamping.stock import Stock, stock_folder
    from tests.benchmarks.departments import FORM, another

    path = find(FORM)
    form = load(path)
    example = load_examples(form, path)[0]
    roster = Roster(tuple(another(example.department, i) for i in range(size)))
    stamp._FULL = 1  # as many processes as are asked for, even where they do not pay
    began = time.perf_counter()
    run = stamp.Run(jobs, Stock(stock_folder()))
    stamp.stamp_all(form, roster, example.period, folder, run)
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_stamp(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
