"""A formula in the cell and the program at the bureau give the same answer."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.layout.formula import NOT_ASKED, RIGHT, WRONG, sign_formula, value_formula
from generator.model.evaluate import evaluate
from generator.model.expression import Node, Type, Value
from tests.stories.expressions import Cells, cells, expressions
from tests.support.office import Calc

SIGNS = {True: RIGHT, False: WRONG, None: NOT_ASKED}
patiently = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@patiently
@given(node=st.one_of(expressions(Type.NUMBER), expressions(Type.TEXT)), given_cells=cells())
def test_a_computed_cell_shows_what_python_reckons(calc: Calc, node: Node, given_cells: Cells):
    formula = value_formula(node, given_cells)
    (shown,) = calc.compute([(f"={formula}", given_cells.answers)])
    assert _same(shown, evaluate(node, given_cells)), formula


@patiently
@given(
    rule=expressions(Type.TRUTH),
    when=st.one_of(st.none(), expressions(Type.TRUTH, 1)),
    tolerance=st.sampled_from([Decimal(0), Decimal("0.05"), Decimal(1)]),
    given_cells=cells(),
)
def test_a_live_check_shows_what_python_finds(
    calc: Calc, rule: Node, when: Node | None, tolerance: Decimal, given_cells: Cells
):
    formula = sign_formula(rule, given_cells, tolerance, when)
    (shown,) = calc.compute([(f"={formula}", given_cells.answers)])
    applies = when is None or evaluate(when, given_cells)
    assert shown == SIGNS[evaluate(rule, given_cells, tolerance) if applies else None], formula


def _same(shown: Value, expected: Value) -> bool:
    """Whether a cell shows a value: a number to the 13 digits that a chain of steps leaves."""
    if isinstance(expected, Decimal) and isinstance(shown, Decimal):
        return abs(shown - expected) <= max(abs(expected), Decimal(1)) * Decimal("1e-12")
    return (shown or None) == expected
