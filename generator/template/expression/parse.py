"""Expressions of a template: parsed by Jinja, then named and typed as the tree of the model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import singledispatchmethod

from jinja2 import nodes

from generator.model.expression import (
    Call,
    Choose,
    ColumnRef,
    Compare,
    Function,
    Literal,
    Logic,
    Node,
    PastRef,
    Product,
    RowRef,
    Sum,
    Type,
    children,
    references,
    type_of,
    walk,
)
from generator.model.period import EARLIER
from generator.template.expression import worksheet_functions
from generator.template.expression.functions import COLUMN_ONLY, FUNCTIONS, OF_FIRST
from generator.template.expression.names import Names
from generator.template.expression.syntax import is_writable, parse_expression, parse_text
from generator.template.expression.text import refusal
from generator.template.mistakes import Wrong, hint

_DEEPEST = 60
_UNKNOWN = Literal("")  # stands for what is already reported
_WORDS = {
    Type.NUMBER: "数",
    Type.TEXT: "文字",
    Type.TRUTH: "判断（如 a == b）",
    Type.NUMBERS: "数列",
    Type.TEXTS: "文字列",
}
_COMPARISONS = {"eq": "==", "ne": "!=", "lt": "<", "lteq": "<=", "gt": ">", "gteq": ">="}


def parse(text: str, names: Names, wanted: Type | None = None) -> Node:
    """Return the tree of an expression; `wanted` is what it must yield.

    Raises:
        Wrong: all that is wrong with it.
    """
    return _read(parse_expression(text), names, wanted)


def parse_message(text: str, names: Names) -> tuple[str | Node, ...]:
    """Return a message as its printed pieces and the expressions between them.

    Raises:
        Wrong: all that is wrong with it.
    """
    pieces: list[str | Node] = []
    messages: list[str] = []
    for piece in parse_text(text.rstrip("\n")):
        if isinstance(piece, str):
            pieces.append(piece)
            continue
        try:
            pieces.append(_printable(_read(piece, names, None)))
        except Wrong as wrong:
            messages += wrong.messages
    if messages:
        raise Wrong(*dict.fromkeys(messages))
    return tuple(pieces)


def _printable(node: Node) -> Node:
    if type_of(node) not in (Type.NUMBER, Type.TEXT):
        raise Wrong(f"说明里只能写数或文字，这里是{_WORDS[type_of(node)]}")
    return node


def untranslatable(node: Node, names: Names) -> list[str]:
    """Return why Excel cannot compute an expression; nothing when it can."""
    calls = (each.function for each in walk(node) if isinstance(each, Call))
    reasons = [f"{each.name}(…) 在 Excel 里没有对应的公式" for each in calls if each.excel is None]
    if any(isinstance(each, Choose) and type_of(each) is Type.TRUTH for each in walk(node)):
        reasons.append("“… if …”的两边都是判断时 Excel 没有对应的公式，请用 and、or 写")
    for ref in references(node):
        if isinstance(ref, PastRef):
            reasons.append(f"“{ref.when}”是以前报来的数，下发的表里没有")
        elif isinstance(ref, ColumnRef) and ref.column in names.table_of(ref).torn:
            reasons.append(f"“{ref.table}.{ref.column}”下面还有别的格，Excel 公式不能引用整列")
        elif isinstance(ref, RowRef | ColumnRef) and (
            names.table_of(ref).columns[ref.column].merge_down
        ):
            reasons.append(f"列“{ref.column}”上下合并，Excel 公式只认合并格的第一行")
    return list(dict.fromkeys(reasons))


def _read(tree: nodes.Expr, names: Names, wanted: Type | None) -> Node:
    translation = _Translation(names)
    try:
        node = translation.node(tree)
        too_deep = _too_deep(node)
    except RecursionError:
        raise Wrong("算式太复杂，请分成几步") from None
    if too_deep:
        raise Wrong("算式太复杂，请分成几步")
    if wanted and not translation.messages:
        translation.want(node, wanted, "算式")
    if translation.messages:
        raise Wrong(*dict.fromkeys(translation.messages))
    return node


def _too_deep(node: Node) -> bool:
    level: Sequence[Node] = [node]
    for _ in range(_DEEPEST):
        level = [child for each in level for child in children(each)]
        if not level:
            return False
    return True


@dataclass
class _Translation:
    """One expression on its way from Jinja's tree to ours, with all that is wrong with it."""

    names: Names
    messages: list[str] = field(default_factory=list)

    def wrong(self, message: str) -> Node:
        """Record a mistake and go on with something that offends nobody."""
        self.messages.append(message)
        return _UNKNOWN

    def want(self, node: Node, wanted: Type, what: str) -> None:
        """Record when a node yields something else."""
        if node is not _UNKNOWN and type_of(node) is not wanted:
            self.messages.append(f"{what}应为{_WORDS[wanted]}，现在是{_WORDS[type_of(node)]}")

    @singledispatchmethod
    def node(self, tree: nodes.Expr) -> Node:
        """Return our reading of a tree; what is not registered below is refused."""
        return self.wrong(refusal(tree))

    @node.register
    def _literal(self, tree: nodes.Const) -> Node:
        value: object = tree.value
        if isinstance(value, str) and not is_writable(value):
            return self.wrong("文字里有写不进表格的字符")
        if isinstance(value, bool | str):
            return Literal(value)
        if isinstance(value, int | float):
            number = Decimal(str(value))
            if number.is_finite() and abs(number.adjusted()) <= 30:
                return Literal(number)
            return self.wrong("这个数太大或太小")
        return self.wrong("不能写 none，判断空白请用 blank(…)")

    @node.register
    def _ref(self, tree: nodes.Name | nodes.Getattr) -> Node:
        parts: list[str] = []
        below: nodes.Expr = tree
        while isinstance(below, nodes.Getattr):
            parts.insert(0, below.attr)
            below = below.node
        if not isinstance(below, nodes.Name):
            return self.wrong(f"不能在这里用“.{parts[0]}”")
        parts.insert(0, below.name)
        if len(parts) > 3 + (parts[0] in EARLIER) or any(each.startswith("_") for each in parts):
            return self.wrong(f"不能写“{'.'.join(parts)}”")
        try:
            return self.names.ref(tuple(parts))
        except Wrong as wrong:
            self.messages += wrong.messages
            return _UNKNOWN

    def _number(self, tree: nodes.Expr, operator: str) -> Node:
        node = self.node(tree)
        if isinstance(node, ColumnRef):
            name = f"{node.table}.{node.column}"
            self.messages.append(f"“{name}”是一整列，不能直接用“{operator}”，求和请写 sum({name})")
        else:
            self.want(node, Type.NUMBER, f"“{operator}”两边")
        return node

    @node.register
    def _sum(self, tree: nodes.Add | nodes.Sub) -> Node:
        plus: list[Node] = []
        minus: list[Node] = []
        below: nodes.Expr = tree
        while isinstance(below, nodes.Add | nodes.Sub):
            operator = "+" if isinstance(below, nodes.Add) else "-"
            into = plus if operator == "+" else minus
            into.insert(0, self._number(below.right, operator))
            below = below.left
        plus.insert(0, self._number(below, "+"))
        return Sum(tuple(plus), tuple(minus))

    @node.register
    def _arithmetic(self, tree: nodes.Mul | nodes.Div | nodes.Neg | nodes.Pos) -> Node:
        if isinstance(tree, nodes.Pos):
            return self._number(tree.node, "+")
        if isinstance(tree, nodes.Neg):
            node = self._number(tree.node, "-")
            if isinstance(node, Literal) and isinstance(node.value, Decimal):
                return Literal(-node.value)
            return Sum((), (node,))
        operator = "*" if isinstance(tree, nodes.Mul) else "/"
        left, right = self._number(tree.left, operator), self._number(tree.right, operator)
        if operator == "/" and right == Literal(Decimal(0)):
            return self.wrong("除数不能是 0")
        return Product(operator, left, right)

    @node.register
    def _compare(self, tree: nodes.Compare) -> Node:
        comparisons: list[Node] = []
        left = self.node(tree.expr)
        for operand in tree.ops:
            right = self.node(operand.expr)
            if operand.op not in _COMPARISONS:
                return self.wrong("不能用“in”，请写成 a == … or a == …")
            operator = _COMPARISONS[operand.op]
            self._comparable(left, right, operator)
            comparisons.append(Compare(operator, left, right))
            left = right
        return comparisons[0] if len(comparisons) == 1 else Logic("and", tuple(comparisons))

    def _comparable(self, left: Node, right: Node, operator: str) -> None:
        if _unknown(left, right):
            return
        if Literal("") in (left, right):
            self.messages.append("和空白比较没有结果，判断空白请用 blank(…) 或 filled(…)")
            return
        types = {type_of(left), type_of(right)}
        if types == {Type.TEXT} and operator not in ("==", "!="):
            self.messages.append(f"文字不能用“{operator}”比较大小")
        elif types not in ({Type.NUMBER}, {Type.TEXT}):
            words = "与".join(_WORDS[type_of(each)] for each in (left, right))
            self.messages.append(f"“{operator}”两边应同为数或同为文字，现在是{words}")

    @node.register
    def _logic(self, tree: nodes.And | nodes.Or | nodes.Not) -> Node:
        if isinstance(tree, nodes.Not):
            return Logic("not", (self._truth(tree.node, "not"),))
        kind = nodes.And if isinstance(tree, nodes.And) else nodes.Or
        operator = "and" if kind is nodes.And else "or"
        operands: list[Node] = []
        below: nodes.Expr = tree
        while isinstance(below, kind):
            operands.insert(0, self._truth(below.right, operator))
            below = below.left
        operands.insert(0, self._truth(below, operator))
        return Logic(operator, tuple(operands))

    def _truth(self, tree: nodes.Expr, operator: str) -> Node:
        node = self.node(tree)
        self.want(node, Type.TRUTH, f"“{operator}”的内容")
        return node

    @node.register
    def _choose(self, tree: nodes.CondExpr) -> Node:
        if tree.expr2 is None:
            return self.wrong("“… if …”后面要写 else")
        test, then = self._truth(tree.test, "if"), self.node(tree.expr1)
        otherwise = self.node(tree.expr2)
        if not _unknown(then, otherwise) and type_of(then) is not type_of(otherwise):
            self.messages.append("if 和 else 两边应是同一种内容（都是数，或都是文字）")
        return Choose(test, then, otherwise)

    @node.register
    def _call(self, tree: nodes.Call) -> Node:
        if not isinstance(tree.node, nodes.Name):
            return self.wrong("只能调用函数，例如 sum(…)，不能调用别的东西")
        name = tree.node.name
        if tree.kwargs or tree.dyn_args is not None or tree.dyn_kwargs is not None:
            return self.wrong(f"{name}(…) 的各项直接写，不能写成“名=值”或带星号")
        if name.startswith(worksheet_functions.PREFIX):
            return self._worksheet_function(name, tree.args)
        if name not in FUNCTIONS:
            return self.wrong(f"没有函数“{name}”{hint(name, FUNCTIONS)}")
        function = FUNCTIONS[name]
        arguments = tuple(self.node(each) for each in tree.args)
        if not _right_number(function, len(arguments)):
            count = f"{'至少' if function.variadic else ''} {len(function.parameters)} 项"
            return self.wrong(f"{name}(…) 要{count}，现在有 {len(arguments)} 项")
        self._arguments(function, arguments)
        if name in OF_FIRST and type_of(arguments[0]) is Type.TEXTS:
            function = replace(function, returns=Type.TEXT)
        return Call(function, arguments)

    def _worksheet_function(self, name: str, given: Sequence[nodes.Expr]) -> Node:
        arguments = [self._cells(each) for each in given]
        return self._made(lambda: worksheet_functions.call(name, arguments), arguments)

    def _cells(self, tree: nodes.Expr) -> Node:
        """Return an argument of a worksheet function, which may be several cells in brackets."""
        if not isinstance(tree, nodes.List):
            return self.node(tree)
        items = [self.node(each) for each in tree.items]
        return self._made(lambda: worksheet_functions.several(items), items)

    def _made(self, make: Callable[[], Node], given: Sequence[Node]) -> Node:
        """Make a node of others unless one of them is wrong already."""
        try:
            return _UNKNOWN if _unknown(*given) else make()
        except Wrong as wrong:
            self.messages += wrong.messages
            return _UNKNOWN

    def _arguments(self, function: Function, arguments: tuple[Node, ...]) -> None:
        for i, argument in enumerate(arguments):
            accepted = _accepted(function, i)
            if argument is not _UNKNOWN and type_of(argument) not in accepted:
                wanted = "或".join(_WORDS[each] for each in accepted)
                given = _WORDS[type_of(argument)]
                self.messages.append(
                    f"{function.name}(…) 的第 {i + 1} 项应为{wanted}，现在是{given}"
                )
        columns = [each for each in arguments if isinstance(each, ColumnRef)]
        if not function.variadic and len({each.table for each in columns}) > 1:
            self.messages.append(f"{function.name}(…) 的各列要在同一张表格里")


def _unknown(*nodes: Node) -> bool:
    return any(each is _UNKNOWN for each in nodes)


def _right_number(function: Function, given: int) -> bool:
    wanted = len(function.parameters)
    return given >= wanted if function.variadic else given == wanted


def _accepted(function: Function, i: int) -> tuple[Type, ...]:
    wanted = function.parameters[min(i, len(function.parameters) - 1)]
    if wanted is None:
        column = function.name in COLUMN_ONLY
        return (Type.NUMBERS, Type.TEXTS) if column else (Type.NUMBER, Type.TEXT)
    if wanted is Type.NUMBERS and function.variadic:
        return (Type.NUMBERS, Type.NUMBER)
    if function.name in OF_FIRST and i == 0:
        return (Type.NUMBERS, Type.TEXTS)
    return (wanted,)
