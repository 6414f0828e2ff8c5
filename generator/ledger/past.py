"""What was returned before, asked from worker processes too."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, Engine

from generator.ledger.engine import engine_of, make_ready, reading
from generator.ledger.place import locate
from generator.ledger.read import read_filing, read_filings
from generator.model.filing import Filing
from generator.model.period import Period


@dataclass
class LedgerPast:
    """Earlier returns in a ledger; each process opens a connection of its own when it asks."""

    where: str | Path = field(repr=False)  # it may hold a password
    _engine: Engine | None = field(default=None, init=False, repr=False, compare=False)

    def filing(self, form: str, department: str, period: Period) -> Filing | None:
        """Return what a department last returned of a form for a period, or None."""
        with self._reading() as connection:
            return read_filing(connection, form, department, period.id)

    def filings_of(self, form: str, departments: Sequence[str], period: Period) -> list[Filing]:
        """Return what departments last returned of a form for a period, as far as they did."""
        with self._reading() as connection:
            return [*read_filings(connection, form, departments, period.id)]

    def _reading(self) -> AbstractContextManager[Connection]:
        if self._engine is None:
            self._engine = engine_of(locate(self.where), read_only=True)
            weakref.finalize(self, self._engine.dispose)
            make_ready(self._engine, read_only=True)
        return reading(self._engine)

    def __getstate__(self) -> dict[str, object]:
        return {"where": self.where, "_engine": None}
