"""Chance that falls the same way on every computer: drawn from a digest, never from a clock."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from itertools import pairwise
from typing import TypeVar

from udfs.amounts import round_half_up

_T = TypeVar("_T")
_DIGITS = 12  # of the digest, in hexadecimal
_SPAN = Decimal(16) ** _DIGITS

Curve = Sequence[tuple[str, str]]  # share of the cases below → value there, both ascending


def draw(*key: object) -> Decimal:
    """Return a number from 0 to below 1 that depends on the key alone.

    >>> draw("示例", 1) == draw("示例", 1) != draw("示例", 2)
    True
    """
    text: str = "\n".join(map(str, key))
    return int(sha256(text.encode()).hexdigest()[:_DIGITS], 16) / _SPAN


def happens(chance: str, *key: object) -> bool:
    """Return true as often as `chance` says, `0.05` being one case in twenty."""
    return draw(*key) < Decimal(chance)


def pick(choices: Sequence[_T], *key: object) -> _T:
    """Return one of several."""
    return choices[int(draw(*key) * len(choices))]


def between(low: Decimal | str, high: Decimal | str, digits: int, *key: object) -> Decimal:
    """Return a number in a range, to so many digits."""
    low, high = Decimal(low), Decimal(high)
    return round_half_up(low + (high - low) * draw(*key), digits)


def along(curve: Curve, digits: int, *key: object) -> Decimal:
    """Return a number that is distributed as a curve says.

    >>> along((("0", "1"), ("1", "1")), 0, "示例")
    Decimal('1')
    """
    drawn = draw(*key)
    points = _points(tuple(curve))
    for (below, low), (above, high) in pairwise(points):
        if drawn <= above:
            part = (drawn - below) / (above - below)
            return round_half_up(low + (high - low) * part, digits)
    return round_half_up(points[-1][1], digits)


@lru_cache(maxsize=64)
def _points(curve: tuple[tuple[str, str], ...]) -> list[tuple[Decimal, Decimal]]:
    return [(Decimal(share), Decimal(value)) for share, value in curve]
