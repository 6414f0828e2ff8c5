"""How fast returns are read, checked and merged, beside calamine and openpyxl.

    python -m tests.benchmarks.reading              the table; --json for figures
    python -m tests.benchmarks.reading --large      20,000 returns as well

Reading is measured in seconds of CPU, round about with the peers so that a slow minute hits all of
them; merging in a process of its own, for its peak memory. The returns are those of the department
form: five worksheets, some 320 answers, 40 kB.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import openpyxl
from python_calamine import CalamineWorkbook

from generator.merge import Crew, merge_folder
from generator.merge.arrival import Brief, read_return
from generator.model.roster import Roster
from generator.stamp import Stamper
from generator.template import find, load
from generator.template.examples import load_examples
from generator.workbook.formats import open_book
from generator.workbook.result import write_result
from generator.workbook.roster import write_roster

FORM = "department-targets"
_ROUNDS = 7
_FILES = 30  # read in each round by each reader
_SIZES = (500, 2_000)
_LARGE = 20_000
_ROSTER = "名册.xlsx"
Figures = dict[str, object]


@dataclass(frozen=True)
class Pile:
    """A folder of returns, with what is needed to read them."""

    folder: Path
    files: tuple[Path, ...]
    brief: Brief


def pile(folder: Path, size: int) -> Pile:
    """Write so many returns that differ in code and name alone, and their roster."""
    path = find(FORM)
    form = load(path)
    example = load_examples(form, path)[0]
    stamper = Stamper(form, example.period)
    departments = tuple(
        replace(
            example.department,
            code=str(100_000 + number),
            name=f"示例单位{number}",
        )
        for number in range(size)
    )
    returned = folder / "回收"
    returned.mkdir(parents=True)
    files = []
    for each in departments:
        files.append(returned / f"{each.code}.xlsx")
        files[-1].write_bytes(stamper.stamp(each, example.entries, example.explanations))
    roster = Roster(departments)
    write_roster(form, roster, folder / _ROSTER)
    return Pile(returned, tuple(files), Brief(form, example.period, roster))


# -- reading --


def by_calamine(path: Path) -> None:
    with CalamineWorkbook.from_path(str(path)) as book:
        for number in range(len(book.sheet_names)):
            book.get_sheet_by_index(number).to_python()


def by_openpyxl(path: Path) -> None:
    book = openpyxl.load_workbook(path, read_only=True)
    for sheet in book.worksheets:
        for _ in sheet.iter_rows(values_only=True):
            pass
    book.close()


def reading(returns: Pile) -> Figures:
    """Return milliseconds per file of each reader, and their ratios."""
    readers: Mapping[str, Callable[[Path], object]] = {
        "calamine": by_calamine,
        "openpyxl": by_openpyxl,
        "book": open_book,  # all that a file says, as our own picture
        "checked": lambda path: read_return(path, path.name, returns.brief),
    }
    spent: dict[str, list[float]] = {name: [] for name in readers}
    files = cycle(returns.files)
    for _ in range(_ROUNDS):
        for name, read in readers.items():
            chosen = list(islice(files, _FILES))
            began = time.process_time()
            for path in chosen:
                read(path)
            spent[name].append((time.process_time() - began) / _FILES * 1000)
    milliseconds = {name: median(each) for name, each in spent.items()}
    return {
        "milliseconds": milliseconds,
        "spread": {name: (min(each), max(each)) for name, each in spent.items()},
        "checked_to_calamine": milliseconds["checked"] / milliseconds["calamine"],
        "openpyxl_to_checked": milliseconds["openpyxl"] / milliseconds["checked"],
    }


# -- merging --


def merging(returns: Pile, jobs: int) -> Figures:
    """Return how long merging takes from the folder to the result, in a process of its own."""
    folder = str(returns.folder)
    command = [sys.executable, "-m", "tests.benchmarks.reading", "--merge", folder, str(jobs)]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    figures: Figures = json.loads(run.stdout)
    return {"files": len(returns.files), "jobs": jobs, **figures}


def merge_here(folder: Path, jobs: int) -> Figures:
    """Merge a pile in this process and say what it took."""
    import resource

    began = time.perf_counter()
    crew = Crew(jobs)
    out = folder.parent / "汇总.xlsx"
    merged = merge_folder(folder, folder.parent / _ROSTER, out, crew=crew)
    read = time.perf_counter() - began
    write_result(merged, out)
    used = [resource.getrusage(each) for each in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return {
        "read_seconds": read,
        "seconds": time.perf_counter() - began,
        "cpu_seconds": sum(each.ru_utime + each.ru_stime for each in used),
        "peak_megabytes": used[0].ru_maxrss / 1024,
        "findings": len(merged.findings),
    }


def measure(*, large: bool = False) -> Figures:
    """Return all figures."""
    merges = []
    with TemporaryDirectory(prefix="jixiao-") as scratch:
        for size in (*_SIZES, *([_LARGE] if large else [])):
            returns = pile(Path(scratch, str(size)), size)
            merges += [merging(returns, jobs) for jobs in (1, 2)]
            if size == _SIZES[0]:
                read = reading(returns)
    peers = {name: version(name) for name in ("python-calamine", "openpyxl")}
    machine = {"python": platform.python_version(), "machine": platform.machine(), **peers}
    return {"machine": machine, "reading": read, "merging": merges}


def report(figures: Figures) -> str:
    """Return the figures as a table for people."""
    read = figures["reading"]
    assert isinstance(read, dict)
    lines = ["reading, CPU per file           ms   (least – most)"]
    names = {
        "calamine": "calamine, values alone",
        "openpyxl": "openpyxl, read-only",
        "book": "ours, all that a file says",
        "checked": "ours, with every check",
    }
    for name, text in names.items():
        low, high = read["spread"][name]
        lines.append(f"{text:27} {read['milliseconds'][name]:6.2f}   ({low:.2f} – {high:.2f})")
    lines += [
        f"with checks ÷ calamine      {read['checked_to_calamine']:6.1f}   (goal: at most 3)",
        f"openpyxl ÷ with checks      {read['openpyxl_to_checked']:6.1f}   (goal: at least 10)",
        "",
        "merging            files  jobs       s   files/s   CPU ms/file   peak MB",
    ]
    merges = figures["merging"]
    assert isinstance(merges, list)
    lines += [
        f"{'':17} {files:6} {each['jobs']:5} {each['seconds']:7.1f} {files / each['seconds']:9.0f}"
        f" {each['cpu_seconds'] / files * 1000:13.1f} {each['peak_megabytes']:9.0f}"
        for each in merges
        for files in [each["files"]]
    ]
    return "\n".join(lines)


def main(arguments: list[str]) -> None:
    """Print the table, or JSON."""
    if arguments[:1] == ["--merge"]:
        _say(json.dumps(merge_here(Path(arguments[1]), int(arguments[2]))))
        return
    figures = measure(large="--large" in arguments)
    as_json = "--json" in arguments
    _say(json.dumps(figures, indent=2) if as_json else report(figures))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
