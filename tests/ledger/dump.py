"""All rows of a ledger, to see that nothing has changed."""

from __future__ import annotations

from sqlalchemy import select

from generator.ledger import Ledger, schema
from generator.ledger.engine import reading

Dump = dict[str, list[tuple[object, ...]]]


def dump(ledger: Ledger) -> Dump:
    """Return every row of every table, the index of indicators included."""
    with reading(ledger.engine) as connection:
        rows = {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in schema.metadata.sorted_tables
        }
        tables = {
            "sqlite": "SELECT id, hex(block) FROM indicator_text_data",
            "postgresql": "SELECT id, words::text FROM indicator_text",
        }
        found = connection.exec_driver_sql(tables[connection.dialect.name])
        rows["indicator_text"] = sorted(map(tuple, found), key=repr)
    return rows


def rows_of(ledger: Ledger, table: str, *columns: str) -> list[tuple[object, ...]]:
    """Return some columns of a table, by its primary key."""
    described = schema.metadata.tables[table]
    asked = select(*(described.c[each] for each in columns)).order_by(*described.primary_key)
    with reading(ledger.engine) as connection:
        return [tuple(each) for each in connection.execute(asked)]
