"""How the goals of a project stand during the year: what is reached, what is still possible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from generator.model.finding import Place
from udfs.amounts import Unreadable, parse_quantity
from udfs.scores import attainment, footing
from udfs.targets import parse_target

CHANCES = ("确定能", "有可能", "完全不可能")
SURELY, POSSIBLY, NEVER = CHANCES


@dataclass(frozen=True)
class Goal:
    """One indicator of a project as its monitoring form has it."""

    level2: str
    level3: str
    target: str
    done: str = ""
    forecast: str = ""
    chance: str = ""  # one of CHANCES; empty: not answered, or more than one
    causes: tuple[str, ...] = ()
    reason: str = ""
    source: Place = field(default_factory=Place)

    @property
    def reached(self) -> bool | None:
        """Whether the target is met already; None where no figures can tell."""
        return meets(self.target, self.done)

    @property
    def expected(self) -> bool | None:
        """Whether the forecast meets the target; None where no figures can tell."""
        return meets(self.target, self.forecast)

    @property
    def doubtful(self) -> bool:
        """Whether it is said to be certain although its own forecast falls short."""
        return self.chance == SURELY and self.expected is False


@dataclass(frozen=True)
class GoalTally:
    """How many goals of a project stand how; they are counted, never averaged."""

    goals: int
    reached: int
    short: int  # the forecast does not meet the target
    surely: int
    possibly: int
    never: int
    doubtful: int

    @property
    def unanswered(self) -> int:
        """How many do not say whether they will be met."""
        return self.goals - self.surely - self.possibly - self.never

    @property
    def never_share(self) -> Decimal | None:
        """The share that will certainly be missed."""
        return Decimal(self.never) / self.goals if self.goals else None


def tally(goals: Sequence[Goal]) -> GoalTally:
    """Count goals by how they stand."""
    return GoalTally(
        goals=len(goals),
        reached=sum(each.reached is True for each in goals),
        short=sum(each.expected is False for each in goals),
        surely=sum(each.chance == SURELY for each in goals),
        possibly=sum(each.chance == POSSIBLY for each in goals),
        never=sum(each.chance == NEVER for each in goals),
        doubtful=sum(each.doubtful for each in goals),
    )


def meets(target: str, value: str) -> bool | None:
    """Return whether a value meets a target as indicators word it; None where none can tell.

    >>> meets("≥95%", "96%"), meets("≤48小时", "60小时"), meets("有效提高", "已提高")
    (True, False, None)
    """
    try:
        wanted, quantity = parse_target(target), parse_quantity(value)
        if wanted.kind != "num" or quantity is None:
            return None
        return attainment(wanted.op, *footing(wanted, quantity)) >= 1
    except Unreadable:
        return None
