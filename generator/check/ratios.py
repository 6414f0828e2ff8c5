"""RATIO: a ratio stated in print against the one its figures give, in three verdicts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Context, Decimal

from generator.check.examined import Cell, Examined
from generator.check.rules import RATIO
from generator.check.wording import written
from generator.model.evaluate import evaluate
from generator.model.expression import (
    Call,
    CellRef,
    ColumnRef,
    FieldRef,
    Node,
    Product,
    RowRef,
    Value,
)
from generator.model.filing import Answer, SheetFiling
from generator.model.finding import Finding, Kind
from udfs.amounts import digits_of, plain, round_half_up
from udfs.shares import DIFFERS, EXPLAINED, ratio_verdict

_WIDE = Context(prec=800)


@dataclass(frozen=True)
class _Figures:
    """What is printed, as a fraction, and the two figures it should follow from."""

    part: Decimal
    whole: Decimal
    printed: Decimal

    @property
    def verdict(self) -> str:
        return ratio_verdict(self.part, self.whole, self.printed)

    @property
    def gap(self) -> str:
        """How far apart printed and recomputed are, in 百分点 rounded as printed."""
        digits = max(digits_of(self.printed), 4)
        points = abs(self.printed - round_half_up(self.part / self.whole, digits))
        return plain(points.scaleb(2))

    def __str__(self) -> str:
        recomputed = round_half_up(self.part / self.whole, max(digits_of(self.printed), 4))
        sign = "＝" if self.part / self.whole == recomputed else "≈"
        figures = f"{written(self.part)}÷{written(self.whole)}"
        return f"{figures}{sign}{plain(recomputed.scaleb(2))}%"


def ratios(examined: Examined) -> Iterator[Finding]:
    """Judge every ratio that a return states in print."""
    for column in examined.columns:
        if column.field.prints is not None:
            for at in range(len(column.answers)):
                yield from _judged(examined, column.cell(at))


def _judged(examined: Examined, cell: Cell) -> Iterator[Finding]:
    figures = _figures(examined, cell)
    if figures is None:
        return
    name = f"{examined.name(cell)}填 {plain(figures.printed.scaleb(2))}%"
    if figures.verdict == DIFFERS:
        message = f"{name}，按 {figures} 重算，相差 {figures.gap} 个百分点，不符。"
        yield RATIO.found(examined.place(cell), message)
    elif figures.verdict == EXPLAINED:
        message = f"{name}，按 {figures} 重算，相差 {figures.gap} 个百分点，舍入可解释。"
        remedy = "四舍五入可以解释这个差异，不需要修改。"
        yield RATIO.found(examined.place(cell), message, remedy, Kind.NOTE)


def typed(value: Decimal, answer: Answer) -> Decimal:
    """Return a value with the digits that were typed, in the unit that it is in.

    >>> str(typed(Decimal("291000"), Answer(shown=Decimal("29.10"))))
    '2.910E+5'
    >>> str(typed(Decimal("0.5"), Answer(shown=Decimal("50.0"))))
    '0.500'
    """
    if not answer.shown or not value:
        return value
    shift = value.adjusted() - answer.shown.adjusted()
    last = shift - digits_of(answer.shown)
    return value.quantize(Decimal((0, (1,), last)), context=_WIDE)


def _figures(examined: Examined, cell: Cell) -> _Figures | None:
    node, printed = cell.field.prints, cell.answer.value
    if not isinstance(node, Product) or not isinstance(printed, Decimal):
        return None
    part = _operand(examined, node.left, cell)
    whole = _operand(examined, node.right, cell)
    if not isinstance(part, Decimal) or not isinstance(whole, Decimal) or not whole:
        return None
    return _Figures(part, whole, typed(printed, cell.answer))


def _operand(examined: Examined, node: Node, cell: Cell) -> Value:
    """Return an operand with the digits that were typed where it stands for one answer."""
    behind = _behind(examined, node, cell.sheet, cell.row)
    if behind is None:
        table = cell.table.name if cell.table else ""
        return evaluate(node, examined.reckoning.at(cell.sheet, table, cell.row))
    value = examined.value(behind)
    if behind.node is None and isinstance(value, Decimal):
        return typed(value, behind.answer)
    return value


def _behind(examined: Examined, node: Node, sheet: SheetFiling, row: int) -> Cell | None:
    match node:
        case FieldRef() | RowRef() | CellRef():
            return examined.behind(node, sheet, row)
        case Call() if node.function.name == "lookup":
            return _looked_up(examined, node, sheet, row)
    return None


def _looked_up(examined: Examined, call: Call, sheet: SheetFiling, row: int) -> Cell | None:
    """Return the cell that `lookup(column, texts, text)` finds."""
    column, texts, text = call.arguments
    if not isinstance(column, ColumnRef) or not isinstance(texts, ColumnRef):
        return None
    first = examined.behind(column, sheet)
    if first is None:
        return None
    scope = examined.reckoning.at(sheet, texts.table, row)
    wanted, found = evaluate(text, scope), list(scope.values(texts))
    if wanted is None or wanted not in found:
        return None
    return examined.cell(first.sheet, column.table, found.index(wanted), column.column)
