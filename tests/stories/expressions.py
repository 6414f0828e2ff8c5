"""Random expressions of the language, and random cells for them to look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from hypothesis import strategies as st

from generator.model.expression import (
    Call,
    Choose,
    ColumnRef,
    Compare,
    FieldRef,
    Literal,
    Logic,
    Node,
    PeriodRef,
    Product,
    Sum,
    Type,
    Value,
)
from generator.template.expression.functions import FUNCTIONS

MONTH = PeriodRef("month", Type.NUMBER)
VARIANTS = (("较高", "高"), ("较低", "低"))  # other wordings of a choice → its own
NUMBERS = {f"n{row}": FieldRef(f"n{row}", Type.NUMBER) for row in range(1, 5)}
TEXTS = {f"s{row}": FieldRef(f"s{row}", Type.TEXT) for row in range(1, 3)}
CHOICE = FieldRef("choice", Type.TEXT, VARIANTS)
AMOUNTS = ColumnRef("t", "amounts", Type.NUMBERS)
LABELS = ColumnRef("t", "labels", Type.TEXTS)
LEVELS = ColumnRef("t", "levels", Type.TEXTS, VARIANTS)
ROWS = range(1, 5)
_LOOKUP_TEXT = replace(FUNCTIONS["lookup"], returns=Type.TEXT)

_CELLS = {
    **{name: f"$A${row}" for row, name in enumerate(NUMBERS, 1)},
    **{name: f"$B${row}" for row, name in enumerate(TEXTS, 1)},
    "choice": "$B$4",
}
_COLUMNS = {"amounts": "C", "labels": "D", "levels": "E"}


@dataclass(frozen=True)
class Cells:
    """What stands in the cells: the scope of both readings."""

    answers: Mapping[str, Value]  # address without $ → what was typed; "" is a computed blank

    def value(self, ref: FieldRef | PeriodRef) -> Value:
        """Return one cell's value as Python reckons with it."""
        if isinstance(ref, PeriodRef):
            return Decimal(9)
        return self._known(_CELLS[ref.name].replace("$", ""), dict(ref.variants))

    def values(self, ref: ColumnRef) -> list[Value]:
        """Return a column's values."""
        column, variants = _COLUMNS[ref.column], dict(ref.variants)
        return [self._known(f"{column}{row}", variants) for row in ROWS]

    def cell(self, ref: FieldRef) -> str:
        """Return one cell's address."""
        return _CELLS[ref.name]

    def range(self, ref: ColumnRef) -> str:
        """Return a column's range."""
        column = _COLUMNS[ref.column]
        return f"${column}${ROWS[0]}:${column}${ROWS[-1]}"

    def constant(self, ref: PeriodRef) -> Value:
        """Return an attribute of the period."""
        return self.value(ref)

    def _known(self, address: str, variants: Mapping[str, str]) -> Value:
        value = self.answers[address]
        return variants.get(value, value or None) if isinstance(value, str) else value


_typed_numbers = st.one_of(
    st.decimals(-500, 500, places=2),
    st.integers(-3, 3).map(Decimal),
    st.just(Decimal(0)),
)
_typed_words = st.sampled_from(
    ["甲", "乙", "a", "A", "12", "1.", "", "—", "　", "说“好”", '"', "x*"]
)
_number_cells = st.one_of(
    _typed_numbers, _typed_numbers, st.none(), st.sampled_from(["", "—", "约3", "5"])
)
_text_cells = st.one_of(_typed_words, st.none())
_choice_cells = st.one_of(st.sampled_from(["高", "低", "较高", "较低"]), st.none())


def cells() -> st.SearchStrategy[Cells]:
    """Return cells with numbers, texts where numbers are meant, zeros and blanks."""
    kinds = {
        **{_CELLS[name]: _number_cells for name in NUMBERS},
        **{_CELLS[name]: _text_cells for name in TEXTS},
        _CELLS["choice"]: _choice_cells,
        **{f"C{row}": _number_cells for row in ROWS},
        **{f"D{row}": _text_cells for row in ROWS},
        **{f"E{row}": _choice_cells for row in ROWS},
    }
    named = {address.replace("$", ""): each for address, each in kinds.items()}
    return st.fixed_dictionaries(named).map(Cells)


def expressions(wanted: Type, deepest: int = 3) -> st.SearchStrategy[Node]:
    """Return expressions of the language that yield a number, a text or a truth."""
    return {Type.NUMBER: _numbers, Type.TEXT: _texts, Type.TRUTH: _truths}[wanted](deepest)


def _numbers(deepest: int) -> st.SearchStrategy[Node]:
    literals = st.one_of(st.integers(-3, 12).map(Decimal), st.decimals(-9, 9, places=2)).map(
        Literal
    )
    simple = st.one_of(st.sampled_from(list(NUMBERS.values())), literals, st.just(MONTH))
    if not deepest:
        return simple
    below, texts = _numbers(deepest - 1), _texts(deepest - 1)
    nonzero = below.filter(lambda each: each != Literal(Decimal(0)))
    several = st.lists(below, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        simple,
        st.builds(Sum, several, st.lists(below, max_size=2).map(tuple)),
        st.builds(
            lambda each: Sum((), (each,)), below.filter(lambda e: not isinstance(e, Literal))
        ),
        st.builds(lambda a, b: Product("*", a, b), below, below),
        st.builds(lambda a, b: Product("/", a, b), below, nonzero),
        st.builds(Choose, _truths(deepest - 1), below, below),
        _calls(["abs"], [below]),
        _calls(["round"], [below, st.integers(0, 3).map(lambda d: Literal(Decimal(d)))]),
        st.builds(
            lambda name, each: Call(FUNCTIONS[name], each),
            st.sampled_from(["sum", "min", "max"]),
            st.lists(st.one_of(below, st.just(AMOUNTS)), min_size=1, max_size=3).map(tuple),
        ),
        st.builds(lambda each: Call(FUNCTIONS["last"], each), several),
        _calls(["count"], [st.sampled_from([AMOUNTS, LABELS, LEVELS])]),
        _calls(["len"], [texts]),
        _calls(["sumif", "lookup"], [st.just(AMOUNTS), st.just(LABELS), texts]),
        _calls(["sumif", "lookup"], [st.just(AMOUNTS), st.just(LEVELS), _levels()]),
        _calls(["countif"], [st.just(LABELS), texts]),
        _calls(["countif"], [st.just(LEVELS), _levels()]),
    )


def _texts(deepest: int) -> st.SearchStrategy[Node]:
    literals = st.sampled_from(["甲", "乙", "a", "12", '"', "x*"]).map(Literal)
    simple = st.one_of(st.sampled_from(list(TEXTS.values())), literals)
    if not deepest:
        return simple
    below = _texts(deepest - 1)
    return st.one_of(
        simple,
        simple,
        st.builds(Choose, _truths(deepest - 1), below, below),
        _calls(
            ["percent"],
            [_numbers(deepest - 1), st.integers(0, 3).map(lambda d: Literal(Decimal(d)))],
        ),
        _calls(["lookup"], [st.just(LABELS), st.just(LABELS), below]).map(_yielding_text),
    )


def _truths(deepest: int) -> st.SearchStrategy[Node]:
    numbers, texts = _numbers(max(deepest - 1, 0)), _texts(max(deepest - 1, 0))
    simple = st.one_of(
        st.builds(Compare, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), numbers, numbers),
        st.builds(Compare, st.sampled_from(["==", "!="]), texts, texts),
        st.builds(Compare, st.sampled_from(["==", "!="]), st.just(CHOICE), _levels()),
        _calls(["blank", "filled"], [st.one_of(numbers, texts)]),
        st.builds(
            lambda each: Call(FUNCTIONS["rising"], each),
            st.lists(numbers, min_size=1, max_size=4).map(tuple),
        ),
    )
    if not deepest:
        return simple
    below = _truths(deepest - 1)
    return st.one_of(
        simple,
        st.builds(
            Logic,
            st.sampled_from(["and", "or"]),
            st.lists(below, min_size=2, max_size=3).map(tuple),
        ),
        below.map(lambda each: Logic("not", (each,))),
    )


def _levels() -> st.SearchStrategy[Node]:
    return st.sampled_from(["高", "低"]).map(Literal)


def _calls(
    names: Sequence[str], arguments: Sequence[st.SearchStrategy[Node]]
) -> st.SearchStrategy[Node]:
    return st.builds(
        lambda name, given: Call(FUNCTIONS[name], given),
        st.sampled_from(names),
        st.tuples(*arguments),
    )


def _yielding_text(call: Call) -> Call:
    return Call(_LOOKUP_TEXT, call.arguments)
