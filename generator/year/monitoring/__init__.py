"""双监控: how far each project has come, in money and in goals, and what rules say to that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from generator.model.expression import Type, Value
from generator.model.period import Period
from generator.model.project import Outcome, Project
from generator.year.monitoring.goals import Goal, GoalTally, tally
from generator.year.monitoring.spending import Plan, Spending
from generator.year.rules import Applied, InForce, Rules, Subject
from generator.year.scale import Scale
from udfs.amounts import round_half_up

UNDECIDED = "未判定"
LISTS = ("execution", "large", "goals", "repeated")
_NUMBERS = (
    *("budget", "executed", "forecast", "rate", "time", "behind"),
    *("plan", "behind_plan", "forecast_rate"),
    *("goals", "surely", "possibly", "never", "never_share", "doubtful", "warned"),
)
_PLAN = "资金支出计划"
_LABELS = {  # what is missing when a rule cannot be told
    "budget": "年初预算数",
    "executed": "执行数",
    "forecast": "全年预计执行数",
    "plan": _PLAN,
    "never_share": "绩效指标",
}
SUBJECT = Subject(
    file="monitoring",
    names={**dict.fromkeys(_NUMBERS, Type.NUMBER), "category": Type.TEXT},
    data={
        "time": {"digits": Type.NUMBER},
        "plan": {"how": Type.TEXT},
        "levels": {"order": Type.TEXT, "warning": Type.TEXT},
        "steps": {"order": Type.TEXT},
    },
    lists={name: {"level": Type.TEXT, "step": Type.TEXT} for name in LISTS},
)

Key = tuple[str, str]  # department and project code


@dataclass(frozen=True)
class Returned:
    """What is known of one project at the end of a period."""

    outcome: Outcome
    plan: Plan | None = None
    goals: tuple[Goal, ...] = ()
    warned: int = 0  # how often before in the year it was warned of
    category: str = ""
    arrived: bool = True  # False: it is on the bureau's list, and nothing was returned

    @property
    def key(self) -> Key:
        """What tells a project from others."""
        return (self.outcome.department, self.outcome.code)


@dataclass(frozen=True)
class Watched:
    """One project with what the rules say."""

    returned: Returned
    spending: Spending
    goals: GoalTally
    alerts: tuple[Applied, ...]  # the gravest first
    level: str
    step: str  # empty: nothing to do
    missing: tuple[str, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """What was returned."""
        return self.returned.outcome

    @property
    def reasons(self) -> str:
        """Every rule that fired, with its figures, a line each."""
        return "\n".join(
            f"【{each.results['level']}】{each.rule.name}：{each.text}。" for each in self.alerts
        )


@dataclass(frozen=True)
class Watch:
    """All projects of a period."""

    period: Period
    time: Decimal  # 序时进度
    rules: InForce
    levels: Scale
    steps: Scale
    projects: tuple[Watched, ...]
    listed: bool = True  # whether the bureau's list says of which projects nothing was returned

    @property
    def words(self) -> tuple[str, ...]:
        """The levels, the gravest first, and what could not be told."""
        return (*reversed(self.levels.words), UNDECIDED)

    @property
    def warned(self) -> frozenset[Key]:
        """The projects at the level of a warning or above."""
        least = self.rules.text("levels", "warning")
        return frozenset(
            each.returned.key
            for each in self.projects
            if each.level in self.levels and self.levels.at_least(each.level, least)
        )

    @property
    def planned(self) -> int:
        """How many projects have a plan to be held against."""
        return sum(each.spending.plan is not None for each in self.projects)


def watch(rules: Rules, period: Period, projects: Sequence[Returned]) -> Watch:
    """Hold every project against the rules in force.

    Raises:
        ValueError: a rule names a level or a step that there is none of (message in Chinese).
    """
    force = rules.at(period)
    levels, steps = (Scale.read(force, name) for name in ("levels", "steps"))
    for name, scale in (("level", levels), ("step", steps)):
        scale.must_hold(force, LISTS, name)
    time = time_progress(force)
    plans = any(each.plan for each in projects)
    watching = _Watching(force, time, levels, steps, _PLAN if plans else "")
    watched = tuple(watching.watched(each) for each in projects)
    return Watch(period, time, force, levels, steps, watched)


def time_progress(force: InForce) -> Decimal:
    """Return 序时进度, rounded as the bureau rounds it: offices differ, 58 % or 58.33 % in July."""
    return round_half_up(Decimal(force.period.month) / 12, int(force.number("time", "digits")))


def unreported(project: Project, period: Period) -> Returned:
    """Return what is known of a project of which nothing was returned."""
    outcome = Outcome(
        *(project.department, project.department_name, project.code, project.name),
        *("monitoring", period.id),
        budget=project.amount,
    )
    return Returned(outcome, category=project.category, arrived=False)


@dataclass(frozen=True)
class _Watching:
    """What every project is held against."""

    force: InForce
    time: Decimal
    levels: Scale
    steps: Scale
    no_plan: str  # what to call a missing plan; empty where no project has one

    def watched(self, returned: Returned) -> Watched:
        planned, fault = None, self.no_plan
        if returned.plan is not None:
            planned, fault = returned.plan.at(self._month, self.force.text("plan", "how"))
        spending = Spending.of(returned.outcome, self.time, planned)
        counted = tally(returned.goals)
        facts = _facts(returned, spending, counted)
        fired = (each for name in LISTS for each in self.force.all(name, facts))
        alerts = self.levels.gravest_first(fired, lambda each: str(each.results["level"]))
        missing = _missing(returned, self.force, facts, fault)
        return Watched(
            *(returned, spending, counted, alerts),
            level=self._level(alerts, spending),
            step=self._step(alerts),
            missing=tuple(dict.fromkeys(each for each in missing if each)),
        )

    @property
    def _month(self) -> int:
        return self.force.period.month

    def _level(self, alerts: Sequence[Applied], spending: Spending) -> str:
        if alerts:
            return self.levels.worst(str(each.results["level"]) for each in alerts)
        return UNDECIDED if spending.rate is None else self.levels.mildest

    def _step(self, alerts: Sequence[Applied]) -> str:
        return self.steps.worst(str(each.results["step"]) for each in alerts) if alerts else ""


def _facts(returned: Returned, spending: Spending, counted: GoalTally) -> Mapping[str, Value]:
    wan = {
        name: value.scaleb(-4) if value is not None else None
        for name, value in (
            ("budget", spending.budget),
            ("executed", spending.executed),
            ("forecast", spending.forecast),
        )
    }
    return {
        **wan,
        "rate": spending.rate,
        "time": spending.time,
        "behind": spending.behind,
        "plan": spending.plan,
        "behind_plan": spending.behind_plan,
        "forecast_rate": spending.forecast_rate,
        "never_share": counted.never_share,
        **{
            name: Decimal(getattr(counted, name))
            for name in ("goals", "surely", "possibly", "never", "doubtful")
        },
        "warned": Decimal(returned.warned),
        "category": returned.category or "未分类",
    }


def _missing(
    returned: Returned, force: InForce, facts: Mapping[str, Value], plan: str
) -> Iterator[str]:
    """Yield what would have to be known for every rule to be told."""
    if not returned.arrived:
        yield "没有报来监控表"
        return
    blanks = [
        name
        for each in LISTS
        for _, names in force.unsettled(each, facts)
        for name in sorted(names)
    ]
    for name in blanks:
        for label in _causes(name, facts):
            yield plan if label == "资金支出计划" else label


def _causes(name: str, facts: Mapping[str, Value]) -> Iterator[str]:
    """Yield what a figure lacks: a rate lacks what it is reckoned from."""
    parts = {
        "rate": ("budget", "executed"),
        "behind": ("budget", "executed"),
        "behind_plan": ("budget", "executed", "plan"),
        "forecast_rate": ("budget", "forecast"),
    }.get(name, (name,))
    for part in parts:
        value = facts[part]
        if value is None or (part == "budget" and value == 0):
            yield _LABELS.get(part, part)
