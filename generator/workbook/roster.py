"""The roster workbook: written blank for a form, and read with every mistake named by its cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import lru_cache
from hashlib import blake2b
from itertools import chain
from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from generator.model.finding import Place
from generator.model.form import Form, RosterColumn, RosterSheet
from generator.model.roster import Department, Record, Roster, Waiver
from generator.workbook.book import Book, CellValue, Line, Sheet, Unreadable
from generator.workbook.reader.formats import content_of, read_book
from generator.workbook.reader.limits import configured
from generator.workbook.save import save_workbook
from generator.workbook.spelling import shown_text
from udfs.amounts import clean

DEPARTMENTS, WAIVERS = "部门", "豁免"
CODE = RosterColumn("department", "部门编码", required=True)
_DEPARTMENT_COLUMNS = (
    RosterColumn("code", "编码", required=True),
    RosterColumn("name", "名称", required=True),
    RosterColumn("contact", "联系人"),
    RosterColumn("phone", "电话"),
)
_WAIVER_COLUMNS = (
    CODE,
    RosterColumn("rule", "规则编号", required=True),
    RosterColumn("reason", "理由", required=True),
)
Children = dict[str, list[Record]]  # the rows of a child sheet by the code of their department


@dataclass(frozen=True)
class RosterMistake:
    """Something in the roster that must be mended before it can be used."""

    place: Place
    message: str

    def __str__(self) -> str:
        where = f"　{self.place.sheet}{self.place.cell}" if self.place.sheet else ""
        return f"{self.place.file}{where}：{self.message}"


class RosterError(ValueError):
    """A roster that cannot be used; holds every mistake found in it."""

    def __init__(self, mistakes: Sequence[RosterMistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(each) for each in mistakes))


def department_columns(form: Form) -> tuple[RosterColumn, ...]:
    """Return the columns of the 部门 sheet: the usual ones and those the form asks for."""
    return (*_DEPARTMENT_COLUMNS, *form.department_columns)


def child_columns(form: Form, sheet: RosterSheet) -> tuple[RosterColumn, ...]:
    """Return the columns of a child sheet; first the code of the row that each belongs to, if any.

    In a record that code is called what the sheet of those rows is called, such as `projects`.
    """
    if not sheet.under:
        return sheet.columns
    parent = next(each for each in form.roster_sheets if each.name == sheet.under)
    code = next(each for each in parent.columns if each.name == "code")
    return (replace(code, name=sheet.under), *sheet.columns)


def write_blank_roster(form: Form, path: Path) -> None:
    """Write an empty roster with the columns that a form uses; required ones are marked."""
    write_roster(form, Roster(()), path)


def write_roster(form: Form, roster: Roster, path: Path) -> None:
    """Write a roster for a form."""
    book = Workbook()
    book.remove(book.worksheets[0])
    departments: list[Mapping[str, object]] = [
        {"code": each.code, "name": each.name, **each.details} for each in roster.departments
    ]
    write_sheet(book.create_sheet(DEPARTMENTS), department_columns(form), departments)
    for sheet in form.roster_sheets:
        rows = [
            {**record, CODE.name: each.code}
            for each in roster.departments
            for record in each.children.get(sheet.name, ())
        ]
        columns = (CODE, *child_columns(form, sheet))
        write_sheet(book.create_sheet(sheet.tab), columns, rows)
    waivers = [
        {"department": each.department, "rule": each.rule, "reason": each.reason}
        for each in roster.waivers
    ]
    write_sheet(book.create_sheet(WAIVERS), _WAIVER_COLUMNS, waivers)
    save_workbook(book, path)


def write_sheet(
    worksheet: Worksheet, columns: Sequence[RosterColumn], rows: Sequence[Mapping[str, object]]
) -> None:
    """Write records under marked headings."""
    for number, column in enumerate(columns, 1):
        cell = worksheet.cell(1, number, column.heading)
        color = "FFE699" if column.required else "DCE6F1"
        cell.fill = PatternFill("solid", fgColor=color)
        cell.font = Font(name="黑体", sz=11, charset=134)
        cell.alignment = Alignment(horizontal="center", vertical="center")
        if column.required:
            cell.comment = Comment("必填", "jixiao")
        letter = get_column_letter(number)
        worksheet.column_dimensions[letter].width = max(14, 3 * len(column.heading))
        worksheet.column_dimensions[letter].number_format = _format(column)
    for top, row in enumerate(rows, 2):
        for number, column in enumerate(columns, 1):
            _write_cell(worksheet, top, number, column, row.get(column.name))
    worksheet.freeze_panes = "A2"


def _write_cell(
    worksheet: Worksheet, row: int, number: int, column: RosterColumn, value: object
) -> None:
    if value is None or value == "":
        return
    cell = worksheet.cell(row, number)
    cell.number_format = _format(column)
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    cell.value = value if column.type.numeric else shown_text(str(value))  # type: ignore[assignment]
    if not column.type.numeric:
        cell.data_type = "s"


def _format(column: RosterColumn) -> str:
    return "General" if column.type.numeric else "@"  # as a number, code 0301 would lose its zero


def read_roster(path: Path, form: Form) -> Roster:
    """Return the roster in a workbook.

    Raises:
        RosterError: columns are missing, codes unknown, repeated or empty; all at once. Or the
            file is no workbook.
    """
    with opened(path) as reader:
        found = [*reader.records(DEPARTMENTS, department_columns(form), key="code")]
        codes = {str(record["code"]) for record in found}
        own: dict[str, Children] = {each.name: {} for each in form.roster_sheets}
        for sheet in sorted(form.roster_sheets, key=lambda each: bool(each.under)):
            own[sheet.name] = _children(reader, form, sheet, codes, own)
        waivers = [
            Waiver(str(each[CODE.name]), str(each["rule"]), str(each["reason"]))
            for each in reader.joined(WAIVERS, _WAIVER_COLUMNS, codes, optional=True)
        ]
        if not found and not reader.mistakes:
            reader.mistake(DEPARTMENTS, "没有一个部门，请从第 2 行起每行填一个部门。")
    alike: dict[bytes, tuple[Record, ...]] = {}
    return Roster(tuple(_department(record, own, alike) for record in found), tuple(waivers))


def _children(
    reader: RosterReader,
    form: Form,
    sheet: RosterSheet,
    codes: set[str],
    own: Mapping[str, Children],
) -> Children:
    """Return the rows of a child sheet as departments keep them: without the department's code."""
    columns = child_columns(form, sheet)
    records = reader.joined(sheet.tab, (CODE, *columns), codes)
    if sheet.under:
        parent = next(each for each in form.roster_sheets if each.name == sheet.under)
        records = reader.joined_under(sheet, records, parent, own[parent.name])
    names = [each.name for each in columns]
    found: Children = {}
    for each in records:
        found.setdefault(str(each[CODE.name]), []).append({name: each[name] for name in names})
    return found


def _department(
    record: Record, own: Mapping[str, Children], alike: dict[bytes, tuple[Record, ...]]
) -> Department:
    """Return a department; many have the same rows, such as indicators, and share them."""
    code = str(record["code"])
    children = {name: tuple(rows.pop(code, ())) for name, rows in own.items()}
    shared = {name: alike.setdefault(_digest(rows), rows) for name, rows in children.items()}
    details = {key: value for key, value in record.items() if key not in {"code", "name", _ROW}}
    return Department(code, str(record["name"]), details, shared)


def _digest(rows: tuple[Record, ...]) -> bytes:
    return blake2b(repr(rows).encode("utf-8", "surrogatepass"), digest_size=16).digest()


@contextmanager
def opened(path: Path) -> Iterator[RosterReader]:
    """Open a roster; at the end everything that was found to be wrong with it is raised.

    Raises:
        RosterError: with every mistake; or the file is no workbook.
    """
    limits = configured(ours=True)
    try:
        book = read_book(content_of(path, limits), limits, on_demand=True)
        reader = RosterReader(book, path.name)
        yield reader
    except Unreadable as error:
        raise RosterError([RosterMistake(Place(path.name), str(error))]) from error
    if reader.mistakes:
        raise RosterError(sorted(reader.mistakes, key=lambda each: each.place))


_ROW = " row"  # where a record stands; no column can be called that


@dataclass
class RosterReader:
    """Reads the sheets of one roster and collects what is wrong with them.

    Records come as they are read: what is wrong with them is known when the last one has come.
    """

    book: Book
    file: str
    mistakes: list[RosterMistake] = field(default_factory=list)
    columns: dict[tuple[str, str], int] = field(default_factory=dict)

    def mistake(self, tab: str, message: str, row: int = 0, column: int = 0) -> None:
        """Note a mistake."""
        self.mistakes.append(RosterMistake(Place(self.file, tab, row, column), message))

    def records(
        self, tab: str, columns: Sequence[RosterColumn], *, key: str = "", optional: bool = False
    ) -> Iterator[Record]:
        """Yield the rows of a sheet as records; rows without any content are passed over."""
        sheet = self.book.sheet(tab)
        if sheet is None:
            if not optional:
                tabs = [each.title for each in self.book.sheets]
                near = get_close_matches(tab, tabs, 1)
                hint = f"，“{near[0]}”是不是它？" if near else "。"
                self.mistake("", f"缺少工作表“{tab}”{hint}")
            return
        lines = sheet.lines()
        top, first = next(lines, (1, {}))
        places = self._headings(sheet, columns, first if top == 1 else {})
        records = _records(lines if top == 1 else chain([(top, first)], lines), columns, places)
        seen: dict[object, int] = {}
        for record in records:
            self._complete(tab, record, columns, places)
            if key:
                self._unique(tab, record, places.get(key, 1), seen, record.get(key))
            yield record

    def joined(
        self,
        tab: str,
        columns: Sequence[RosterColumn],
        codes: set[str],
        *,
        optional: bool = False,
    ) -> Iterator[Record]:
        """Yield the records of a sheet, and note those that belong to no department."""
        for each in self.records(tab, columns, optional=optional):
            code = each.get(CODE.name)
            if code is not None and code not in codes:
                near = get_close_matches(str(code), codes, 1)
                hint = f"，最接近的是“{near[0]}”" if near else ""
                message = f"部门编码“{code}”不在“{DEPARTMENTS}”表里{hint}。"
                self.mistake(tab, message, row_of(each), self.columns.get((tab, CODE.name), 1))
            yield each

    def joined_under(
        self,
        sheet: RosterSheet,
        records: Iterable[Record],
        parent: RosterSheet,
        parents: Children,
    ) -> Iterator[Record]:
        """Yield records, and note those that belong to no row of the sheet that they are under."""
        own = {who: [str(each.get("code")) for each in rows] for who, rows in parents.items()}
        heading = next(each.heading for each in parent.columns if each.name == "code")
        for each in records:
            department, code = each.get(CODE.name), each.get(sheet.under)
            codes = own.get(str(department), [])
            if department is not None and code is not None and code not in codes:
                others = [other for other, theirs in own.items() if code in theirs]
                near = get_close_matches(str(code), codes, 1)
                hint = f"，最接近的是“{near[0]}”" if near else ""
                if others:
                    hint = f"，它是部门“{others[0]}”的"
                message = f"部门“{department}”在“{parent.tab}”表里没有{heading}“{code}”{hint}。"
                column = self.columns.get((sheet.tab, sheet.under), 1)
                self.mistake(sheet.tab, message, row_of(each), column)
            yield each

    def _headings(
        self, sheet: Sheet, columns: Sequence[RosterColumn], first: Mapping[int, CellValue]
    ) -> dict[str, int]:
        headings = {
            _bare(str(value)): column
            for column, value in sorted(first.items(), reverse=True)
            if value is not None
        }
        places = {}
        for column in columns:
            heading = _bare(column.heading)
            if heading in headings:
                places[column.name] = headings[heading]
                self.columns[sheet.title, column.name] = headings[heading]
            elif column.required:
                near = get_close_matches(column.heading, headings, 1)
                hint = f"，“{near[0]}”是不是它？" if near else "。"
                self.mistake(sheet.title, f"第 1 行缺少列“{column.heading}”{hint}", 1, 1)
        return places

    def _complete(
        self,
        tab: str,
        record: Record,
        columns: Sequence[RosterColumn],
        places: Mapping[str, int],
    ) -> None:
        for column in columns:
            if column.required and column.name in places and record[column.name] is None:
                message = f"“{column.heading}”没有填写。"
                self.mistake(tab, message, row_of(record), places[column.name])

    def _unique(
        self, tab: str, record: Record, column: int, seen: dict[object, int], value: object
    ) -> None:
        if value is not None and value in seen:
            message = f"“{value}”与第 {seen[value]} 行重复。"
            self.mistake(tab, message, row_of(record), column)
        seen.setdefault(value, row_of(record))


def _records(
    lines: Iterable[Line], columns: Sequence[RosterColumn], places: Mapping[str, int]
) -> Iterator[Record]:
    wanted = [(places.get(each.name, 0), each.type.numeric) for each in columns]
    names = [each.name for each in columns]
    for row, values in lines:
        found = [_value(values.get(place), numeric=numeric) for place, numeric in wanted]
        if found.count(None) < len(found):
            yield {**dict(zip(names, found, strict=True)), _ROW: row}


def _value(value: CellValue, *, numeric: bool) -> CellValue:
    """Return what a cell says in a column of numbers or of texts."""
    if isinstance(value, str):
        return _text(value)
    if value is None or numeric:
        return value
    return str(value) if isinstance(value, bool) else f"{value:f}"


@lru_cache(maxsize=4096)  # a label that comes again and again is held once
def _text(text: str) -> str | None:
    return text.strip("\u3000\xa0 \t") or None


def _bare(heading: str) -> str:
    """Return a heading without spaces, its brackets and digits of one kind."""
    return "".join(clean(heading).split())


def row_of(record: Record) -> int:
    """Return the row in which a record stands."""
    row = record[_ROW]
    assert isinstance(row, int)
    return row
