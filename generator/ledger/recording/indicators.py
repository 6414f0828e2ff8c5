"""The indicators of a filing: rows of tables with 一级, 二级 and 三级指标."""

from __future__ import annotations

from collections.abc import Iterator

from generator.ledger.answers import canonical, storable
from generator.ledger.recording.outcomes import points
from generator.model.filing import AnswerValue, Filing, SheetFiling
from generator.model.finding import Place
from generator.model.form import FieldType, Form, FormSheet, Table
from generator.model.reckoning import Reckoning, kept

_LEVELS = ("level1", "level2", "level3")
_TEXTS = ("target", "basis", "actual")


def indicators(form: Form, filing: Filing, reckoning: Reckoning) -> Iterator[dict[str, object]]:
    """Yield the indicators that have a name, in the order of the form."""
    for sheet in filing.sheets:
        described = form.sheet(sheet.sheet)
        for table in described.tables.values():
            if {each.name for each in table.columns} >= {*_LEVELS}:
                yield from _of_table(described, table, sheet, reckoning)


def _of_table(
    described: FormSheet, table: Table, sheet: SheetFiling, reckoning: Reckoning
) -> Iterator[dict[str, object]]:
    code = _code(described, sheet, reckoning)
    wanted = [each for each in table.columns if each.name in _WANTED]
    for number, row in enumerate(sheet.tables.get(table.name, ())):
        values = {
            column.name: row.answers[column.name].value
            if column.is_input and column.name in row.answers and not table.fixed
            else kept(column, reckoning.cell_value(sheet, table.name, number, column.name))
            for column in wanted
        }
        if not _text(values.get("level3")):
            continue
        place = Place("", "", *row.spots.get("level3", ()))
        yield {
            "tab": storable(sheet.title),
            "cell": place.cell,
            "code": code,
            **{name: _text(values.get(name)) for name in (*_LEVELS, *_TEXTS)},
            "weight": points(values.get("weight")),
            "score": points(values.get("score")),
        }


_WANTED = {*_LEVELS, *_TEXTS, "weight", "score"}


def _code(described: FormSheet, sheet: SheetFiling, reckoning: Reckoning) -> str:
    """Return the project that a sheet is about, or an empty text: the department as a whole."""
    field = described.fields.get("code") or described.fields.get(described.key)
    if described.loop is None or field is None or field.type is FieldType.LABEL:
        return ""
    return _text(kept(field, reckoning.field_value(sheet, field.name)))


def _text(value: AnswerValue) -> str:
    return (canonical(value) or "").strip()
