"""All benchmarks: `python -m tests.benchmarks`; with names (stamping, reading, …) only those.

Prints tables, writes results.json and chart.svg beside this file. `merging --long` merges 20,000
returns as well.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks import chart, measure

HERE = Path(__file__).parent
_LONG = "--long"


def stamping() -> object:
    """Measure stamping, draw the chart, and show where the time goes."""
    from tests.benchmarks import scaling
    from tests.benchmarks import stamping as stamp

    lines = stamp.lines()
    bars = [line for line in lines if line.name != stamp.FLOOR]
    title = "Workbooks per second, one core (logarithmic)"
    chart.draw(bars, stamp.OURS, title, HERE / "chart.svg")
    _say(measure.table(lines, stamp.OURS))
    _say(f"\n{measure.told_versions(stamp.PACKAGES)}")
    verdicts = stamp.verdicts(lines)
    _say("\n".join(["", *verdicts, "", stamp.profile()]))
    gains = scaling.measure()
    _say("\n".join([scaling.table(gains.seconds), "", gains.verdict]))
    return {
        "milliseconds": {line.name: [each * 1e3 for each in line.seconds] for line in lines},
        "verdicts": [*verdicts, gains.verdict],
        "processes": gains.seconds,
        "versions": measure.versions(stamp.PACKAGES),
    }


def reading() -> object:
    """Measure reading and checking one return, and show where the time goes."""
    from tests.benchmarks import reading as read

    figures: dict[str, object] = {"versions": measure.versions(read.PACKAGES)}
    _say(f"{measure.told_versions(read.PACKAGES)}\n")
    with read.piles() as piles:
        for name, returns in piles.items():
            lines = read.lines(returns)
            verdicts = read.verdicts(lines)
            _say(
                "\n".join([f"Returns {name}:", "", measure.table(lines, read.OURS), "", *verdicts])
            )
            _say(f"\n{read.profile(returns)}")
            figures[name] = {
                "milliseconds": {
                    line.name: [each * 1e3 for each in line.seconds] for line in lines
                },
                "verdicts": verdicts,
            }
    return figures


def merging() -> object:
    """Measure merging a folder, in processes of its own; `--long` adds a folder of 20,000."""
    from tests.benchmarks import merging as merge

    figures = merge.measure(long=_LONG in sys.argv)
    _say(merge.report(figures))
    return figures


def ledger() -> object:
    """Measure a ledger of 600,000 filings, and what recording costs."""
    from tests.benchmarks import ledger as store

    figures = store.measure()
    _say(store.report(figures))
    return figures


def udfs() -> object:
    """Measure the worksheet functions."""
    from tests.benchmarks import udfs as functions

    report = functions.report()
    _say(report)
    return report.splitlines()


def addin() -> object:
    """Measure what a click on a button costs before its macro runs."""
    from tests.benchmarks import addin as buttons

    buttons.main()
    return None


ALL: dict[str, Callable[[], object]] = {
    each.__name__: each for each in (stamping, reading, merging, ledger, udfs, addin)
}


def main(names: list[str]) -> None:
    """Run the benchmarks of these names, or all."""
    file = HERE / "results.json"
    results = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    results["machine"] = {
        "python": sys.version,
        "system": platform.platform(),
        "cores": os.cpu_count(),
    }
    for name in names or list(ALL):
        _say(f"\n## {name}\n")
        results[name] = ALL[name]()
    text = json.dumps(results, ensure_ascii=False, indent=1) + "\n"
    file.write_text(text, encoding="utf-8", newline="\n")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    main([each for each in sys.argv[1:] if each != _LONG])
