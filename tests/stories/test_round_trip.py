"""What is filled into a stamped workbook is what is read from it, whatever the form."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import HealthCheck, given, settings

from generator.model.filing import Answer
from generator.model.form import Field
from generator.model.period import Period
from generator.model.reckoning import kept
from generator.model.roster import Department
from generator.stamp import Stamper
from generator.workbook.reader.formats import read_book
from generator.workbook.returned.read import read_filing
from tests.stories.forms import Answered, answered

PERIOD = Period(2024, 12, "year")
SOMEONE = Department("901", "示例单位<甲> & “乙”")


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(answered())
def test_what_is_filled_in_is_read_back(case: Answered):
    content = Stamper(case.form, PERIOD).stamp(SOMEONE, {"main": (case.entry,)})
    found = read_filing(read_book(content), case.form, PERIOD, "a.xlsx")
    assert found.findings == ()
    assert found.filing.department_name == SOMEONE.name
    (sheet,) = found.filing.sheets
    main = case.form.sheet("main")
    assert _values(main.fields, sheet.fields) == _expected(main.fields, case.entry.fields)
    for name, rows in case.entry.tables.items():
        columns = {each.name: each for each in main.tables[name].columns}
        read = [_values(columns, row.answers) for row in sheet.tables[name]]
        assert read == [_expected(columns, row) for row in rows]


def _values(fields: dict[str, Field], answers: dict[str, Answer]) -> dict[str, object]:
    assert [name for name, each in answers.items() if each.formula or not each.readable] == []
    return {name: answers[name].value for name in fields if not answers[name].blank}


def _expected(
    fields: dict[str, Field], typed: dict[str, Decimal | str]
) -> dict[str, Decimal | str | None]:
    return {
        name: kept(fields[name], value) if isinstance(value, Decimal) else value
        for name, value in typed.items()
    }
