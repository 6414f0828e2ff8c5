"""A project over a year: what is known of it beforehand, and what its returns said."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from generator.model.finding import Place


@dataclass(frozen=True)
class Project:
    """A project as the bureau's list has it, before anything is returned. Amounts are in 元."""

    department: str  # its code
    department_name: str
    code: str
    name: str
    fund: str = ""  # 专项资金 or 部门预算
    rank: str = ""  # 重点 or 一般
    investment: bool = False  # 政府投资项目
    new: bool = False  # newly proposed for the year
    amount: Decimal | None = None
    type: str = ""  # such as 信息化项目运维; what the indicator library is sorted by
    assessed: str = ""  # 事前绩效评估: 通过, 未通过 or 不需要
    targets_reviewed: str = ""  # 绩效目标审核: 通过 or 未通过
    category: str = ""  # A, B or C, once decided
    reason: str = ""  # why, in Chinese
    forms: tuple[str, ...] = ()  # the ids of the forms that it gets, once decided


@dataclass(frozen=True)
class Outcome:
    """What one return said of one project, at one stage of the year. Amounts are in 元.

    `rate` is not kept: it is `executed / budget`. `source` is the sheet that says so.
    """

    department: str
    department_name: str
    code: str
    name: str
    stage: str
    period: str  # as in `Period.id`
    budget: Decimal | None = None
    executed: Decimal | None = None
    forecast: Decimal | None = None  # of the whole year's spending, in monitoring
    score: Decimal | None = None  # out of 100
    grade: str = ""
    filing: int = 0  # its number in the ledger
    source: Place = field(default_factory=Place)


@dataclass(frozen=True)
class Indicator:
    """One indicator of one project (or department, with an empty code) as it was returned."""

    department: str
    code: str
    stage: str
    period: str
    level1: str
    level2: str
    level3: str
    target: str = ""
    basis: str = ""  # 指标值确定依据
    actual: str = ""
    weight: Decimal | None = None  # 分值
    score: Decimal | None = None
    type: str = ""  # the project's type
    filing: int = 0
    source: Place = field(default_factory=Place)
