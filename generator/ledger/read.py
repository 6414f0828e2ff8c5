"""Rows of the ledger → filings again, and the nouns of the year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    TableValuedAlias,
    and_,
    func,
    select,
)

from generator.ledger import schema
from generator.ledger.answers import place_of, unpack
from generator.model import filing as nouns
from generator.model.filing import Answer, Filing, SheetFiling, Spots
from generator.model.finding import Place
from generator.model.project import Indicator, Outcome


def read_filing(connection: Connection, form: str, department: str, period: str) -> Filing | None:
    """Return what a department last returned of a form for a period."""
    table = schema.filing
    asked = select(table).where(
        table.c.form == form,
        table.c.period == period,
        table.c.department == department,
        schema.current,
    )
    head = connection.execute(asked).mappings().one_or_none()
    return _filing(connection, head) if head else None


def read_filings(
    connection: Connection, form: str, departments: Sequence[str], period: str
) -> Iterator[Filing]:
    """Yield what departments, a few hundred of them, last returned of a form for a period."""
    table, record = schema.filing, schema.record
    asked = select(table).where(
        table.c.form == form,
        table.c.period == period,
        table.c.department.in_(departments),
        schema.current,
    )
    heads = connection.execute(asked).mappings().all()
    rows = select(record).where(record.c.filing.in_([each["id"] for each in heads]))
    lines: dict[object, list[RowMapping]] = defaultdict(list)
    for line in connection.execute(rows.order_by(record.c.filing, record.c.number)).mappings():
        lines[line["filing"]].append(line)
    for head in heads:
        yield _restored(head, lines[head["id"]])


def filing_numbered(connection: Connection, number: int) -> Filing | None:
    """Return the filing of that number, current or not."""
    asked = select(schema.filing).where(schema.filing.c.id == number)
    head = connection.execute(asked).mappings().one_or_none()
    return _filing(connection, head) if head else None


def _filing(connection: Connection, said: RowMapping) -> Filing:
    asked = select(schema.record).where(schema.record.c.filing == said["id"])
    return _restored(
        said, connection.execute(asked.order_by(schema.record.c.number)).mappings().all()
    )


def _restored(said: RowMapping, lines: Sequence[RowMapping]) -> Filing:
    return Filing(
        form=said["form"],
        version=said["version"],
        department=said["department"],
        department_name=said["department_name"],
        period=said["period"],
        sheets=_sheets(lines),
        file=said["file"],
        explanations={(tab, rule): text for tab, rule, text in said["explanations"]},
    )


def _sheets(lines: Sequence[RowMapping]) -> tuple[SheetFiling, ...]:
    """Return the sheets in the order in which they were returned."""
    grouped: dict[tuple[object, ...], list[RowMapping]] = defaultdict(list)
    for line in lines:
        grouped[line["sheet"], line["copy"], line["tab"]].append(line)
    return tuple(map(_sheet, grouped.values()))


def _sheet(lines: list[RowMapping]) -> SheetFiling:
    first = lines[0]
    fields: Mapping[str, Answer] = {}
    spots: Spots = {}
    tables: dict[str, list[nouns.Row]] = defaultdict(list)
    for line in lines:
        answers, stand = unpack(line["answers"], line["cells"], line["details"])
        if line["table"]:
            row = nouns.Row(answers, line["name"], line["row"], stand)
            tables[line["table"]].append(row)
        else:
            fields, spots = answers, stand
    rows = {name: nouns.Records.of(each) for name, each in tables.items()}
    return SheetFiling(first["sheet"], first["tab"], fields, rows, first["copy"], spots)


# -- outcomes and indicators --


def latest_outcomes(stage: str, year: int, period: str | None) -> Select[tuple[object, ...]]:
    """Return the select of a year's outcomes at a stage: the latest per department and project."""
    filing, outcome = schema.filing, schema.outcome
    latest = func.row_number().over(
        partition_by=(filing.c.department, outcome.c.code),
        order_by=(filing.c.month.desc(), filing.c.id.desc(), outcome.c.number),
    )
    asked = (
        select(
            *(filing.c.department, filing.c.department_name, filing.c.stage, filing.c.period),
            *(filing.c.file, *outcome.c, latest.label("place")),
        )
        .join_from(filing, outcome, outcome.c.filing == filing.c.id)
        .where(filing.c.stage == stage, filing.c.year == year, schema.current)
    )
    if period is not None:
        asked = asked.where(filing.c.period == period)
    found = asked.subquery()
    return select(found).where(found.c.place == 1)


def outcome_of(said: RowMapping) -> Outcome:
    """Return the outcome of a row of `latest_outcomes`."""
    named = (
        *("department", "department_name", "code", "name", "stage", "period"),
        *("budget", "executed", "forecast", "score", "grade", "filing"),
    )
    source = Place(said["file"], said["tab"])
    return Outcome(**{name: said[name] for name in named}, source=source)


def indicators_select() -> Select[tuple[object, ...]]:
    """Return the select of all indicators of current filings, with the types of their projects."""
    filing, indicator, project = schema.filing, schema.indicator, schema.project
    same = (
        (project.c.year == filing.c.year)
        & (project.c.department == filing.c.department)
        & (project.c.code == indicator.c.code)
    )
    return (
        select(
            *(filing.c.department, filing.c.department_name, filing.c.stage, filing.c.period),
            *(filing.c.file, *indicator.c, func.coalesce(project.c.type, "").label("type")),
        )
        .join_from(indicator, filing, filing.c.id == indicator.c.filing)
        .outerjoin(project, same)
        .where(schema.current)
    )


def indicator_of(said: RowMapping) -> Indicator:
    """Return the indicator of a row of `indicators_select`."""
    named = (
        *("department", "code", "stage", "period", "level1", "level2", "level3"),
        *("target", "basis", "actual", "weight", "score", "type", "filing"),
    )
    source = place_of(said["cell"], said["file"], said["tab"])
    return Indicator(**{name: said[name] for name in named}, source=source)


def each_answer(dialect: str) -> TableValuedAlias:
    """Return the answers of a record as rows of `key` and `value`."""
    answers = schema.record.c.answers
    spread = func.json_each(answers) if dialect == "sqlite" else func.json_each_text(answers)
    return spread.table_valued("key", "value", name="cell", joins_implicitly=True)


def called(key: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition under which a term is what a record's column is called."""
    filing, record, term = schema.filing, schema.record, schema.term
    return and_(
        term.c.form == filing.c.form,
        term.c.period == filing.c.period,
        term.c.sheet == record.c.sheet,
        term.c.table == record.c.table,
        term.c.name == key,
    )
