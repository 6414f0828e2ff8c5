"""What was returned before, asked from worker processes too."""

from __future__ import annotations

import weakref
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine

from generator.ledger.engine import engine_of, make_ready, reading
from generator.ledger.place import locate
from generator.ledger.read import read_filing
from generator.model.filing import Filing
from generator.model.period import Period


@dataclass
class LedgerPast:
    """Earlier returns in a ledger; each process opens a connection of its own when it asks."""

    where: str | Path = field(repr=False)  # it may hold a password
    _engine: Engine | None = field(default=None, init=False, repr=False, compare=False)

    def filing(self, form: str, department: str, period: Period) -> Filing | None:
        """Return what a department last returned of a form for a period, or None."""
        if self._engine is None:
            self._engine = engine_of(locate(self.where), read_only=True)
            weakref.finalize(self, self._engine.dispose)
            make_ready(self._engine, read_only=True)
        with reading(self._engine) as connection:
            return read_filing(connection, form, department, period.id)

    def __getstate__(self) -> dict[str, object]:
        return {"where": self.where, "_engine": None}
