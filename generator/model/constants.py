"""Figures that hold from a month on: weights, bands and thresholds, each with its source."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from generator.model.period import Period

Month = tuple[int, int]  # year and month


@dataclass(frozen=True)
class Edition:
    """The figures of a table from a month on, and the document that lays them down."""

    since: Month
    values: tuple[tuple[str, Decimal | str], ...]
    source: str

    @property
    def start(self) -> str:
        """The first month as people say it: `2020年2月`."""
        return f"{self.since[0]}年{self.since[1]}月"


@dataclass(frozen=True)
class Constants:
    """A table of figures in all its editions, the oldest first; each has the same figures."""

    name: str
    label: str
    editions: tuple[Edition, ...]

    def at(self, period: Period) -> Edition:
        """Return the edition in force when a period ends.

        Raises:
            ValueError: the oldest one came later (message in Chinese).
        """
        end = (period.year, period.month)
        for edition in reversed(self.editions):
            if edition.since <= end:
                return edition
        raise ValueError(
            f"表样里的“{self.label}”（data.{self.name}）从{self.editions[0].start}起才有规定，"
            f"{period.name}没有可用的数，请在表样的 data 里补上当时的规定"
        )
