"""What all benchmarks share: repeated runs side by side, medians, and a table of them."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version

RUNS = 7


@dataclass(frozen=True)
class Line:
    """One thing measured: seconds per piece of work, run by run."""

    name: str
    seconds: tuple[float, ...]
    unit: str = "workbook"

    @property
    def median(self) -> float:
        """The middle run, in seconds."""
        return statistics.median(self.seconds)

    @property
    def spread(self) -> float:
        """How far the runs lie apart, as a fraction of the median."""
        return spread(self.seconds)


def spread(seconds: Sequence[float]) -> float:
    """Return half the distance between the quartiles, as a fraction of the median."""
    low, _, high = statistics.quantiles(seconds, n=4)
    return (high - low) / 2 / statistics.median(seconds)


def side_by_side(works: Mapping[str, tuple[Callable[[], object], int]]) -> list[Line]:
    """Return a line for each piece of work, given with how many pieces one call of it does.

    The works take turns, so that whatever else the machine does falls on all of them, and what is
    counted is processor time; what a run left behind is collected before the next, not during it.
    """
    times: dict[str, list[float]] = {name: [] for name in works}
    for work, _ in works.values():
        work()
    for _ in range(RUNS):
        for name, (work, pieces) in works.items():
            gc.collect()
            started = time.process_time()
            work()
            times[name].append((time.process_time() - started) / pieces)
    return [Line(name, tuple(each)) for name, each in times.items()]


def table(lines: Sequence[Line], ours: str) -> str:
    """Return lines as a Markdown table, each with how many times as long as ours it takes."""
    base = next(line for line in lines if line.name == ours).median
    rows = [
        f"| {line.name} | {line.median * 1e3:.3g} | ±{line.spread:.0%} | "
        f"{1 / line.median:,.0f} | {line.median / base:.2g} |"
        for line in lines
    ]
    head = ["| | ms | spread | per second | × ours |", "|---|--:|--:|--:|--:|"]
    return "\n".join([*head, *rows])


def versions(packages: Sequence[str]) -> dict[str, str]:
    """Return the installed versions of packages."""
    return {name: version(name) for name in packages}


def told_versions(packages: Sequence[str]) -> str:
    """Return the installed versions of packages in a line."""
    return ", ".join(f"{name} {each}" for name, each in versions(packages).items())
