"""Many rows at once, on the fastest way that each database has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from json import JSONEncoder
from typing import TYPE_CHECKING

from sqlalchemy import JSON, Connection, Table

from generator.ledger.schema import Exact, Moment

if TYPE_CHECKING:
    from psycopg import Copy

_ENCODER = JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def encoded(value: object) -> str:
    """Return a list or a mapping as JSON, with texts readable; a text is JSON already.

    >>> encoded({"项目": "运维"}), encoded('{"项目":"运维"}'), encoded([])
    ('{"项目":"运维"}', '{"项目":"运维"}', '[]')
    """
    if isinstance(value, str):
        return value
    if not value:
        return "{}" if isinstance(value, dict) else "[]"
    return _ENCODER.encode(value)


def put(connection: Connection, table: Table, lines: Iterable[Mapping[str, object]]) -> None:
    """Insert rows that all have the same columns."""
    rows = list(lines)
    if not rows:
        return
    names = list(rows[0])
    values = _values(table, names, rows)
    quote = connection.dialect.identifier_preparer.quote
    columns = ", ".join(map(quote, names))
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(names))
        insert = f"INSERT INTO {quote(table.name)} ({columns}) VALUES ({marks})"
        connection.exec_driver_sql(insert, list(values))
        return
    copy = f"COPY {quote(table.name)} ({columns}) FROM STDIN"
    with closing(connection.connection.cursor()) as cursor, _copying(cursor, copy) as stream:
        for each in values:
            stream.write_row(each)


def _copying(cursor: object, statement: str) -> AbstractContextManager[Copy]:
    from psycopg import Cursor  # ledgers on SQLite get on without

    assert isinstance(cursor, Cursor)
    return cursor.copy(statement)


def _values(
    table: Table, names: Sequence[str], rows: Sequence[Mapping[str, object]]
) -> Iterator[tuple[object, ...]]:
    ways = [_way(table, name) for name in names]
    for row in rows:
        yield tuple(
            value if way is None or value is None else way(value)
            for way, value in zip(ways, row.values(), strict=True)
        )


def _way(table: Table, name: str) -> Callable[[object], object] | None:
    """Return how a column's values are stored, if not as they are."""
    kind = table.columns[name].type
    if isinstance(kind, Exact):
        return Exact.stored
    if isinstance(kind, Moment):
        return Moment.stored
    return encoded if isinstance(kind, JSON) else None
