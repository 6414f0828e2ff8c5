"""How far the money of a project has come, beside the calendar and beside its own plan."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from generator.model.finding import Place
from generator.model.project import Outcome
from udfs.progress import OK, plan_at, plan_check

NODES = (3, 6, 10, 12)  # the months at whose end 资金支出计划 says something
_HARMLESS = (OK, "缺末期", "末期≠100%")  # faults of the end, which say nothing of the months before


@dataclass(frozen=True)
class Plan:
    """资金支出计划: cumulative shares at the ends of four months; a blank carries on."""

    points: tuple[Decimal | None, ...]
    source: Place = field(default_factory=Place)

    def at(self, month: int, how: str = "step") -> tuple[Decimal | None, str]:
        """Return the planned share at a month, or None and what is wrong with the plan.

        >>> Plan((Decimal("0.25"), None, None, Decimal(1))).at(8)
        (Decimal('0.25'), '')
        """
        verdict = plan_check(self.points)
        if verdict not in _HARMLESS:
            return None, "资金支出计划" if verdict == "未填" else f"资金支出计划有误（{verdict}）"
        planned = plan_at(month, self.points, NODES, how)
        return (planned, "") if isinstance(planned, Decimal) else (None, "资金支出计划")


@dataclass(frozen=True)
class Spending:
    """The money of one project, or of several together; None is what nobody knows."""

    budget: Decimal | None
    executed: Decimal | None
    forecast: Decimal | None
    time: Decimal
    plan: Decimal | None = None

    @classmethod
    def of(cls, outcome: Outcome, time: Decimal, plan: Decimal | None) -> Spending:
        """Return the money of one project."""
        return cls(outcome.budget, outcome.executed, outcome.forecast, time, plan)

    @property
    def rate(self) -> Decimal | None:
        """支出进度."""
        return share(self.executed, self.budget)

    @property
    def forecast_rate(self) -> Decimal | None:
        """What the whole year will spend of the budget."""
        return share(self.forecast, self.budget)

    @property
    def behind(self) -> Decimal | None:
        """How far it is behind the calendar, as a fraction: 0.05 are 5 百分点."""
        return None if self.rate is None else self.time - self.rate

    @property
    def behind_plan(self) -> Decimal | None:
        """How far it is behind its own plan."""
        return None if self.rate is None or self.plan is None else self.plan - self.rate


def share(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    """Return a part of a positive whole."""
    return None if part is None or whole is None or whole <= 0 else part / whole


def together(spendings: Iterable[Spending]) -> tuple[Decimal | None, int]:
    """Return the execution of several projects, weighted by their budgets, and how many it covers.

    Rates are not averaged: what is spent is added up, and so is what may be spent. A project that
    lacks one of them is left out of both.
    """
    known = [(each.executed, each.budget) for each in spendings if each.rate is not None]
    executed = sum((spent for spent, _ in known if spent is not None), Decimal(0))
    budget = sum((whole for _, whole in known if whole is not None), Decimal(0))
    return share(executed, budget), len(known)
