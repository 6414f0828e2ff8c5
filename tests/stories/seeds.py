"""The four forms with the answers of the published documents, and how they are filled in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path

from generator.demo.city import load_city
from generator.layout.plan import CopyPlan, Plan, plan
from generator.layout.shape import shape_of
from generator.merge.arrival import Arrival, Brief, read_return
from generator.model.filing import Answer, Entry, Filing
from generator.model.finding import Finding
from generator.model.form import Field, Form
from generator.model.roster import Roster
from generator.stamp import Stamper
from generator.template import find, load
from generator.template.examples import Example, load_examples
from generator.workbook.keys import own_key

FORMS = ("monthly-progress", "assessment-targets", "department-targets", "project-targets")
OFFICIAL = (
    *("project-application", "project-monitoring"),
    *("project-self-evaluation", "department-self-evaluation", "project-review"),
)
Told = Counter[tuple[str, str, str]]  # rule, worksheet, cell


@dataclass(frozen=True)
class Typed:
    """One thing a department types: what, into which cell, and how to find it when read."""

    field: Field
    tab: str
    address: str
    value: Decimal | str
    copy: int
    table: str = ""
    row: int = -1

    def answer(self, filing: Filing) -> Answer:
        """Return what was read for it."""
        sheet = filing.sheets[self.copy]
        if not self.table:
            return sheet.fields[self.field.name]
        return sheet.tables[self.table][self.row].answers[self.field.name]


@dataclass(frozen=True)
class Return:
    """A form and what one department answers."""

    form: Form
    example: Example

    @cached_property
    def plan(self) -> Plan:
        """Where everything stands in the workbook that is sent to the department."""
        shape = shape_of(self.form, self.example.department)
        return plan(self.form, self.example.period, shape)

    def blank(self, folder: Path) -> Path:
        """Stamp the form for the department."""
        stamper = Stamper(self.form, self.example.period)
        return self._write(folder, stamper.stamp(self.example.department))

    def filled(self, folder: Path) -> Path:
        """Stamp the form with the answers in it."""
        stamper, example = Stamper(self.form, self.example.period), self.example
        content = stamper.stamp(example.department, example.entries, example.explanations)
        return self._write(folder, content)

    def read(self, path: Path) -> Arrival:
        """Read and check a file as a merge does."""
        roster = Roster((self.example.department,))
        brief = Brief(self.form, self.example.period, roster, own_key())
        return read_return(path, path.name, brief)

    def tab(self, copy: CopyPlan) -> str:
        """Return the name of a worksheet."""
        sheet, number = copy.sheet, copy.shape.index
        if sheet.loop is None:
            return copy.tab
        record = self.example.department.children[sheet.loop.child][number]
        return str(sheet.tab.render({sheet.loop.variable: record}))

    def typed(self) -> Iterator[Typed]:
        """Yield everything that the department types."""
        for copy in self.plan.copies:
            entry = self.example.entries[copy.sheet.name][copy.shape.index]
            yield from self._typed(copy, entry)

    def _typed(self, copy: CopyPlan, entry: Entry) -> Iterator[Typed]:
        tab = self.tab(copy)
        for name, value in entry.fields.items():
            address = copy.fields[name].first.address
            yield Typed(copy.sheet.fields[name], tab, address, value, copy.number)
        for name, rows in entry.tables.items():
            table = copy.tables[name]
            for row, answers in enumerate(rows):
                for column, value in answers.items():
                    address = table.cell(row, column).first.address
                    field = table.table.column(column)
                    yield Typed(field, tab, address, value, copy.number, name, row)

    def answers(self, filing: Filing | None) -> dict[tuple[object, ...], object]:
        """Return what was answered, by the form's names wherever it stands; nothing computed."""
        assert filing is not None
        found: dict[tuple[object, ...], object] = {}
        for sheet in filing.sheets:
            described, here = self.form.sheet(sheet.sheet), (sheet.sheet, sheet.index)
            found |= _answered(here, described.fields.values(), sheet.fields)
            for name, rows in sheet.tables.items():
                table = described.tables[name]
                for number, row in enumerate(rows):
                    computed = table.fixed[number].computed if table.fixed else {}
                    columns = [each for each in table.columns if each.name not in computed]
                    found |= _answered((*here, name, number), columns, row.answers)
        return found

    def expected(self) -> Told:
        """Return the findings that the example lists, each at its cell."""
        return Counter(
            (each.rule, each.sheet, self.address(each.sheet, each.at))
            for each in self.example.findings
        )

    def address(self, tab: str, at: str) -> str:
        """Return the cell of a field, `table[2].column` or `table.row.column`."""
        copy = next(each for each in self.plan.copies if self.tab(each) == tab)
        if "[" in at:
            table, _, rest = at.partition("[")
            row, _, column = rest.partition("].")
            return copy.tables[table].cell(int(row) - 1, column).first.address
        return copy.place_of(at).first.address

    def _write(self, folder: Path, content: bytes) -> Path:
        path = folder / f"{self.example.department.code}-{self.form.id}.xlsx"
        path.write_bytes(content)
        return path


@cache
def published(form_id: str) -> Return:
    """Return a form with what its published document answers."""
    folder = find(form_id)
    form = load(folder)
    return Return(form, load_examples(form, folder)[0])


@cache
def faultless(form_id: str) -> Return:
    """Return a form with answers that nothing is wrong with."""
    folder = find(form_id)
    form = load(folder)
    return Return(form, load_city(form, folder)[0].example)


def told(findings: tuple[Finding, ...]) -> Told:
    """Return findings as rule, worksheet and cell."""
    return Counter((each.rule, each.place.sheet, each.place.cell) for each in findings)


def _answered(
    here: tuple[object, ...], fields: Iterable[Field], answers: Mapping[str, Answer]
) -> dict[tuple[object, ...], object]:
    asked = [each.name for each in fields if each.is_input]
    given = {name: answers[name].value for name in asked if name in answers}
    return {(*here, name): value for name, value in given.items() if value is not None}
