"""What other processes do to a ledger, for tests of several writers and of sudden ends."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection, Table

from generator.ledger import open_ledger
from generator.ledger.recording import record
from generator.model.merged import Merged
from tests.ledger.merges import found, merge_of, project, returned, small_form

ENDED = 86  # the exit code of a process that ended all of a sudden


def part_of_a_city(writer: int, number: int) -> Merged:
    """Return the merge of a writer's own department and of one that all writers merge."""
    form = small_form()
    own = f"{writer}{number:02}"
    filings = [
        returned(form, own, {"project": [project(f"P{own}", 100, number)]}),
        returned(form, "900", {"project": [project("P900", 100 + writer, number)]}),
    ]
    return merge_of(form, filings, findings=[found(own), found("900")])


def record_many(where: str, writer: int, how_many: int) -> None:
    """Record merges one after another, opening the ledger each time as the command does."""
    for number in range(how_many):
        with open_ledger(where) as ledger:
            ledger.record(part_of_a_city(writer, number))


def record_and_end(where: str, table: str) -> None:
    """Record a correction, and end without a word after rows were put into a table."""
    really = record.put

    def put(connection: Connection, into: Table, lines: Iterable[Mapping[str, object]]) -> None:
        really(connection, into, lines)
        if into.name == table:
            os._exit(ENDED)  # no rollback, no closing: as when somebody kills it

    record.put = put  # type: ignore[attr-defined]
    with open_ledger(where) as ledger:
        ledger.record(correction(), datetime(2025, 2, 1, tzinfo=UTC))


def correction() -> Merged:
    """Return a merge in which everything differs from the first one."""
    form = small_form()
    filings = [returned(form, code, {"project": [project("P1", 1, 1)]}) for code in ("101", "900")]
    return merge_of(form, filings, findings=[found("101")])
