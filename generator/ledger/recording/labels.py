"""What people call the parts of a form, as far as the period decides it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from generator.model.form import Combine, Field, FieldType, Form, FormSheet, Leaf
from generator.model.period import Period
from generator.model.totals import Locus

_VARIABLE = re.compile(r"\{\{.*?\}\}", re.DOTALL)


def label(leaf: Leaf, form: Form, period: Period) -> str:
    """Return a printed text on one line; what depends on the department is left out."""
    context: Mapping[str, object] = {"period": period, "form": form}
    known = leaf.names <= context.keys()
    text = str(leaf.render(context)) if known else _VARIABLE.sub("", leaf.source)
    return " ".join(text.split())


def terms(form: Form, period: Period) -> Iterator[dict[str, object]]:
    """Yield what every answer of a form is called, in the form's order."""
    places = (
        (sheet.name, table, field)
        for sheet in form.sheets
        for table, fields in (
            ("", sheet.fields.values()),
            *((each.name, each.columns) for each in sheet.tables.values()),
        )
        for field in fields
    )
    for number, (sheet, table, field) in enumerate(places):
        yield {
            "sheet": sheet,
            "table": table,
            "name": field.name,
            "number": number,
            "label": label(field.label, form, period) or field.name,
            "unit": unit_of(field),
        }


def field_of(form: Form, locus: Locus) -> Field:
    """Return the field or column that is combined at a locus."""
    sheet = form.sheet(locus.sheet)
    return (
        sheet.tables[locus.table].column(locus.column)
        if locus.table
        else (sheet.fields[locus.column])
    )


def unit_of(field: Field) -> str:
    """Return what the numbers of a field count; nothing for a fraction."""
    if field.combine is Combine.COUNT:
        return "个"
    return "元" if field.type is FieldType.AMOUNT else ""


def part_of(form: Form, locus: Locus, period: Period) -> str:
    """Return what to call the sheet or table of a locus."""
    sheet = form.sheet(locus.sheet)
    if locus.table:
        return label(sheet.tables[locus.table].label, form, period) or locus.table
    return _sheet(form, sheet, period)


def item_of(form: Form, locus: Locus, period: Period) -> str:
    """Return what to call the printed row or the group of a locus, or 全部."""
    if locus.row:
        fixed = form.sheet(locus.sheet).tables[locus.table].fixed
        row = next(each for each in fixed if each.name == locus.row)
        texts = (label(each, form, period).replace("　", "") for each in row.labels.values())
        return "/".join(each for each in texts if each) or row.name
    return "、".join(each or "（未填）" for each in locus.group) or "全部"


def _sheet(form: Form, sheet: FormSheet, period: Period) -> str:
    if sheet.loop:
        child = sheet.loop.child
        return next((each.tab for each in form.roster_sheets if each.name == child), sheet.name)
    return label(sheet.tab, form, period) or sheet.name
