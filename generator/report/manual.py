"""What people read about the worksheet functions: the listing, one function whole, their order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches

import udfs
from udfs.registry import FUNCTIONS, Argument, Example, Function

CATEGORIES = (  # in the order in which a year's work meets them; others follow
    *("取数", "取整与大写", "期间与累计", "进度", "增减", "占比"),
    *("绩效比率", "指标与评分", "校验", "汇总", "文本比对"),
)
_CLAUSE = re.compile(r"[；，。、：（(]")
_LATIN = re.compile(r"[A-Za-z<>=]")
_INDENT = "    "


def by_category() -> dict[str, list[Function]]:
    """Return all worksheet functions by category."""
    udfs.functions()  # fills the registry
    known = [*CATEGORIES, *(each.category for each in FUNCTIONS.values())]
    listed: dict[str, list[Function]] = {category: [] for category in dict.fromkeys(known)}
    for entry in FUNCTIONS.values():
        listed[entry.category].append(entry)
    return {category: entries for category, entries in listed.items() if entries}


def find(name: str) -> Function:
    """Return a function by its name, however it is typed.

    Raises:
        ValueError: there is none; names the nearest.
    """
    udfs.functions()
    wanted = name.strip().lstrip("=").partition("(")[0].upper()
    wanted = wanted if wanted.startswith("JX_") else f"JX_{wanted}"
    if wanted not in FUNCTIONS:
        near = get_close_matches(wanted, FUNCTIONS, 1)
        meant = f"，是不是 {near[0]}？" if near else "。"
        raise ValueError(f"没有函数 {name}{meant}全部函数见 jixiao functions。")
    return FUNCTIONS[wanted]


def short(argument: Argument) -> str:
    """Return what an argument is in a word or two; one that is a choice is just that."""
    word = _CLAUSE.split(argument.help)[0]
    word = "选项" if _LATIN.match(word) else word
    return f"[{word}]" if argument.optional else word


def signature(entry: Function) -> str:
    """Return how a function is written, in Chinese terms: what is in brackets may be left out."""
    return f"{entry.name}({', '.join(map(short, entry.arguments))})"


def native(entry: Function) -> str:
    """Return the native formula over the names of the arguments; empty where Excel has none."""
    return "=" + re.sub(r"\{(\w+)\}", r"\1", entry.native) if entry.native else ""


def listing() -> str:
    """Return all functions, a line or two each."""
    lines: list[str] = []
    for category, entries in by_category().items():
        lines += ["", f"【{category}】"]
        for entry in entries:
            lines += [f"  {signature(entry)}", f"{_INDENT}  {entry.help}"]
    count = f"共 {len(FUNCTIONS)} 个函数，方括号里的参数可以省略。"
    return "\n".join([count, *lines, "", "详细说明：jixiao functions 函数名"])


def details(entry: Function) -> str:
    """Return everything about one function."""
    lines = [
        *(f"{entry.name}　{entry.category}", f"{_INDENT}{entry.help}"),
        *("写法", f"{_INDENT}{signature(entry)}", "参数"),
        *(f"{_INDENT}{name}　{text}" for name, text in explained(entry)),
        "例子",
        *(f"{_INDENT}{_shown(entry, each)}　{each.note}" for each in entry.examples),
        *("依据", f"{_INDENT}{entry.source}"),
    ]
    if entry.native:
        lines += ["Excel 原生公式（单元格里是数或空白时，结果相同）", f"{_INDENT}{native(entry)}"]
    return "\n".join(lines)


def explained(entry: Function) -> Iterator[tuple[str, str]]:
    """Yield the name and the help of each argument."""
    for argument in entry.arguments:
        yield argument.name, f"{'（可省）' if argument.optional else ''}{argument.help}"


def _shown(entry: Function, one: Example) -> str:
    names = [argument.name for argument in entry.arguments]
    given = dict(zip(names, one.args, strict=False)) | dict(one.kwargs)
    last = max(names.index(name) for name in given)
    parts = (_cell(given.get(name)) for name in names[: last + 1])
    return f"={entry.name}({','.join(parts)}) → {_cell(one.expected)}"


def _cell(value: object) -> str:
    """Return a value as a formula has it: a range is an array, an empty cell is nothing."""
    match value:
        case None:
            return ""
        case list():
            return "{" + _array(value) + "}"
        case str():
            return f'"{value}"'
    return str(value).removesuffix(".0")


def _array(cells: Sequence[object]) -> str:
    if any(isinstance(each, list) for each in cells):
        return ";".join(_array(row) if isinstance(row, list) else _cell(row) for row in cells)
    return ",".join(map(_cell, cells))
