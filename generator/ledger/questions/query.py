"""A question that can be asked of a ledger by name, and its answer with the SQL it came from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from difflib import get_close_matches

from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.dialects import sqlite

from generator.ledger.answers import storable
from generator.ledger.place import LedgerError

BEIJING = timezone(timedelta(hours=8))
STAGES = {
    "target": "目标",
    "progress": "进度",
    "monitoring": "监控",
    "self-evaluation": "自评",
    "review": "复核",
    "work": "工作登记",
}
_STAGE_IDS = {label: name for name, label in STAGES.items()}
_MILLIONTH = Decimal("0.000001")

Cell = Decimal | int | str | None
Line = tuple[Cell, ...]
Values = Mapping[str, object]


@dataclass(frozen=True)
class Parameter:
    """What a question may be narrowed by."""

    name: str
    label: str
    required: bool = False
    whole: bool = False  # a whole number, such as a year
    usual: str | int | None = None


@dataclass(frozen=True)
class Heading:
    """A column of an answer: `look` is text, money (元), number, percent (a fraction) or count."""

    label: str
    look: str = "text"
    stage: bool = False  # its values are stages, to be said in Chinese


@dataclass(frozen=True)
class Query:
    """A question: how its SQL is built, and what is still reckoned from the rows."""

    name: str
    title: str
    parameters: tuple[Parameter, ...]
    headings: tuple[Heading, ...]
    build: Callable[[str, Values], Select[tuple[object, ...]] | None] = field(repr=False)
    finish: Callable[[tuple[object, ...]], tuple[object, ...]] | None = field(
        default=None, repr=False
    )


@dataclass(frozen=True)
class Answer:
    """Rows under Chinese headings, and the SQL with its parameters that they came from."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: list[Line]
    sql: str
    parameters: Mapping[str, object]
    looks: tuple[str, ...] = ()


def answer(connection: Connection, query: Query, given: Values) -> Answer:
    """Return the answer to a question.

    Raises:
        LedgerError: a parameter is missing, unknown or not what it should be.
    """
    values = checked(query, given)
    statement = query.build(connection.dialect.name, values)
    columns = tuple(each.label for each in query.headings)
    looks = tuple(each.look for each in query.headings)
    if statement is None:
        return Answer(query.name, query.title, columns, [], "", {}, looks)
    compiled = statement.compile(
        dialect=_spoken(connection.dialect), compile_kwargs={"render_postcompile": True}
    )
    found = (tuple(each) for each in connection.execute(statement))
    finished = map(query.finish, found) if query.finish else found
    rows = [
        tuple(_cell(each, heading) for each, heading in zip(line, query.headings, strict=True))
        for line in finished
    ]
    asked = {name: _plain(value) for name, value in (compiled.params or {}).items()}
    return Answer(query.name, query.title, columns, rows, str(compiled), asked, looks)


def _spoken(dialect: Dialect) -> Dialect:
    """Return the dialect with parameters by name, as people can run it again."""
    return sqlite.dialect(paramstyle="named") if dialect.name == "sqlite" else dialect


def checked(query: Query, given: Values) -> dict[str, object]:
    """Return the value of every parameter; those that are not given are None or as usual."""
    names = {each.name: each for each in query.parameters}
    names |= {each.label: each for each in query.parameters}
    values: dict[str, object] = {each.name: each.usual for each in query.parameters}
    for name, value in given.items():
        if name not in names:
            known = "、".join(f"{each.name}（{each.label}）" for each in query.parameters)
            hint = nearest(name, names) or "。"
            raise LedgerError(
                f"查询“{query.title}”没有条件“{name}”{hint}可用的条件：{known or '无'}"
            )
        if value is not None:
            values[names[name].name] = _value(names[name], value)
    missing = [each for each in query.parameters if each.required and values[each.name] is None]
    if missing:
        wanted = "、".join(f"{each.name}（{each.label}）" for each in missing)
        raise LedgerError(f"查询“{query.title}”还要给出：{wanted}")
    return values


def find(queries: Mapping[str, Query], name: str) -> Query:
    """Return the query of that name or Chinese title."""
    titled = {each.title: each for each in queries.values()}
    query = queries.get(name) or titled.get(name)
    if query is None:
        raise LedgerError(
            f"没有名为“{name}”的查询{nearest(name, {**queries, **titled})}"
            "jixiao ledger query 后面只写台账，可列出全部查询"
        )
    return query


def nearest(name: str, known: Mapping[str, object]) -> str:
    """Return the question which word was meant, if one is near."""
    found = get_close_matches(name, known, 1, 0.5)
    return f"，是不是“{found[0]}”？" if found else "。"


def _value(parameter: Parameter, value: object) -> object:
    text = storable(str(value)).strip()
    if parameter.whole:
        if not (text.isascii() and text.isdecimal() and len(text) <= 9):
            raise LedgerError(f"{parameter.name}（{parameter.label}）应为整数，现为“{text}”")
        return int(text)
    return _STAGE_IDS.get(text, text) if parameter.name == "stage" else text


def _cell(value: object, heading: Heading) -> Cell:
    if value is None or isinstance(value, Decimal | int):
        return value
    if heading.stage:
        return STAGES.get(str(value), str(value))
    if heading.look == "number":
        return Decimal(str(value))
    return value if isinstance(value, str) else str(_plain(value))


def _plain(value: object) -> object:
    """Return a moment as it is read in Beijing, and all else as it is."""
    if isinstance(value, datetime):
        return f"{value.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"
    return value


def part(share: object, whole: object) -> Decimal | None:
    """Return a share as a fraction to a millionth; None where there is nothing to divide by.

    >>> part(Decimal(1), Decimal(3)), part(Decimal(1), Decimal(0))
    (Decimal('0.333333'), None)
    """
    if share is None or not whole:
        return None
    ratio = Decimal(str(share)) / Decimal(str(whole))
    return ratio.quantize(_MILLIONTH, ROUND_HALF_UP)


def narrowed(
    asked: Select[tuple[object, ...]], columns: Sequence[tuple[object, str]], values: Values
) -> Select[tuple[object, ...]]:
    """Return a select with a condition for each parameter that has a value."""
    for column, name in columns:
        if values[name] is not None:
            asked = asked.where(column == values[name])  # type: ignore[arg-type]
    return asked
