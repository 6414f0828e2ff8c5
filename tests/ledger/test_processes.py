"""Several processes at one ledger, and processes that end in the middle."""

from __future__ import annotations

import multiprocessing
import sqlite3
from collections import Counter
from pathlib import Path
from threading import Timer

import pytest

from generator.ledger import open_ledger
from tests.ledger.dump import dump, rows_of
from tests.ledger.others import (
    ENDED,
    correction,
    part_of_a_city,
    record_and_end,
    record_many,
)

SPAWN = multiprocessing.get_context("spawn")
WRITERS, EACH = 2, 6


def test_processes_that_record_at_once_lose_nothing_and_mix_nothing(where: str):
    writers = [
        SPAWN.Process(target=record_many, args=(where, number, EACH))
        for number in range(1, WRITERS + 1)
    ]
    for each in writers:
        each.start()
    for each in writers:
        each.join(120)
    assert [each.exitcode for each in writers] == [0] * WRITERS
    with open_ledger(where) as ledger:
        runs = WRITERS * EACH
        own = {f"{writer}{number:02}" for writer in range(1, WRITERS + 1) for number in range(EACH)}
        current = ledger.outcomes("self-evaluation", 2024)
        assert {each.department for each in current} == {*own, "900"}
        assert len(rows_of(ledger, "run", "id")) == runs
        filings = rows_of(ledger, "filing", "run", "department", "superseded_by")
        assert len(filings) == 2 * runs
        assert Counter(code for _, code, newer in filings if newer is None) == Counter(
            {*own, "900"}
        )
        # every run has the rows of one merge: its own department and the common one
        by_run: dict[object, set[object]] = {}
        for run, code, _ in filings:
            by_run.setdefault(run, set()).add(code)
        assert all(len(each) == 2 and "900" in each for each in by_run.values())
        assert len(rows_of(ledger, "finding", "run")) == 2 * runs
        assert len(ledger.ask("findings").rows) == len(own) + 1


@pytest.mark.parametrize("table", ["filing", "total"])
def test_a_process_that_ends_in_the_middle_leaves_what_was(where: str, table: str):
    with open_ledger(where) as ledger:
        ledger.record(part_of_a_city(1, 1))
        before = dump(ledger)
        process = SPAWN.Process(target=record_and_end, args=(where, table))
        process.start()
        process.join(60)
        assert process.exitcode == ENDED
        assert dump(ledger) == before
        assert ledger.record(correction()).run == 2


def test_who_opens_a_new_ledger_waits_for_another_who_does(tmp_path: Path):
    path = tmp_path / "台账.db"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    done = Timer(0.3, other.close)
    done.start()
    with open_ledger(path) as ledger:
        assert ledger.outcomes("self-evaluation", 2024) == []
    done.join()
