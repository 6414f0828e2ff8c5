"""Words in order, from mild to grave, as rule data lists them: 正常、关注、预警、严重."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from generator.model.expression import Literal
from generator.year.rules import InForce

_T = TypeVar("_T")


@dataclass(frozen=True)
class Scale:
    """The words, the mildest first."""

    label: str
    words: tuple[str, ...]

    @classmethod
    def read(cls, force: InForce, table: str) -> Scale:
        """Return the scale that a table of figures lists in `order`."""
        words = (each.strip() for each in force.text(table, "order").split("、"))
        return cls(force.rules.data[table].label, tuple(each for each in words if each))

    def __contains__(self, word: str) -> bool:
        return word in self.words

    @property
    def mildest(self) -> str:
        """The word of what needs nothing."""
        return self.words[0]

    def worst(self, words: Iterable[str]) -> str:
        """Return the gravest of some words."""
        return max(words, key=self.words.index)

    def gravest_first(self, items: Iterable[_T], said: Callable[[_T], str]) -> tuple[_T, ...]:
        """Return items in the order of their words; equals stay as they stand."""
        return tuple(sorted(items, key=lambda each: -self.words.index(said(each))))

    def at_least(self, word: str, least: str) -> bool:
        """Whether a word is as grave as another, or graver."""
        return self.words.index(word) >= self.words.index(least)

    def must_hold(self, force: InForce, lists: Iterable[str], name: str) -> None:
        """Refuse rules that conclude a word which is not on the scale.

        Raises:
            ValueError: with all such rules (message in Chinese).
        """
        wrong = [
            f"规则 {rule.id} 的 {name} 写的是“{said.value}”"
            for each in lists
            for rule in force.edition(each).rules
            if isinstance(said := rule.then[name], Literal) and said.value not in self.words
        ]
        if wrong:
            raise ValueError(
                f"{force.rules.file.name}：{'；'.join(wrong)}，"
                f"应是{self.label}里的一个：{'、'.join(self.words)}。"
            )
