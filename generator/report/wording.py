"""What the report calls the parts of a form."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from generator.model.form import Field, FieldType, FixedRow, Form, FormSheet, Leaf, Table
from generator.model.period import Period
from generator.model.totals import Locus
from generator.report.pages import Column, Look
from udfs.amounts import compact

_VARIABLE = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_LOOKS = {
    FieldType.AMOUNT: Look.MONEY,
    FieldType.NUMBER: Look.NUMBER,
    FieldType.INTEGER: Look.NUMBER,
    FieldType.POINTS: Look.NUMBER,
    FieldType.PERCENT: Look.PERCENT,
}
_WIDE_TEXT = 60  # characters from which a column counts as long text


@dataclass(frozen=True)
class Words:
    """The labels of a form for one period."""

    form: Form
    period: Period
    _known: dict[int, str] = field(default_factory=dict)

    def label(self, leaf: Leaf) -> str:
        """Return a printed label on one line; what depends on the department is left out."""
        if id(leaf) not in self._known:
            context = {"period": self.period, "form": self.form}
            if leaf.names <= context.keys():
                text = str(leaf.render(context))
            else:
                text = _VARIABLE.sub("", leaf.source)
            self._known[id(leaf)] = " ".join(text.split())
        return self._known[id(leaf)]

    def heading(self, form_field: Field) -> str:
        """Return a field's label with its unit: 预算数（万元）."""
        label = self.label(form_field.label) or form_field.name
        return f"{label}（{form_field.unit}）" if form_field.unit else label

    def column(self, form_field: Field, heading: str = "", group: str = "") -> Column:
        """Return the column that shows a field."""
        heading = heading or self.heading(form_field)
        look = _LOOKS.get(form_field.type, Look.TEXT)
        digits = 0 if form_field.type is FieldType.INTEGER else form_field.digits
        return Column(heading, look, self._width(form_field, look, heading), digits, group)

    def sheet(self, sheet: FormSheet) -> str:
        """Return what to call a sheet's header fields; a repeated sheet by its roster sheet."""
        if sheet.loop:
            child = sheet.loop.child
            tabs = (each.tab for each in self.form.roster_sheets if each.name == child)
            return next(tabs, sheet.name)
        return self.label(sheet.tab) or sheet.name

    def row(self, row: FixedRow) -> str:
        """Return a printed row's labels: 收入构成/财政拨款."""
        labels = (self.printed(each) for each in row.labels.values())
        return "/".join(each for each in labels if each) or row.name

    def printed(self, leaf: Leaf) -> str:
        """Return a printed row's label without the spaces that stretch it: 合　计 is 合计."""
        return compact(self.label(leaf))

    def item(self, locus: Locus) -> str:
        """Return what is combined, its column aside: a printed row, a group, or all of it."""
        sheet = self.form.sheet(locus.sheet)
        if not locus.table:
            return self.label(sheet.fields[locus.column].label)
        if locus.row:
            fixed = sheet.tables[locus.table].fixed
            return self.row(next(each for each in fixed if each.name == locus.row))
        return "、".join(each or "（未填）" for each in locus.group) or "全部"

    def part(self, locus: Locus) -> str:
        """Return what a locus belongs to: its table, or its sheet."""
        sheet = self.form.sheet(locus.sheet)
        if not locus.table:
            return self.sheet(sheet)
        return self.table(sheet.tables[locus.table])

    def table(self, table: Table) -> str:
        """Return what to call a table."""
        return self.label(table.label) or table.name

    def field(self, locus: Locus) -> Field:
        """Return the field or column of a locus."""
        sheet = self.form.sheet(locus.sheet)
        if locus.table:
            return sheet.tables[locus.table].column(locus.column)
        return sheet.fields[locus.column]

    def _width(self, form_field: Field, look: Look, heading: str) -> float:
        if look is not Look.TEXT:
            return max(13.0, min(2.0 * len(heading) + 2, 18.0))
        longest = form_field.max_length or 30
        if form_field.type in (FieldType.LABEL, FieldType.CHOICE, FieldType.MONTH):
            longest = max([len(each) for each in form_field.choices], default=10)
        if longest > _WIDE_TEXT or form_field.lines > 1:
            return 48.0
        return max(12.0, min(2.0 * longest, 26.0))
