"""How fast a large ledger answers, and what recording costs.

    python -m tests.benchmarks.ledger               600,000 filings on SQLite and on PostgreSQL
    python -m tests.benchmarks.ledger 60000         fewer

A filing is a self-evaluation of one project: 3 records (the sheet's fields and two indicators), an
outcome and two indicators, in the words of the official form. Sixty thousand departments return
for ten years. Filings are made here and recorded by the ledger itself, year by year, as a merge is;
reading workbooks is not part of it. Recording beside merging is measured on real workbooks.
Seconds are of processor time, of the server's processes too, since other work disturbs the clock.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from generator.ledger import Ledger, open_ledger
from generator.ledger.engine import writing
from generator.ledger.recording.labels import terms
from generator.ledger.recording.prepare import Prepared, Stood, prepare
from generator.ledger.recording.record import record
from generator.ledger.recording.rows import Rows
from generator.merge import merge
from generator.model.form import Form
from generator.model.merged import Merged, State
from generator.model.period import Period
from generator.model.totals import Totals
from generator.template import find, load
from tests.benchmarks.reading import pile
from tests.support.postgres import Postgres

FORM = "project-self-evaluation"
FILINGS, YEARS, LAST = 600_000, 10, 2024
_ROUNDS = 5
_NAMES = (
    "培训人次",
    "验收合格率",
    "按期完成率",
    "成本控制率",
    "受益人口",
    "群众满意度",
    "设备完好率",
)
_GRADES = ("优", "良", "中", "差")
Figures = dict[str, object]
Clock = Callable[[], float]  # seconds


class _Made:
    """The rows of filings that nobody keeps: made when they are asked for."""

    def __init__(self, year: int) -> None:
        self.year = year

    def fetch(self, span: tuple[int, int]) -> Rows:
        """Return the rows of the department of that number."""
        return _rows(span[0], self.year)


def _rows(number: int, year: int) -> Rows:
    code = f"P{number:06}"
    budget = Decimal(10_000 + (number * 7919 + year) % 5_000_000)
    executed = budget * ((number * 31 + year * 17) % 101) / 100
    score = Decimal((number * 13 + year) % 10_000) / 100
    head = {"sheet": "project", "copy": 0, "key": code, "tab": code}
    fields = {
        "code": code,
        "name": f"示例项目{number}",
        "budget": f"{budget:f}",
        "executed": f"{executed:f}",
        "total": f"{score:f}",
        "expected": "按计划完成年度任务，保障业务正常运转。",
        "achieved": "已完成年度任务，各项指标达到预期。",
    }
    grade = _GRADES[min(3, int((100 - score) // 10))]
    indicators = tuple(_indicator(number, year, place, code) for place in range(2))
    records = [{**head, "table": "", "row": 0, "name": "", **_said(fields)}]
    for place, each in enumerate(indicators, 1):
        said = {
            name: str(each[name]) for name in ("level1", "level2", "level3", "target", "actual")
        }
        records.append({**head, "table": "indicators", "row": place, "name": "", **_said(said)})
    outcome = {
        "sheet": "project",
        "tab": code,
        "code": code,
        "name": f"示例项目{number}",
        "budget": budget,
        "executed": executed,
        "forecast": None,
        "score": score,
        "grade": grade,
    }
    return Rows(tuple(records), (outcome,), indicators, ())


def _indicator(number: int, year: int, place: int, code: str) -> dict[str, object]:
    name = _NAMES[(number + place * 3 + year) % len(_NAMES)]
    return {
        "tab": code,
        "cell": f"C{20 + place}",
        "code": code,
        "level1": "产出指标",
        "level2": "数量指标",
        "level3": f"{name}{number % 500}",
        "target": "≥95%",
        "basis": "工作计划",
        "actual": "96%",
        "weight": Decimal(25),
        "score": Decimal("24.5"),
    }


def _said(answers: dict[str, str]) -> dict[str, object]:
    cells = {name: f"C{place}" for place, name in enumerate(answers, 4)}
    return {"answers": answers, "cells": cells, "details": {}}


def fill(ledger: Ledger, form: Form, filings: int, clock: Clock) -> Iterator[float]:
    """Record the filings, a year at a time; yield the seconds that each took."""
    departments = filings // YEARS
    for year in range(LAST - YEARS + 1, LAST + 1):
        period = Period(year, 12, "year")
        stood = tuple(
            Stood(
                *(f"{100_000 + number}", f"示例单位{number}", State.RETURNED),
                *(f"{number}.xlsx", f"{year}{number:060}", f"{year}-{number}", (number, 0)),
            )
            for number in range(departments)
        )
        findings = tuple(_finding(number) for number in range(0, departments, 5))
        totals = Totals(form.id, period.id, 0, ())
        merged = Merged(form, period, Path(), (), (), (), totals)  # type: ignore[arg-type]
        called = tuple(terms(form, period))
        prepared = Prepared(str(year), stood, findings, (), called, _Made(year))  # type: ignore[arg-type]
        start = clock()
        with writing(ledger.engine) as connection:
            record(connection, merged, prepared, "benchmark", datetime.now(UTC))
        yield clock() - start


def _finding(number: int) -> dict[str, object]:
    return {
        "department": f"{100_000 + number}",
        "rule": ("REASON", "RATIO")[number % 2],
        "asks": "没有得满分的写明原因",
        "kind": ("核实", "提示")[number % 2],
        "file": f"{number}.xlsx",
        "sheet": f"P{number:06}",
        "cell": "J20",
        "message": "没有写偏差原因。",
        "remedy": "请补写偏差原因和改进措施。",
    }


# -- questions --

ONE = {"department": "100042", "year": LAST}
QUESTIONS: tuple[tuple[str, dict[str, object]], ...] = (
    ("recovery", {}),
    ("missing", {"year": LAST}),
    ("history", {"department": "100042"}),
    ("findings", {"year": LAST, "department": "100045"}),
    ("findings-by-rule", {"period": str(LAST)}),
    ("findings-by-department", {"period": str(LAST)}),
    ("outcomes", {"year": LAST, "department": "100042"}),
    ("outcomes", {"year": LAST}),
    ("stages", {"year": LAST}),
    ("scores", {"year": LAST, "department": "100042"}),
    ("scores", {"year": LAST}),
    ("grades", {"year": LAST}),
    ("across", {"department": "100042", "field": "executed"}),
    ("yearly", {"year": LAST, "department": "100042"}),
    ("yearly", {"year": LAST}),
    ("indicators", {"text": "培训人次42"}),
    ("indicators", {"text": "满意"}),
    ("indicators", {"text": "培训", "year": LAST}),
    ("runs", {}),
)


def asked(ledger: Ledger, form: Form, clock: Clock) -> dict[str, tuple[float, int]]:
    """Return the seconds of each question, and how many rows came back."""
    calls: dict[str, Callable[[], int]] = {}
    for name, given in QUESTIONS:
        said = "，".join(f"{key}={value}" for key, value in given.items())
        calls[f"{name} {said}".strip()] = _asking(ledger, name, given)
    period = Period(LAST, 12, "year")
    calls["Ledger.filing (one return)"] = lambda: len([ledger.filing(form.id, "100042", period)])
    calls["Ledger.outcomes (a year)"] = lambda: len(ledger.outcomes("self-evaluation", LAST))
    found = {}
    for name, call in calls.items():
        rows = call()  # what is asked first fetches pages from the disk
        start = clock()
        for _ in range(_ROUNDS):
            rows = call()
        found[name] = ((clock() - start) / _ROUNDS, rows)
    return found


def _asking(ledger: Ledger, name: str, given: dict[str, object]) -> Callable[[], int]:
    return lambda: len(ledger.ask(name, **given).rows)


# -- recording beside merging --


@dataclass(frozen=True)
class Beside:
    """Seconds for a folder of real workbooks."""

    files: int
    merging: float
    preparing: float
    first: float
    again: float


def beside(files: int = 300) -> Beside:
    """Return what recording adds to merging `files` workbooks with one process."""
    with TemporaryDirectory() as folder:
        returns = pile(Path(folder), files)
        start = time.process_time()
        merged = merge(returns.folder, returns.brief.roster, form=returns.brief.form)
        merging = time.process_time() - start
        start = time.process_time()
        prepare(merged)
        preparing = time.process_time() - start
        with open_ledger(Path(folder, "台账.db")) as ledger:
            times = []
            for _ in range(2):
                start = time.process_time()
                ledger.record(merged)
                times.append(time.process_time() - start)
    return Beside(files, merging, preparing, *times)


# -- the report --


def measure(filings: int = FILINGS) -> Figures:
    """Return all figures."""
    form = load(find(FORM))
    figures: Figures = {"filings": filings}
    with TemporaryDirectory() as folder:
        where = str(Path(folder, "台账.db"))
        figures["sqlite"] = _measured(where, form, filings, time.process_time)
    server = Postgres()
    try:
        clock = partial(_with_server, server.process)
        figures["postgresql"] = _measured(server.database(), form, filings, clock)
    finally:
        server.close()
    figures["beside"] = vars(beside())
    return figures


def _with_server(server: int) -> float:
    """Return the processor time of this process and of all below that one."""
    children: dict[int, list[tuple[int, float]]] = {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has just ended; its parent has counted it
            fields = file.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            spent = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
            children.setdefault(int(fields[1]), []).append((int(file.parent.name), spent))
    waiting, total = [server], time.process_time()
    while waiting:
        for process, spent in children.get(waiting.pop(), ()):
            total += spent
            waiting.append(process)
    return total


def _measured(where: str, form: Form, filings: int, clock: Clock) -> Figures:
    with open_ledger(where) as ledger:
        seconds = []
        for each in fill(ledger, form, filings, clock):
            seconds.append(each)
            sys.stderr.write(f"{each:.1f} s\n")
        with writing(ledger.engine) as connection:
            connection.exec_driver_sql("ANALYZE")
        answers = asked(ledger, form, clock)
        return {"seconds": seconds, "bytes": ledger.size(), "answers": answers}


def report(figures: Figures) -> str:
    """Return the figures as a table."""
    filings = figures["filings"]
    both = [figures["sqlite"], figures["postgresql"]]
    lines = ["| | rows | SQLite | PostgreSQL |", "|---|--:|--:|--:|"]
    assert isinstance(filings, int)
    rates = [f"{filings / sum(each['seconds']):,.0f}/s" for each in both]  # type: ignore[index]
    sizes = [f"{each['bytes'] / 1e9:.2f} GB" for each in both]  # type: ignore[index]
    lines.append(f"| recording, filings | {filings:,} | {rates[0]} | {rates[1]} |")
    lines.append(f"| size | | {sizes[0]} | {sizes[1]} |")
    answers = [each["answers"] for each in both]  # type: ignore[index]
    for name, (seconds, rows) in answers[0].items():
        there = answers[1][name][0]
        lines.append(f"| {name} | {rows:,} | {_milliseconds(seconds)} | {_milliseconds(there)} |")
    return "\n".join([*lines, "", str(figures["beside"])])


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1e3:,.1f} ms"


if __name__ == "__main__":
    sys.stdout.write(report(measure(*map(int, sys.argv[1:]))) + "\n")
