"""What every function must say about itself before it may be offered."""

import inspect
import re
from decimal import Decimal

import pytest

import udfs
from udfs.registry import FUNCTIONS, NO_NUMBER, Function, Shape, Span, example, register

udfs.functions()
CHINESE = re.compile(r"[\u4e00-\u9fff]")
CONTRACT = """
    JX_NUM JX_PCT JX_UNIT JX_TARGET JX_TARGET_OP JX_TARGET_VAL JX_TARGET_UNIT JX_MONTH JX_KEY JX_CUM
    JX_FLOW JX_TIME JX_PROGRESS JX_GAP JX_PLAN_AT JX_PLAN_CHECK JX_ALERT JX_GROWTH JX_CHANGE_RATE
    JX_BASE JX_SHARE JX_SHARES JX_SUM_CHECK JX_SHARE_CHECK JX_EXEC_RATE JX_CONTROL_RATE JX_PROC_RATE
    JX_STAFF_RATE JX_CARRY_RATE JX_ADJUST_RATE JX_SCORE_EXEC JX_SCORE JX_DEVIATION JX_SCORE_QUAL
    JX_SCORE_STEP JX_TIER JX_GRADE JX_WEIGHT_CHECK JX_AGG JX_ROUND JX_RMB_UPPER JX_FORECAST
    JX_RANK_SHARE JX_MENTION JX_SAME
"""
SIGNATURES = """
    JX_NUM(v)
    JX_PCT(v, mode='auto')
    JX_UNIT(v, from_unit, to_unit, digits=None)
    JX_TARGET(v)
    JX_CUM(months, upto)
    JX_FLOW(cum, prev, month)
    JX_TIME(month, start=1, end=12)
    JX_PROGRESS(cum, target, digits=None)
    JX_GAP(progress, month, digits=None)
    JX_PLAN_AT(month, plan, months=(3, 6, 10, 12), how='step')
    JX_PLAN_CHECK(plan)
    JX_ALERT(progress, plan, yellow=-0.05, red=-0.15)
    JX_GROWTH(this, last, digits=None)
    JX_BASE(this, growth, digits=None)
    JX_SHARE(part, total, digits=None)
    JX_SHARES(parts, digits=2)
    JX_SUM_CHECK(parts, total, tol=0.0)
    JX_SHARE_CHECK(a, b, pub)
    JX_EXEC_RATE(a, b, digits=None)
    JX_ADJUST_RATE(original, adjusted, digits=None)
    JX_SCORE_EXEC(executed, budget, weight=10.0, digits=2)
    JX_SCORE(target, actual, weight, digits=2)
    JX_DEVIATION(target, actual, digits=4)
    JX_SCORE_QUAL(level, weight, position=1.0, digits=2, edges=(1.0, 0.8, 0.6, 0.0))
    JX_SCORE_STEP(actual, limit, step, deduct, weight, direction='<=', partial=True)
    JX_TIER(v, table)
    JX_GRADE(score)
    JX_WEIGHT_CHECK(level1, weights, scheme=None)
    JX_AGG(values, funds, kind)
    JX_ROUND(x, digits=2, mode='half_up')
    JX_RMB_UPPER(x)"""
each_function = pytest.mark.parametrize("entry", [*FUNCTIONS.values()], ids=lambda one: one.name)


def test_all_functions_of_the_contract_are_there():
    assert sorted(FUNCTIONS) == sorted(CONTRACT.split())


@pytest.mark.parametrize("signature", SIGNATURES.split("\n    ")[1:])
def test_a_signature_is_that_of_the_contract(signature: str):
    name = signature.partition("(")[0]
    assert f"{name}{inspect.signature(getattr(udfs, name))}" == signature


@each_function
def test_a_function_is_explained(entry: Function):
    texts = [entry.category, entry.help, entry.source, *(a.help for a in entry.arguments)]
    texts += [one.note for one in entry.examples]
    assert [text for text in texts if not CHINESE.search(text)] == []


@each_function
def test_help_fits_the_function_wizard(entry: Function):
    assert max(len(text) for text in (entry.help, *(a.help for a in entry.arguments))) <= 255


@each_function
def test_a_function_has_an_example_of_another_kind_than_its_first(entry: Function):
    assert len({str(one.expected) for one in entry.examples}) >= 2


@each_function
def test_names_survive_any_windows(entry: Function):
    names = [entry.name, *(argument.name for argument in entry.arguments)]
    assert [name for name in names if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name)] == []


@each_function
def test_a_native_formula_names_only_arguments(entry: Function):
    references = {argument.name: "A1" for argument in entry.arguments}
    assert not re.search(r"\{[a-z]", entry.formula(**references))


@each_function
def test_a_default_spelled_out_changes_nothing(entry: Function):
    """Excel passes the declared default where an argument is left out."""
    call, one = getattr(udfs, entry.name), entry.examples[0]
    bound = inspect.signature(call).bind(*one.args, **one.kwargs)
    bound.apply_defaults()
    assert call(*bound.args) == one.expected


def test_a_native_formula_fills_in_what_is_left_out():
    entry = FUNCTIONS["JX_SHARE"]
    formula = 'IF(OR(A2="",B2=""),"",IF(B2<=0,"—",(A2/B2)))'
    assert entry.formula(part="A2", total="B2") == formula
    rounded = formula.replace("(A2/B2)", "ROUND(A2/B2,4)")
    assert entry.formula(part="A2", total="B2", digits="4") == rounded


def test_a_native_formula_takes_the_default_where_the_cell_is_blank():
    entry = FUNCTIONS["JX_ROUND"]
    formula = 'IF(A2="","",ROUND(A2,IF(B2="",2,B2)))'
    assert entry.formula(x="A2", digits="B2") == formula


def test_a_native_formula_can_take_texts_for_blanks():
    formula = 'IF(NOT(ISNUMBER(A2)),"",ROUND(A2,IF(NOT(ISNUMBER(B2)),2,B2)))'
    assert FUNCTIONS["JX_ROUND"].formula(NO_NUMBER, x="A2", digits="B2") == formula


def test_a_kernel_must_take_what_is_described():
    entry = Function(
        name="JX_TRY", category="试", help="试", arguments=(), examples=(), source="试"
    )
    with pytest.raises(ValueError, match="zip"):
        register(entry)(lambda surplus: surplus)


def test_what_is_registered_can_be_called_with_the_word_range():
    entry = FUNCTIONS["JX_SHARES"]
    assert (entry.shape, entry.arguments[0].span) == (Shape.RANGE, Span.WHOLE)


def test_an_unknown_function_is_missing_by_name():
    with pytest.raises(AttributeError, match="JX_NOTHING"):
        _ = udfs.JX_NOTHING
    with pytest.raises(AttributeError, match="nothing"):
        _ = udfs.nothing


def test_functions_are_listed_as_names_of_the_package():
    assert set(FUNCTIONS) <= set(dir(udfs))


def test_an_example_is_written_like_a_call():
    assert example(1, 2, gives=3, note="试", digits=4).kwargs == {"digits": 4}


def test_pure_functions_take_and_return_decimals():
    assert FUNCTIONS["JX_PROGRESS"].kernel(Decimal(1), Decimal(4)) == Decimal("0.25")
