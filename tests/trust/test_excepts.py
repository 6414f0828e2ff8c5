"""Every place that catches whatever comes was looked at; a new one has to be looked at too."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILES = sorted(
    path for folder in ("generator", "udfs", "addin") for path in (ROOT / folder).rglob("*.py")
)

# Where it is, and why whatever comes is caught there; what becomes of it must be told.
REVIEWED = {
    "generator/crew.py _answer": "a panic in Rust costs one task, and is told",
    "generator/workbook/reader/container.py _inflated": "what fails here is read again by zipfile",
    "generator/workbook/reader/extent.py check_xls": "parses a binary format; told as broken",
    "generator/workbook/reader/encrypted.py inner_file": "parses a binary format; told as broken",
    "generator/workbook/reader/foreign.py _calamine_errors": "a panic in Rust; all else goes on",
    "generator/workbook/describe.py _rest": "openpyxl; the cells are shown, and that it failed",
    "generator/merge/arrival.py arrive": "a bug of ours costs one file; logged, and told so",
    "generator/merge/decide.py mark_of": "a bug of ours costs one file; logged, and told so",
    "generator/merge/record.py record_of": "a bug of ours costs one file; logged, and told so",
    "generator/merge/assemble.py _consolidated": "who makes totals fail is found out",
    "generator/merge/assemble.py _failure": "a bug of ours costs one return; told so",
    "addin/returns.py _link": "a cell without a link; xlwings and Excel each say no in their way",
    "addin/runtime.py run": "one sentence is said, our own faults are logged in full",
    "addin/runtime.py _caller": "no workbook is open; the person is told",
    "addin/runtime.py working": "what was changed is put back, one after the other",
    "addin/excel.py unlocked": "Excel refuses a password in its own way; told as LockedError",
}
# These see what departments sent, where running out of memory has words of its own.
READERS = ("generator/workbook/", "generator/merge/arrival.py", "generator/merge/decide.py")
NEVER_STARVED = {
    "generator/workbook/describe.py _rest": "a person shows one workbook, outside of any merge",
    "generator/workbook/reader/foreign.py _calamine_errors": "raises everything again but panics",
    "generator/workbook/reader/container.py _inflated": "is tried again, and starves there",
}


def functions(path: Path) -> Iterator[tuple[str, list[ast.AST]]]:
    """Yield each function of a file with what stands in it, but not in functions inside it."""
    name = path.relative_to(ROOT).as_posix()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef):
            yield f"{name} {node.name}", list(_own(node))


def _own(node: ast.AST) -> Iterator[ast.AST]:
    for each in ast.iter_child_nodes(node):
        if not isinstance(each, ast.FunctionDef):
            yield each
            yield from _own(each)


def is_broad(expression: ast.expr | None) -> bool:
    names = expression.elts if isinstance(expression, ast.Tuple) else [expression]
    return any(
        each is None or (isinstance(each, ast.Name) and each.id in ("Exception", "BaseException"))
        for each in names
    )


def catches_all(node: ast.AST) -> bool:
    if isinstance(node, ast.ExceptHandler):
        last = node.body[-1]
        goes_on = isinstance(last, ast.Raise) and last.exc is None
        return is_broad(node.type) and not goes_on
    called = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "suppress"
    return called and any(map(is_broad, node.args))


def test_every_place_that_catches_everything_was_reviewed():
    found = {
        where for path in FILES for where, own in functions(path) if any(map(catches_all, own))
    }
    assert sorted(found - REVIEWED.keys()) == []


def test_no_handler_just_passes():
    passing = [
        where
        for path in FILES
        for where, own in functions(path)
        for each in own
        if isinstance(each, ast.ExceptHandler) and all(isinstance(s, ast.Pass) for s in each.body)
    ]
    assert passing == []


def test_readers_do_not_take_a_lack_of_memory_for_a_broken_file():
    blind = [
        where
        for path in FILES
        for where, own in functions(path)
        if where.startswith(READERS) and where not in NEVER_STARVED
        for each in own
        if isinstance(each, ast.Try) and _takes_all_but_memory(each)
    ]
    assert blind == []


def _takes_all_but_memory(node: ast.Try) -> bool:
    types = [each.type for each in node.handlers]
    first = next((place for place, each in enumerate(types) if is_broad(each)), None)
    if first is None:
        return False
    return not any(each and "MemoryError" in ast.unparse(each) for each in types[:first])
