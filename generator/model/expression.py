"""The one expression language, as a tree.

`generator.template` parses it, `generator.model.evaluate` reads it on Decimals and
`generator.layout.formula` reads it as an Excel formula. The rules both readings keep:

* A number in an expression is what the cell shows (万元 on a 万元 form, points under (%)).
* Blank is not zero. `+` and `-` skip blanks and are blank when all but constants is; `*` and `/`
  are blank when a side is blank; division by zero is `—`. A text where a number is meant counts
  as blank.
* A comparison with a blank is neither true nor false, nor is what contains it: a check
  then shows `—`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from generator.model.constants import Constants
from generator.model.period import Period

Value = Decimal | str | bool | None
UNDEFINED = "—"  # the value of a ratio whose base is zero


class Type(StrEnum):
    """What an expression yields."""

    NUMBER = "number"
    TEXT = "text"
    TRUTH = "truth"
    NUMBERS = "numbers"  # a column of numbers
    TEXTS = "texts"


@dataclass(frozen=True)
class Function:
    """A function of the language: its Python reading, and its Excel reading if there is one.

    `python` gets evaluated arguments (a column arrives as a list); `excel` gets the arguments'
    formulas and returns one. `excel` is None for a function only the bureau can compute.
    `returns` is `Type`, or None when it yields what its first argument yields.
    """

    name: str
    parameters: tuple[Type | None, ...]  # None: any type
    returns: Type
    python: Callable[..., Value]
    excel: Callable[..., str] | None
    help: str
    variadic: bool = False  # the last parameter may repeat


@dataclass(frozen=True)
class Literal:
    """A number, text or truth written in the expression."""

    value: Decimal | str | bool


@dataclass(frozen=True)
class FieldRef:
    """A single cell known by its field's name."""

    name: str
    type: Type
    variants: tuple[tuple[str, str], ...] = ()  # a choice's accepted other wordings → its own


@dataclass(frozen=True)
class RowRef:
    """The cell of a column in the row at hand."""

    table: str
    column: str
    type: Type
    variants: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class CellRef:
    """The cell of a column in a named row of a table with fixed rows."""

    table: str
    row: str
    column: str
    type: Type


@dataclass(frozen=True)
class ColumnRef:
    """All cells of a column, in order."""

    table: str
    column: str
    type: Type
    variants: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class PeriodRef:
    """An attribute of the period, fixed when the Blank is made: `period.month`."""

    attribute: str
    type: Type


@dataclass(frozen=True)
class DataRef:
    """A figure of the template that depends on the period: `data.weights.output`."""

    constants: Constants
    name: str
    type: Type

    def at(self, period: Period) -> Decimal | str:
        """Return the figure in force when a period ends."""
        return dict(self.constants.at(period).values)[self.name]


@dataclass(frozen=True)
class PastRef:
    """What an earlier return says: `previous.cumulative`; only the bureau can look it up."""

    when: str  # `previous` or `last_year`
    ref: FieldRef | RowRef | CellRef | ColumnRef

    @property
    def type(self) -> Type:
        """What it yields."""
        return self.ref.type


@dataclass(frozen=True)
class Sum:
    """`a + b - c`, as one node because blanks are skipped in the whole of it."""

    plus: tuple[Node, ...]
    minus: tuple[Node, ...]


@dataclass(frozen=True)
class Product:
    """`left * right` or `left / right`."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Compare:
    """`==`, `!=`, `<`, `<=`, `>` or `>=` between two numbers or two texts."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Logic:
    """`and`, `or` over several truths, `not` over one."""

    operator: str
    operands: tuple[Node, ...]


@dataclass(frozen=True)
class Choose:
    """`then if test else otherwise`."""

    test: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True)
class Call:
    """A function applied to arguments."""

    function: Function
    arguments: tuple[Node, ...]


Given = PeriodRef | DataRef  # the same for every department of a period
Ref = FieldRef | RowRef | CellRef | ColumnRef | PastRef | Given
Node = Literal | Ref | Sum | Product | Compare | Logic | Choose | Call


def type_of(node: Node) -> Type:
    """Return what a node yields."""
    match node:
        case FieldRef() | RowRef() | CellRef() | ColumnRef() | PeriodRef() | DataRef() | PastRef():
            return node.type
        case Literal(value=bool()) | Compare() | Logic():
            return Type.TRUTH
        case Literal(value=str()):
            return Type.TEXT
        case Choose():
            return type_of(node.then)
        case Call():
            return node.function.returns
    return Type.NUMBER


def is_constant(node: Node) -> bool:
    """Whether a node is the same for every department of a period."""
    return isinstance(node, Literal | Given)


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly below."""
    match node:
        case Sum():
            return node.plus + node.minus
        case Product() | Compare():
            return (node.left, node.right)
        case Logic():
            return node.operands
        case Choose():
            return (node.test, node.then, node.otherwise)
        case Call():
            return node.arguments
    return ()


def walk(node: Node) -> Iterator[Node]:
    """Yield the node and all below it, left to right."""
    yield node
    for child in children(node):
        yield from walk(child)


def references(node: Node) -> Iterator[Ref]:
    """Yield every reference: to cells, columns, the period, figures, earlier returns."""
    for each in walk(node):
        if isinstance(each, Ref):
            yield each


def asks_past(*nodes: Node | None) -> bool:
    """Whether what was returned earlier must be known to evaluate any of the nodes."""
    return any(isinstance(ref, PastRef) for node in nodes if node for ref in references(node))


def _is_filled(value: Value) -> bool:
    return value is not None and value != ""


def _is_number_or_blank(value: Value) -> bool:
    return not _is_filled(value) or isinstance(value, Decimal)


FILLED = Function(
    "filled",
    (None,),
    Type.TRUTH,
    _is_filled,
    lambda cell: f'TRUE\0{cell}<>""',
    "单元格填了内容",
)
NUMERIC = Function(
    "numeric",
    (None,),
    Type.TRUTH,
    _is_number_or_blank,
    lambda cell: f'TRUE\0OR({cell}="",ISNUMBER({cell}))',
    "单元格是数字或留空",
)
