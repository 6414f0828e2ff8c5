"""A returned workbook → the Filing in it, and what was altered on the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, compress, islice, repeat
from pathlib import Path

from generator.check.rules import FORM, STRUCTURE
from generator.layout import audit
from generator.layout.plan import Plan, TablePlan
from generator.layout.seal import TAB as SEAL_TAB
from generator.layout.seal import Seal
from generator.model.filing import Answer, Filing, Records, SheetFiling, Spot
from generator.model.finding import Finding, Place
from generator.model.form import Field, Form
from generator.model.period import Period
from generator.workbook.book import Book, Sheet
from generator.workbook.returned.active import active
from generator.workbook.returned.interpret import interpreter
from generator.workbook.returned.locate import Located, locate, surplus

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
    return read_sealed(book, seal_of(book), form, period, file)


def read_sealed(book: Book, seal: Seal | None, form: Form, period: Period, file: str) -> Return:
    """Return the same of a workbook whose seal was read before."""
    plan, located = locate(book, form, period, seal.shape if seal else ())
    filing = Filing(
        form=form.id,
        version=seal.version if seal else "",
        department=seal.department if seal else "",
        department_name=seal.name if seal else "",
        period=seal.period if seal else "",
        sheets=tuple(map(_sheet, located)),
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


def _sheet(located: Located) -> SheetFiling:
    plan, worksheet = located.plan, located.worksheet
    fields = {
        name: _answers(plan.sheet.fields[name], worksheet, [spot])[0]
        for name, spot in plan.spots.items()
    }
    tables = {name: _records(table, worksheet) for name, table in plan.tables.items()}
    index = plan.shape.index
    return SheetFiling(plan.sheet.name, worksheet.title, fields, tables, index, plan.spots)


def _answers(field: Field, worksheet: Sheet, spots: Iterable[Spot]) -> list[Answer]:
    """Return what stands in some cells that belong to one field."""
    return interpreter(field).answers(map(worksheet.cells.get, spots))


def _records(table: TablePlan, worksheet: Sheet) -> Records:
    """Return the records of a table; empty ones of a growing table only where others follow."""
    described, numbers, spots = table.table, range(1, len(table.starts) + 1), table.spots
    asked = {name: described.column(name) for name in spots}
    if described.fixed:
        columns = {name: _answers(asked[name], worksheet, each) for name, each in spots.items()}
        names = [*islice(chain((each.name for each in described.fixed), repeat("")), len(numbers))]
        return Records(columns, spots, numbers, names)
    merged = [each.name for each in described.inputs if each.merge_down]
    telling = described.own_inputs("") or merged
    told = {name: _answers(asked[name], worksheet, spots[name]) for name in telling}
    used = [*map(any, zip(*map(_answered, told.values()), strict=True))]
    stand = {name: [*compress(each, used)] for name, each in spots.items()}
    columns = {
        name: [*compress(told[name], used)]
        if name in told
        else _answers(asked[name], worksheet, each)
        for name, each in stand.items()
    }
    for name in merged:
        _continue(columns[name], stand[name])
    own_numbers = [*compress(numbers, used)]
    return Records(columns, stand, own_numbers, [""] * len(own_numbers))


def _answered(answers: Iterable[Answer]) -> list[bool]:
    return [each.value is not None or not each.readable for each in answers]


def _continue(answers: list[Answer], spots: list[Spot]) -> None:
    """Let blanks of a merge-down column take over what is above them, and where that stands."""
    above = None
    for at, answered in enumerate(_answered(answers)):
        if answered:
            answer = answers[at]
            taken = answer._replace(normalised="") if answer.normalised else answer
            above = taken, spots[at]
        elif above:
            answers[at], spots[at] = above


def _explanations(book: Book) -> dict[tuple[str, str], str]:
    """Return what was written beside the rules of the 校验 sheet, by worksheet and rule.

    A rule that is listed once counts for the whole workbook, however its sheet was renamed.
    """
    lists = [*_lists(book)]
    texts = [
        text.strip() for sheet, rows, _, column in lists for text in _said(sheet, rows, column)
    ]
    if not any(texts):  # nearly always
        return {}
    rules = [text for sheet, rows, column, _ in lists for text in _said(sheet, rows, column)]
    tabs = [text for sheet, rows, *_ in lists for text in _said(sheet, rows, audit.WORKSHEET)]
    explained = [each for each in zip(tabs, rules, texts, strict=True) if each[2]]
    found = {(tab, rule): text for tab, rule, text in explained}
    found |= {("", rule): text for _, rule, text in explained if rules.count(rule) == 1}
    return found


def _lists(book: Book) -> Iterator[tuple[Sheet, range, int, int]]:
    """Yield where rules are listed: rows, and the columns of the rules and explanations."""
    for sheet in book.sheets:
        rules, texts = (book.name(each, sheet.title) for each in (audit.RULES, audit.EXPLANATION))
        if rules and texts and rules.ranges and texts.ranges:
            area = rules.ranges[0]
            yield sheet, range(area.top, area.bottom + 1), area.left, texts.ranges[0].left


def _said(sheet: Sheet, rows: range, column: int) -> list[str]:
    cells = map(sheet.cells.get, zip(rows, repeat(column)))
    return ["" if each is None or each.value is None else str(each.value) for each in cells]


def _text(sheet: Sheet, row: int, column: int) -> str:
    cell = sheet.cell(row, column)
    return "" if cell is None or cell.value is None else str(cell.value)


def file_name(path: Path, folder: Path | None) -> str:
    """Return how a file is called in findings: relative to the folder that is merged."""
    return path.relative_to(folder).as_posix() if folder else str(path)
