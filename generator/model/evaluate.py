"""The Python reading of the expression language; see `generator.model.expression` for its rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Protocol

from generator.model.expression import (
    UNDEFINED,
    Call,
    CellRef,
    Choose,
    ColumnRef,
    Compare,
    DataRef,
    FieldRef,
    Given,
    Literal,
    Logic,
    Node,
    PastRef,
    PeriodRef,
    Product,
    Ref,
    RowRef,
    Sum,
    Type,
    Value,
    is_constant,
    type_of,
)

_COMPARISONS = {"==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}
_EXACT_ENOUGH = Decimal("0.000001")  # what Excel's binary numbers still tell apart
_ZERO = Decimal(0)
_WIDE = Context(prec=800)  # rounds whatever a cell can hold, 1E+308 included


class Scope(Protocol):
    """Where references find their values, as the cells show them."""

    def value(self, ref: FieldRef | RowRef | CellRef | PastRef | Given) -> Value:
        """Return one cell's value."""

    def values(self, ref: ColumnRef | PastRef) -> Sequence[Value]:
        """Return a column's values, one per row."""


def evaluate(node: Node, scope: Scope, tolerance: Decimal = Decimal(0)) -> Value:
    """Return the value of an expression; a truth is True, False, or None when it cannot be told."""
    return _READINGS[type(node)](node, scope, tolerance)


def number(value: object) -> Decimal | None:
    """Return a number as it is and everything else as None."""
    return value if isinstance(value, Decimal) else None


def rounded(value: Decimal, digits: int) -> Decimal:
    """Return a number rounded half away from zero, as Excel's ROUND does.

    >>> rounded(Decimal("2.675"), 2)
    Decimal('2.68')
    """
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP, _WIDE)


def _literal(node: Literal, _: Scope, __: Decimal) -> Value:
    return node.value


def _cell(node: FieldRef | RowRef | CellRef | Given, scope: Scope, _: Decimal) -> Value:
    return scope.value(node)


def _past(node: PastRef, scope: Scope, tolerance: Decimal) -> Value:
    return scope.value(node) if not _column(node) else _whole_column(node.ref, scope, tolerance)


def _whole_column(node: Ref, _: Scope, __: Decimal) -> Value:
    assert isinstance(node, ColumnRef)
    raise TypeError(f"column {node.table}.{node.column} stands where one value is meant")


def _call(node: Call, scope: Scope, _: Decimal) -> Value:
    return node.function.python(*[_argument(each, scope) for each in node.arguments])


def _column(node: Node) -> ColumnRef | None:
    """Return the column that a node is, now or in an earlier return."""
    ref = node.ref if isinstance(node, PastRef) else node
    return ref if isinstance(ref, ColumnRef) else None


def _choose(node: Choose, scope: Scope, tolerance: Decimal) -> Value:
    test = evaluate(node.test, scope, tolerance)
    if test is None:
        return None
    return evaluate(node.then if test else node.otherwise, scope, tolerance)


def _argument(node: Node, scope: Scope) -> object:
    if isinstance(node, ColumnRef | PastRef) and _column(node):
        return list(scope.values(node))
    return evaluate(node, scope)


def _sum(node: Sum, scope: Scope, _: Decimal) -> Decimal | None:
    plus = [number(evaluate(each, scope)) for each in node.plus]
    minus = [number(evaluate(each, scope)) for each in node.minus]
    asked = [
        value
        for term, value in zip(node.plus + node.minus, plus + minus, strict=True)
        if not is_constant(term)
    ]
    if asked and all(value is None for value in asked):
        return None
    return sum([each for each in plus if each is not None], _ZERO) - sum(
        [each for each in minus if each is not None], _ZERO
    )


def _product(node: Product, scope: Scope, _: Decimal) -> Value:
    left, right = number(evaluate(node.left, scope)), number(evaluate(node.right, scope))
    if left is None or right is None:
        return None
    if node.operator == "*":
        return left * right
    return left / right if right else UNDEFINED


def _compare(node: Compare, scope: Scope, tolerance: Decimal) -> bool | None:
    left, right = evaluate(node.left, scope), evaluate(node.right, scope)
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return _compare_numbers(node.operator, left - right, tolerance)
    if not (isinstance(left, str) and isinstance(right, str) and left and right):
        return None
    if Type.TEXT not in (type_of(node.left), type_of(node.right)):  # they stand for numbers
        return None
    return bool(_COMPARISONS[node.operator](left, right))


def _compare_numbers(operator: str, difference: Decimal, tolerance: Decimal) -> bool:
    difference = difference.quantize(_EXACT_ENOUGH, ROUND_HALF_UP, _WIDE)
    match operator:
        case "==":
            return abs(difference) <= tolerance
        case "!=":
            return abs(difference) > tolerance
        case "<=" | "<":
            difference -= tolerance
        case _:
            difference += tolerance
    return bool(_COMPARISONS[operator](difference, 0))


def _logic(node: Logic, scope: Scope, tolerance: Decimal) -> bool | None:
    truths = [evaluate(each, scope, tolerance) for each in node.operands]
    if None in truths:
        return None
    if node.operator == "not":
        return not truths[0]
    return all(truths) if node.operator == "and" else any(truths)


_READINGS: dict[type, Callable[[Any, Scope, Decimal], Value]] = {  # an `if` for each takes longer
    Literal: _literal,
    FieldRef: _cell,
    RowRef: _cell,
    CellRef: _cell,
    ColumnRef: _whole_column,
    PastRef: _past,
    PeriodRef: _cell,
    DataRef: _cell,
    Sum: _sum,
    Product: _product,
    Compare: _compare,
    Logic: _logic,
    Choose: _choose,
    Call: _call,
}
