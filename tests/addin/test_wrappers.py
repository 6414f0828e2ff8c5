"""The wrappers of worksheet functions, held against those that xlwings itself would write."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import udfs
from addin.builder.source import LONGEST_LINE
from addin.builder.wrappers import help_rows, module_text, spelled, wrapper
from udfs.registration import CATEGORY
from udfs.registry import FUNCTIONS, Function

udfs.functions()
ROOT = Path(__file__).parents[2]
ORACLE = """
import io, json, sys, types
from tests.udfs.support.pywin32 import install
install()
from xlwings.udfs import generate_vba_wrapper
import udfs.registration as functions
text = io.StringIO()
workbook = types.SimpleNamespace(Name="jixiao.xlam")
generate_vba_wrapper("udfs.registration", functions, text, workbook)
known = [one.__xlfunc__ for one in vars(functions).values() if hasattr(one, "__xlfunc__")]
told = {
    one["name"]: [one["ret"]["doc"], *(each["doc"] for each in one["args"])] for one in known
}
volatile = [one["name"] for one in known if one["volatile"]]
json.dump({"text": text.getvalue(), "told": told, "volatile": volatile}, sys.stdout)
"""
ANSWERS = """
import json, sys
from tests.udfs.support.pywin32 import install
server = install()[1].XLPython()
left_out, division_by_zero = -2147352572, -2146826281
calls = [
    ("JX_SHARES", ((1.0,), (3.0,)), left_out),
    ("JX_SHARES", (1.0, 3.0), left_out),
    ("JX_SHARE", 1.0, 4.0, left_out),
    ("JX_SHARE", ((1.0,), (None,)), 4.0, 1.0),
    ("JX_NUM", division_by_zero),
    ("JX_NUM", ((division_by_zero,), ("80%",))),
    ("JX_MONTH", 43344.0),
    ("JX_TIME", "9月", left_out, left_out),
]
asked = [server.CallUDF("udfs.registration", name, given) for name, *given in calls]
json.dump(asked, sys.stdout)
"""
each_function = pytest.mark.parametrize("entry", [*FUNCTIONS.values()], ids=lambda one: one.name)


@pytest.fixture(scope="module")
def oracle() -> dict[str, Any]:
    """What xlwings generates; in a process of its own, as it needs stubs for Windows."""
    done = subprocess.run(
        [sys.executable, "-c", ORACLE], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    )
    return dict(json.loads(done.stdout))


def signature(vba: str, name: str) -> list[str]:
    """Return a function's parameters, without what only our style adds."""
    parameters = re.search(rf"Function {name}\((.*?)\)(?: As Variant)?$", vba, re.MULTILINE)[1]
    plain = re.sub(r"\bByVal | As Variant\b", "", parameters)
    return [part.strip() for part in plain.split(",")]


def handed_on(vba: str, name: str) -> list[str]:
    """Return what a function hands on to Python."""
    return re.search(rf'"{name}", Array\((.*?)\)', vba)[1].split(", ")


@each_function
def test_a_signature_is_that_of_xlwings_save_reserved_words(
    entry: Function, oracle: dict[str, Any]
):
    theirs = [spelled_last(part) for part in signature(oracle["text"], entry.name)]
    assert signature("\n".join(wrapper(entry)), entry.name) == theirs


def spelled_last(parameter: str) -> str:
    """Return a parameter with its name as VBA can spell it."""
    *before, name = parameter.split(" ")
    return " ".join([*before, spelled(name)])


@each_function
def test_all_arguments_are_handed_on_in_order(entry: Function, oracle: dict[str, Any]):
    ours = handed_on("\n".join(wrapper(entry)), entry.name)
    assert ours == [spelled(name) for name in handed_on(oracle["text"], entry.name)]


def test_both_know_the_same_functions(oracle: dict[str, Any]):
    ours = re.findall(r"(?m)^Public Function (\w+)", module_text(FUNCTIONS.values()))
    assert sorted(ours) == sorted(re.findall(r"(?m)^Function (\w+)", oracle["text"]))


def test_no_function_is_volatile(oracle: dict[str, Any]):
    assert oracle["volatile"] == []


def test_insert_function_shows_what_xlwings_would_register(oracle: dict[str, Any]):
    told = {name: texts for name, _, *texts in help_rows(FUNCTIONS.values())}
    assert told == oracle["told"]


def test_each_function_stands_in_its_category():
    categories = {name: category for name, category, *_ in help_rows(FUNCTIONS.values())}
    assert categories == {name: f"{CATEGORY}·{entry.category}" for name, entry in FUNCTIONS.items()}


def test_help_fits_insert_function():
    assert max(len(text) for row in help_rows(FUNCTIONS.values()) for text in row) <= 255


def test_a_reserved_word_gets_a_name_that_compiles():
    assert wrapper(FUNCTIONS["JX_TIME"]) == [
        "Public Function JX_TIME(ByVal month As Variant, Optional ByVal start As Variant,"
        " Optional ByVal end_ As Variant) As Variant",
        '    JX_TIME = JxCall("JX_TIME", Array(month, start, end_))',
        "End Function",
    ]


@each_function
def test_a_wrapper_fits_the_editor(entry: Function):
    assert max(map(len, wrapper(entry))) <= LONGEST_LINE


def test_python_answers_what_a_wrapper_hands_on():
    """Values instead of ranges, no workbook, no caller; errors and what is left out as numbers."""
    done = subprocess.run(
        [sys.executable, "-c", ANSWERS], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    )
    assert json.loads(done.stdout) == [
        [[0.25], [0.75]],
        [0.25, 0.75],
        0.25,
        [[0.3], [""]],
        "⚠无法识别:#DIV/0!",
        [["⚠无法识别:#DIV/0!"], [0.8]],
        9.0,
        0.75,
    ]
