"""Speed of the worksheet functions: `python -m tests.benchmarks.udfs` prints the README's table.

A range of 10,000 and one of 100,000 cells go through every kind of function; a time is the median
of several runs, per cell of all ranges given, in time of the processor, so that neighbours on a
shared machine do not count. Beside it stand a bare copy of the same rows and,
where NumPy has a word for it, NumPy's inexact answer from a ready array.
"""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

import udfs

RUNS = 5
SIZES = (10_000, 100_000)
Rows = list[list[object]]


@dataclass(frozen=True)
class Case:
    """A call on ranges of `size` cells each, and NumPy's counterpart on the first of them."""

    label: str
    ranges: Callable[[int], list[Rows]]
    call: Callable[..., object]
    numpy: Callable[[np.ndarray], object] | None = None


def column(draw: Callable[[random.Random], object]) -> Callable[[int], Rows]:
    """Return a maker of columns of drawn cells, the same at every run."""

    def make(size: int) -> Rows:
        source = random.Random(size)
        return [[draw(source)] for _ in range(size)]

    return make


amounts = column(lambda source: round(source.uniform(1, 1e5), 2))
rates = column(lambda source: round(source.random(), 4))
typed = column(lambda source: f"\u3000{source.uniform(1, 1e5):,.2f}")
percents = column(lambda source: f"{source.uniform(0, 100):.2f}%")
targets = column(lambda source: f"≥{source.randint(50, 100)}%")
levels = column(lambda source: float(source.randint(1, 3)))
overruns = column(lambda source: round(source.uniform(0, 50), 2))
labels = column(lambda source: source.choice(("1-9月", "二季度", "全年", "2021年12月")))
names = column(lambda source: f"★ 大 财 政 {source.randint(1, 1000)}")
narratives = column(
    lambda source: f"1-9月全市八项支出{source.uniform(1, 1e4):.2f}亿元，同比增长15.38%"
)
TIERS = [[0, 8], [10, 6], [20, 4], [30, 2], ["", 0]]


def table(width: int) -> Callable[[int], Rows]:
    """Return a maker of tables of amounts: a row per department, a column per month."""

    def make(size: int) -> Rows:
        flat = [cell for [cell] in amounts(size)]
        return [flat[i : i + width] for i in range(0, size - width + 1, width)]

    return make


def plans(size: int) -> Rows:
    """Return plans of four nodes."""
    return [[25.0, 50.0, 75.0, 100.0] for _ in range(size // 4)]


CASES = [
    Case("JX_SHARES", lambda n: [amounts(n)], udfs.JX_SHARES, lambda a: np.round(a / a.sum(), 4)),
    Case(
        "JX_RANK_SHARE",
        lambda n: [amounts(n)],
        udfs.JX_RANK_SHARE,
        lambda a: np.cumsum(-np.sort(-a, axis=0)) / a.sum(),
    ),
    Case("JX_SUM_CHECK", lambda n: [amounts(n)], lambda r: udfs.JX_SUM_CHECK(r, 1), np.sum),
    Case(
        "JX_AGG, rate",
        lambda n: [rates(n), amounts(n)],
        lambda r, w: udfs.JX_AGG(r, w, "rate"),
        np.mean,
    ),
    Case("JX_CUM, 12 months a row", lambda n: [table(12)(n)], lambda r: udfs.JX_CUM(r, 12)),
    Case(
        "JX_FORECAST, 12 months a row", lambda n: [table(12)(n)], lambda r: udfs.JX_FORECAST(r, 9)
    ),
    Case("JX_PLAN_AT, 4 nodes a row", lambda n: [plans(n)], lambda r: udfs.JX_PLAN_AT(9, r)),
    Case("JX_PLAN_CHECK, 4 nodes a row", lambda n: [plans(n)], udfs.JX_PLAN_CHECK),
    Case("JX_NUM, numbers", lambda n: [amounts(n)], udfs.JX_NUM),
    Case("JX_NUM, typed text", lambda n: [typed(n)], udfs.JX_NUM),
    Case("JX_PCT, typed text", lambda n: [percents(n)], udfs.JX_PCT),
    Case("JX_UNIT", lambda n: [amounts(n)], lambda r: udfs.JX_UNIT(r, "元", "万元", 2)),
    Case("JX_ROUND", lambda n: [amounts(n)], udfs.JX_ROUND, lambda a: np.round(a, 2)),
    Case(
        "JX_PROGRESS",
        lambda n: [amounts(n), amounts(n)],
        lambda a, b: udfs.JX_PROGRESS(a, b, 4),
        lambda a: np.round(a / a, 4),
    ),
    Case("JX_GROWTH", lambda n: [amounts(n), amounts(n)], lambda a, b: udfs.JX_GROWTH(a, b, 4)),
    Case("JX_FLOW", lambda n: [amounts(n), amounts(n)], lambda a, b: udfs.JX_FLOW(a, b, 9)),
    Case("JX_SHARE_CHECK", lambda n: [amounts(n), amounts(n), rates(n)], udfs.JX_SHARE_CHECK),
    Case("JX_TARGET", lambda n: [targets(n)], udfs.JX_TARGET),
    Case("JX_SCORE", lambda n: [targets(n), rates(n)], lambda t, a: udfs.JX_SCORE(t, a, 10)),
    Case("JX_SCORE_QUAL", lambda n: [levels(n)], lambda r: udfs.JX_SCORE_QUAL(r, 10)),
    Case(
        "JX_SCORE_STEP",
        lambda n: [rates(n)],
        lambda r: udfs.JX_SCORE_STEP(r, 0.9, 0.01, 0.8, 8, ">="),
    ),
    Case("JX_TIER", lambda n: [overruns(n)], lambda r: udfs.JX_TIER(r, TIERS)),
    Case("JX_GAP", lambda n: [rates(n)], lambda r: udfs.JX_GAP(r, 9, 4)),
    Case("JX_MONTH, labels", lambda n: [labels(n)], udfs.JX_MONTH),
    Case("JX_KEY", lambda n: [names(n)], udfs.JX_KEY),
    Case("JX_RMB_UPPER", lambda n: [amounts(n)], udfs.JX_RMB_UPPER),
    Case(
        "JX_SAME, a sentence a cell",
        lambda n: [narratives(n), amounts(n)],
        lambda t, a: udfs.JX_SAME(t, a, "亿元"),
    ),
    Case(
        "JX_MENTION, a sentence a cell",
        lambda n: [narratives(n)],
        lambda t: udfs.JX_MENTION(t, "八项支出"),
    ),
]


def seconds(work: Callable[[], object]) -> float:
    """Return the median time of several runs."""
    times = []
    for _ in range(RUNS):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return statistics.median(times)


def per_cell(case: Case, size: int) -> float:
    """Return microseconds per cell of all ranges."""
    ranges = case.ranges(size)
    cells = sum(len(rows) * len(rows[0]) for rows in ranges)
    return seconds(lambda: case.call(*ranges)) / cells * 1e6


def copy_per_cell(case: Case, size: int) -> float:
    """Return microseconds per cell for copying the rows and nothing else."""
    ranges = case.ranges(size)
    cells = sum(len(rows) * len(rows[0]) for rows in ranges)
    return seconds(lambda: [[list(row) for row in rows] for rows in ranges]) / cells * 1e6


def numpy_per_cell(case: Case, size: int) -> str:
    """Return microseconds per cell of NumPy's counterpart, if there is one."""
    if case.numpy is None:
        return "—"
    array, work = np.array(case.ranges(size)[0]), case.numpy
    return f"{seconds(lambda: work(array)) / size * 1e6:.3f}"


def import_seconds(statement: str) -> float:
    """Return the median time a fresh Python takes for a statement."""
    timed = f"import time; t = time.perf_counter(); {statement}; print(time.perf_counter() - t)"
    command = [sys.executable, "-c", timed]
    runs = [
        subprocess.run(command, capture_output=True, text=True, check=True) for _ in range(RUNS)
    ]
    return statistics.median(float(run.stdout) for run in runs)


def line(case: Case) -> str:
    """Return a case as a row of the table."""
    small, large = (f"{per_cell(case, size):.2f}" for size in SIZES)
    copy = f"{copy_per_cell(case, SIZES[1]):.2f}"
    return f"| {case.label} | {small} | {large} | {copy} | {numpy_per_cell(case, SIZES[1])} |"


def report() -> str:
    """Return the whole report as Markdown."""
    whole_column = [[1.5]] * 500 + [[None]] * 1_048_076
    milliseconds = {
        "`import udfs`": import_seconds("import udfs"),
        "`import udfs` and the first call": import_seconds("import udfs; udfs.JX_NUM(1)"),
        "1,000 calls on one cell, as when a formula is filled down": seconds(
            lambda: [udfs.JX_PROGRESS(248.54, 319.9, 4) for _ in range(1000)]
        ),
        "a whole column, 500 of 1,048,576 rows filled": seconds(lambda: udfs.JX_NUM(whole_column)),
    }
    facts = [f"* {what}: {taken * 1e3:.0f} ms" for what, taken in milliseconds.items()]
    head = [
        "| µs per cell | 10,000 cells | 100,000 cells | list copy | NumPy |",
        "|---|--:|--:|--:|--:|",
    ]
    return "\n".join([*head, *map(line, CASES), "", *facts])


if __name__ == "__main__":
    sys.stdout.write(f"{report()}\n")
