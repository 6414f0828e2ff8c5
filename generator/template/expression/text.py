"""The leaves of a template: texts with `{{ … }}`, compiled once and evaluated per department.

An expression in a leaf may name `period`, `form`, `department` and loop variables with the
attributes they are known to have, reckon, compare and choose. It calls nothing and filters
nothing, and its result is printed, never read again as a template.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from jinja2 import StrictUndefined, nodes
from jinja2.environment import TemplateExpression
from jinja2.runtime import Context, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from generator.model.constants import Constants
from generator.model.expression import UNDEFINED
from generator.model.period import EARLIER, Period
from generator.template.expression.syntax import OPERATORS, is_writable, parse_text
from generator.template.mistakes import Wrong, hint

Variables = Mapping[str, frozenset[str]]  # variable → its attributes; none: it is a plain number
ANYTHING = frozenset("*")  # attributes that are not known because of another mistake
_DATA = "data"  # the variable whose attributes have a name of two parts
UNKNOWN = "*"  # a variable of this name: what other variables there are is not known either
_OURS = (bool, str, Decimal)
_Piece = str | int  # printed text, or the number of an expression
_LookUps = tuple[tuple[str, str], ...]  # variable and attribute


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, where roster data has entries instead of attributes, and numbers are exact.

    Reckoning with what the roster leaves empty yields nothing.
    """

    intercepted_binops = frozenset("+-*/")

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401
        """Reckon in Decimals; `+` with a text joins."""
        if left is None or right is None:
            return None
        if operator == "+" and (isinstance(left, str) or isinstance(right, str)):
            return _printed(left) + _printed(right)
        left, right = _bare(left), _bare(right)
        if operator == "/" and right == 0:
            return UNDEFINED
        return super().call_binop(context, operator, left, right)

    def getattr(self, obj: object, attribute: str) -> Any:  # noqa: ANN401 (as Jinja declares it)
        if isinstance(obj, Mapping):
            return obj.get(attribute)
        if hasattr(obj, "__getitem__") and not isinstance(obj, str):
            return obj[attribute]
        return super().getattr(obj, attribute)


_SANDBOX = _Sandbox(undefined=StrictUndefined, autoescape=False)  # cells, not HTML


@dataclass(frozen=True)
class Text:
    """A leaf; equal to another of the same source."""

    source: str
    names: frozenset[str] = frozenset()
    _pieces: tuple[_Piece, ...] = field(default=(), compare=False, repr=False)
    _values: TemplateExpression | None = field(default=None, compare=False, repr=False)
    _look_ups: _LookUps | None = field(default=None, compare=False, repr=False)
    _data: tuple[Constants, ...] = field(default=(), compare=False, repr=False)

    def render(self, context: Mapping[str, object]) -> object:
        """Return the text, or the bare value when the leaf is a single `{{ … }}`.

        A number comes as a Decimal, and what the roster leaves empty as None.

        Raises:
            KeyError: the context lacks a variable of `names`.
        """
        if self._values is None:
            return self.source
        if self._look_ups is not None:
            if self._pieces == (0,):  # the leaf of nine cells in ten
                ((name, attribute),) = self._look_ups
                return _looked_up(context[name], attribute)
            return self._joined([_looked_up(context[name], each) for name, each in self._look_ups])
        known = {name: context[name] for name in self.names}
        if self._data:
            known[_DATA] = _in_force(self._data, context["period"])
        return self._joined(self._evaluated(known))

    def render_each(
        self, context: Mapping[str, object], variable: str, records: Sequence[object]
    ) -> list[object]:
        """Return what it is for each of some records, which a variable stands for in turn.

        `number` is their number, from 1.
        """
        if self._pieces == (0,) and self._look_ups and self._look_ups[0][0] == variable:
            attribute = self._look_ups[0][1]
            found = [each.get(attribute) for each in records if isinstance(each, dict)]
            if len(found) == len(records) and {*map(type, found)} <= {str}:  # nearly always
                return found
            return [_looked_up(each, attribute) for each in records]
        return [
            self.render({**context, variable: each, "number": number})
            for number, each in enumerate(records, 1)
        ]

    def _joined(self, values: Sequence[object]) -> object:
        if self._pieces == (0,):
            return values[0]
        return "".join(
            [_printed(values[each]) if isinstance(each, int) else each for each in self._pieces]
        )

    def _evaluated(self, known: Mapping[str, object]) -> list[object]:
        assert self._values is not None
        try:
            return [_bare(each) for each in self._values(**known) or ()]
        except TypeError:  # what was not returned earlier is neither more nor less than anything
            if self.names.isdisjoint(EARLIER):
                raise
            return [None for _ in self._pieces]

    def __reduce__(self) -> tuple[object, tuple[str, tuple[Constants, ...]]]:
        """Travel to another process as source: compiled templates cannot."""
        return _compiled, (self.source, self._data)


def leaf(source: str, variables: Variables, data: Mapping[str, Constants] | None = None) -> Text:
    """Return the compiled leaf; `data` holds the figures that it may print.

    Raises:
        Wrong: it names what is not there or does what a text may not do.
    """
    source = source.rstrip("\n")
    examination = _Examination(variables)
    for piece in parse_text(source):
        if not isinstance(piece, str):
            examination.examine(piece)
    if examination.messages:
        raise Wrong(*dict.fromkeys(examination.messages))
    return _compiled(source, tuple((data or {}).values()))


def _compiled(source: str, data: tuple[Constants, ...]) -> Text:
    pieces: list[_Piece] = []
    expressions: list[nodes.Expr] = []
    for piece in parse_text(source):
        if isinstance(piece, str):
            pieces.append(piece)
        else:
            pieces.append(len(expressions))
            expressions.append(piece)
    if not expressions:
        return Text(source)
    values = nodes.List(expressions, lineno=1)
    names = frozenset(each.name for each in values.find_all(nodes.Name))
    assign = nodes.Assign(nodes.Name("result", "store", lineno=1), values, lineno=1)
    body = nodes.Template([assign], lineno=1)
    body.set_environment(_SANDBOX)
    template = _SANDBOX.from_string(body)
    expression = TemplateExpression(template, undefined_to_none=False)
    if _DATA not in names:
        return Text(source, names, tuple(pieces), expression, _look_ups_of(expressions))
    names = names - {_DATA} | {"period"}  # which decides on the figures
    return Text(source, names, tuple(pieces), expression, None, data)


def _in_force(data: Sequence[Constants], period: object) -> Mapping[str, object]:
    assert isinstance(period, Period)  # what contexts call so
    return {each.name: dict(each.at(period).values) for each in data}


def _look_ups_of(expressions: Sequence[nodes.Expr]) -> _LookUps | None:
    """Return variables and attributes where all is like `{{ goal.name }}`, as in most leaves.

    The sandbox looks them up in a tenth of the time that a template takes to start.
    """
    found = []
    for each in expressions:
        match each:
            case nodes.Getattr(node=nodes.Name(name=str(name)), attr=str(attribute)):
                found.append((name, attribute))
            case _:
                return None
    return tuple(found)


def _looked_up(known_by: object, attribute: str) -> object:
    if isinstance(known_by, dict):  # a record of the roster
        value = known_by.get(attribute)
        return value if isinstance(value, str) else _bare(value)
    return _bare(_SANDBOX.getattr(known_by, attribute))


def _bare(value: object) -> object:
    """Return a value of the sandbox as ours: text, Decimal, truth or None."""
    if value is None or isinstance(value, _OURS):
        return value
    if isinstance(value, Undefined):
        str(value)  # raises, naming what is undefined
    if isinstance(value, int | float):
        return Decimal(str(value))
    raise TypeError(f"a text of the template yields {type(value).__name__}, not a text or number")


def _printed(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value)


_ALLOWED = (
    *(nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.Neg, nodes.Pos, nodes.Concat),
    *(nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.CondExpr),
    *(nodes.Const, nodes.TemplateData),
)


@dataclass
class _Examination:
    """Looks through the expressions of a leaf for what may not be there."""

    variables: Variables
    messages: list[str] = field(default_factory=list)

    def examine(self, node: nodes.Node) -> None:
        if isinstance(node, nodes.Getattr):
            self._attribute(node)
        elif isinstance(node, nodes.Name):
            self._name(node)
        elif isinstance(node, nodes.CondExpr) and node.expr2 is None:
            self.messages.append("“… if …”后面要写 else")
        elif isinstance(node, nodes.Const) and not is_writable(str(node.value)):
            self.messages.append("文字里有写不进表格的字符")
        elif not isinstance(node, _ALLOWED):
            self.messages.append(refusal(node))
        elif isinstance(node, nodes.Mul) and any(
            isinstance(each.value, str) for each in node.find_all(nodes.Const)
        ):
            self.messages.append("文字不能相乘")
        else:
            for child in node.iter_child_nodes():
                self.examine(child)

    def _attribute(self, node: nodes.Getattr) -> None:
        variable, attribute = node.node, node.attr
        if isinstance(variable, nodes.Getattr) and variable.node == nodes.Name(_DATA, "load"):
            attribute = f"{variable.attr}.{attribute}"
            variable = variable.node
        if not isinstance(variable, nodes.Name):
            self.messages.append(f"不能用“.{attribute}”：一个名字后面只能有一个点")
        elif self._known(variable.name):
            known = self.variables.get(variable.name, ANYTHING)
            if attribute not in known and known != ANYTHING:
                self.messages.append(f"{variable.name} 没有“{attribute}”{hint(attribute, known)}")

    def _name(self, node: nodes.Name) -> None:
        if self._known(node.name) and (known := self.variables.get(node.name)):
            self.messages.append(f"“{node.name}”后面要写明哪一项{hint('', _dotted(node, known))}")

    def _known(self, name: str) -> bool:
        if name in self.variables or UNKNOWN in self.variables:
            return True
        self.messages.append(f"没有“{name}”{hint(name, self.variables)}")
        return False


def _dotted(node: nodes.Name, attributes: frozenset[str]) -> list[str]:
    return [f"{node.name}.{each}" for each in attributes]


_REFUSALS: tuple[tuple[type[nodes.Node], Callable[[Any], str]], ...] = (
    (nodes.Filter, lambda node: f"不能用过滤器“| {node.name}”"),
    (nodes.Call, lambda node: f"这里不能调用函数{_called(node)}"),
    (nodes.Test, lambda node: f"不能用“is {node.name}”"),
    (nodes.Getitem, lambda _: "不能用方括号取值"),
    (nodes.BinExpr, lambda node: f"不能用运算符“{OPERATORS.get(type(node), '?')}”"),
    (nodes.Literal, lambda _: "不能写列表、元组或字典"),
)


def refusal(node: nodes.Node) -> str:
    """Return why a piece of Jinja is not allowed."""
    for kind, say in _REFUSALS:
        if isinstance(node, kind):
            return say(node)
    return "这样的写法不允许"


def _called(node: nodes.Call) -> str:
    return f"“{node.node.name}”" if isinstance(node.node, nodes.Name) else ""
