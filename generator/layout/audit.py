"""The 校验 sheet: every rule as √, × or — by native formula, with a link and room to explain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generator.layout.built_in import built_in
from generator.layout.draw import computation
from generator.layout.formula import NOT_ASKED, RIGHT, WRONG, sign_formula
from generator.layout.plan import CopyPlan, Plan
from generator.layout.sheet import (
    Align,
    Area,
    Cell,
    Explained,
    Highlight,
    Page,
    Position,
    Role,
    Sheet,
    Status,
    Style,
    Tally,
    Validation,
    WhereTo,
)
from generator.layout.where import Standpoint
from generator.model.expression import RowRef, Type
from generator.model.finding import Kind
from generator.model.form import Check
from generator.model.period import Period

TAB = "校验"
LATER = "上报后\n审核"  # the result of a rule that only the bureau can check
EXPLANATION = "jx.explanations"  # the column where departments explain
RULES = "jx.rules"  # the column with the rule ids
_HEADINGS = ("序号", "工作表", "审核内容", "类型", "结果", "位置", "怎么改", "情况说明", "规则编号")
_WIDTHS = (6.0, 18.0, 40.0, 10.0, 7.0, 16.0, 44.0, 34.0, 16.0)
_TOP = 4  # the heading row
WORKSHEET = 2  # the column with the tabs
_RESULT, _EXPLANATION, _RULE = 5, 8, 9
_ROWS_FROM = 11  # the results row by row, to the right of what prints
_PLAIN = Style(Role.TEXT)
_CENTRED = Style(Role.TEXT, Align.CENTER)


@dataclass(frozen=True)
class Line:
    """One rule on one worksheet, as the 校验 sheet lists it."""

    number: int  # from 0
    copy: CopyPlan
    check: Check

    @property
    def row(self) -> int:
        """Its row on the 校验 sheet."""
        return _TOP + 1 + self.number

    @property
    def count(self) -> int:
        """How many results it has: one, or one per record."""
        return self.copy.tables[self.check.each].shape.rows if self.check.each else 1


def lines_of(plan: Plan, period: Period) -> tuple[Line, ...]:
    """Return the lines of the 校验 sheet: per worksheet the built-in rules, then the form's own.

    Rules that only the bureau can check are listed where a department may want to explain.
    """
    context = {"period": period, "form": plan.form}
    found: list[Line] = []
    for copy in plan.copies:
        for check in (*built_in(copy.sheet, context), *copy.sheet.checks):
            if check.live or check.kind is Kind.VERIFY:
                found.append(Line(len(found), copy, check))
    return tuple(found)


def audit_sheet(plan: Plan, period: Period, lines: Sequence[Line]) -> Sheet:
    """Return the 校验 sheet."""
    bottom = max(_TOP + len(lines), _TOP + 1)
    results = Area(_TOP + 1, _RESULT, bottom - _TOP)
    longest = max((line.count for line in lines if line.check.each), default=0)
    cells = (
        *_heading(results, longest),
        *(cell for line in lines for cell in _line_cells(line, plan, period)),
    )
    rows = Area(_TOP + 1, _ROWS_FROM, bottom - _TOP, max(longest, 1))
    return Sheet(
        tab=TAB,
        cells=cells,
        widths=(*_WIDTHS, 3.0, *(6.0 for _ in range(longest))),
        heights={1: 30.0, 2: 20.0, **{line.row: 32.0 for line in lines}},
        names={
            RULES: Area(_TOP + 1, _RULE, bottom - _TOP),
            EXPLANATION: Area(_TOP + 1, _EXPLANATION, bottom - _TOP),
        },
        validations=(
            Validation(
                "textLength",
                (Area(_TOP + 1, _EXPLANATION, bottom - _TOP),),
                "情况说明",
                "类型为“核实”的规则如果确有原因不能满足，在这里写明，财政部门会看到。最多 500 字。",
                "情况说明最多 500 个字。",
                "0",
                "500",
            ),
        ),
        highlights=tuple(
            Highlight((area,), f'{area.first.address}="{sign}"', good=sign == RIGHT)
            for area in (results, rows)
            for sign in (WRONG, RIGHT)
        ),
        freeze=Position(_TOP + 1, 1),
        page=Page(
            landscape=True,
            repeat_rows=(_TOP, _TOP),
            area=Area(1, 1, bottom, _EXPLANATION).address,
        ),
    )


def tally(signs: Sequence[str]) -> str:
    """Return the sentence that counts the results."""
    right, wrong, rest = (signs.count(sign) for sign in (RIGHT, WRONG, NOT_ASKED))
    return f"符合 {RIGHT} {right} 项，不符合 {WRONG} {wrong} 项，未涉及 {NOT_ASKED} {rest} 项"


def where_to(truths: Sequence[bool | None]) -> str:
    """Return the text of the link to the first record that fails."""
    return f"第{truths.index(False) + 1}行" if False in truths else ""


def _heading(results: Area, longest: int) -> Iterator[Cell]:
    title = Style(Role.TITLE, Align.CENTER, border=False)
    yield Cell(Area(1, 1, 1, _EXPLANATION), title, "校验结果")
    counted = [f'COUNTIF({results.absolute},"{sign}")' for sign in (RIGHT, WRONG, NOT_ASKED)]
    formula = (
        f'"符合 {RIGHT} "&{counted[0]}&" 项，不符合 {WRONG} "&{counted[1]}'
        f'&" 项，未涉及 {NOT_ASKED} "&{counted[2]}&" 项"'
    )
    bold = Style(Role.TEXT, Align.CENTER, border=False, bold=True)
    yield Cell(Area(2, 1, 1, _EXPLANATION), bold, formula=formula, slot=Tally())
    note = "填表时自动更新。有 × 时点“位置”跳到该处，改好再上报；“核实”类可以只写情况说明。"
    yield Cell(Area(3, 1, 1, _EXPLANATION), Style(Role.REMARK, border=False), note)
    for column, text in enumerate(_HEADINGS, 1):
        yield Cell(Area(_TOP, column), Style(Role.HEADER, Align.CENTER), text)
    for i in range(longest):
        yield Cell(Area(_TOP, _ROWS_FROM + i), Style(Role.HEADER, Align.CENTER), f"第{i + 1}行")


def _line_cells(line: Line, plan: Plan, period: Period) -> Iterator[Cell]:
    row, check = line.row, line.check
    yield Cell(Area(row, 1), _CENTRED, str(line.number + 1))
    yield Cell(Area(row, WORKSHEET), _PLAIN, line.copy.tab)
    yield Cell(Area(row, 3), _PLAIN, check.name)
    yield Cell(Area(row, 4), _CENTRED, check.kind.value)
    yield from _results(line, plan, period)
    yield Cell(Area(row, 7), _PLAIN, check.remedy)
    yield Cell(
        Area(row, _EXPLANATION),
        Style(Role.INPUT, locked=False),
        slot=Explained(check.id),
    )
    yield Cell(Area(row, _RULE), _CENTRED, check.id)


def _results(line: Line, plan: Plan, period: Period) -> Iterator[Cell]:
    """Yield the result and its link; for a rule asked of each row, the results row by row too."""
    sign, link = Style(Role.RESULT, Align.CENTER), Style(Role.LINK, Align.CENTER)
    place = line.copy.places_of(line.check)[0].first
    here = Area(line.row, _RESULT)
    if not line.check.live:
        yield Cell(here, _CENTRED, LATER)
        yield Cell(
            Area(line.row, 6), link, place.address, link=f"'{line.copy.tab}'!{place.address}"
        )
        return
    if not line.check.each:
        yield Cell(here, sign, formula=_sign(line, plan, period, -1), slot=Status(line.number))
        target = f"'{line.copy.tab}'!{place.address}"
        yield Cell(Area(line.row, 6), link, place.address, link=target)
        return
    rows = Area(line.row, _ROWS_FROM, 1, line.count)
    overall = (
        f'IF(COUNTIF({rows.address},"{WRONG}")>0,"{WRONG}",'
        f'IF(COUNTIF({rows.address},"{RIGHT}")>0,"{RIGHT}","{NOT_ASKED}"))'
    )
    yield Cell(here, sign, formula=overall, slot=Status(line.number))
    yield Cell(Area(line.row, 6), link, formula=_link(line, rows, place), slot=WhereTo(line.number))
    for i in range(line.count):
        formula = _sign(line, plan, period, i)
        area = Area(line.row, _ROWS_FROM + i)
        yield Cell(area, sign, formula=formula, slot=Status(line.number, i))


def _link(line: Line, rows: Area, first: Position) -> str:
    """Return the formula of a link to the first record that fails."""
    stride = line.copy.tables[line.check.each].stride
    tab, found = line.copy.tab, f'MATCH("{WRONG}",{rows.address},0)'
    there = f"'{tab}'!{first.address}"
    address = f"ADDRESS(ROW({there})+({found}-1)*{stride},COLUMN({there}),4)"
    target = f"\"#'{tab}'!\"&{address}"
    result = Area(line.row, _RESULT).address
    return f'IF({result}="{WRONG}",HYPERLINK({target},"第"&{found}&"行"),"")'


def _sign(line: Line, plan: Plan, period: Period, row: int) -> str:
    where = Standpoint(plan, period, line.copy, row, away=True)
    check = line.check
    formula = sign_formula(check.rule, where, check.tolerance, check.when)
    if row < 0:
        return formula
    table = line.copy.sheet.tables[check.each]
    inputs = [
        where.cell(RowRef(table.name, column.name, Type.TEXT))
        for column in table.inputs
        if not column.merge_down and computation(column, table, row) is None
    ]
    return f'IF(COUNTA({",".join(inputs)})=0,"{NOT_ASKED}",{formula})'
