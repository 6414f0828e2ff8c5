"""Jinja's own parser, for expressions and for texts with `{{ … }}`; nothing is executed here."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from typing import TypeVar

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.parser import Parser

from generator.template.mistakes import Wrong

_Parsed = TypeVar("_Parsed")

_ENVIRONMENT = Environment(autoescape=False)  # makes trees, renders nothing
_LONGEST = 4000
_DEEPEST = 60
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MARKED = re.compile(r"\{\{|\{%|\{#")

OPERATORS: dict[type[nodes.Expr], str] = {
    nodes.Add: "+",
    nodes.Sub: "-",
    nodes.Mul: "*",
    nodes.Div: "/",
    nodes.FloorDiv: "//",
    nodes.Mod: "%",
    nodes.Pow: "**",
    nodes.Concat: "~",
}


def is_plain(text: str) -> bool:
    """Whether a text has nothing for Jinja in it."""
    return _MARKED.search(text) is None


def is_writable(text: str) -> bool:
    """Whether a worksheet can hold a text: no control characters, no half characters."""
    return not _UNWRITABLE.search(text)


def parse_expression(text: str) -> nodes.Expr:
    """Return the tree of one expression.

    Raises:
        Wrong: it is none.
    """

    def parse() -> nodes.Expr:
        parser = Parser(_ENVIRONMENT, text, state="variable")
        expression = parser.parse_expression()
        if not parser.stream.eos:
            raise Wrong(f"看不懂“{_short(text)}”：{_left(parser)}")
        return expression

    if not text.strip():
        raise Wrong("算式是空的")
    return _guarded(parse, text)


def parse_text(text: str) -> list[str | nodes.Expr]:
    """Return a text as its printed pieces and the expressions between them.

    Raises:
        Wrong: there is more in it than text and `{{ … }}`, or an expression is none.
    """
    if is_plain(text):
        return [text]
    if "{%" in text or "{#" in text:
        raise Wrong("文字里只能用 {{ … }}，不能用 {% … %} 和 {# … #}")
    template = _guarded(lambda: _ENVIRONMENT.parse(text), text)
    pieces: list[str | nodes.Expr] = []
    for output in template.body:
        assert isinstance(output, nodes.Output)  # there are no statements
        pieces += [
            each.data if isinstance(each, nodes.TemplateData) else each for each in output.nodes
        ]
    return pieces


def _guarded(parse: Callable[[], _Parsed], text: str) -> _Parsed:
    if len(text) > _LONGEST:
        raise Wrong(f"太长，最多 {_LONGEST} 个字符")
    if _depth(text) > _DEEPEST:
        raise Wrong("括号套得太深")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a lone backslash in a text
            return parse()
    except TemplateSyntaxError as error:
        raise Wrong(f"看不懂“{_short(text)}”：{_reason(error.message or '')}") from None
    except (RecursionError, ValueError, ArithmeticError):
        raise Wrong(f"看不懂“{_short(text)}”") from None


def _depth(text: str) -> int:
    """Return how deep the text could nest at most: brackets and signs before an operand."""
    deepest = depth = 0
    for each in re.findall(r"[(\[{]|[)\]}]|\bnot\b|[-+]", text):
        depth += -1 if each in ")]}" else 1 if each in "([{" else 0
        deepest = max(deepest, depth)
    runs = re.findall(r"(?:(?:not\b|[-+])\s*)+", text)
    return deepest + max((len(re.findall(r"not|[-+]", run)) for run in runs), default=0)


def _left(parser: Parser) -> str:
    token = str(parser.stream.current.value)
    return "“相等”要写 ==" if token == "=" else f"从“{token}”起是多余的"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:59]}…"


_REASONS = (
    (r"unexpected char '(?P<it>.+)'", "有不认识的字符“{it}”"),
    (r"unexpected '(?P<it>.+)'", "“{it}”不该在这里"),
    (r"expected token '(?P<it>.+)', got '(?P<got>.+)'", "“{got}”处缺少“{it}”"),
    (r"unexpected end of template", "没有写完"),
)


def _reason(message: str) -> str:
    for pattern, chinese in _REASONS:
        match = re.search(pattern, message, re.DOTALL)
        if match:
            strange = any(not each.isascii() for each in match.groupdict().get("it") or "")
            note = "，算式里的符号要用半角，不等号写 <= >= !=，乘除写 * /" if strange else ""
            return chinese.format(**match.groupdict()) + note
    return "写法有误"
