"""The store of all filings, findings and totals: what is recorded is kept, and can be asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import TracebackType

from sqlalchemy import Engine, delete, select

from generator.ledger import schema, search
from generator.ledger.answers import storable
from generator.ledger.bulk import put
from generator.ledger.engine import engine_of, make_ready, reading, size_of, writing
from generator.ledger.past import LedgerPast
from generator.ledger.place import called, locate
from generator.ledger.questions.all import QUERIES
from generator.ledger.questions.exports import export
from generator.ledger.questions.query import Answer, Query, answer, find
from generator.ledger.read import (
    indicator_of,
    indicators_select,
    latest_outcomes,
    outcome_of,
    read_filing,
)
from generator.ledger.recording.prepare import prepare
from generator.ledger.recording.record import Recorded, record
from generator.ledger.said import Said, read_said
from generator.model.filing import Filing
from generator.model.merged import Merged
from generator.model.past import Past
from generator.model.period import Period
from generator.model.project import Indicator, Outcome, Project

_STREAM = 1_000  # rows fetched at a time


def open_ledger(where: str | Path, *, read_only: bool = False) -> Ledger:
    """Return the ledger at a path or a URL; its tables are made unless it is only read.

    Raises:
        LedgerError: it cannot be used; says why and what to do.
    """
    url = locate(where)
    engine = engine_of(url, read_only=read_only)
    with ExitStack() as undo:
        undo.callback(engine.dispose)
        make_ready(engine, read_only=read_only)
        undo.pop_all()
    return Ledger(engine, where)


class Ledger:
    """A ledger that is open; use it in a `with`."""

    def __init__(self, engine: Engine, where: str | Path) -> None:
        self.engine = engine
        self.where = where

    def __repr__(self) -> str:
        return f"Ledger({called(self.engine.url)!r})"

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self.engine.dispose()

    # -- writing --

    def record(self, merged: Merged, at: datetime | None = None) -> Recorded:
        """Record a merge whole or not at all; the same one again changes nothing.

        A return that differs from the one that is there supersedes it, which stays as history.
        """
        prepared = prepare(merged)
        with writing(self.engine) as connection:
            return record(connection, merged, prepared, _program(), at or datetime.now(UTC))

    def register(self, year: int, projects: Iterable[Project]) -> None:
        """Make these the projects of a year: the bureau's list, in its order."""
        table = schema.project
        wanted = {
            (each.department, each.code): {"year": year, "place": place, **_line(each)}
            for place, each in enumerate(projects)
        }
        with writing(self.engine) as connection:
            asked = select(table).where(table.c.year == year)
            known = {
                (each["department"], each["code"]): dict(each)
                for each in connection.execute(asked).mappings()
            }
            gone = [key for key, line in known.items() if wanted.get(key) != line]
            for department, code in gone:
                connection.execute(
                    delete(table).where(
                        table.c.year == year,
                        table.c.department == department,
                        table.c.code == code,
                    )
                )
            put(connection, table, (line for key, line in wanted.items() if known.get(key) != line))

    # -- reading --

    def projects(self, year: int) -> list[Project]:
        """Return the projects of a year, in the bureau's order."""
        table = schema.project
        asked = select(table).where(table.c.year == year).order_by(table.c.place)
        with reading(self.engine) as connection:
            lines = [dict(each) for each in connection.execute(asked).mappings()]
        for line in lines:
            del line["year"], line["place"]
        return [Project(**{**line, "forms": tuple(line["forms"])}) for line in lines]

    def forms(self, stage: str, period: str) -> frozenset[str]:
        """Return the ids of the forms that were recorded at a stage for a period."""
        filing = schema.filing
        asked = select(filing.c.form).where(filing.c.stage == stage, filing.c.period == period)
        with reading(self.engine) as connection:
            return frozenset(connection.scalars(asked.distinct()))

    def outcomes(self, stage: str, year: int, period: str | None = None) -> list[Outcome]:
        """Return what current filings of a stage say: the latest of a year, or of one period."""
        found = latest_outcomes(stage, year, period).subquery()
        asked = select(found).order_by(found.c.department, found.c.code, found.c.number)
        with reading(self.engine) as connection:
            return [outcome_of(each) for each in connection.execute(asked).mappings()]

    def indicators(self, stage: str | None = None, year: int | None = None) -> Iterator[Indicator]:
        """Yield the indicators of current filings, of a stage or a year or all."""
        asked = indicators_select().order_by(schema.indicator.c.id)
        if stage is not None:
            asked = asked.where(schema.filing.c.stage == stage)
        if year is not None:
            asked = asked.where(schema.filing.c.year == year)
        with reading(self.engine) as connection:
            for each in connection.execution_options(yield_per=_STREAM).execute(asked).mappings():
                yield indicator_of(each)

    def said(
        self, stage: str, year: int, period: str | None = None, table: str | None = None
    ) -> Iterator[Said]:
        """Yield what the current filings of a stage say to the letter, row by row.

        Of one table if it is given; an empty name is the sheets' own fields.
        """
        with reading(self.engine) as connection:
            yield from read_said(connection, stage, year, period, table)

    def search(self, text: str, year: int | None = None, limit: int = 50) -> list[Indicator]:
        """Return indicators in which all words of a text occur, the last recorded first."""
        matching = search.matching(self.engine.dialect.name, text)
        if matching is None:
            return []
        asked = indicators_select().where(schema.indicator.c.id.in_(matching))
        if year is not None:
            asked = asked.where(schema.filing.c.year == year)
        with reading(self.engine) as connection:
            found = connection.execute(asked.order_by(schema.indicator.c.id.desc()).limit(limit))
            return [indicator_of(each) for each in found.mappings()]

    def filing(self, form: str, department: str, period: Period) -> Filing | None:
        """Return what a department last returned of a form for a period, or None."""
        with reading(self.engine) as connection:
            return read_filing(connection, form, department, period.id)

    def past(self) -> Past:
        """Return what was returned before, for those who ask by department, in any process."""
        return LedgerPast(self.where)

    def ask(self, name: str, **parameters: object) -> Answer:
        """Return the answer to a named query.

        Raises:
            LedgerError: there is no such query or parameter; says which is near.
        """
        query = find(QUERIES, name)
        with reading(self.engine) as connection:
            return answer(connection, query, parameters)

    def export(self, **which: object) -> list[Answer]:
        """Return all that is current, of a `form`, a `period` or a `year` if given."""
        with reading(self.engine) as connection:
            return export(connection, which)

    def size(self) -> int:
        """Return how many bytes the ledger takes on the disk."""
        with reading(self.engine) as connection:
            return size_of(connection)

    def queries(self) -> Mapping[str, Query]:
        """Return what can be asked."""
        return QUERIES


def _line(project: Project) -> dict[str, object]:
    """Return a project as a row, with texts that every database takes."""
    said = {**asdict(project), "forms": [*project.forms]}.items()
    return {name: storable(each) if isinstance(each, str) else each for name, each in said}


def _program() -> str:
    try:
        return version("jixiao")
    except PackageNotFoundError:  # run from a folder
        return ""
