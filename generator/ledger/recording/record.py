"""A merge → rows of the ledger, in one transaction; what is there already stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count, islice
from typing import TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    bindparam,
    delete,
    exists,
    func,
    select,
    update,
)

from generator.ledger import schema, search
from generator.ledger.bulk import put
from generator.ledger.recording.prepare import Prepared, Stood
from generator.ledger.recording.rows import Line
from generator.model.merged import Merged, State

_MISSING = State.MISSING.value
_CHUNK = 500  # departments named in one statement
_BATCH = 200  # filings whose rows are sent together
_T = TypeVar("_T")


@dataclass(frozen=True)
class Recorded:
    """What recording a merge changed; `run` is None when it was there already."""

    run: int | None
    new: int = 0
    superseded: int = 0
    unchanged: int = 0

    @property
    def told(self) -> str:
        """The same as people are told."""
        if self.run is None:
            return f"已经登记过，没有变化（{self.unchanged} 个单位）。"
        return f"新登记 {self.new} 个单位，更正 {self.superseded} 个，未变 {self.unchanged} 个。"


def record(
    connection: Connection, merged: Merged, prepared: Prepared, program: str, at: datetime
) -> Recorded:
    """Write what is not there yet; nobody else writes in the meantime."""
    writer = _Writer(connection, merged, at)
    if writer.knows(prepared.digest):
        return Recorded(None, unchanged=sum(1 for each in prepared.stood if each.content))
    run = writer.run(prepared, program)
    filings, recorded = writer.filings(run, prepared)
    writer.standings(run, prepared.stood, filings)
    writer.findings(run, prepared, filings)
    writer.insert(schema.total, ({"run": run} | each for each in prepared.totals))
    writer.terms(prepared.terms)
    return recorded


@dataclass
class _Writer:
    """Writes the rows of one merge."""

    connection: Connection
    merged: Merged
    at: datetime

    def __post_init__(self) -> None:
        form, period = self.merged.form, self.merged.period
        self._scope = {"form": form.id, "period": period.id}
        self._time = {**self._scope, "year": period.year, "month": period.month}
        self._form = {"form_name": form.name, "stage": form.stage, "version": form.version}

    def insert(self, table: Table, lines: Iterable[Line]) -> None:
        """Insert rows, if there are any."""
        put(self.connection, table, lines)

    # -- runs --

    def knows(self, digest: str) -> bool:
        """Whether this very merge was recorded, and nothing of it was replaced since."""
        run, standing = schema.run, schema.standing
        same = (
            (run.c.form == self._scope["form"])
            & (run.c.period == self._scope["period"])
            & (run.c.digest == digest)
        )
        known = self.connection.scalar(select(func.max(run.c.id)).where(same))
        if known is None:
            return False
        replaced = (standing.c.run == known) & ~standing.c.current & (standing.c.state != _MISSING)
        return not self.connection.scalar(select(func.count()).where(replaced))

    def run(self, prepared: Prepared, program: str) -> int:
        """Write the run; return its number."""
        number = self._next(schema.run)
        line: Line = {
            "id": number,
            "recorded": self.at,
            "program": program,
            "digest": prepared.digest,
            "departments": len(prepared.stood),
            "returned": sum(1 for each in prepared.stood if each.content),
            "fresh": 0,
        }
        self.insert(schema.run, [line | self._time | self._form])
        return number

    # -- filings --

    def filings(self, run: int, prepared: Prepared) -> tuple[dict[str, int], Recorded]:
        """Write the filings that are new; return all that are used, and how many are what."""
        known = self._current()
        used = {
            each.department: known[each.department][0]
            for each in prepared.stood
            if each.content and known.get(each.department, (0, ""))[1] == each.content
        }
        recorded = Recorded(run, unchanged=len(used))
        fresh = [each for each in prepared.stood if each.content and each.department not in used]
        numbers = count(self._next(schema.filing))
        indicators = count(self._next(schema.indicator))
        for batch in batches(fresh, _BATCH):
            ids = {each.department: next(numbers) for each in batch}
            old = {each: known[each][0] for each in ids if each in known}
            self._supersede({old[each]: ids[each] for each in old})
            self._write(run, batch, ids, prepared, indicators)
            used |= ids
            recorded = replace(
                recorded,
                new=recorded.new + len(ids) - len(old),
                superseded=recorded.superseded + len(old),
            )
        fresh_ones = update(schema.run).where(schema.run.c.id == run).values(fresh=len(fresh))
        self.connection.execute(fresh_ones)
        return used, recorded

    def _current(self) -> dict[str, tuple[int, str]]:
        """Return the current filings of this form and period by department."""
        filing = schema.filing
        asked = select(filing.c.department, filing.c.id, filing.c.content).where(
            filing.c.form == self._scope["form"],
            filing.c.period == self._scope["period"],
            schema.current,
        )
        return {
            department: (number, content)
            for department, number, content in self.connection.execute(asked)
        }

    def _supersede(self, by_old: Mapping[int, int]) -> None:
        filing = schema.filing
        if by_old:
            statement = (
                update(filing)
                .where(filing.c.id == bindparam("old"))
                .values(superseded_at=bindparam("at"), superseded_by=bindparam("new"))
            )
            lines = [{"old": old, "new": new, "at": self.at} for old, new in by_old.items()]
            self.connection.execute(statement, lines)

    def _write(
        self,
        run: int,
        batch: Sequence[Stood],
        ids: Mapping[str, int],
        prepared: Prepared,
        indicators: Iterator[int],
    ) -> None:
        lines: dict[str, list[Line]] = {"records": [], "outcomes": [], "indicators": []}
        heads = []
        for each in batch:
            rows, number = prepared.rows(each), ids[each.department]
            heads.append(self._head(run, number, each) | {"explanations": rows.explanations})
            for name in lines:
                lines[name] += (
                    {"filing": number, "number": place} | line
                    for place, line in enumerate(getattr(rows, name))
                )
        for line in lines["indicators"]:
            line["id"] = next(indicators)
            del line["number"]
        self.insert(schema.filing, heads)
        self.insert(schema.record, lines["records"])
        self.insert(schema.outcome, lines["outcomes"])
        self.insert(schema.indicator, lines["indicators"])
        search.add(self.connection, lines["indicators"])

    def _head(self, run: int, number: int, stood: Stood) -> Line:
        return (
            {
                "id": number,
                "run": run,
                "department": stood.department,
                "department_name": stood.name,
                "file": stood.file,
                "digest": stood.digest,
                "content": stood.content,
                "recorded": self.at,
            }
            | self._time
            | self._form
        )

    # -- standings and findings --

    def standings(self, run: int, stood: Sequence[Stood], filings: Mapping[str, int]) -> None:
        """Write where departments stand; one that only is not in this folder stays where it was."""
        standing = schema.standing
        before = self._states()
        kept = {
            each.department
            for each in stood
            if not each.arrived and before.get(each.department, _MISSING) != _MISSING
        }
        moved = [each.department for each in stood if each.department not in kept]
        for chunk in batches(moved, _CHUNK):
            self._let_go(standing, standing.c.department.in_(chunk))
        self.insert(
            standing,
            (
                {
                    **self._scope,
                    "run": run,
                    "department": each.department,
                    "department_name": each.name,
                    "state": each.state.value,
                    "filing": filings.get(each.department),
                    "current": each.department not in kept,
                }
                for each in stood
            ),
        )

    def _states(self) -> dict[str, str]:
        standing = schema.standing
        asked = select(standing.c.department, standing.c.state).where(
            standing.c.form == self._scope["form"],
            standing.c.period == self._scope["period"],
            standing.c.current,
        )
        return {each.department: each.state for each in self.connection.execute(asked)}

    def findings(self, run: int, prepared: Prepared, filings: Mapping[str, int]) -> None:
        """Write what was found; what concerns no department that returned is of the last run."""
        standing, finding = schema.standing, schema.finding
        arrived = [each.department for each in prepared.stood if each.arrived]
        for chunk in batches(arrived, _CHUNK):
            self._let_go(finding, finding.c.department.in_(chunk))
        of_a_return = exists().where(
            standing.c.run == finding.c.run,
            standing.c.department == finding.c.department,
            standing.c.state != _MISSING,
        )
        self._let_go(finding, ~of_a_return)
        files = {each.department: each.file for each in prepared.stood}
        self.insert(
            finding,
            (
                {
                    **self._scope,
                    **each,
                    "run": run,
                    "number": number,
                    "filing": filings.get(str(each["department"]))
                    if each["file"] == files.get(str(each["department"]))
                    else None,
                    "current": True,
                }
                for number, each in enumerate(prepared.findings)
            ),
        )

    def terms(self, called: Sequence[Line]) -> None:
        """Write what the columns are called by now."""
        term = schema.term
        mine = (term.c.form == self._scope["form"]) & (term.c.period == self._scope["period"])
        self.connection.execute(delete(term).where(mine))
        self.insert(term, (self._scope | each for each in called))

    def _let_go(self, table: Table, which: ColumnElement[bool]) -> None:
        """Make rows of this form and period history."""
        statement = (
            update(table)
            .where(
                table.c.form == self._scope["form"],
                table.c.period == self._scope["period"],
                table.c.current,
                which,
            )
            .values(current=False)
        )
        self.connection.execute(statement)

    def _next(self, table: Table) -> int:
        """Return a number that no row has; nobody else writes meanwhile."""
        return (self.connection.scalar(select(func.max(table.c.id))) or 0) + 1


def batches(items: Iterable[_T], size: int) -> Iterator[list[_T]]:
    """Yield lists of so many items, the last one shorter.

    >>> list(batches("abc", 2))
    [['a', 'b'], ['c']]
    """
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
