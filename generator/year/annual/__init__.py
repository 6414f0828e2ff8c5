"""The annual report: every number a figure that says from which question to the ledger it comes.

The text speaks of figures alone; a figure without data is a dash and is never made up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from generator.ledger import Ledger
from generator.ledger.questions.query import Answer
from generator.model.period import Period
from generator.year.annual.figures import (
    ALSO,
    BUDGET,
    DIGITS,
    QUESTIONS,
    THRESHOLDS,
    Definition,
    Question,
)
from generator.year.routing import SUBJECT
from generator.year.rules import load_rules
from udfs.amounts import round_half_up

MISSING = "—"
_FEW = 5  # figures without data that are named


@dataclass(frozen=True)
class Asked:
    """A question to the ledger about one year, and its answer."""

    answer: Answer
    year: int

    @property
    def title(self) -> str:
        """What its page is called: 自评覆盖和抽查（2018）."""
        return f"{self.answer.title}（{self.year}）"


@dataclass(frozen=True)
class Figure:
    """A number of the report, and how it was come by."""

    id: str
    section: str
    title: str
    value: Decimal | None
    unit: str  # what the value counts in: 个, %, 亿元
    digits: int  # decimals that are printed
    how: str  # how it is reckoned from the rows, in Chinese
    asked: Asked | None = None  # None: it is laid down by a rule, which `how` quotes

    @property
    def text(self) -> str:
        """The number as the text prints it: with its sign of percent or unit of money.

        >>> Figure("rate", "", "抽评率", Decimal("11.48"), "%", 1, "").text
        '11.5%'
        >>> Figure("money", "", "资金", None, "亿元", 2, "").text
        '—'
        """
        if self.value is None:
            return MISSING
        number = f"{round_half_up(self.value, self.digits):f}"
        return number + self.unit if self.unit in _PRINTED else number


@dataclass(frozen=True)
class Annual:
    """The figures of a year; evaluations are of the year before, as they are made."""

    year: int
    bureau: str
    figures: tuple[Figure, ...]
    asked: tuple[Asked, ...]  # each question once, in the order of its first figure

    def figure(self, name: str) -> Figure:
        """Return the figure of that id."""
        return self._by_id[name]

    @property
    def told(self) -> str:
        """What came of it in a sentence."""
        missing = self.missing
        listed = "、".join(each.title for each in missing[:_FEW])
        more = " 等" if len(missing) > _FEW else ""
        lacking = f"，{len(missing)} 个没有数据，印作“{MISSING}”：{listed}{more}" if missing else ""
        return f"{self.year}年的年度报告：{len(self.figures)} 个数{lacking}。"

    @property
    def monitored(self) -> str:
        """The months of the last monitoring, such as 1-8月; a dash if there is none."""
        asked = next(each for each in self.asked if each.answer.name == "stages")
        periods = [str(row[1]) for row in asked.answer.rows if row[0] == "监控"]
        return Period.parse(periods[-1]).label if periods else MISSING

    @property
    def missing(self) -> tuple[Figure, ...]:
        """The figures that there is no data for."""
        return tuple(each for each in self.figures if each.value is None)

    @cached_property
    def _by_id(self) -> Mapping[str, Figure]:
        return {each.id: each for each in self.figures}


_YI = 10_000  # in 万元
_PRINTED = {"%", "亿元", "万元", "个百分点"}


def annual(ledger: Ledger, year: int) -> Annual:
    """Return the figures of a year."""
    asked: dict[tuple[str, int], Asked] = {}

    def ask(query: str, back: int = 0) -> Asked:
        if (query, back) not in asked:
            of = year - back
            asked[query, back] = Asked(ledger.ask(query, year=of), of)
        return asked[query, back]

    register = ask("work").answer.rows
    figures = [
        _figure(question, told, ask(question.query, question.back), filed=bool(register))
        for question in QUESTIONS
        for told in question.figures
    ]
    for query, back in ALSO:
        ask(query, back)
    bureau = str(register[0][1]) if register else ""
    figures += _laid_down(year + 1)
    order = list(dict.fromkeys(each.section for each in figures))
    figures.sort(key=lambda each: order.index(each.section))
    return Annual(year, bureau, tuple(figures), tuple(asked.values()))


def _figure(question: Question, told: Definition, asked: Asked, *, filed: bool) -> Figure:
    known = filed if question.register else bool(told.needs(asked.answer))
    value = told.reckon(asked.answer) if known else None
    return Figure(
        told.id,
        question.section,
        told.title,
        value,
        told.unit,
        DIGITS.get(told.unit, 0),
        told.how,
        asked,
    )


def _laid_down(year: int) -> Iterator[Figure]:
    """Yield the figures that rules lay down: they have a source instead of a question."""
    rules = load_rules(SUBJECT)
    table = rules.data["thresholds"]
    try:
        force = rules.at(Period(year, 12, "year"))
    except ValueError as error:  # rules that came later than the report
        for name, title in THRESHOLDS.values():
            yield Figure(name, BUDGET, title, None, "亿元", 0, str(error))
        return
    how = f"规定：{table.label}（{rules.file.name}，依据：{force.source(table.name)}）"
    for key, (name, title) in THRESHOLDS.items():
        value = force.number(table.name, key)
        large = value >= _YI
        shown = (value / _YI if large else value).normalize()
        digits = max(0, -int(shown.as_tuple().exponent))
        yield Figure(name, BUDGET, title, shown, "亿元" if large else "万元", digits, how)
