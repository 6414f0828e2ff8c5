"""Departments' parts of a total: their shares and ranks."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from generator.model.totals import Locus, Part, Total, Totals
from udfs.shares import shares

SHARE_DIGITS = 2  # of a percent
Unranked = Sequence[tuple[str, Decimal, Decimal | None]]  # department, its value and as stated


class Ranked(NamedTuple):
    """The parts of a total in columns, as `Part` takes them."""

    departments: Sequence[str]
    values: Sequence[Decimal]
    stated: Sequence[Decimal | None]
    shares: Sequence[Decimal | None]
    ranks: Sequence[int]


def ranked(values: Unranked, *, adds: bool) -> Ranked:
    """Return departments' parts from their code, value and stated value; equals share a rank.

    >>> found = ranked([("1", Decimal(3), None), ("2", Decimal(1), None)], adds=True)
    >>> found.shares, found.ranks
    ([Decimal('0.7500'), Decimal('0.2500')], [1, 2])
    """
    departments, found, stated = zip(*values, strict=True) if values else ((), (), ())
    portions = shares(found, SHARE_DIGITS) if adds else [None] * len(found)
    falling = sorted(found, reverse=True)
    ranks = dict(zip(reversed(falling), range(len(falling), 0, -1), strict=True))
    return Ranked(departments, found, stated, portions, [ranks[each] for each in found])


__all__ = ["Locus", "Part", "Ranked", "Total", "Totals", "Unranked", "ranked"]
