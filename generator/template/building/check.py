"""Checks: rules of the form, each asked of a sheet or of every row of a table."""

from __future__ import annotations

import re
from collections.abc import Sequence

from generator.model.expression import (
    CellRef,
    ColumnRef,
    FieldRef,
    Literal,
    Node,
    Ref,
    RowRef,
    Type,
    references,
)
from generator.model.form import Check
from generator.template import language
from generator.template.building.surroundings import Surroundings
from generator.template.expression.parse import parse, untranslatable
from generator.template.mistakes import KeyPath, Wrong, hint

_NOTHING = Literal(value=True)


def check(written: language.Check, path: KeyPath, around: Surroundings) -> Check:
    """Return the check; what is wrong with it is reported."""
    _complain_id(written, path, around)
    if written.each is not None:
        around = _each(written.each, (*path, "each"), around)
    rule = around.expression(written.rule, (*path, "rule"), Type.TRUTH)
    when = around.expression(written.when, (*path, "when"), Type.TRUTH)
    asked = {"rule": rule, "when": when}
    if written.live:
        for key, node in asked.items():
            _complain_bureau_only(node, (*path, key), around)
    return Check(
        id=written.id,
        kind=written.kind,
        rule=rule or _NOTHING,
        message=around.message(written.message, (*path, "message")),
        remedy=written.remedy,
        name=written.name,
        each=written.each or "",
        when=when,
        tolerance=written.tolerance,
        at=_at(written, [each for each in asked.values() if each], path, around),
        live=written.live,
        source=written.source,
    )


def _complain_id(written: language.Check, path: KeyPath, around: Surroundings) -> None:
    if not re.fullmatch(language.CHECK_ID, written.id):
        message = f"编号“{written.id}”只能用大写字母、数字和连字符，例如 PLAN-END"
        around.complaints.add((*path, "id"), message)


def _each(table: str, path: KeyPath, around: Surroundings) -> Surroundings:
    tables = around.names.sheet.tables if around.names else {}
    if table not in tables:
        around.complaints.add(path, f"这张工作表上没有表格“{table}”{hint(table, tables)}")
    return around.within(table)


def _complain_bureau_only(node: Node | None, path: KeyPath, around: Surroundings) -> None:
    assert around.names is not None  # a check stands on a sheet
    for reason in untranslatable(node, around.names) if node else []:
        around.complaints.add(path, f"{reason}，不能在下发的表里实时显示，请写 live: false")


def _at(written: language.Check, nodes: Sequence[Node], path: KeyPath, around: Surroundings) -> str:
    """Return the cell to point at: as written, or the first that the rule speaks of."""
    assert around.names is not None  # a check stands on a sheet
    try:
        told = nodes if written.at is None else [parse(written.at, around.names)]
    except Wrong as wrong:
        for message in wrong.messages:
            around.complaints.add((*path, "at"), message)
        return ""
    found = (_dotted(ref) for node in told for ref in references(node))
    first = next(filter(None, found), "")
    if nodes and written.live and not first:
        message = "规则没有说到表上的任何一格，请用 at 写明出错时指向哪一格"
        around.complaints.add(path, message)
    return first


def _dotted(ref: Ref | None) -> str:
    """Return a reference as it is written in a template; the period has no cell."""
    match ref:
        case FieldRef():
            return ref.name
        case RowRef():
            return ref.column
        case ColumnRef():
            return f"{ref.table}.{ref.column}"
        case CellRef():
            return f"{ref.table}.{ref.row}.{ref.column}"
    return ""
