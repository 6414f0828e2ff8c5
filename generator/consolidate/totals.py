"""Departments' parts of a total: their shares and ranks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from generator.model.totals import Locus, Part, Total, Totals
from udfs.shares import shares

SHARE_DIGITS = 2  # of a percent


def parts_of(
    values: Sequence[tuple[str, Decimal, Decimal | None]], *, adds: bool
) -> Iterator[Part]:
    """Yield departments' parts from their code, value and stated value; equals share a rank.

    >>> [(part.share, part.rank) for part in parts_of([("1", Decimal(3), None)], adds=True)]
    [(Decimal('1.0000'), 1)]
    """
    found = [value for _, value, _ in values]
    portions = shares(found, SHARE_DIGITS) if adds else [None] * len(found)
    ranks = {
        value: rank for rank, value in reversed(list(enumerate(sorted(found, reverse=True), 1)))
    }
    for (code, value, stated), portion in zip(values, portions, strict=True):
        yield Part(code, value, stated, portion, ranks[value])


__all__ = ["Locus", "Part", "Total", "Totals", "parts_of"]
