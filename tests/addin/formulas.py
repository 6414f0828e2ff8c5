"""What worksheet functions answer, without Excel: by the functions themselves, and natively."""

from __future__ import annotations

import re

import xlwings as xw

import udfs
from udfs.registry import FUNCTIONS

_REFERENCE = re.compile(r"\$?[A-Z]{1,2}\$?\d+(?::\$?[A-Z]{1,2}\$?\d+)?")
_CALL = re.compile(r"=(JX_\w+)\((.*)\)")


def answer(sheet: xw.Sheet, formula: str) -> object:
    """Return what a formula of ours gives on a sheet, as Excel would have it computed."""

    def cells(address: str) -> object:
        found = sheet.range(address)
        return found.options(ndim=2, err_to_str=True).value if found.count > 1 else found.value

    def total(block: list[list[object]]) -> float:
        return sum(each for row in block for each in row if isinstance(each, float))

    expression = _REFERENCE.sub(lambda match: f"cells('{match[0]}')", formula.removeprefix("="))
    return eval(expression, {"cells": cells, "SUM": total, **udfs.functions()})


def native(formula: str) -> str:
    """Return the formula of Excel's own functions that the handbook says is equal."""
    name, arguments = _CALL.fullmatch(formula).groups()
    parts = re.split(r",(?![^(]*\))", arguments)
    function = FUNCTIONS[name]
    names = [each.name for each in function.arguments]
    return "=" + function.formula(**dict(zip(names, parts, strict=False)))
