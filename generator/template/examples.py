"""The examples beside a form: answers as departments give them, and what is found in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from generator.model.filing import Entries, Entry
from generator.model.form import Field, Form, FormSheet, Loop, RosterColumn, Table
from generator.model.period import EARLIER, Period
from generator.model.roster import Department, Record, records_under
from generator.template.document import read
from generator.template.mistakes import Complaints, KeyPath, TemplateError, hint

_FILE = "examples.yaml"
_KEYS = (
    *("case", "period", "department", "answers"),
    *("explanations", "findings", "expected_values", *EARLIER),
)
_CONTACT = (RosterColumn("contact", "联系人"), RosterColumn("phone", "电话"))

Typed = Decimal | str


@dataclass(frozen=True)
class Expected:
    """A finding that must be made: `at` is a field, or `table[2].column` with rows from 1."""

    rule: str
    sheet: str = ""  # the tab's title
    at: str = ""


@dataclass(frozen=True)
class Example:
    """One department's answers for a period, with what is to be found in them."""

    case: str
    period: Period
    department: Department
    entries: Entries
    explanations: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Expected, ...] = ()
    expected_values: Mapping[str, str] = field(default_factory=dict)  # place → as printed
    earlier: Mapping[str, Entries] = field(default_factory=dict)  # `previous`, `last_year`


def load_examples(form: Form, folder: Path) -> tuple[Example, ...]:
    """Return the examples of a form; none when there is no examples.yaml.

    Raises:
        TemplateError: with all that is wrong with them.
    """
    file = folder / _FILE
    if not file.is_file():
        return ()
    document = read(file, folder.absolute().parent / "parts")
    complaints = Complaints(document.mark)
    reading = _Reading(form, complaints)
    cases = [reading.case(each, path) for path, each in reading.items(document.data, ())]
    if complaints.mistakes:
        raise TemplateError(complaints.mistakes)
    return tuple(each for each in cases if each is not None)


def read_example(form: Form, data: object, path: KeyPath, complaints: Complaints) -> Example | None:
    """Return one case; what does not fit the form goes to the complaints."""
    return _Reading(form, complaints).case(data, path)


@dataclass(frozen=True)
class _Reading:
    """Examples under way: what does not fit the form is reported."""

    form: Form
    complaints: Complaints

    def case(self, data: object, path: KeyPath) -> Example | None:
        given = self.mapping(data, path, _KEYS)
        missing = [key for key in _KEYS[:4] if key not in given]
        for key in missing:
            self.complaints.add(path, f"缺少“{key}”")
        if missing:
            return None
        department = self._department(given["department"], (*path, "department"))
        period = self._period(str(given["period"]), (*path, "period"))
        if "previous" in given and period.previous is None:
            self.complaints.add((*path, "previous"), f"{period.name}在同一年里没有上一期")
        earlier = {
            each: dict(self._entries(given[each], (*path, each), department, None))
            for each in EARLIER
            if each in given
        }
        answers = (given["answers"], (*path, "answers"))
        return Example(
            case=str(given["case"]),
            period=period,
            department=department,
            entries=dict(self._entries(*answers, department, earlier)),
            earlier=earlier,
            explanations=self._texts(given.get("explanations"), (*path, "explanations")),
            findings=tuple(self._findings(given.get("findings"), (*path, "findings"))),
            expected_values=self._texts(given.get("expected_values"), (*path, "expected_values")),
        )

    def mapping(self, data: object, path: KeyPath, known: Iterable[str]) -> dict[str, object]:
        """Return the known keys of a mapping; the others are reported."""
        if data is None:
            return {}
        if not isinstance(data, dict):
            self.complaints.add(path, "这里应写一组键（每行“键: 值”）")
            return {}
        known = list(known)
        for key in data:
            if key not in known:
                self.complaints.add((*path, key), f"没有“{key}”{hint(key, known)}")
        return {key: each for key, each in data.items() if key in known}

    def items(self, data: object, path: KeyPath) -> list[tuple[KeyPath, object]]:
        """Return the items of a list, each with its path."""
        if data is None:
            return []
        if not isinstance(data, list):
            self.complaints.add(path, "这里应写一个列表（每项前面写“- ”）")
            return []
        return [((*path, i), each) for i, each in enumerate(data)]

    def _texts(self, data: object, path: KeyPath) -> dict[str, str]:
        known = data if isinstance(data, dict) else ()
        return {key: str(each) for key, each in self.mapping(data, path, known).items()}

    def _period(self, text: str, path: KeyPath) -> Period:
        try:
            period = Period.parse(text, self.form.period_kind)
            for each in self.form.data:
                each.at(period)
        except ValueError as error:
            self.complaints.add(path, str(error))
            return Period(2000, 12, self.form.period_kind)
        return period

    def _findings(self, data: object, path: KeyPath) -> Iterator[Expected]:
        for place, each in self.items(data, path):
            given = self.mapping(each, place, ("rule", "sheet", "at"))
            if "rule" not in given:
                self.complaints.add(place, "缺少“rule”")
            else:
                yield Expected(**{key: str(value) for key, value in given.items()})

    def _department(self, data: object, path: KeyPath) -> Department:
        columns = (*_CONTACT, *self.form.department_columns)
        children = {each.name: each for each in self.form.roster_sheets}
        joined = {
            each.name: (RosterColumn(each.under, each.under),) if each.under else ()
            for each in self.form.roster_sheets
        }
        known = ("code", "name", *(each.name for each in columns), *children)
        given = self.mapping(data, path, known)
        for key in ("code", "name"):
            if key not in given:
                self.complaints.add(path, f"缺少“{key}”")
        records = {
            name: tuple(
                self._record(each, place, (*joined[name], *sheet.columns))
                for place, each in self.items(given.get(name), (*path, name))
            )
            for name, sheet in children.items()
        }
        details = {each.name: _kept(each, given.get(each.name)) for each in columns}
        return Department(str(given.get("code")), str(given.get("name")), details, records)

    def _record(self, data: object, path: KeyPath, columns: tuple[RosterColumn, ...]) -> Record:
        given = self.mapping(data, path, [each.name for each in columns])
        return {each.name: _kept(each, given.get(each.name)) for each in columns}

    def _entries(
        self,
        data: object,
        path: KeyPath,
        department: Department,
        earlier: Mapping[str, Entries] | None,
    ) -> Iterator[tuple[str, tuple[Entry, ...]]]:
        """Yield the answers by sheet; `earlier` is None for earlier returns themselves."""
        given = self.mapping(data, path, [each.name for each in self.form.sheets])
        for sheet in self.form.sheets:
            place = (*path, sheet.name)
            if sheet.loop is None:
                room = _Room(sheet, department, earlier)
                yield sheet.name, (self._entry(room, given.get(sheet.name), place),)
                continue
            copies = self.items(given.get(sheet.name), place)
            records = department.children.get(sheet.loop.child, ())
            if len(copies) != len(records):
                message = (
                    f"名册里有 {len(records)} 条 {sheet.loop.child}，这里写了 {len(copies)} 份"
                )
                self.complaints.add(place, message)
            rooms = (
                _Room(sheet, department, earlier, record, i) for i, record in enumerate(records)
            )
            entries = [
                self._entry(room, each, at) for room, (at, each) in zip(rooms, copies, strict=False)
            ]
            yield sheet.name, tuple(entries)

    def _entry(self, room: _Room, data: object, path: KeyPath) -> Entry:
        given = self.mapping(data, path, ("fields", "tables"))
        sheet = room.sheet
        fields = self._answers(given.get("fields"), (*path, "fields"), sheet.fields.values())
        place = (*path, "tables")
        tables = self.mapping(given.get("tables"), place, sheet.tables)
        return Entry(
            fields,
            {
                name: self._rows(room, sheet.tables[name], each, (*place, name))
                for name, each in tables.items()
            },
        )

    def _rows(
        self, room: _Room, table: Table, data: object, path: KeyPath
    ) -> tuple[Mapping[str, Typed], ...]:
        if table.fixed:
            names = [each.name for each in table.fixed]
            given = self.mapping(data, path, names)
            return tuple(
                self._answers(given.get(name), (*path, name), _inputs(table, i))
                for i, name in enumerate(names)
            )
        items = self.items(data, path)
        rows = room.rows(table)
        if rows is not None and len(items) > rows:
            self.complaints.add(path, f"只有 {rows} 行，这里写了 {len(items)} 行")
        return tuple(self._answers(each, place, table.columns) for place, each in items)

    def _answers(self, data: object, path: KeyPath, fields: Iterable[Field]) -> dict[str, Typed]:
        inputs = {each.name: each for each in fields if each.is_input}
        answers: dict[str, Typed] = {}
        for name, value in self.mapping(data, path, inputs).items():
            if isinstance(value, int | Decimal) and not isinstance(value, bool):
                answers[name] = Decimal(value)
            elif isinstance(value, str):
                answers[name] = value
            elif value is not None:
                self.complaints.add((*path, name), "这里应写一个数，或加引号的文字")
        return answers


@dataclass(frozen=True)
class _Room:
    """How many rows the tables of one worksheet have."""

    sheet: FormSheet
    department: Department
    earlier: Mapping[str, Entries] | None
    record: Record | None = None  # what the worksheet is for
    index: int = 0

    def rows(self, table: Table) -> int | None:
        """Return how many rows a table has, None if that is not known."""
        loop = table.loop
        if loop is None:
            return table.spare
        if loop.recalls:
            return None if self.earlier is None else table.spare + self._recalled(loop)
        records = self.department.children.get(loop.child, ())
        if self.record and self.sheet.loop and loop.of == self.sheet.loop.variable:
            records = records_under(self.sheet.loop.child, self.record, records)
        return table.spare + len(records)

    def _recalled(self, loop: Loop) -> int:
        """Return how many rows were returned: of this worksheet, or of one there is one of."""
        entries = (self.earlier or {}).get(loop.of, {})
        pool = [entry for each in entries.values() for entry in each]
        if loop.child in self.sheet.tables:
            pool = [*entries.get(self.sheet.name, ())[self.index : self.index + 1]]
        return max((len(each.tables.get(loop.child, ())) for each in pool), default=0)


def _inputs(table: Table, row: int) -> list[Field]:
    """Return the columns that a department fills in a fixed row."""
    return [each for each in table.columns if each.name not in table.fixed[row].computed]


def _kept(column: RosterColumn, value: object) -> object:
    """Return a roster value as the roster's reader would: numbers only where numbers are due."""
    if value is None or isinstance(value, Decimal):
        return value if value is None or column.type.numeric else str(value)
    if isinstance(value, int) and column.type.numeric:
        return Decimal(value)
    return str(value)
