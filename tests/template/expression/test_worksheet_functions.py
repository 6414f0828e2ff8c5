"""The worksheet functions in expressions: what they take, what they answer, where Excel can too."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import pytest

import udfs
from generator.layout.formula import value_formula
from generator.model.evaluate import evaluate
from generator.model.expression import (
    Call,
    ColumnRef,
    FieldRef,
    PeriodRef,
    Type,
    Value,
    type_of,
)
from generator.model.form import Form
from generator.template.expression.names import Known, KnownSheet, KnownTable, Names
from generator.template.expression.parse import parse, untranslatable
from generator.template.mistakes import Wrong
from udfs.registry import FUNCTIONS, Example, Function, Shape, Span

udfs.functions()
D = Decimal
NUMBER, TEXT = Known(Type.NUMBER), Known(Type.TEXT)
ITEMS = KnownTable("items", {"name": TEXT, "money": NUMBER, "funds": NUMBER}, (), has_totals=False)
TIERS = KnownTable("tiers", {"top": NUMBER, "points": NUMBER, "word": TEXT}, (), has_totals=False)
MAIN = KnownSheet(
    "main",
    {"a": NUMBER, "b": NUMBER, "c": NUMBER, "t": TEXT},
    {"items": ITEMS, "tiers": TIERS},
    repeated=False,
)
NAMES = Names((MAIN,), MAIN)
PERIOD: Mapping[str, Value] = {"month": D(9), "label": "1-9月"}


@dataclass(frozen=True)
class Cells:
    """What the names stand for, and where they stand."""

    known: Mapping[str, object]

    def value(self, ref: FieldRef | PeriodRef) -> Value:
        return PERIOD[ref.attribute] if isinstance(ref, PeriodRef) else self.known.get(ref.name)

    def values(self, ref: ColumnRef) -> list[Value]:
        return self.known[f"{ref.table}.{ref.column}"]

    def cell(self, ref: FieldRef) -> str:
        return {"a": "A1", "b": "B1", "c": "C1", "t": "T1"}[ref.name]

    def range(self, ref: ColumnRef) -> str:
        return {"money": "D2:D5", "funds": "E2:E5", "top": "F2:F5"}[ref.column]

    def constant(self, ref: PeriodRef) -> Value:
        return PERIOD[ref.attribute]


def value(text: str, **known: object) -> Value:
    names = {name.replace("__", "."): each for name, each in known.items()}
    return evaluate(parse(text, NAMES), Cells(names))


def formula(text: str) -> str:
    node = parse(text, NAMES)
    assert untranslatable(node, NAMES) == []
    return value_formula(node, Cells({}))


def mistakes(text: str) -> list[str]:
    with pytest.raises(Wrong) as caught:
        parse(text, NAMES)
    return list(caught.value.messages)


# -- every function, by its own examples --

EXAMPLES = [(entry, one) for entry in FUNCTIONS.values() for one in entry.examples]


@pytest.mark.parametrize(("entry", "one"), EXAMPLES, ids=lambda part: getattr(part, "name", ""))
def test_an_example_of_a_function_holds_in_a_template(entry: Function, one: Example):
    calls = _calls(entry, one)
    assert [value(text) for text, _ in calls] == [expected for _, expected in calls]


def _calls(entry: Function, one: Example) -> list[tuple[str, object]]:
    """Return an example as it is written in a template, with what it yields there."""
    given = [one.kwargs.get(argument.name, "") for argument in entry.arguments]
    given[: len(one.args)] = one.args
    while given and given[-1] == "":
        given.pop()
    if entry.name == "JX_SUM_CHECK" and isinstance(one.expected, list):  # row by row
        rows = zip(*given, one.expected, strict=True)
        return [
            (f"JX_SUM_CHECK({_written(parts)}, {_written(total[0])})", expected[0])
            for parts, total, expected in rows
        ]
    parts = [
        part
        for argument, cell in zip(entry.arguments, given, strict=False)
        for part in (_columns(cell) if argument.span is Span.TABLE else [cell])
    ]
    return [(f"{entry.name}({', '.join(map(_written, parts))})", _yielded(entry, one.expected))]


def _columns(table: object) -> list[object]:
    assert isinstance(table, list)
    return [list(column) for column in zip(*table, strict=True)]


def _written(cell: object) -> str:
    if isinstance(cell, list):
        flat = [each[0] if isinstance(each, list) else each for each in cell]
        return f"[{', '.join(map(_written, flat))}]"
    return "''" if cell is None else repr(cell)


def _yielded(entry: Function, expected: object) -> object:
    if entry.shape is Shape.RANGE:
        flat = [each[0] if isinstance(each, list) else each for each in expected]
        return [_known(each) for each in flat]
    return _known(expected[0] if isinstance(expected, list) else expected)


def _known(expected: object) -> object:
    return D(repr(expected)) if isinstance(expected, int | float) else expected or None


# -- values --


@pytest.mark.parametrize(
    ("text", "known", "expected"),
    [
        ("JX_PROGRESS(a, b, 4)", {"a": D("248.54"), "b": D("319.9")}, D("0.7769")),
        ("JX_PROGRESS(a, b)", {"a": D(1), "b": D(0)}, "—"),
        ("JX_PROGRESS(a, b)", {"a": None, "b": D(1)}, None),
        ("JX_PROGRESS(a, b)", {"a": "约3", "b": D(1)}, None),  # as in any arithmetic
        ("JX_PROGRESS(t, '18亿元', 4)", {"t": "63846.1万元"}, D("0.3547")),
        ("JX_GAP(a / b, period.month, 4)", {"a": D("248.54"), "b": D("319.9")}, D("0.0269")),
        ("JX_TIME(period.label)", {}, D("0.75")),
        ("JX_FLOW(a, b, 3)", {"a": D(100)}, "缺上期"),
        ("JX_PLAN_CHECK([a, b, c])", {"a": D(25), "b": D(50), "c": D(100)}, "OK"),
        ("JX_PLAN_AT(9, [a, b, '', 100])", {"a": D(25), "b": D(50)}, D("0.5")),
        ("JX_SUM_CHECK(items.money, a)", {"items__money": [D(1), None, "—"], "a": D(1)}, "OK"),
        ("JX_TARGET(t)", {"t": "≤48 小时"}, "<="),
        ("JX_MENTION(t, '支出')", {"t": "支出9亿元，增长3%"}, D(9)),
        ("JX_MENTION(t) + 1", {"t": "没有数字"}, None),
        ("JX_MONTH(t) * 2", {"t": "二季度"}, D(12)),
        ("sum(JX_SHARES(items.money))", {"items__money": [D(1)] * 3}, D(1)),
        (
            "lookup(JX_SHARES(items.money), items.name, '乙')",
            {"items__money": [D(1), D(3), None], "items__name": ["甲", "乙", "丙"]},
            D("0.75"),
        ),
        (
            "JX_TIER(a, tiers.top, tiers.points)",
            {"a": D(10), "tiers__top": [D(0), D(10), None], "tiers__points": [D(8), D(6), D(0)]},
            D(6),
        ),
        (
            "JX_TIER(a, tiers.top, tiers.word)",
            {"a": D(10), "tiers__top": [D(0), None], "tiers__word": ["好", "差"]},
            "差",
        ),
        (
            "JX_AGG(items.money, items.funds, 'rate')",
            {"items__money": [], "items__funds": []},
            None,
        ),
        ("JX_SCORE_STEP(a, 100, 5, 2, 8, '>=', false)", {"a": D("99.27")}, D(8)),
    ],
)
def test_a_function_answers_what_it_answers_in_excel(
    text: str, known: dict[str, object], expected: object
):
    assert value(text, **known) == expected


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("JX_PROGRESS(a, b)", Type.NUMBER),
        ("JX_ALERT(a, b)", Type.TEXT),
        ("JX_TARGET(t)", Type.TEXT),
        ("JX_MENTION(t)", Type.NUMBER),
        ("JX_MONTH(t)", Type.NUMBER),
        ("JX_SHARES(items.money)", Type.NUMBERS),
        ("JX_TIER(a, tiers.top, tiers.word)", Type.TEXT),
        ("JX_WEIGHT_CHECK(items.name, items.money)", Type.TEXT),
    ],
)
def test_the_type_of_an_answer_is_that_of_the_kernel(text: str, kind: Type):
    assert type_of(parse(text, NAMES)) is kind


def test_a_form_with_worksheet_functions_can_be_sent_to_another_process():
    node = parse("JX_PROGRESS(a, b, 4)", NAMES)
    assert pickle.loads(pickle.dumps(node)) == node == parse("JX_PROGRESS(a, b, 4)", NAMES)


# -- formulas --


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "JX_SHARE(a, b, 4)",
            'IF(OR(NOT(ISNUMBER(A1)),NOT(ISNUMBER(B1))),"",IF(B1<=0,"—",ROUND(A1/B1,4)))',
        ),
        (
            "JX_SHARE(a, b)",
            'IF(OR(NOT(ISNUMBER(A1)),NOT(ISNUMBER(B1))),"",IF(B1<=0,"—",(A1/B1)))',
        ),
        ("JX_ROUND(a)", 'IF(NOT(ISNUMBER(A1)),"",ROUND(A1,2))'),
        ("JX_ROUND(a, '')", 'IF(NOT(ISNUMBER(A1)),"",ROUND(A1,2))'),
        ("JX_ROUND(a, b)", 'IF(NOT(ISNUMBER(A1)),"",ROUND(A1,IF(NOT(ISNUMBER(B1)),2,B1)))'),
    ],
)
def test_the_formula_is_the_native_one_and_takes_texts_for_blanks(text: str, expected: str):
    assert formula(text) == expected


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("JX_TIME(period.month)", "(9-1+1)"),
        ("JX_TIME(period.label)", "(9-1+1)"),
        ("JX_TIME('三季度')", "(9-1+1)"),
        ("JX_SUM_CHECK([a, b, 3], c)", "SUM(A1,B1,3)"),
        ("JX_SUM_CHECK(items.money, c)", "SUM(D2:D5)"),
        ("JX_SCORE_QUAL(a, 10, 0.5, 2, [1, 0.8, 0.5, 0])", "INDEX({1,0.8,0.5,0},A1)"),
        ("JX_SCORE_STEP(a, 100, 5, 2, 8, '低于', '否')", "IF(FALSE,"),
        ("JX_AGG(items.money, items.funds, '相对值')", '"rate"="abs"'),
    ],
)
def test_constants_stand_in_the_formula_as_it_knows_them(text: str, piece: str):
    assert piece in formula(text)


@pytest.mark.parametrize(
    "text",
    [
        "JX_SHARES(items.money)",  # Excel has no equal
        "JX_ROUND(a, 2, 'half_even')",  # nor of this method
        "JX_PROGRESS(t, b)",  # nor where cells hold texts
        "JX_PROGRESS(a, '18亿元')",
        "JX_TIME(t)",
        "JX_SUM_CHECK([a + b, c], c)",  # no range can be made of it
        "JX_SCORE_QUAL(a, 10, 0.5, 2, [a, b, c, 0])",
    ],
)
def test_what_has_no_native_equal_is_for_the_bureau_only(text: str):
    name = text.partition("(")[0]
    assert untranslatable(parse(text, NAMES), NAMES) == [f"{name}(…) 在 Excel 里没有对应的公式"]


# -- mistakes --


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("JX_PROGRES(a, b)", ["没有函数“JX_PROGRES”，是不是“JX_PROGRESS”？"]),
        (
            "JX_PROGRESS(a)",
            ["JX_PROGRESS(…) 要2 至 3 项（cum，target，digits），现在有 1 项"],
        ),
        ("JX_NUM(a, b)", ["JX_NUM(…) 要1 项（v），现在有 2 项"]),
        (
            "JX_ROUND(items.money, '两位')",
            [
                "JX_ROUND(…) 的第 1 项应为一个数或文字：要取舍的数",
                "JX_ROUND(…) 的第 2 项无法识别:两位（保留的小数位数，省略为2）",
            ],
        ),
        (
            "JX_SHARES(a)",
            [
                "JX_SHARES(…) 的第 1 项应为一列，或方括号里的几项："
                "各部分数；空白仍为空白，总额为零显示“—”"
            ],
        ),
        ("JX_GRADE('')", ["JX_GRADE(…) 的第 1 项不能留空：评价总分"]),
        ("JX_GRADE(a > b)", ["JX_GRADE(…) 的第 1 项应为一个数或文字：评价总分"]),
        (
            "JX_PLAN_CHECK([25, '一半'])",
            [
                "JX_PLAN_CHECK(…) 的第 1 项无法识别:一半"
                "（各节点累计计划数，按百分点填（25即25%）；一行一个项目）"
            ],
        ),
        (
            "JX_AGG(items.money, tiers.points, 'abs')",
            ["JX_AGG(…) 的各列要在同一张表格里"],
        ),
        ("JX_SHARES([items.money])", ["方括号里写一个个的数或文字，如 [plan_3, plan_6]"]),
        ("JX_ROUND(x=a)", ["JX_ROUND(…) 的各项直接写，不能写成“名=值”或带星号"]),
    ],
)
def test_a_wrong_call_is_refused_with_the_help_of_the_argument(text: str, messages: list[str]):
    assert mistakes(text) == messages


def test_brackets_are_for_worksheet_functions_only():
    assert mistakes("sum([a, b])") != []


def test_a_check_that_only_the_bureau_can_ask_must_say_so(
    mistakes_of: Callable[..., list[str]],
):
    rule = "rule: budget == sum(items.amount)"
    assert mistakes_of(rule, "rule: sum(JX_SHARES(items.amount)) == 1") == [
        "51 sheets.main.checks[1].rule：JX_SHARES(…) 在 Excel 里没有对应的公式，"
        "不能在下发的表里实时显示，请写 live: false"
    ]


def test_a_check_for_the_bureau_may_ask_anything(form_of: Callable[..., Form]):
    rule = "rule: budget == sum(items.amount)"
    form = form_of(rule, "live: false\n        rule: sum(JX_SHARES(items.amount)) == 1")
    [(_, check)] = form.checks
    assert not check.live


def test_a_computed_cell_needs_a_native_equal(
    mistakes_of: Callable[..., list[str]], form_of: Callable[..., Form]
):
    old = "computed: spent / budget"
    assert mistakes_of(old, "computed: 'JX_DEVIATION(spent, budget)'") == [
        "21 sheets.main.fields.rate.computed：单元格不能这样计算："
        "JX_DEVIATION(…) 在 Excel 里没有对应的公式"
    ]
    node = form_of(old, "computed: 'JX_PROGRESS(spent, budget)'").sheets[0].fields["rate"].computed
    assert isinstance(node, Call)
