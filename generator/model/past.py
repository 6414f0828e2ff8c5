"""What was returned before, for those who ask by department and period."""

from __future__ import annotations

from typing import Protocol

from generator.model.filing import Filing
from generator.model.period import Period


class Past(Protocol):
    """Earlier returns; it can be pickled, so that worker processes can ask too."""

    def filing(self, form: str, department: str, period: Period) -> Filing | None:
        """Return what a department last returned of a form for a period, or None."""
