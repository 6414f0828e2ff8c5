"""The lines that the 校验 sheet has for every form, written as checks like the form's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from generator.model.expression import (
    FILLED,
    NUMERIC,
    Call,
    CellRef,
    FieldRef,
    Function,
    Literal,
    Logic,
    RowRef,
    Type,
)
from generator.model.finding import Kind
from generator.model.form import Check, Field, FieldType, FormSheet, Table

OneCell = FieldRef | RowRef | CellRef


def built_in(sheet: FormSheet, context: Mapping[str, object]) -> Iterator[Check]:
    """Yield what is asked of every sheet: filled where it must be, numbers where they must be.

    The rules that need the digits as typed, or the meaning of a text, follow as lines that only
    the bureau checks; a department may explain there beforehand.
    """
    fields = sheet.fields.values()
    refs = [(each, FieldRef(each.name, Type.TEXT)) for each in fields if each.is_input]
    yield from _live("表头", refs)
    for table in sheet.tables.values():
        title = str(table.label.render(context))
        if table.fixed:
            yield from _live(title, _printed_rows(table))
        else:
            columns = [each for each in table.inputs if not each.merge_down]
            rows = [(each, RowRef(table.name, each.name, Type.TEXT)) for each in columns]
            yield from _live(title, rows, table.name)
    yield from _later(sheet)


def _printed_rows(table: Table) -> list[tuple[Field, CellRef]]:
    return [
        (
            replace(column, required=column.required and not row.optional),
            CellRef(table.name, row.name, column.name, Type.TEXT),
        )
        for row in table.fixed
        for column in table.inputs
        if column.name not in row.computed
    ]


def _live(title: str, asked: Iterable[tuple[Field, OneCell]], each: str = "") -> Iterator[Check]:
    pairs = list(asked)
    required = [ref for form_field, ref in pairs if form_field.required]
    numbers = [ref for form_field, ref in pairs if form_field.type.numeric]
    if required:
        check = _all_of(FILLED, "REQUIRED", required)
        name, remedy = f"{title}：必填项已填", "把必填的浅黄色单元格填写完整。"
        yield replace(check, each=each, name=name, remedy=remedy)
    if numbers:
        check = _all_of(NUMERIC, "TYPE", numbers)
        name, remedy = f"{title}：数字项填的是数字", "只填数字，不带单位、空格和文字。"
        yield replace(check, each=each, kind=Kind.BALANCE, name=name, remedy=remedy)


def _all_of(function: Function, rule: str, refs: Sequence[OneCell]) -> Check:
    calls = tuple(Call(function, (ref,)) for ref in refs)
    node = calls[0] if len(calls) == 1 else Logic("and", calls)
    return Check(rule, Kind.LOGIC, node, (), "", "", at=_at(refs[0]))


def _at(ref: OneCell) -> str:
    match ref:
        case FieldRef():
            return ref.name
        case RowRef():
            return ref.column
    return f"{ref.table}.{ref.row}.{ref.column}"


def _later(sheet: FormSheet) -> Iterator[Check]:
    answers = [(each.name, each) for each in sheet.fields.values()]
    answers += [
        (f"{table.name}.{column.name}", column)
        for table in sheet.tables.values()
        for column in table.inputs
    ]
    ratios = [at for at, form_field in answers if form_field.prints]
    targets = [at for at, form_field in answers if form_field.type is FieldType.TARGET]
    if ratios:
        name, remedy = "所填比率与重算一致", "核对比率和分子、分母；口径不同的，写明情况。"
        yield _only_bureau("RATIO", name, remedy, ratios[0])
    if targets:
        name, remedy = "百分比指标值不超过100%", "不可能超过100%的写“=100%”；可以超过的，写明情况。"
        yield _only_bureau("TARGET-OVER", name, remedy, targets[0])


def _only_bureau(rule: str, name: str, remedy: str, at: str) -> Check:
    return Check(rule, Kind.VERIFY, Literal(value=True), (), remedy, name, at=at, live=False)
