"""A returned workbook → the Filing in it, and what was altered on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from generator.check.rules import FORM, STRUCTURE
from generator.layout import audit
from generator.layout.plan import Plan, TablePlan
from generator.layout.seal import TAB as SEAL_TAB
from generator.layout.seal import Seal
from generator.layout.sheet import Area
from generator.model.filing import Answer, Filing, Row, SheetFiling
from generator.model.finding import Finding, Place
from generator.model.form import Field, FieldType, Form
from generator.model.period import Period
from generator.workbook.active import active
from generator.workbook.book import Book, Cell, Sheet
from generator.workbook.interpret import interpreter
from generator.workbook.locate import Located, locate, surplus

_SEAL_ROWS = 20
_SURPLUS = "这张工作表是多出来的（多半是复制出来的），没有汇总。"
_SURPLUS_REMEDY = "请核对数据填在哪一张上：填在原来那张上，并删去多出的这一张。"


@dataclass(frozen=True)
class Return:
    """What was read from one workbook: the answers, and where they stand."""

    seal: Seal | None
    filing: Filing
    plan: Plan  # where everything stands in this workbook
    located: tuple[Located, ...]
    findings: tuple[Finding, ...]  # about the workbook as such


def seal_of(book: Book) -> Seal | None:
    """Return the seal of a workbook, wherever its sheet was moved or renamed to."""
    first = book.sheet(SEAL_TAB)
    for sheet in ([first] if first else []) + [*book.sheets]:
        rows = {
            str(sheet.cells[row, 1].value): _text(sheet, row, 2)
            for row in range(1, _SEAL_ROWS)
            if (row, 1) in sheet.cells
        }
        seal = Seal.read(rows)
        if seal:
            return seal
    return None


def read_filing(book: Book, form: Form, period: Period, file: str) -> Return:
    """Return the answers in a workbook, and a finding for each part of the form that is missing.

    `period` is the one the workbook was sent for; its labels are looked for where names are gone.
    """
    seal = seal_of(book)
    plan, located = locate(book, form, period, seal.shape if seal else ())
    filing = Filing(
        form=form.id,
        version=seal.version if seal else "",
        department=seal.department if seal else "",
        department_name=seal.name if seal else "",
        period=seal.period if seal else "",
        sheets=tuple(_sheet(each, file) for each in located),
        file=file,
        explanations=_explanations(book),
    )
    more = (
        STRUCTURE.found(Place(file, each.title), _SURPLUS, _SURPLUS_REMEDY)
        for each in surplus(book, form, located)
    )
    findings = (*_missing(form, seal, located, file), *more, *active(book, filing, file))
    return Return(seal, filing, plan, tuple(located), findings)


def _missing(form: Form, seal: Seal | None, located: list[Located], file: str) -> Iterator[Finding]:
    """Yield what the form has and the workbook does not."""
    if not located:
        yield FORM.found(Place(file), f"没有找到“{form.name}”的工作表。")
        return
    shape = seal.shape if seal else ()
    wanted = [copy.sheet for copy in shape] or [each.name for each in form.sheets]
    for sheet in form.sheets:
        found = [each for each in located if each.plan.sheet.name == sheet.name]
        lost = wanted.count(sheet.name) - len(found)
        if lost > 0:
            which = f"{lost} 张" if wanted.count(sheet.name) > 1 else ""
            yield STRUCTURE.found(Place(file), f"缺少工作表“{sheet.tab.source}”{which}。")
        for each in found:
            names = {*each.plan.fields, *each.plan.tables}
            labels = {name: part.label for name, part in sheet.fields.items()}
            labels |= {name: part.label for name, part in sheet.tables.items()}
            for name, leaf in labels.items():
                if name not in names:
                    label = leaf.source
                    message = f"找不到“{label}”，可能是所在的行或列被删除了。"
                    yield STRUCTURE.found(Place(file, each.worksheet.title), message)


# -- answers --


def _sheet(located: Located, file: str) -> SheetFiling:
    plan, worksheet = located.plan, located.worksheet
    page = _Page(worksheet.cells, file, worksheet.title)
    asked = (_asked(plan.sheet.fields[name], area) for name, area in plan.fields.items())
    fields = page.answers(asked)
    tables = {name: tuple(_rows(table, page)) for name, table in plan.tables.items()}
    return SheetFiling(plan.sheet.name, worksheet.title, fields, tables, plan.shape.index)


class _Asked(NamedTuple):
    """A field, and where its cell stands: in a table, counted from where the record starts."""

    name: str
    known: Callable[[Cell | None], Answer | None]  # what came up before
    read: Callable[[Cell | None], Answer]
    top: int
    left: int


def _asked(field: Field, area: Area) -> _Asked:
    reader = interpreter(field)
    return _Asked(field.name, reader.known.get, reader.read, area.top, area.left)


class _Page(NamedTuple):
    """A worksheet that answers are read from."""

    cells: Mapping[tuple[int, int], Cell]
    file: str
    title: str

    def answers(self, asked: Iterable[_Asked], start: int = 0) -> dict[str, Answer]:
        """Return the answers of a record, or of the header."""
        file, title, cell_at, made = self.file, self.title, self.cells.get, tuple.__new__
        found = {}
        for name, known, read, top, column in asked:
            row = start + top
            cell = cell_at((row, column))
            meaning = known(cell) or read(cell)
            value, raw, unit, shown, _, readable, note, formula, locked = meaning
            place = made(Place, (file, title, row, column))  # half of Place(); so with Answer
            found[name] = made(
                Answer, (value, raw, unit, shown, place, readable, note, formula, locked)
            )
        return found


def _rows(table: TablePlan, page: _Page) -> Iterator[Row]:
    """Yield the records of a table; empty ones of a growing table only where others follow."""
    described = table.table
    asked = [
        _asked(each, table.columns[each.name])
        for each in described.columns
        if each.type is not FieldType.LABEL
    ]
    if described.fixed:
        named = zip_longest(table.starts, (each.name for each in described.fixed), fillvalue="")
        for number, (start, name) in enumerate(named, 1):
            if isinstance(start, int):
                yield Row(page.answers(asked, start), name, number)
        return
    asked_first = sorted(described.inputs, key=lambda each: each.merge_down)  # they tell soonest
    inputs = [(area.top, area.left) for area in (table.columns[each.name] for each in asked_first)]
    merged = [each.name for each in described.inputs if each.merge_down]
    telling, above = described.own_inputs("") or tuple(merged), dict[str, Answer]()
    for number, start in enumerate(table.starts, 1):
        if not _vacant(page, start, inputs):
            answers = page.answers(asked, start)
            if any(_answered(answers[name]) for name in telling):
                _continue(answers, merged, above)
                yield Row(answers, "", number)


def _vacant(page: _Page, start: int, inputs: Sequence[tuple[int, int]]) -> bool:
    """Whether nothing stands in a record, as in most spare ones: then it is not looked at."""
    cell_at = page.cells.get
    for top, left in inputs:
        cell = cell_at((start + top, left))
        if cell is not None and (cell.value is not None or cell.formula):
            return False
    return True


def _answered(answer: Answer) -> bool:
    return answer.value is not None or not answer.readable


def _continue(answers: dict[str, Answer], merged: Iterable[str], above: dict[str, Answer]) -> None:
    """Let blanks of merge-down columns take over what is above them."""
    for name in merged:
        answer = answers[name]
        if _answered(answer):
            above[name] = answer._replace(normalised="") if answer.normalised else answer
        elif name in above:
            answers[name] = above[name]


def _explanations(book: Book) -> dict[tuple[str, str], str]:
    """Return what was written beside the rules of the 校验 sheet, by worksheet and rule.

    A rule that is listed once counts for the whole workbook, however its sheet was renamed.
    """
    lines = list(_explained(book))
    explained = [each for each in lines if each[2]]
    found = {(tab, rule): text for tab, rule, text in explained}
    rules = [rule for _, rule, _ in lines] if explained else []
    found |= {("", rule): text for _, rule, text in explained if rules.count(rule) == 1}
    return found


def _explained(book: Book) -> Iterator[tuple[str, str, str]]:
    """Yield worksheet, rule and explanation of each line of the 校验 sheet."""
    for sheet in book.sheets:
        rules, texts = (book.name(each, sheet.title) for each in (audit.RULES, audit.EXPLANATION))
        if not (rules and texts and rules.ranges and texts.ranges):
            continue
        for row in range(rules.ranges[0].top, rules.ranges[0].bottom + 1):
            rule = _text(sheet, row, rules.ranges[0].left)
            tab = _text(sheet, row, audit.WORKSHEET)
            yield tab, rule, _text(sheet, row, texts.ranges[0].left).strip()


def _text(sheet: Sheet, row: int, column: int) -> str:
    cell = sheet.cell(row, column)
    return "" if cell is None or cell.value is None else str(cell.value)


def file_name(path: Path, folder: Path | None) -> str:
    """Return how a file is called in findings: relative to the folder that is merged."""
    return path.relative_to(folder).as_posix() if folder else str(path)
