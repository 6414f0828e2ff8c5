"""How a ledger is reached: connections that wait for each other, and tables that are there."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from sqlite3 import Connection as Sqlite
from sqlite3 import OperationalError

from sqlalchemy import URL, Connection, Engine, create_engine, event, insert, inspect, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from generator.ledger import schema, search
from generator.ledger.place import LedgerError, called

_WAIT = 30  # seconds that a writer waits for another one
_PAUSE = 0.02
_KEY = 0x4A495841  # of the lock among writers of one PostgreSQL database
_WRITES = "jixiao_writes"
_ONE_STATE = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def engine_of(url: URL, *, read_only: bool) -> Engine:
    """Return the engine of a ledger; nothing is connected yet."""
    dumps = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))
    if url.get_backend_name() == "sqlite":
        engine = create_engine(
            url,
            poolclass=NullPool,  # an idle connection would keep the file from being moved
            connect_args={"timeout": _WAIT},
            json_serializer=dumps,
            hide_parameters=True,
        )
        event.listen(engine, "connect", partial(_prepare_sqlite, read_only=read_only))
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(
        url,
        json_serializer=dumps,
        hide_parameters=True,
        pool_size=2,
        connect_args={"connect_timeout": 10},
    )
    if read_only:
        event.listen(engine, "begin", _read_only)
    return engine


def _prepare_sqlite(connection: Sqlite, _: object, *, read_only: bool) -> None:
    connection.isolation_level = None  # transactions begin where we say, see below
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA cache_size=-65536")
    if read_only:
        connection.execute("PRAGMA query_only=ON")
    else:
        _write_ahead(connection)


def _write_ahead(connection: Sqlite) -> None:
    """Let readers and a writer not wait for each other; the file remembers it.

    SQLite does not wait for its turn here as it does elsewhere: of two that open a new file
    together, one would be told at once that it is locked.
    """
    last = time.monotonic() + _WAIT
    while connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except OperationalError:
            if time.monotonic() > last:
                raise
            time.sleep(_PAUSE)


def _begin_sqlite(connection: Connection) -> None:
    """Take the right to write at once: one who has read first could only be refused it later."""
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _read_only(connection: Connection) -> None:
    connection.exec_driver_sql("SET TRANSACTION READ ONLY")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give a connection in a transaction of which all is kept or none; nobody else writes."""
    with clear(engine.url), engine.connect() as plain:
        connection = plain.execution_options(**{_WRITES: True})
        with connection.begin():
            if engine.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_KEY})")
            yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Give a connection to read with; it sees one state of the ledger."""
    settings = _ONE_STATE if engine.dialect.name == "postgresql" else {}
    with (
        clear(engine.url),
        engine.connect() as plain,
        plain.execution_options(**settings) as connection,
        connection.begin(),
    ):
        yield connection


def make_ready(engine: Engine, *, read_only: bool) -> None:
    """See to the tables: they are made where there are none.

    Raises:
        LedgerError: the database is something else, or was made by a newer program.
    """
    path = Path(engine.url.database or "")
    if read_only and engine.dialect.name == "sqlite" and not path.is_file():
        raise LedgerError(f"找不到台账“{path}”。请检查路径；汇总时加 --ledger 会建立台账。")
    with reading(engine) as connection:
        version = _version(connection, called(engine.url))
    if version is None:
        if read_only:
            raise LedgerError(f"“{called(engine.url)}”里还没有台账；汇总时加 --ledger 会建立台账。")
        with writing(engine) as connection:
            if _version(connection, called(engine.url)) is None:  # nobody else was quicker
                schema.metadata.create_all(connection)
                search.create(connection)
                connection.execute(insert(schema.ledger), {"version": schema.VERSION})


def _version(connection: Connection, name: str) -> int | None:
    tables = set(inspect(connection).get_table_names())
    if not tables:
        return None
    if schema.ledger.name not in tables:
        raise LedgerError(f"“{name}”是别的程序的数据库，不是台账。请换一个文件或数据库。")
    version = connection.scalar(select(schema.ledger.c.version))
    if version is None or version > schema.VERSION:
        raise LedgerError(
            f"台账“{name}”是较新的程序建立的（第 {version} 版，"
            f"本程序只认到第 {schema.VERSION} 版）。请升级 jixiao 后再用。"
        )
    return int(version)


def size_of(connection: Connection) -> int:
    """Return how many bytes a ledger takes."""
    asked = {
        "sqlite": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
        "postgresql": "SELECT pg_database_size(current_database())",
    }
    return int(connection.exec_driver_sql(asked[connection.dialect.name]).scalar_one())


@contextmanager
def clear(url: URL) -> Iterator[None]:
    """Turn what a database refuses into a Chinese sentence; what we did wrong stays as it is."""
    try:
        yield
    except DBAPIError as error:
        message = _refusal(url, str(error.orig))
        if message is None:
            raise
        raise LedgerError(message) from error


def _refusal(url: URL, said: str) -> str | None:
    name = called(url)
    for word, message in _REFUSALS.items():
        if word in said:
            return message.format(name, " ".join(said.split()))
    return None


_REFUSALS = {
    "database is locked": "台账“{0}”正被另一个程序占用，等了 30 秒还没有空出来，请稍后再试。",
    "file is not a database": "“{0}”不是台账文件，请检查路径。",
    "malformed": "台账文件“{0}”已经损坏，请用备份恢复。",
    "unable to open database file": "打不开台账“{0}”：文件夹不存在，或没有权限。",
    "readonly database": "台账“{0}”只能读，不能写。请检查文件和所在文件夹的权限。",
    "disk is full": "磁盘已满，台账“{0}”没有写入。",
    "connection failed": "连不上台账数据库“{0}”（{1}）。"
    "请检查地址、用户名和密码，以及数据库是否已启动。",
    "connection is bad": "连不上台账数据库“{0}”（{1}）。请检查地址和网络。",
    "permission denied": "台账数据库“{0}”没有给这个用户权限（{1}）。请联系管理员。",
    "read-only transaction": "台账数据库“{0}”只能读，不能写。",
}
