"""Wordings of the same thing brought together: 可持续性影响, 可持续影响指标 and 可持续影响.

What differs only in idle signs is the same. One telling character apart is not: 数量 and 质量,
合格率 and 不合格率, 人数 and 次数. So nothing is merged for being near; what is near is shown.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

_SIGNS = re.compile(r"[\W_]+")
_NUMBERED = re.compile(
    r"^(?:指标\s*)?\(?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,2})[.、:)]+\s*(?=\D)"
)
_UNIT = re.compile(
    r"\((?:单位:)?(?:[%‰]|[万亿]?元|人次?|名|户|个|次|家|项|件|场|天|小时|亩|平方米|公里|份|台|套)\)$"
)
_SAME = (("程度", "度"), ("比率", "率"))
_IDLE = re.compile(r"(?<=.)性|的|之(?!外|前|后|间|内)")
_SUFFIX = re.compile(r"(?<=..)(?:指标值?|情况)$")
_COMMON = 400  # texts that share a pair of characters: what shares only such pairs is not compared


@lru_cache(maxsize=65_536)
def wording_key(text: str) -> str:
    """Return what is equal for wordings of the same thing.

    >>> len({wording_key(each) for each in ("可持续性影响", "可持续影响指标", "可 持续影响")})
    1
    >>> wording_key("1.群众的满意程度（%）"), wording_key("数量指标"), wording_key("质量指标")
    ('群众满意度', '数量', '质量')
    """
    folded = unicodedata.normalize("NFKC", text).casefold().strip()
    key = _SIGNS.sub("", _UNIT.sub("", _NUMBERED.sub("", folded))) or folded
    for word, same in _SAME:
        key = key.replace(word, same)
    shorter = _SUFFIX.sub("", _SUFFIX.sub("", key))
    return _IDLE.sub("", shorter) or shorter


def leading(counts: Mapping[str, int]) -> str:
    """Return the wording that is used most; of equals the shortest, then the first in order.

    >>> leading({"可持续影响指标": 3, "可持续影响": 3, "可持续性影响": 1})
    '可持续影响'
    """
    return min(counts, key=lambda each: (-counts[each], len(each), each))


def ranked(counts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """Return wordings with their counts, the leading one first."""
    order = sorted(counts, key=lambda each: (-counts[each], len(each), each))
    return tuple((each, counts[each]) for each in order)


def likeness(one: str, other: str) -> float:
    """Return which part of their pairs of characters two texts share, from 0 to 1.

    >>> likeness("产出数量达标率", "产出质量达标率"), likeness("数量", "质量")
    (0.6666666666666666, 0.0)
    """
    first, second = Counter(_pairs(one)), Counter(_pairs(other))
    shared, whole = (first & second).total(), first.total() + second.total()
    return 2 * shared / whole if whole else float(one == other)


def near(texts: Iterable[str], least: float = 0.6) -> Iterator[tuple[str, str, float]]:
    """Yield the pairs of texts that are alike, the most alike first; none is merged."""
    known = sorted(set(texts))
    having: dict[str, list[int]] = defaultdict(list)
    for number, each in enumerate(known):
        for pair in set(_pairs(each)):
            having[pair].append(number)
    shared: Counter[tuple[int, int]] = Counter()
    for numbers in having.values():
        if len(numbers) <= _COMMON:
            shared.update((a, b) for i, a in enumerate(numbers) for b in numbers[i + 1 :])
    found = ((known[a], known[b], likeness(known[a], known[b])) for a, b in shared)
    alike = [each for each in found if each[2] >= least]
    yield from sorted(alike, key=lambda each: (-each[2], each))


def _pairs(text: str) -> list[str]:
    return [text[start : start + 2] for start in range(len(text) - 1)]
