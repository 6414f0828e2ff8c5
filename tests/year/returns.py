"""Returns of the official forms, made in memory and recorded, for tests of the year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from generator.model.form import Form
from generator.model.period import Period
from generator.template import find, load
from tests.check.forms import Answers
from tests.ledger.merges import merge_of, returned

if TYPE_CHECKING:
    from generator.ledger import Ledger


@cache
def form(name: str) -> Form:
    """Return an official form."""
    return load(find(name))


def record(ledger: Ledger, name: str, period: str, by: Mapping[str, Sequence[Answers]]) -> None:
    """Record what departments returned: their code → one set of answers per project sheet."""
    described = form(name)
    when = Period.parse(period, described.period_kind)
    filings = [returned(described, code, {"project": sheets}, when) for code, sheets in by.items()]
    ledger.record(merge_of(described, filings, period=when))


def targets(code: str, *plan: object) -> Answers:
    """Return a sheet of 项目绩效目标表 with the cumulative percentages of its plan."""
    points = dict(zip(("plan_3", "plan_6", "plan_10", "plan_12"), plan, strict=True))
    return {"code": code, "name": f"项目{code}", "budget": 100, **points}


def monitored(
    code: str,
    budget: object,
    executed: object,
    forecast: object = None,
    indicators: Sequence[Answers] = (),
) -> Answers:
    """Return a sheet of 项目支出绩效目标执行监控表; amounts in 万元."""
    return {
        "code": code,
        "name": f"项目{code}",
        "budget_fiscal": budget,
        "executed_fiscal": executed,
        "forecast_fiscal": budget if forecast is None else forecast,
        "indicators": list(indicators),
    }


def aim(level3: str, target: str, done: str, forecast: str, chance: str = "surely") -> Answers:
    """Return an indicator of a monitoring form."""
    return {
        "level2": "数量指标",
        "level3": level3,
        "target": target,
        "done": done,
        "forecast": forecast,
        chance: "√",
    }


def evaluated(code: str, budget: object, executed: object, done: object = 100) -> Answers:
    """Return a sheet of 项目支出绩效自评表; its one indicator, of 90 points, is met by `done` %."""
    row = {
        "level2": "数量指标",
        "level3": "完成数",
        "target": "≥100%",
        "actual": f"{done}%",
        "weight": 90,
        "method": "正向",
        "goal": 100,
        "done": done,
    }
    return {
        "code": code,
        "name": f"项目{code}",
        "budget_fiscal": budget,
        "executed_fiscal": executed,
        "indicators": [row],
    }
