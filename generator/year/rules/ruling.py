"""Rules that are data: what is in force in a period, which rule applies, and how it is quoted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from generator.check.wording import written as as_written
from generator.model.constants import Constants, Month
from generator.model.evaluate import evaluate
from generator.model.expression import (
    UNDEFINED,
    CellRef,
    ColumnRef,
    FieldRef,
    Given,
    Logic,
    Node,
    PastRef,
    RowRef,
    Type,
    Value,
    references,
)
from generator.model.period import Period
from generator.model.reckoning import given_value

Facts = Mapping[str, Value]  # what conditions speak of, amounts in 万元
Message = tuple[str | Node, ...]


@dataclass(frozen=True)
class Subject:
    """What a file of rules must hold, and what its conditions can speak of."""

    file: str  # without .yaml
    names: Mapping[str, Type]
    data: Mapping[str, Mapping[str, Type]] = field(default_factory=dict)  # table → figures
    lists: Mapping[str, Mapping[str, Type]] = field(default_factory=dict)  # list → what follows


@dataclass(frozen=True)
class Rule:
    """One rule of a list; `text` is how it is quoted."""

    id: str
    name: str
    text: Message
    when: Node | None
    then: Mapping[str, Node]
    source: str
    condition: str = ""  # as its author wrote it
    outcome: str = ""


@dataclass(frozen=True)
class Edition:
    """The rules of a list that hold from a month on, in their order."""

    since: Month
    source: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class RuleList:
    """The rules that answer one question, in all editions, the oldest first."""

    name: str
    label: str
    editions: tuple[Edition, ...]


@dataclass(frozen=True)
class Applied:
    """A rule that applies to something: what follows, and the rule in words."""

    rule: Rule
    results: Facts
    text: str

    @property
    def quoted(self) -> str:
        """The rule in words with the document that lays it down."""
        return f"{self.text}（依据：{self.rule.source}）"


@dataclass(frozen=True)
class Rules:
    """A file of rules in all editions."""

    name: str
    file: Path
    data: Mapping[str, Constants]
    lists: Mapping[str, RuleList]

    def at(self, period: Period) -> InForce:
        """Return what is in force when a period ends.

        Raises:
            ValueError: something in the file came later than that (message in Chinese).
        """
        late = [
            f"“{label}”从 {since[0]} 年 {since[1]} 月起才有规定"
            for label, since in self._starts()
            if since > (period.year, period.month)
        ]
        if late:
            raise ValueError(
                f"{self.file.name}（{self.name}）里{'，'.join(late)}，{period.name}没有可用的规定，"
                "请在文件里补上当时的规定。"
            )
        return InForce(self, period)

    def _starts(self) -> Iterator[tuple[str, Month]]:
        """Yield each label with the month from which on there is something."""
        yield from ((each.label, each.editions[0].since) for each in self.data.values())
        yield from ((each.label, each.editions[0].since) for each in self.lists.values())


@dataclass(frozen=True)
class InForce:
    """The rules of a file as they are at the end of a period."""

    rules: Rules
    period: Period

    def edition(self, name: str) -> Edition:
        """Return the rules of a list."""
        end = (self.period.year, self.period.month)
        editions = self.rules.lists[name].editions
        return next(each for each in reversed(editions) if each.since <= end)

    def number(self, table: str, name: str) -> Decimal:
        """Return a figure."""
        value = self._figures[table][name]
        assert isinstance(value, Decimal)  # see `Subject.data`
        return value

    def text(self, table: str, name: str) -> str:
        """Return a figure that is a text."""
        return str(self._figures[table][name])

    def source(self, table: str) -> str:
        """Return the document that lays a table of figures down."""
        return self.rules.data[table].at(self.period).source

    @cached_property
    def _figures(self) -> Mapping[str, Mapping[str, Decimal | str]]:
        return {name: dict(each.at(self.period).values) for name, each in self.rules.data.items()}

    def first(self, name: str, facts: Facts) -> Applied | None:
        """Return the first rule of a list that applies, or None."""
        return next(self.all(name, facts), None)

    def all(self, name: str, facts: Facts) -> Iterator[Applied]:
        """Yield every rule of a list that applies, in order.

        One whose condition cannot be told, because something is blank, does not apply.
        """
        scope = _Scope(facts, self.period)
        for rule in self.edition(name).rules:
            if rule.when is None or evaluate(rule.when, scope) is True:
                results = {key: evaluate(each, scope) for key, each in rule.then.items()}
                yield Applied(rule, results, _told(rule.text, scope))

    def unsettled(self, name: str, facts: Facts) -> Iterator[tuple[Rule, frozenset[str]]]:
        """Yield the rules of a list that cannot be told, and the blanks that are to blame."""
        scope = _Scope(facts, self.period)
        for rule in self.edition(name).rules:
            blanks = frozenset(_blanks(rule.when, scope)) if rule.when is not None else None
            if blanks:
                yield rule, blanks

    def pattern(self, rule: Rule) -> str:
        """Return the words of a rule for nothing in particular, with dots for what it asks."""
        return _told(rule.text, _Dots({}, self.period)).replace(as_written(None), "…")


@dataclass(frozen=True)
class _Scope:
    """Where conditions find what they speak of."""

    facts: Facts
    period: Period

    def value(self, ref: FieldRef | RowRef | CellRef | PastRef | Given) -> Value:
        if isinstance(ref, FieldRef):
            return self.facts[ref.name]
        assert isinstance(ref, Given)  # a rule file has no tables of cells and no past
        return given_value(ref, self.period)

    def values(self, ref: ColumnRef | PastRef) -> Sequence[Value]:
        raise AssertionError(ref)


class _Dots(_Scope):
    """Where everything is blank but the period and the figures."""

    def value(self, ref: FieldRef | RowRef | CellRef | PastRef | Given) -> Value:
        return None if isinstance(ref, FieldRef) else super().value(ref)


def _blanks(node: Node, scope: _Scope) -> Iterator[str]:
    """Yield the blanks that leave a condition open; one that fails anyway is not open."""
    if evaluate(node, scope) is not None:
        return
    if isinstance(node, Logic) and node.operator == "and":
        found = [evaluate(each, scope) for each in node.operands]
        parts = [list(_blanks(each, scope)) for each in node.operands]
        fails = any(
            truth is False or (truth is None and not part)
            for truth, part in zip(found, parts, strict=True)
        )
        if not fails:
            yield from (name for part in parts for name in part)
        return
    for ref in references(node):
        if isinstance(ref, FieldRef) and scope.value(ref) in (None, "", UNDEFINED):
            yield ref.name


def _told(message: Message, scope: _Scope) -> str:
    return "".join(
        part if isinstance(part, str) else as_written(evaluate(part, scope)) for part in message
    )
