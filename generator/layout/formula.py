"""The Excel reading of the expression language; see `generator.model.expression` for its rules.

Formulas are written without the leading `=`, with functions that Excel 2010, WPS and LibreOffice
all have, and so that a blank or a text never makes an error value.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

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
    PeriodRef,
    Product,
    RowRef,
    Sum,
    Type,
    Value,
    is_constant,
    type_of,
)

RIGHT, WRONG, NOT_ASKED = "√", "×", UNDEFINED
_PLACES = 6  # where Excel's binary numbers and our decimals are held to agree


class Where(Protocol):
    """Where references stand on the worksheets."""

    def cell(self, ref: FieldRef | RowRef | CellRef) -> str:
        """Return one cell's address."""

    def range(self, ref: ColumnRef) -> str:
        """Return a column's range."""

    def constant(self, ref: Given) -> Value:
        """Return what the period decides."""


def value_formula(node: Node, where: Where) -> str:
    """Return the formula that yields the expression's value, `""` for blank."""
    match node:
        case Literal():
            return literal(node.value)
        case PeriodRef() | DataRef():
            return literal(where.constant(node))
        case ColumnRef():
            return where.range(node)
        case FieldRef() | RowRef() | CellRef():
            return where.cell(node)
        case _:
            return _composed(node, where)


def sign_formula(
    rule: Node, where: Where, tolerance: Decimal = Decimal(0), when: Node | None = None
) -> str:
    """Return the formula that shows √, × or — (the rule cannot be asked here)."""
    asked, true = truth_formulas(rule, where, tolerance)
    shown = _if(asked, f'IF({true},"{RIGHT}","{WRONG}")', f'"{NOT_ASKED}"')
    if when is None:
        return shown
    asked, true = truth_formulas(when, where)
    return _if(asked, f'IF({true},{shown},"{NOT_ASKED}")', f'"{NOT_ASKED}"')


def truth_formulas(node: Node, where: Where, tolerance: Decimal = Decimal(0)) -> tuple[str, str]:
    """Return two formulas: whether the truth can be told at all, and what it is."""
    match node:
        case Compare():
            return _compare(node, where, tolerance)
        case Logic():
            parts = [truth_formulas(each, where, tolerance) for each in node.operands]
            return _all([asked for asked, _ in parts]), _logic(node, [true for _, true in parts])
        case Call(function=function) if function.excel:
            arguments = (value_formula(each, where) for each in node.arguments)
            asked, true = function.excel(*arguments).split("\0")
            return asked, true
        case Literal(value=bool()):
            return "TRUE", literal(node.value)
    raise ValueError(f"no Excel reading of {node}")


def literal(value: Value) -> str:
    """Return a constant as a formula writes it.

    >>> print(literal('说"是"。'))
    "说""是""。"
    """
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case Decimal():
            return f"{value:f}"
        case None:
            return '""'
    return '"' + value.replace('"', '""') + '"'


def _composed(node: Node, where: Where) -> str:
    match node:
        case Sum():
            return _sum(node, where)
        case Product():
            return _product(node, where)
        case Choose():
            asked, true = truth_formulas(node.test, where)
            then, otherwise = (value_formula(each, where) for each in (node.then, node.otherwise))
            return _if(
                asked,
                f"IF({true},{_kept_blank(node.then, then)},"
                f"{_kept_blank(node.otherwise, otherwise)})",
                '""',
            )
        case Call(function=function) if function.excel and function.returns is not Type.TRUTH:
            return function.excel(*_arguments(node, where))
    raise ValueError(f"no Excel reading of {node}")


def _arguments(call: Call, where: Where) -> list[str]:
    """Return the arguments, and behind a text that a column is searched for its other wordings."""
    *columns, last = call.arguments
    others = [literal(each) for column in columns for each in _wordings(column, last)]
    return [value_formula(each, where) for each in call.arguments] + others


def _kept_blank(node: Node, formula: str) -> str:
    """A bare reference to a blank cell would yield 0; keep it blank."""
    if isinstance(node, FieldRef | RowRef | CellRef):
        return f'IF({formula}="","",{formula})'
    return formula


def _sum(node: Sum, where: Where) -> str:
    plus = [_term(each, where) for each in node.plus]
    minus = [_term(each, where) for each in node.minus]
    total = f"SUM({','.join(plus)})" if plus else "0"
    if minus:
        total += f"-SUM({','.join(minus)})"
    unsure = [
        value_formula(each, where) for each in node.plus + node.minus if not is_constant(each)
    ]
    return f'IF(COUNT({",".join(unsure)})=0,"",{total})' if unsure else total


def _term(node: Node, where: Where) -> str:
    """Return an operand of SUM, which skips a text in a cell, but not one that is computed."""
    formula = value_formula(node, where)
    bare = is_constant(node) or isinstance(node, FieldRef | RowRef | CellRef)
    return formula if bare else f"N({formula})"


def _product(node: Product, where: Where) -> str:
    sides = (node.left, node.right)
    left, right = (_factor(each, where) for each in sides)
    result = f"{left}*{right}"
    if node.operator == "/":
        result = f"{left}/{right}"
        if not is_constant(node.right):
            result = f'IF({right}=0,"{UNDEFINED}",{result})'
    return _when_numbers([(node.left, left), (node.right, right)], result)


def _factor(node: Node, where: Where) -> str:
    """Return an operand of `*` and `/`, in brackets where its own operators would fall apart."""
    formula = value_formula(node, where)
    return f"({formula})" if isinstance(node, Sum | Product) else formula


def _when_numbers(operands: Sequence[tuple[Node, str]], result: str) -> str:
    asked = _are_numbers(operands)
    return result if asked == "TRUE" else f'IF({asked},{result},"")'


def _are_numbers(operands: Sequence[tuple[Node, str]]) -> str:
    unsure = [formula for node, formula in operands if not is_constant(node)]
    return f"COUNT({','.join(unsure)})={len(unsure)}" if unsure else "TRUE"


def _compare(node: Compare, where: Where, tolerance: Decimal) -> tuple[str, str]:
    left, right = value_formula(node.left, where), value_formula(node.right, where)
    if Type.TEXT in (type_of(node.left), type_of(node.right)):
        return _compare_texts(node, left, right)
    asked = _are_numbers([(node.left, left), (node.right, right)])
    difference = f"ROUND({left}-({right}),{_PLACES})"
    limit = literal(tolerance)
    match node.operator:
        case "==":
            return asked, f"ABS({difference})<={limit}"
        case "!=":
            return asked, f"ABS({difference})>{limit}"
        case "<" | "<=":
            return asked, f"{difference}{node.operator}{limit}"
    return asked, f"{difference}{node.operator}-{limit}"


def _compare_texts(node: Compare, left: str, right: str) -> tuple[str, str]:
    unsure = [
        f'{formula}<>""'
        for side, formula in ((node.left, left), (node.right, right))
        if not is_constant(side)
    ]
    same = [f"EXACT({left},{right})"]
    same += [f"EXACT({left},{literal(each)})" for each in _wordings(node.left, node.right)]
    same += [f"EXACT({literal(each)},{right})" for each in _wordings(node.right, node.left)]
    true = same[0] if len(same) == 1 else f"OR({','.join(same)})"
    return _all(unsure), true if node.operator == "==" else f"NOT({true})"


def _wordings(choice: Node, literal_side: Node) -> list[str]:
    """Return the other wordings under which a department may have typed that choice."""
    if not isinstance(choice, FieldRef | RowRef | ColumnRef) or not isinstance(
        literal_side, Literal
    ):
        return []
    return [typed for typed, meant in choice.variants if meant == literal_side.value]


def _logic(node: Logic, truths: Sequence[str]) -> str:
    return f"{node.operator.upper()}({','.join(truths)})"


def _all(conditions: Sequence[str]) -> str:
    unsure = list(dict.fromkeys(each for each in conditions if each != "TRUE"))
    if not unsure:
        return "TRUE"
    return unsure[0] if len(unsure) == 1 else f"AND({','.join(unsure)})"


def _if(asked: str, then: str, otherwise: str) -> str:
    return then if asked == "TRUE" else f"IF({asked},{then},{otherwise})"
