"""The functions' Python reading, and the shape of the Excel reading."""

from __future__ import annotations

import re
from decimal import Decimal
from inspect import signature

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.model.expression import Type
from generator.template.expression.functions import FUNCTIONS, PAIR

D = Decimal
EXCEL_2010 = {
    *("ABS", "AND", "COUNT", "EXACT", "IF", "INDEX", "ISNUMBER", "LEN", "MAX", "MIN", "N", "NOT"),
    *("OR", "REPT", "ROUND", "ROW", "SUBSTITUTE", "SUM", "SUMPRODUCT", "TEXT", "TRIM"),
}


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("sum", ([D(1), None, "—", D(2)],), D(3)),
        ("sum", (D(1), None, [D(5)]), D(6)),
        ("sum", ([None, ""],), None),
        ("min", (D(3), None, D(2)), D(2)),
        ("max", ([D(3), "无", D(7)],), D(7)),
        ("max", ([],), None),
        ("abs", (D("-2.5"),), D("2.5")),
        ("abs", ("—",), None),
        ("round", (D("2.345"), D(2)), D("2.35")),
        ("round", (D("-2.5"), D(0)), D(-3)),
        ("round", (D(1250), D(-2)), D(1300)),
        ("round", (None, D(2)), None),
        ("percent", (D("0.77315"), D(2)), "77.32%"),
        ("percent", (D("0.4"), D(0)), "40%"),
        ("percent", (None, D(0)), None),
        ("last", (D(25), None, D(75), None), D(75)),
        ("last", (None, None), None),
        ("rising", (D(25), None, D(75), D(75)), True),
        ("rising", (D(25), None, D(20)), False),
        ("rising", (D(25),), True),
        ("rising", (None, None), None),
        ("rising", (D("0.3"), D("0.29999999999")), True),
        ("count", (["甲", None, "", "—", D(0)],), D(2)),
        ("blank", (None,), True),
        ("blank", ("　",), True),
        ("blank", (D(0),), False),
        ("filled", ("—",), False),
        ("filled", ("无",), True),
        ("len", ("一二三",), D(3)),
        ("len", (None,), None),
        ("sumif", ([D(1), D(2), None], ["甲", "乙", "甲"], "甲"), D(1)),
        ("sumif", ([D(1), D(2)], ["甲", "乙"], "丙"), D(0)),
        ("sumif", ([None, None], ["甲", "乙"], "甲"), None),
        ("sumif", ([D(1)], ["甲"], None), None),
        ("countif", (["甲", "乙", "甲"], "甲"), D(2)),
        ("countif", (["A"], "a"), D(0)),
        ("countif", (["甲"], ""), None),
        ("lookup", ([D(1), D(2), D(3)], ["甲", "乙", "乙"], "乙"), D(2)),
        ("lookup", (["一"], ["甲"], "乙"), None),
        ("items", ("1. 甲；2.乙，同比增长1.5%；3、丙。",), D(3)),
        ("items", ("１．甲\n２．乙",), D(2)),
        ("items", ("完成18亿元，增长7.5%。",), D(0)),
        ("items", (None,), None),
    ],
)
def test_a_function_keeps_the_rules_of_blanks(
    name: str, arguments: tuple[object, ...], expected: object
):
    value = FUNCTIONS[name].python(*arguments)
    assert (value, type(value)) == (expected, type(expected))


def formulas(name: str) -> str:
    function = FUNCTIONS[name]
    assert function.excel is not None
    arguments = ["'表 一'!$B$2", 'IF(C2=0,"",C2)', "D2"]
    return function.excel(*arguments[: len(function.parameters) + 2 * function.variadic])


IN_EXCEL = [name for name, each in FUNCTIONS.items() if each.excel]


@pytest.mark.parametrize("name", IN_EXCEL)
def test_a_formula_uses_only_functions_that_excel_2010_has(name: str):
    assert set(re.findall(r"([A-Z]+)\(", formulas(name))) <= EXCEL_2010


@pytest.mark.parametrize("name", IN_EXCEL)
def test_only_a_truth_is_a_pair_of_formulas(name: str):
    assert formulas(name).count(PAIR) == (FUNCTIONS[name].returns is Type.TRUTH)


@pytest.mark.parametrize(
    ("name", "arguments", "formula"),
    [
        ("sum", ["B2:B9"], 'IF(COUNT(B2:B9)=0,"",SUM(B2:B9))'),
        ("sum", ["B2", 'IF(C2="","",1)'], None),
        (
            "max",
            ["-5", "B2"],
            'IF(COUNT(B2)+ISNUMBER(-5)=0,"",MAX(B2,IF(ISNUMBER(-5),-5,-9.99E+307)))',
        ),
        ("last", ["B2", "C2"], 'IF(ISNUMBER(C2),C2,IF(ISNUMBER(B2),B2,""))'),
        (
            "percent",
            ["B2", "2"],
            'IF(AND(ISNUMBER(B2),ISNUMBER(2)),TEXT(ROUND(N(B2),N(2)+2),"0.00%"),"")',
        ),
        ("countif", ["B2:B9", '"甲"'], 'SUMPRODUCT((0+EXACT(B2:B9,"甲")))'),
        (
            *("countif", ["B2:B9", '"甲"', '"甲类"']),
            'SUMPRODUCT((0+(EXACT(B2:B9,"甲")+EXACT(B2:B9,"甲类")>0)))',
        ),
    ],
)
def test_a_formula_guards_what_is_no_reference(
    name: str, arguments: list[str], formula: str | None
):
    function = FUNCTIONS[name]
    assert function.excel is not None
    nested = 'IF(COUNT(B2)+ISNUMBER(IF(C2="","",1))=0,"",SUM(B2,N(IF(C2="","",1))))'
    assert function.excel(*arguments) == (formula or nested)


@pytest.mark.parametrize("name", list(FUNCTIONS))
def test_a_function_takes_as_many_arguments_as_it_says(name: str):
    function = FUNCTIONS[name]
    parameters = signature(function.python).parameters.values()
    variadic = any(each.kind is each.VAR_POSITIONAL for each in parameters)
    assert (variadic, len(parameters)) == (function.variadic, len(function.parameters))


@given(st.lists(st.none() | st.decimals(-9, 9, places=2), max_size=6))
def test_the_order_of_numbers_does_not_change_their_sum(values: list[Decimal | None]):
    python = FUNCTIONS["sum"].python
    assert python(values) == python(*reversed(values), None)
