"""Departments' parts of a total: their shares and ranks."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from generator.model.totals import Locus, Part, Total, Totals
from udfs.shares import shares

SHARE_DIGITS = 2  # of a percent


class Unranked(NamedTuple):
    """Departments' parts of a total in columns: their codes, their values, and as stated."""

    departments: Sequence[str] = ()
    values: Sequence[Decimal] = ()
    stated: Sequence[Decimal | None] = ()


class Ranked(NamedTuple):
    """The parts of a total in columns, as `Part` takes them."""

    departments: Sequence[str]
    values: Sequence[Decimal]
    stated: Sequence[Decimal | None]
    shares: Sequence[Decimal | None]
    ranks: Sequence[int]


def ranked(parts: Unranked, *, adds: bool) -> Ranked:
    """Return departments' parts with their shares, if they add up, and ranks; equals share one.

    >>> found = ranked(Unranked("12", [Decimal(3), Decimal(1)], [None, None]), adds=True)
    >>> found.shares, found.ranks
    ([Decimal('0.7500'), Decimal('0.2500')], [1, 2])
    """
    values = parts.values
    portions = shares(values, SHARE_DIGITS) if adds else [None] * len(values)
    falling = sorted(values, reverse=True)
    ranks = dict(zip(reversed(falling), range(len(falling), 0, -1), strict=True))
    return Ranked(*parts, portions, [ranks[each] for each in values])


__all__ = ["Locus", "Part", "Ranked", "Total", "Totals", "Unranked", "ranked"]
