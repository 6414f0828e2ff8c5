"""Figures of the year on their way to a page: 万元, 百分点, and where they come from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import TypeVar

from generator.model.finding import Place
from udfs.amounts import round_half_up

_T = TypeVar("_T")


def wan(yuan: Decimal | None) -> Decimal | None:
    """Return an amount of 元 in 万元.

    >>> wan(Decimal(2_000_000))
    Decimal('200.0000')
    """
    return None if yuan is None else yuan.scaleb(-4)


def total(amounts: Iterable[Decimal | None]) -> Decimal:
    """Return the sum of what is known."""
    return sum((each for each in amounts if each is not None), Decimal(0))


def points(share: Decimal) -> Decimal:
    """Return a difference of shares in 百分点, to two places.

    >>> points(Decimal("-0.0153"))
    Decimal('-1.53')
    """
    return round_half_up(share * 100, 2)


def percent_of(share: Decimal | None) -> str:
    """Return a share as text; a dash where there is none.

    >>> percent_of(Decimal("0.6667")), percent_of(None)
    ('66.67%', '—')
    """
    return "—" if share is None else f"{round_half_up(share * 100, 2)}%"


def source_of(place: Place) -> str:
    """Return how a place is shown: its worksheet, and the cell if it is one."""
    return f"{place.sheet}!{place.cell}" if place.cell else place.sheet or place.file


def group_by(items: Iterable[_T], key: Callable[[_T], str]) -> dict[str, list[_T]]:
    """Return items by a key, in the order in which keys first come up."""
    groups: dict[str, list[_T]] = {}
    for each in items:
        groups.setdefault(key(each), []).append(each)
    return groups
