"""Full text in Chinese: texts are cut into pairs of characters, which both databases can index."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from sqlalchemy import Connection, Select, cast, column, select, table, text
from sqlalchemy.dialects.postgresql import TSQUERY

_HAN = "\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS = re.compile(f"(?P<han>[{_HAN}]+)|(?P<word>[^\\W_{_HAN}]+)")
_SEARCHED = ("level1", "level2", "level3", "target", "basis")
_CREATE = {
    "sqlite": (
        # the ascii tokenizer takes every pair for one word; what is said is in `indicator` already
        "CREATE VIRTUAL TABLE IF NOT EXISTS indicator_text USING fts5("
        "grams, content='', columnsize=0, detail=none, tokenize='ascii')",
    ),
    "postgresql": (
        "CREATE TABLE IF NOT EXISTS indicator_text (id BIGINT PRIMARY KEY, words TSVECTOR)",
        "CREATE INDEX IF NOT EXISTS indicator_words ON indicator_text USING gin (words)",
    ),
}
_INSERT = {
    "sqlite": "INSERT INTO indicator_text (rowid, grams) VALUES (:id, :grams)",
    "postgresql": "INSERT INTO indicator_text (id, words) "
    "VALUES (:id, array_to_tsvector(string_to_array(:grams, ' ')))",
}


def create(connection: Connection) -> None:
    """Make the index."""
    for statement in _CREATE[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def add(connection: Connection, indicators: Sequence[Mapping[str, object]]) -> None:
    """Put rows of the table `indicator` into the index."""
    lines = [{"id": each["id"], "grams": " ".join(sorted(_grams_of(each)))} for each in indicators]
    if lines:
        connection.execute(text(_INSERT[connection.dialect.name]), lines)


def matching(dialect: str, words: str) -> Select[tuple[int]] | None:
    """Return a select of the numbers of indicators in which all words occur; None without words."""
    terms = list(_terms(words))
    if not terms:
        return None
    if dialect == "sqlite":
        found = table("indicator_text", column("rowid"), column("indicator_text"))
        asked = " AND ".join(f'"{term}"{"*" if starts else ""}' for term, starts in terms)
        return select(found.c.rowid).where(found.c.indicator_text.op("MATCH")(asked))
    found = table("indicator_text", column("id"), column("words"))
    asked = " & ".join(f"'{term}'{':*' if starts else ''}" for term, starts in terms)
    return select(found.c.id).where(found.c.words.op("@@")(cast(asked, TSQUERY)))


@lru_cache(maxsize=8192)  # the same words come up in every return
def grams(said: str) -> frozenset[str]:
    """Return what a text is found by.

    >>> sorted(grams("财政资金（GDP）"))
    ['gdp', '政资', '财政', '资金', '金']
    """
    found = set[str]()
    for run in _RUNS.finditer(_folded(said)):
        if run["han"]:
            found |= {*_pairs(run["han"]), run["han"][-1]}
        else:
            found.add(run["word"])
    return frozenset(found)


def _terms(words: str) -> Iterator[tuple[str, bool]]:
    """Yield what to look for, and whether it is only a beginning."""
    for run in _RUNS.finditer(_folded(words)):
        if run["word"] or len(run[0]) == 1:
            yield run[0], True
        else:
            yield from ((pair, False) for pair in _pairs(run["han"]))


def _pairs(run: str) -> list[str]:
    return [run[start : start + 2] for start in range(len(run) - 1)]


def _folded(said: str) -> str:
    return unicodedata.normalize("NFKC", said).casefold()


def _grams_of(indicator: Mapping[str, object]) -> set[str]:
    return set().union(*(grams(str(indicator[name])) for name in _SEARCHED))
