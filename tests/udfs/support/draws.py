"""Random cells for a worksheet function: what its arguments may hold, blanks and slips too."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal

from udfs.registry import Argument, Function, Span

Draw = Callable[[random.Random], object]
ROWS = 4  # of a range


def _some(usual: Draw, *strange: object, blank: bool = True) -> Draw:
    """Draw the usual; now and then something strange, an empty cell or a text of nothing."""
    odd = [*strange, *([None, ""] if blank else [])]
    return lambda source: source.choice(odd) if odd and source.random() < 0.15 else usual(source)


def _amount(source: random.Random) -> float:
    sizes = (1e-6, 1, 1e3, 1e5, 1e8, 1e13)
    small = source.choice((-1, 1, 1, 1, 1)) * source.uniform(0, source.choice(sizes))
    return source.choice((small, round(small, 2), round(small, 2), float(round(small))))


def _rate(source: random.Random) -> float:
    return round(source.uniform(-1.2, 2) * source.choice((1, 1, 1, 1e-4)), source.choice((2, 4, 9)))


def _between(low: float, high: float, places: int | None = None) -> Draw:
    return lambda source: round(source.uniform(low, high), places)


amounts = _some(_amount, 0, 1, -1)
DRAWS: dict[str, Draw] = {
    "digits": _some(_between(0, 6)),
    "month": _some(_between(0, 13), -1, 14, 1.5),
    "start": _some(_between(1, 7), 0),
    "end": _some(_between(5, 12), 14),
    "progress": _some(_rate, 0, 1),
    "plan": _some(_rate, 0, 1),
    "growth": _some(_rate, 0, -1),
    "yellow": _some(_between(-0.1, 0, 2)),
    "red": _some(_between(-0.3, -0.1, 2)),
    "level": _some(_between(1, 3), 0, 4, 1.5),
    "position": _some(_between(0, 1, 2), 1.5, -1),
    "weight": _some(_between(0, 30, 1), 0, -1),
    "deduct": _some(_between(0, 2, 1), 0, -1),
    "step": _some(_between(0.1, 5, 1), 0, -1),
    "actual": _some(_between(-20, 120, 2), 0, 100),
    "limit": _some(_between(0, 100, 1), 0, 100),
    "score": _some(_between(-5, 105, 2), 60, 80, 90, 100, 0),
    "tol": _some(_between(0, 2, 2), 0, -1),
    "direction": lambda source: source.choice(("<=", ">=")),
    "partial": lambda source: source.random() < 0.5,
    "kind": lambda source: source.choice(("abs", "rate", "rate", "绝对值", "相对值")),
    "edges": lambda source: source.choice(([1, 0.8, 0.5, 0], [1, 0.9, 0.7, 0.1])),
}


def drawn(entry: Function, source: random.Random) -> dict[str, object]:
    """Return random arguments; some of those that may be left out are."""
    given = {
        argument.name: _drawn_argument(argument, source)
        for argument in entry.arguments
        if argument.name in entry.native_arguments
        and not (argument.optional and source.random() < 0.5)
    }
    return given | _sums(source) if entry.name == "JX_SUM_CHECK" else given


def _drawn_argument(argument: Argument, source: random.Random) -> object:
    draw = DRAWS.get(argument.name, amounts)
    if argument.span is Span.CELL or argument.name == "edges":
        return draw(source)
    return [None if source.random() < 0.05 else draw(source) for _ in range(ROWS)]


def _sums(source: random.Random) -> dict[str, object]:
    """Return parts that make their total, miss it by little or much, or are not there."""
    places = source.choice((0, 2, 6))
    most = 10 ** source.randint(1, 12 - places)
    parts = [round(source.uniform(-most / 9, most), places) for _ in range(ROWS)]
    missed = source.choice((0, 0, 0.01, -0.5, 1e-6, 100))
    total = sum(Decimal(repr(part)) for part in parts) + Decimal(repr(missed))
    amount = source.choice((None, round(_amount(source), 2), *[float(total)] * 4))
    return {"parts": source.choice((parts, parts, parts, [None, *parts], [None])), "total": amount}
