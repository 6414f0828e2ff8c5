"""The worksheet functions' VBA side, written from their registry: one wrapper each."""

from __future__ import annotations

import re
from collections.abc import Iterable

from udfs.registry import Argument, Function

MODULE = "JxFunctions"
CATEGORY = "绩效"
# Reserved words of VBA that could name an argument; xlwings would pass them on and not compile.
RESERVED = re.compile(
    r"""
    abs|addressof|and|any|array|as|boolean|byref|byte|byval|call|case|cbool|cdate|cdbl|circle|close|
    const|currency|date|debug|decimal|declare|dim|do|double|each|else|end|enum|erase|event|exit|
    false|fix|for|function|get|global|gosub|goto|if|imp|implements|in|input|int|integer|is|let|len|
    like|lock|long|loop|lset|me|mod|new|next|not|nothing|null|object|on|open|option|optional|or|
    paramarray|print|private|property|public|put|redim|rem|resume|return|rset|scale|seek|select|set|
    sgn|shared|single|static|step|stop|string|sub|tab|then|to|true|type|ubound|unlock|until|variant|
    wend|while|with|write|xor
    """,
    re.VERBOSE | re.IGNORECASE,
)


def module_text(functions: Iterable[Function]) -> str:
    """Return the source of the module that holds all wrappers."""
    lines = [
        "Option Explicit",
        "' Written by addin/builder/wrappers.py from the registry of udfs/. Do not edit.",
    ]
    for function in functions:
        lines += ["", *wrapper(function)]
    return "\n".join(lines)


def wrapper(function: Function) -> list[str]:
    """Return the lines of a wrapper: Excel calls it, Python answers."""
    parameters = ", ".join(map(_parameter, function.arguments))
    given = ", ".join(spelled(argument.name) for argument in function.arguments)
    return [
        f"Public Function {function.name}({parameters}) As Variant",
        f'    {function.name} = JxCall("{function.name}", Array({given}))',
        "End Function",
    ]


def _parameter(argument: Argument) -> str:
    optional = "Optional " if argument.optional else ""
    return f"{optional}ByVal {spelled(argument.name)} As Variant"


def spelled(name: str) -> str:
    """Return an argument's name as VBA can spell it.

    >>> spelled("month"), spelled("end")
    ('month', 'end_')
    """
    return f"{name}_" if RESERVED.fullmatch(name) else name


def help_rows(functions: Iterable[Function]) -> list[list[str]]:
    """Return what Insert Function shows: name, category, description, then help per argument."""
    return [
        [
            function.name,
            f"{CATEGORY}·{function.category}",
            function.help,
            *(argument.help for argument in function.arguments),
        ]
        for function in functions
    ]
