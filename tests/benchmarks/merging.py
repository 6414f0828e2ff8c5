"""How fast a folder of returns becomes a result, in how much memory, and what comes of many.

    python -m tests.benchmarks merging             500 and 2,000 returns, one process and two
    python -m tests.benchmarks merging --long      the same beside 20,000 returns (some 15 minutes)

Every department answers otherwise. Every run is a process of its own, so that its peak of memory is
its own; what is counted is processor time, of the workers too, and for the gain of a second process
the time on the wall. The roster is given as such; reading one from a workbook is a line of its own.
How fast the machine is just then is told by calamine, which reads the values of the same returns in
turn with us.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from generator.crew import ALONE, Crew
from generator.merge import merge
from generator.merge.cache import NOTHING_KEPT, usual_cache
from generator.model.form import Form
from generator.model.period import Period
from generator.model.roster import Roster
from generator.stamp import Stamper
from generator.template import find, load
from generator.template.examples import Example, load_examples
from generator.workbook.keys import own_key
from generator.workbook.result.write import write_result
from generator.workbook.roster import read_roster, write_roster
from tests.benchmarks.departments import other_answers
from tests.benchmarks.measure import spread, told_versions, versions

FORM = "department-targets"
PACKAGES = ("openpyxl", "python-calamine", "isal", "orjson")
FEW, USUAL, MANY = 500, 2_000, 20_000
_FILES, _MEMORY, _LINEAR, _TWO = 300, 1.3, 1.15, 1.7  # the goals
_PORTION = 500  # returns that a process makes at a time
_TIMES = 5  # that 2,000 returns are merged
# Whoever installs the program has its modules compiled.
_OURS = {"JIXIAO_CACHE", "PYTHONDONTWRITEBYTECODE"}
# As with the command `jixiao`, workers import what they work with and not what we do here.
_HERE = "import sys; from tests.benchmarks.merging import main; main(sys.argv[1:])"
Figures = dict[str, float]


def example() -> tuple[Form, Example]:
    """Return the form and what everybody answers."""
    path = find(FORM)
    form = load(path)
    return form, load_examples(form, path)[0]


def roster_of(size: int) -> Roster:
    """Return so many departments that differ in code and name alone."""
    _, one = example()
    return Roster(
        tuple(
            replace(one.department, code=str(100_000 + number), name=f"示例单位{number}")
            for number in range(size)
        )
    )


# -- the files --


def make(folder: Path, size: int) -> None:
    """Write so many returns, in as many processes as there are cores."""
    folder.mkdir(parents=True, exist_ok=True)
    portions = [range(start, min(start + _PORTION, size)) for start in range(0, size, _PORTION)]
    with Crew(seconds=600, megabytes=4096).at_work() as team:
        for _ in team.run(_Returns(folder, size), portions):
            pass


class _Returns:
    """Writes some of the returns."""

    def __init__(self, folder: Path, size: int) -> None:
        self._folder = folder
        self._size = size

    def __call__(self, numbers: Sequence[int]) -> None:
        form, one = example()
        stamper = Stamper(form, one.period)
        departments = roster_of(self._size).departments
        for number in numbers:
            each = departments[number]
            answers = other_answers(form, one.entries, number)
            content = stamper.stamp(each, answers, one.explanations)
            (self._folder / f"{each.code}.xlsx").write_bytes(content)


# -- one run --


def run_here(what: str, folder: Path, size: int, jobs: int) -> Figures:
    """Do something in this process and say what it took; seconds on the wall and of processors."""
    import resource

    form, one = example()
    roster = roster_of(size)
    began, spent = time.perf_counter(), _processor()
    does = {"merge": _merge, "roster": _roster, "calamine": _calamine}[what]
    found = does(folder, form, one.period, roster, jobs)
    found |= {"seconds": time.perf_counter() - began, "cpu": _processor() - spent}
    for name, who in (("own", resource.RUSAGE_SELF), ("worker", resource.RUSAGE_CHILDREN)):
        found[f"{name}_megabytes"] = resource.getrusage(who).ru_maxrss / 1024
    return found


def _processor() -> float:
    """Return the seconds that this process and those it has ended have worked."""
    return sum(os.times()[:4])


def _merge(folder: Path, form: Form, _: Period, roster: Roster, jobs: int) -> Figures:
    key, out = own_key(), folder.parent / "汇总.xlsx"
    cache = usual_cache(key) if os.environ.get("JIXIAO_CACHE") else NOTHING_KEPT
    crew = Crew(jobs) if jobs > 1 else ALONE
    began = time.perf_counter()
    with crew.at_work() as team:
        merged = merge(folder, roster, form=form, crew=team, key=key, cache=cache)
        gathered = time.perf_counter() - began
        write_result(merged, out, team)
    return {"gathered": gathered, "findings": len(merged.findings), "bytes": out.stat().st_size}


def _roster(folder: Path, form: Form, _: Period, roster: Roster, __: int) -> Figures:
    began = time.process_time()
    found = read_roster(folder / "名册.xlsx", form)
    assert found == roster
    return {"reading": time.process_time() - began}


def _calamine(folder: Path, _: Form, __: Period, ___: Roster, ____: int) -> Figures:
    from tests.benchmarks.reading import by_calamine

    for path in sorted(folder.glob("*.xlsx")):
        by_calamine(path)
    return {}


def run(what: str, folder: Path, size: int, jobs: int, cache: Path | None = None) -> Figures:
    """Do something in a process of its own and return what it took."""
    command = [sys.executable, "-c", _HERE, "--run", what, str(folder)]
    known = {name: text for name, text in os.environ.items() if name not in _OURS}
    environment = known | ({"JIXIAO_CACHE": str(cache)} if cache else {})
    done = subprocess.run(
        [*command, str(size), str(jobs)], check=True, capture_output=True, env=environment
    )
    figures: Figures = json.loads(done.stdout)
    return {"files": size, "jobs": jobs, **figures}


# -- all of them --


def measure(*, long: bool = False, keep: Path | None = None) -> dict[str, object]:
    """Return what each run took; `keep` is a folder where the returns stay for the next time."""
    before = _load()
    with TemporaryDirectory(prefix="jixiao-") as scratch:
        runs = dict(_measured(Path(scratch), keep or Path(scratch), long=long))
    load = {"before": before, "after": _load()}
    found = verdicts(runs)
    return {"runs": runs, "verdicts": found, "versions": versions(PACKAGES), "load": load}


def _load() -> float | None:
    """Return how many processes wanted a processor in the last five minutes, where it is known."""
    return os.getloadavg()[1] if hasattr(os, "getloadavg") else None


def report(figures: Mapping[str, object]) -> str:
    """Return what was measured, as text for people."""
    runs, found, load = figures["runs"], figures["verdicts"], figures["load"]
    assert isinstance(runs, dict)
    assert isinstance(found, list)
    assert isinstance(load, dict)
    busy = f"load of the machine (five minutes): {load['before']} before, {load['after']} after"
    return "\n".join([table(runs), "", *found, busy, told_versions(PACKAGES)])


def _measured(scratch: Path, pile: Path, *, long: bool) -> Iterator[tuple[str, Figures]]:
    few, usual, many = (pile / str(size) / "回收" for size in (FEW, USUAL, MANY))
    for folder, size in ((few, FEW), (usual, USUAL), *([(many, MANY)] if long else [])):
        if not folder.is_dir():
            make(folder, size)
    yield from _with_one_and_two("merging few", few, FEW)
    yield from _with_one_and_two("merging", usual, USUAL, _TIMES, beside="calamine")
    for press in ("first", "second"):
        yield f"{press} press", run("merge", usual, USUAL, 1, scratch / "cache")
    with Crew(2, seconds=600).at_work() as team:  # our own peak would be that of the next process
        list(team.run(_write_roster, [scratch / "名册.xlsx"]))
    yield "roster", run("roster", scratch, USUAL, 1)
    if long:
        both = [_many_between_few(usual, many, jobs) for jobs in (1, 2)]
        both[1]["gain"] = both[0]["seconds"] / both[1]["seconds"]
        yield from zip(("merging many, 1", "merging many, 2"), both, strict=True)


def _many_between_few(usual: Path, many: Path, jobs: int) -> Figures:
    """Return what many take, and how many times as much each as one of few, before and after.

    They take minutes, in which a machine may become another.
    """
    before, found, after = (
        run("merge", folder, size, jobs)
        for folder, size in ((usual, USUAL), (many, MANY), (usual, USUAL))
    )
    few = (before["cpu"] + after["cpu"]) / (2 * USUAL)
    return found | {"linear": found["cpu"] / MANY / few}


def _with_one_and_two(
    name: str, folder: Path, size: int, times: int = 1, *, beside: str = ""
) -> Iterator[tuple[str, Figures]]:
    """Yield what a merge takes one process and two that take turns; medians, the gain's too.

    `beside` is done in turn with them, to compare with.
    """
    tasks = [("merge", 1), ("merge", 2), *([(beside, 1)] if beside else [])]
    taken = [[run(each, folder, size, jobs) for each, jobs in tasks] for _ in range(times)]
    middles = [_middle(each) for each in zip(*taken, strict=True)]
    middles[1]["gain"] = median(one["seconds"] / two["seconds"] for one, two, *_ in taken)
    if beside:
        middles[0]["beside"] = median(one["cpu"] / other["cpu"] for one, _, other in taken)
        yield beside, middles[2]
    yield f"{name}, 1", middles[0]
    yield f"{name}, 2", middles[1]


def _middle(runs: Sequence[Figures]) -> Figures:
    """Return the median of each figure, and how far the runs lie apart, where there are several."""
    found = {figure: median(each[figure] for each in runs) for figure in runs[0]}
    return found | ({"spread": spread([each["cpu"] for each in runs])} if len(runs) > 1 else {})


def _write_roster(path: Path) -> None:
    write_roster(example()[0], roster_of(USUAL), path)


def table(runs: dict[str, Figures]) -> str:
    """Return the runs as a Markdown table."""
    lines = [
        "| | files | processes | s | CPU ms a file | spread | files/s a core | peak MB, own "
        "| of a worker |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for name, each in runs.items():
        cost = each["cpu"] / each["files"] * 1e3
        apart = f"±{each['spread']:.0%}" if "spread" in each else "–"
        worker = f"{each['worker_megabytes']:.0f}" if each["jobs"] > 1 else "–"
        lines.append(
            f"| {name.split(',')[0]} | {each['files']:,} | {each['jobs']} | {each['seconds']:.1f} "
            f"| {cost:.2f} | {apart} | {1e3 / cost:,.0f} | {each['own_megabytes']:.0f} | {worker} |"
        )
    return "\n".join(lines)


def verdicts(runs: dict[str, Figures]) -> list[str]:
    """Say of each goal whether it is reached."""
    found = [
        _verdict(
            "files a second and core, end to end",
            USUAL / runs["merging, 1"]["cpu"],
            _FILES,
            least=True,
        ),
        f"merging takes {runs['merging, 1']['beside']:.2f} times as long as calamine",
        _verdict("two processes ÷ one, merging", _gain(runs, "merging"), _TWO, least=True),
    ]
    if "merging many, 1" in runs:
        gain = _gain(runs, "merging many")
        found.append(_verdict("two processes ÷ one, merging 20,000", gain, _TWO, least=True))
        for jobs in (1, 2):
            few, many = runs[f"merging, {jobs}"], runs[f"merging many, {jobs}"]
            who = f"{jobs} process" + ("es" if jobs > 1 else "")
            own = many["own_megabytes"] / few["own_megabytes"]
            found.append(_verdict(f"memory at 20,000 ÷ at 2,000, {who}", own, _MEMORY))
            cost = f"cost a file at 20,000 ÷ at 2,000 before and after, {who}"
            found.append(_verdict(cost, many["linear"], _LINEAR))
        worker = many["worker_megabytes"] / few["worker_megabytes"]  # with two processes
        found.append(_verdict("memory of a worker at 20,000 ÷ at 2,000", worker, _MEMORY))
        together = _together(many) / _together(few)
        found.append(_verdict("memory of all three processes together", together, _MEMORY))
    return found


def _together(figures: Figures) -> float:
    return figures["own_megabytes"] + figures["jobs"] * figures["worker_megabytes"]


def _gain(runs: dict[str, Figures], what: str) -> float:
    return runs[f"{what}, 2"]["gain"]


def _verdict(what: str, found: float, goal: float, *, least: bool = False) -> str:
    reached = found >= goal if least else found <= goal
    said = "reached" if reached else "MISSED"
    return f"{said}: {found:.3g} {what} (goal: at {'least' if least else 'most'} {goal:g})"


def profile(folder: Path, size: int, lines: int = 25) -> str:
    """Return where the time of a merge goes, by what is called."""
    import cProfile
    import io
    import pstats

    form, one = example()
    profiler = cProfile.Profile()
    profiler.enable()
    _merge(folder, form, one.period, roster_of(size), 1)
    profiler.disable()
    stream = io.StringIO()
    statistics = pstats.Stats(profiler, stream=stream).strip_dirs().sort_stats("cumulative")
    statistics.print_stats("generator|merge|report|workbook|check", lines)
    return stream.getvalue()


def main(arguments: list[str]) -> None:
    """Print the table, or, called by ourselves, what one run took."""
    if arguments[:1] == ["--run"]:
        what, folder, size, jobs = arguments[1:]
        _say(json.dumps(run_here(what, Path(folder), int(size), int(jobs))))
        return
    kept = [each for each in arguments if not each.startswith("--")]
    figures = measure(long="--long" in arguments, keep=Path(kept[0]) if kept else None)
    _say(report(figures))
    _say(json.dumps(figures, ensure_ascii=False))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
