"""What the pages of 双监控.xlsx share: titles, colours, sums."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from generator.report.pages import Column, Tone
from generator.year.figures import total, wan
from generator.year.monitoring import UNDECIDED, Watch, Watched

NAME = Column("单位", width=28)


def title(watch: Watch, what: str) -> str:
    """Return the title of a page."""
    return f"{watch.period.year}年{watch.period.label}双监控{what}"


def tones(watch: Watch) -> dict[str, Tone]:
    """Return the colours of the levels."""
    words = watch.levels.words
    ends = {words[0]: Tone.GOOD, words[-1]: Tone.BAD, UNDECIDED: Tone.FAINT}
    return {**dict.fromkeys(words[1:-1], Tone.DOUBT), **ends}


def money_of(own: Sequence[Watched]) -> Decimal:
    """Return the budgets of some projects together, in 万元."""
    return total(wan(each.outcome.budget) for each in own)


def spent_by(own: Sequence[Watched]) -> Decimal:
    """Return what some projects have spent together, in 万元."""
    return total(wan(each.outcome.executed) for each in own)
