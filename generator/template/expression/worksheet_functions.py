"""The worksheet functions (JX_…) in expressions, under their own names.

What they take comes from their registry, both readings from the function itself: Python calls it
as Excel's add-in does, and a formula is what the registry says its native equal is. The rules of
blanks are the language's: in a number's place a text counts as blank.

A column, or several cells in brackets (`[plan_3, plan_6]`), stands for a range; a table is its
columns, one after the other; `''` leaves an argument out. Of several answers side by side the
first one counts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import zip_longest
from types import UnionType
from typing import get_args, get_origin, get_type_hints

import udfs
from generator.model.expression import (
    Call,
    ColumnRef,
    Function,
    Literal,
    Node,
    PeriodRef,
    Type,
    Value,
    type_of,
)
from generator.template.mistakes import Wrong, hint
from udfs.amounts import Quantity, Unreadable
from udfs.periods import month_of, read_point
from udfs.registry import (
    FUNCTIONS,
    NO_NUMBER,
    REQUIRED,
    Argument,
    Shape,
    Span,
    literal,
)
from udfs.registry import Function as Entry

PREFIX = "JX_"
LEFT_OUT = Literal("")

_COLUMNS = (Type.NUMBERS, Type.TEXTS)
_NUMERIC = (Type.NUMBER, Type.NUMBERS)
_MONTHS = (month_of, read_point)  # readers that know what the period is called
_WITHIN_SUM = re.compile(r"\b(?:SUM|COUNT)\(\{(\w+)\}\)")
_CONSTANTS = re.compile(r"-?[0-9.]+(?:,-?[0-9.]+)*")
_TEXT = re.compile(r'"((?:[^"]|"")*)"')


def call(name: str, given: Sequence[Node]) -> Call:
    """Return the call of a worksheet function on arguments.

    Raises:
        Wrong: there is no such function, or it does not take these; says all that is wrong.
    """
    entry = _entry(name)
    _complain_number(entry, len(given))
    pairs = [(_argument(entry, i), node) for i, node in enumerate(given)]
    wrong = [
        f"{name}(…) 的第 {i} 项{mistake}"
        for i, (argument, node) in enumerate(pairs, 1)
        for mistake in _mistakes(argument, node)
    ]
    if len({n.table for a, n in pairs if isinstance(n, ColumnRef) and _together(a)}) > 1:
        wrong.append(f"{name}(…) 的各列要在同一张表格里")
    if wrong:
        raise Wrong(*wrong)
    types = tuple(type_of(node) for node in given)
    function = Function(
        name=name,
        parameters=types,
        returns=_returns(entry, given),
        python=InPython(name, types),
        excel=InExcel(name) if _has_formula(entry, pairs) else None,
        help=entry.help,
    )
    return Call(function, tuple(given))


def several(items: Sequence[Node]) -> Call:
    """Return `[a, b, …]`: cells that stand for a range.

    Raises:
        Wrong: an item is no single value.
    """
    types = {type_of(each) for each in items}
    if not items or not types <= {Type.NUMBER, Type.TEXT}:
        raise Wrong("方括号里写一个个的数或文字，如 [plan_3, plan_6]")
    kind = Type.NUMBERS if types == {Type.NUMBER} else Type.TEXTS
    listed = Function("[…]", (None,), kind, _as_list, _as_union, "几个单元格", variadic=True)
    return Call(listed, tuple(items))


@dataclass(frozen=True)
class InPython:
    """The Python reading: the worksheet function itself, called as Excel's add-in calls it."""

    name: str
    given: tuple[Type, ...]

    def __call__(self, *values: object) -> Value:
        """Return what the worksheet function answers."""
        entry = _entry(self.name)
        read = [_as_typed(each, kind) for each, kind in zip(values, self.given, strict=True)]
        tabled = _table_place(entry)
        if tabled is not None and len(read) > tabled:
            read[tabled:] = [_rows(read[tabled:])]
        answer = getattr(udfs, self.name)(*read)
        if entry.shape is Shape.RANGE:
            return [_value(each) for each in answer]  # type: ignore[return-value]
        return _value(answer[0] if isinstance(answer, list) else answer)


@dataclass(frozen=True)
class InExcel:
    """The Excel reading: the native formula, which takes every text for a blank."""

    name: str

    def __call__(self, *formulas: str) -> str:
        """Return the native formula on the formulas of the arguments."""
        entry = _entry(self.name)
        references = {
            argument.name: _operand(argument, formula)
            for argument, formula in zip(entry.arguments, formulas, strict=False)
            if formula != '""' or not argument.optional
        }
        return entry.formula(NO_NUMBER, **references)


# -- what is asked for --


def _entry(name: str) -> Entry:
    known = _registry()
    if name not in known:
        raise Wrong(f"没有函数“{name}”{hint(name, known)}")
    return known[name]


@cache
def _registry() -> Mapping[str, Entry]:
    """Return all functions; they are asked for once per cell, and made once."""
    udfs.functions()
    return FUNCTIONS


def _table_place(entry: Entry) -> int | None:
    """Return where the table is among the arguments: it is the last one."""
    return len(entry.arguments) - 1 if entry.arguments[-1].span is Span.TABLE else None


def _argument(entry: Entry, place: int) -> Argument:
    return entry.arguments[min(place, len(entry.arguments) - 1)]


def _complain_number(entry: Entry, given: int) -> None:
    most = len(entry.arguments)
    least = sum(argument.default is REQUIRED for argument in entry.arguments)
    if least <= given and (given <= most or _table_place(entry) is not None):
        return
    counts = f"{least} 项" if least == most else f"{least} 至 {most} 项"
    names = "，".join(argument.name for argument in entry.arguments)
    raise Wrong(f"{entry.name}(…) 要{counts}（{names}），现在有 {given} 项")


def _together(argument: Argument) -> bool:
    """Whether the cells of a range are taken one by one with those of another."""
    return argument.span in {Span.WHOLE, Span.TABLE}


def _mistakes(argument: Argument, node: Node) -> list[str]:
    """Return what is wrong with an argument, as the rest of a sentence."""
    if node == LEFT_OUT:
        return [] if argument.optional or argument.keeps_blank else [f"不能留空：{argument.help}"]
    kind = type_of(node)
    if argument.span is Span.CELL and (
        kind in _COLUMNS or (kind is Type.TRUTH and not isinstance(node, Literal))
    ):
        return [f"应为一个数或文字：{argument.help}"]
    if argument.span is not Span.CELL and kind not in _COLUMNS:
        return [f"应为一列，或方括号里的几项：{argument.help}"]
    return [] if argument.span is Span.TABLE else _unread(argument, node)


def _unread(argument: Argument, node: Node) -> list[str]:
    """Return which constants the function could not read."""
    found = []
    for each in node.arguments if isinstance(node, Call) else (node,):
        if isinstance(each, Literal) and each != LEFT_OUT:
            try:
                argument.read(each.value)
            except Unreadable as reason:
                found.append(f"{reason.shown.removeprefix('⚠')}（{argument.help}）")
    return found


def _returns(entry: Entry, given: Sequence[Node]) -> Type:
    """Return what a call yields, by the return type of the function's kernel."""
    if entry.shape is Shape.RANGE:
        return Type.NUMBERS
    wanted = get_type_hints(entry.kernel)["return"]
    if wanted is object:  # what the last column of its table holds
        return Type.TEXT if type_of(given[-1]) is Type.TEXTS else Type.NUMBER
    first = get_args(wanted)[0] if get_origin(wanted) is tuple else wanted
    kinds = set(get_args(first)) if isinstance(first, UnionType) else {first}
    return Type.TEXT if kinds == {str} else Type.NUMBER


# -- the formula --


def _has_formula(entry: Entry, pairs: Sequence[tuple[Argument, Node]]) -> bool:
    """Whether the native formula is an equal on these arguments: numbers, known to it."""
    return bool(entry.native) and all(
        node == LEFT_OUT
        or (argument.name in entry.native_arguments and _fits(entry, argument, node))
        for argument, node in pairs
    )


def _fits(entry: Entry, argument: Argument, node: Node) -> bool:
    if isinstance(node, Literal):
        return _constant(argument, node.value) is not None
    if isinstance(node, Call) and node.function.python is _as_list:
        return type_of(node) is Type.NUMBERS and _fits_union(entry, argument, node)
    if type_of(node) in _NUMERIC:
        return True
    return isinstance(node, PeriodRef) and argument.read in _MONTHS


def _fits_union(entry: Entry, argument: Argument, node: Call) -> bool:
    """Whether `A1,B2` can stand for a range: only within SUM(…) and COUNT(…)."""
    if all(isinstance(each, Literal) for each in node.arguments):
        return True
    bare = not any(isinstance(each, Call) or _nested(each) for each in node.arguments)
    return bare and f"{{{argument.name}}}" not in _WITHIN_SUM.sub("", entry.native)


def _nested(node: Node) -> bool:
    return not isinstance(node, Literal) and not hasattr(node, "type")


def _constant(argument: Argument, value: object) -> str | None:
    """Return a constant as the native formula takes it, None where it has a unit of its own."""
    read = argument.read(value)
    if isinstance(read, Quantity):
        read = None if read.unit else read.number
    return literal(read) if isinstance(read, Decimal | int | str) else None


def _operand(argument: Argument, formula: str) -> str:
    """Return an argument's formula; constants as the native formula knows them."""
    if argument.span is not Span.CELL:
        return f"{{{formula}}}" if _CONSTANTS.fullmatch(formula) else formula
    text = _TEXT.fullmatch(formula)
    if text is None or not text[1]:
        return formula
    return _constant(argument, text[1].replace('""', '"')) or formula


# -- values --


def _as_list(*values: Value) -> Value:
    return list(values)  # type: ignore[return-value]  # as a column arrives


def _as_union(*formulas: str) -> str:
    return ",".join(formulas)


def _rows(columns: Sequence[object]) -> list[list[object]]:
    """Return the columns of a table as its rows; `''` is no table at all."""
    listed = [column for column in columns if isinstance(column, list)]
    return [list(row) for row in zip_longest(*listed)]


def _as_typed(value: object, kind: Type) -> object:
    """Return a value as the function is to see it: a text for a number is a blank."""
    if kind not in _NUMERIC:
        return value
    if isinstance(value, list):
        return [_as_typed(each, kind) for each in value]
    return value if isinstance(value, Decimal) else None


def _value(answer: object) -> Value:
    """Return an answer as the language has it."""
    if isinstance(answer, float):
        return Decimal(repr(answer).removesuffix(".0"))
    if isinstance(answer, int):
        return Decimal(answer)
    return str(answer) if answer else None
