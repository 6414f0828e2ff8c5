"""The tables of a ledger, the same on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    true,
)
from sqlalchemy.types import TypeDecorator

VERSION = 1  # raised when a table changes; an older ledger is brought up to it when it is opened
PLACES = 4
_SMALLEST = Decimal("0.0001")
Id = BigInteger().with_variant(Integer, "sqlite")  # there INTEGER is the row's own number


class Exact(TypeDecorator[Decimal]):
    """An amount or a score as a whole number of 0.0001, so that sums are exact everywhere."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Return the whole number, rounded half away from zero."""
        del dialect
        return None if value is None else self.stored(value)

    def process_result_value(self, value: object, dialect: Dialect) -> Decimal | None:
        """Return the amount; PostgreSQL hands sums as Decimals."""
        del dialect
        return None if value is None else amount_of(int(str(value)))

    @staticmethod
    def stored(value: object) -> int:
        """Return an amount as it stands in the database."""
        assert isinstance(value, Decimal)
        return exact(value)


class Moment(TypeDecorator[datetime]):
    """A moment, kept in UTC."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC without a zone."""
        del dialect
        return None if value is None else self.stored(value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment with its zone."""
        del dialect
        return None if value is None else value.replace(tzinfo=UTC)

    @staticmethod
    def stored(value: object) -> datetime:
        """Return a moment as it stands in the database."""
        assert isinstance(value, datetime)
        return value.astimezone(UTC).replace(tzinfo=None)


def exact(value: Decimal) -> int:
    """Return how many 0.0001 a number is.

    >>> exact(Decimal("12.34565"))
    123457
    """
    return int(value.quantize(_SMALLEST, ROUND_HALF_UP).scaleb(PLACES))


def amount_of(whole: int) -> Decimal:
    """Return the number of so many 0.0001, without idle zeros.

    >>> amount_of(125000), amount_of(10000)
    (Decimal('12.5'), Decimal('1'))
    """
    units, rest = divmod(whole, 10**PLACES)
    return Decimal(whole).scaleb(-PLACES).normalize() if rest else Decimal(units)


metadata = MetaData()

ledger = Table("ledger", metadata, Column("version", Integer, nullable=False))

run = Table(
    "run",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("form", Text, nullable=False),
    Column("form_name", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("month", Integer, nullable=False),
    Column("recorded", Moment, nullable=False),
    Column("program", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("departments", Integer, nullable=False),
    Column("returned", Integer, nullable=False),  # of these,
    Column("fresh", Integer, nullable=False),  # and of these what was not there before
    Index("run_digest", "form", "period", "digest"),
)

filing = Table(
    "filing",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("run", ForeignKey("run.id"), nullable=False),
    Column("form", Text, nullable=False),
    Column("form_name", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("department_name", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("month", Integer, nullable=False),
    Column("file", Text, nullable=False),
    Column("digest", Text, nullable=False),  # sha256 of the file
    Column("content", Text, nullable=False),  # sha256 of what was read from it
    Column("explanations", JSON, nullable=False),
    Column("recorded", Moment, nullable=False),
    Column("superseded_at", Moment),
    Column("superseded_by", Id),
)
current = filing.c.superseded_at.is_(None)
Index(
    "filing_current",
    *(filing.c.form, filing.c.period, filing.c.department),
    unique=True,
    sqlite_where=current,
    postgresql_where=current,
)
Index(
    "filing_stage",
    *(filing.c.stage, filing.c.year, filing.c.month),
    sqlite_where=current,
    postgresql_where=current,
)
Index("filing_department", filing.c.department, filing.c.form, filing.c.year, filing.c.month)

record = Table(
    "record",
    metadata,
    Column("filing", ForeignKey("filing.id"), primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("sheet", Text, nullable=False),
    Column("copy", Integer, nullable=False),
    Column("key", Text, nullable=False),  # what tells repeated sheets apart, such as a project code
    Column("tab", Text, nullable=False),
    Column("table", Text, nullable=False),  # empty: the sheet's own fields
    Column("row", Integer, nullable=False),
    Column("name", Text, nullable=False),  # of a printed row
    Column("answers", JSON, nullable=False),  # column → canonical text, computed ones recomputed
    Column("cells", JSON, nullable=False),  # column → address
    Column("details", JSON, nullable=False),  # what else was in the cells; see answers.py
)

outcome = Table(
    "outcome",
    metadata,
    Column("filing", ForeignKey("filing.id"), primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("sheet", Text, nullable=False),
    Column("tab", Text, nullable=False),
    Column("code", Text, nullable=False),  # empty: the department as a whole
    Column("name", Text, nullable=False),
    Column("budget", Exact),
    Column("executed", Exact),
    Column("forecast", Exact),
    Column("score", Exact),
    Column("grade", Text, nullable=False),
    Index("outcome_code", "code"),
)

indicator = Table(
    "indicator",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("filing", ForeignKey("filing.id"), nullable=False),
    Column("tab", Text, nullable=False),
    Column("cell", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("level1", Text, nullable=False),
    Column("level2", Text, nullable=False),
    Column("level3", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("basis", Text, nullable=False),
    Column("actual", Text, nullable=False),
    Column("weight", Exact),
    Column("score", Exact),
    Index("indicator_filing", "filing"),
)

standing = Table(
    "standing",
    metadata,
    Column("run", ForeignKey("run.id"), primary_key=True, autoincrement=False),
    Column("department", Text, primary_key=True),
    Column("department_name", Text, nullable=False),
    Column("form", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("filing", ForeignKey("filing.id")),  # the return that was used
    Column("current", Boolean(create_constraint=False), nullable=False),
)
Index(
    "standing_current",
    *(standing.c.form, standing.c.period, standing.c.department),
    unique=True,
    sqlite_where=standing.c.current == true(),  # as SQLite is asked: = 1
    postgresql_where=standing.c.current,
)
Index("standing_filing", standing.c.filing)

finding = Table(
    "finding",
    metadata,
    Column("run", ForeignKey("run.id"), primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("form", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("filing", ForeignKey("filing.id")),
    Column("department", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("asks", Text, nullable=False),  # what the rule asks
    Column("kind", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("sheet", Text, nullable=False),
    Column("cell", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("remedy", Text, nullable=False),
    Column("current", Boolean(create_constraint=False), nullable=False),
)
Index(
    "finding_current",
    *(finding.c.form, finding.c.period, finding.c.department),
    sqlite_where=finding.c.current == true(),
    postgresql_where=finding.c.current,
)
Index(
    "finding_department",
    finding.c.department,
    sqlite_where=finding.c.current == true(),
    postgresql_where=finding.c.current,
)

total = Table(
    "total",
    metadata,
    Column("run", ForeignKey("run.id"), primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("sheet", Text, nullable=False),
    Column("table", Text, nullable=False),
    Column("row", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("group", JSON, nullable=False),
    Column("column", Text, nullable=False),
    Column("part", Text, nullable=False),  # what people call the sheet or table,
    Column("item", Text, nullable=False),  # the row or group,
    Column("label", Text, nullable=False),  # and the column
    Column("unit", Text, nullable=False),
    Column("value", Text),  # exact, in 元, as a fraction, or how many
    Column("stated", Text),
)

term = Table(  # what people call the columns of a form in a period
    "term",
    metadata,
    Column("form", Text, primary_key=True),
    Column("period", Text, primary_key=True),
    Column("sheet", Text, primary_key=True),
    Column("table", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("label", Text, nullable=False),
    Column("unit", Text, nullable=False),
)

project = Table(
    "project",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("department", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("department_name", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("fund", Text, nullable=False),
    Column("rank", Text, nullable=False),
    Column("investment", Boolean(create_constraint=False), nullable=False),
    Column("new", Boolean(create_constraint=False), nullable=False),
    Column("amount", Exact),
    Column("type", Text, nullable=False),
    Column("assessed", Text, nullable=False),
    Column("targets_reviewed", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("forms", JSON, nullable=False),  # the ids of those it gets; none: not decided
    Column("place", Integer, nullable=False),  # in the bureau's order
)
