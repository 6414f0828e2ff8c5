"""Expressions: the trees they become, and that no text does worse than be refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.model.expression import (
    Call,
    CellRef,
    Choose,
    ColumnRef,
    Compare,
    FieldRef,
    Literal,
    Logic,
    PeriodRef,
    Product,
    RowRef,
    Sum,
    Type,
    type_of,
)
from generator.template.expression.functions import FUNCTIONS
from generator.template.expression.names import Known, KnownSheet, KnownTable, Names
from generator.template.expression.parse import parse, parse_message, untranslatable
from generator.template.mistakes import Wrong

NUMBER, TEXT = Known(Type.NUMBER), Known(Type.TEXT)
ITEMS = KnownTable(
    "items",
    {
        "name": TEXT,
        "amount": NUMBER,
        "level": Known(Type.TEXT, (("较高", "高"),)),
        "area": Known(Type.TEXT, merge_down=True),
        "month": NUMBER,
    },
    (),
    has_totals=False,
    torn=frozenset({"month"}),
)
FUNDS = KnownTable("funds", {"money": NUMBER}, ("own", "total"), has_totals=True)
MAIN = KnownSheet(
    "main", {"a": NUMBER, "b": NUMBER, "t": TEXT}, {"items": ITEMS, "funds": FUNDS}, repeated=False
)
OTHER = KnownSheet("other", {"far": NUMBER, "a": TEXT}, {}, repeated=False)
COPIES = KnownSheet("copies", {"own": NUMBER}, {}, repeated=True)
NAMES = Names((MAIN, OTHER, COPIES), MAIN)

A, B, T = FieldRef("a", Type.NUMBER), FieldRef("b", Type.NUMBER), FieldRef("t", Type.TEXT)
AMOUNTS = ColumnRef("items", "amount", Type.NUMBERS)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a", A),
        ("2.50", Literal(Decimal("2.5"))),
        ("-2", Literal(Decimal(-2))),
        ("'文字'", Literal("文字")),
        ("a + b - 1 + a", Sum((A, B, A), (Literal(Decimal(1)),))),
        ("a - (b - 1)", Sum((A,), (Sum((B,), (Literal(Decimal(1)),)),))),
        ("-a", Sum((), (A,))),
        ("a * 100 / b", Product("/", Product("*", A, Literal(Decimal(100))), B)),
        ("a <= b", Compare("<=", A, B)),
        ("0 <= a <= b", Logic("and", (Compare("<=", Literal(Decimal(0)), A), Compare("<=", A, B)))),
        (
            "a > b and a > 1 and b > 1",
            Logic(
                "and",
                tuple(
                    Compare(">", x, y)
                    for x, y in ((A, B), (A, Literal(Decimal(1))), (B, Literal(Decimal(1))))
                ),
            ),
        ),
        ("not t == '无'", Logic("not", (Compare("==", T, Literal("无")),))),
        ("a if a > b else b", Choose(Compare(">", A, B), A, B)),
        ("sum(items.amount)", Call(FUNCTIONS["sum"], (AMOUNTS,))),
        ("funds.total.money", CellRef("funds", "total", "money", Type.NUMBER)),
        ("far", FieldRef("far", Type.NUMBER)),
        ("period.month", PeriodRef("month", Type.NUMBER)),
    ],
)
def test_an_expression_becomes_a_tree(text: str, tree: object):
    assert parse(text, NAMES) == tree


def test_a_name_on_the_own_sheet_wins_over_another_sheet():
    assert parse("a", NAMES) == A


def test_within_a_row_the_own_columns_come_first():
    names = Names((MAIN,), MAIN, ITEMS)
    assert parse("amount + a", names) == Sum((RowRef("items", "amount", Type.NUMBER), A), ())


def test_a_choice_brings_its_other_wordings():
    column = parse("countif(items.level, '高')", NAMES)
    assert isinstance(column, Call)
    assert column.arguments[0] == ColumnRef("items", "level", Type.TEXTS, (("较高", "高"),))


def test_a_name_on_two_other_sheets_must_be_told_apart():
    third = KnownSheet("third", {"far": NUMBER}, {}, repeated=False)
    with pytest.raises(Wrong, match="“far”在几张工作表上都有（other、third），请改用不同的名字"):
        parse("far", Names((MAIN, OTHER, third), MAIN))


def test_looking_up_yields_what_the_column_holds():
    found = [
        parse(f"lookup(items.{each}, items.name, '甲')", NAMES) for each in ("amount", "level")
    ]
    assert [type_of(each) for each in found] == [Type.NUMBER, Type.TEXT]


def test_columns_that_are_read_together_stand_in_one_table():
    apart = KnownTable("apart", {"name": TEXT}, (), has_totals=False)
    sheet = KnownSheet("main", {}, {"items": ITEMS, "apart": apart}, repeated=False)
    with pytest.raises(Wrong, match=r"sumif\(…\) 的各列要在同一张表格里"):
        parse("sumif(items.amount, apart.name, '甲')", Names((sheet,), sheet))


def test_all_that_is_wrong_with_an_expression_is_told():
    with pytest.raises(Wrong) as caught:
        parse("aa + summ(b) + t + c.__class__", NAMES)
    assert len(caught.value.messages) == 4


def test_a_message_is_text_and_trees():
    assert parse_message("预算 {{ a }} 万元，差 {{ a - b }}。", NAMES) == (
        *("预算 ", A, " 万元，差 ", Sum((A,), (B,)), "。"),
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("items(t) + len(t) == 3", "items(…)"),
        ("countif(items.area, '教育') == 3", "“area”上下合并"),
        ("sum(items.month) == 3", "“items.month”下面还有别的格"),
    ],
)
def test_what_excel_cannot_compute_is_said_with_its_reason(text: str, reason: str):
    [told] = untranslatable(parse(text, NAMES), NAMES)
    assert reason in told


def test_what_excel_can_compute_is_not_complained_of():
    assert untranslatable(parse("sum(items.amount) == len(t)", NAMES), NAMES) == []


ATOMS = st.sampled_from(
    ["a", "b", "t", "far", "items.amount", "funds.own.money", "period.month", "1", "'x'", "q"]
)
SHAPES = st.sampled_from(
    [
        "({} + {})",
        "{} / {}",
        "({} == {})",
        "({} and {})",
        "sum({}, {})",
        "({0} if {1} else {0})",
        "rising({}, {})",
    ]
)
EXPRESSIONS = st.recursive(
    ATOMS, lambda below: st.builds(str.format, SHAPES, below, below), max_leaves=12
)


@given(EXPRESSIONS)
def test_a_well_formed_expression_is_typed_or_refused(text: str):
    try:
        assert type_of(parse(text, NAMES)) in Type
    except Wrong as wrong:
        refused = wrong.messages
    else:
        return
    assert all(refused)


@given(
    st.text(max_size=80)
    | st.text(alphabet=st.sampled_from("ab.()[]{}'\"\\,+-*/=<>!|~% 01_notif"), max_size=80)
)
def test_no_text_makes_the_parser_raise_anything_but_a_mistake(text: str):
    try:
        parse(text, NAMES)
    except Wrong as wrong:
        refused = wrong.messages
    else:
        return
    assert all(refused)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 3000,
        "not " * 900 + "a",
        "-" * 3000 + "a",
        "a*" * 1500 + "a",
        "1e999",
        "9" * 3000,
        "0x" + "f" * 3000,
        "a if b else " * 200 + "a",
        "a." * 1500 + "a",
        "'\\ud800'",
        "'\\N{none}'",
        "a" * 9000,
        "[" * 500,
        "sum(" * 500,
        "a[" * 500 + "a",
        "a~" * 900 + "a",
    ],
)
def test_no_monstrous_expression_breaks_the_parser(text: str):
    with pytest.raises(Wrong):
        parse(text, NAMES)


def test_a_long_sum_is_no_monster():
    tree = parse(" + ".join(["a"] * 500), NAMES)
    assert isinstance(tree, Sum)
    assert len(tree.plus) == 500
