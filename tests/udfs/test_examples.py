"""Every worked example of the contract and of the functions' own help."""

import json
from pathlib import Path

import pytest

import udfs
from udfs.registry import FUNCTIONS, Example, Function

udfs.functions()
CONTRACT = json.loads(Path(__file__).with_name("function_examples.json").read_text("utf-8"))
OWN = [(entry, example) for entry in FUNCTIONS.values() for example in entry.examples]


@pytest.mark.parametrize("case", CONTRACT, ids=lambda case: f"{case['fn']}{case['args']}")
def test_an_example_of_the_contract_holds(case: dict):
    answer = getattr(udfs, case["fn"])(*case["args"], **case["kwargs"])
    assert (answer, types_of(answer)) == (case["expected"], types_of(case["expected"]))


@pytest.mark.parametrize(("entry", "example"), OWN, ids=lambda part: getattr(part, "name", ""))
def test_an_example_of_the_help_holds(entry: Function, example: Example):
    answer = getattr(udfs, entry.name)(*example.args, **example.kwargs)
    assert (answer, types_of(answer)) == (example.expected, types_of(example.expected))


@pytest.mark.parametrize(("entry", "example"), OWN, ids=lambda part: getattr(part, "name", ""))
def test_an_example_holds_for_arguments_by_name(entry: Function, example: Example):
    names = [argument.name for argument in entry.arguments]
    named = dict(zip(names, example.args, strict=False)) | dict(example.kwargs)
    assert getattr(udfs, entry.name)(**named) == example.expected


def types_of(value: object) -> object:
    """Return text or number, in the shape of the value: 0 is not "" and 1 is not "1"."""
    if isinstance(value, list):
        return [types_of(one) for one in value]
    return "text" if isinstance(value, str) else "number"
