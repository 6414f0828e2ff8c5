"""What a right template becomes."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from decimal import Decimal

import pytest

from generator.model.expression import CellRef, Product, RowRef, Sum, Type
from generator.model.form import (
    Box,
    Combine,
    FieldType,
    Form,
    Frame,
    Loop,
    RosterColumn,
    RosterSheet,
    TableBlock,
    Title,
)
from generator.model.period import Period

FormOf = Callable[..., Form]


def labels(boxes: tuple[Box, ...]) -> list[tuple[int, int, int, int, str]]:
    return [
        (
            each.top,
            each.left,
            each.height,
            each.width,
            each.field or (each.label.source if each.label else ""),
        )
        for each in boxes
    ]


def test_the_head_of_a_form_is_kept(form_of: FormOf):
    form = form_of()
    assert (form.id, form.version, form.name, form.period_kind, form.unit) == (
        *("demo", "1", "示例表", "year", "万元"),
    )


def test_the_roster_says_which_columns_the_form_wants(form_of: FormOf):
    form = form_of()
    code, name = RosterColumn("code", "项目编码"), RosterColumn("name", "项目名称")
    assert (form.department_columns, form.roster_sheets) == (
        (RosterColumn("leader", "负责人"),),
        (RosterSheet("projects", "项目", (code, name)),),
    )


def test_an_amount_has_the_unit_of_the_form_and_is_added_up(form_of: FormOf):
    budget = form_of().sheet("main").fields["budget"]
    assert (budget.unit, budget.combine, budget.digits) == ("万元", Combine.SUM, 2)


def test_an_amount_may_have_its_own_unit(form_of: FormOf):
    form = form_of(
        "label: 预算, type: amount", "label: 预算, type: amount, unit: 元, min: 0.5, combine: none"
    )
    budget = form.sheet("main").fields["budget"]
    assert (budget.unit, budget.minimum, budget.combine) == ("元", Decimal("0.5"), Combine.NONE)


def test_blocks_stand_from_top_to_bottom(form_of: FormOf):
    kinds = [type(each) for each in form_of().sheet("main").blocks]
    assert kinds == [Title, Frame, TableBlock, TableBlock]


def test_a_title_speaks_of_the_period(form_of: FormOf):
    title = form_of().sheet("main").blocks[0]
    assert isinstance(title, Title)
    assert title.text.render({"period": Period(2020, 12, "year")}) == "2020年示例表"


def test_a_table_without_drawing_has_its_columns_side_by_side(form_of: FormOf):
    items = form_of().sheet("main").tables["items"]
    assert items.header is not None
    assert (labels(items.header.boxes), labels(items.record.boxes)) == (
        [(0, 0, 1, 1, "名称"), (0, 1, 1, 1, "金额"), (0, 2, 1, 1, "级别")],
        [(0, 0, 1, 1, "name"), (0, 1, 1, 1, "amount"), (0, 2, 1, 1, "level")],
    )


def test_the_header_follows_the_first_line_of_the_record(form_of: FormOf):
    drawn = "[[name, 其中, amount], [name, level, amount]]"
    items = form_of("spare: 3", f"spare: 3\n        record: {drawn}").sheet("main").tables["items"]
    assert items.header is not None
    assert (labels(items.header.boxes), labels(items.record.boxes)) == (
        [(0, 0, 1, 1, "名称"), (0, 1, 1, 1, "其中"), (0, 2, 1, 1, "金额")],
        [(0, 0, 2, 1, "name"), (0, 1, 1, 1, "其中"), (0, 2, 2, 1, "amount"), (1, 1, 1, 1, "level")],
    )


def test_equal_neighbours_are_one_box_and_empty_cells_are_rectangles(form_of: FormOf):
    drawing = "[[表头, 表头, 表头], ['', ~, budget], [~, 注, spent], [rate, rate, 注]]"
    form = form_of(
        "draw:\n          - [预算, 支出, 支出率]\n          - [budget, spent, rate]",
        f"draw: {drawing}",
    )
    frame = form.sheet("main").blocks[1]
    assert isinstance(frame, Frame)
    assert labels(frame.drawing.boxes) == [
        (0, 0, 1, 3, "表头"),
        (1, 0, 1, 2, ""),
        (1, 2, 1, 1, "budget"),
        (2, 0, 1, 1, ""),
        (2, 1, 1, 1, "注"),
        (2, 2, 1, 1, "spent"),
        (3, 0, 1, 2, "rate"),
        (3, 2, 1, 1, "注"),
    ]


def test_a_side_label_takes_the_first_column_of_the_grid(form_of: FormOf):
    new = "side: 明细\n        spare: 3\n        record: [[name, amount], [level, amount]]"
    items = form_of("spare: 3", new).sheet("main").tables["items"]
    assert (items.record.width, items.side and items.side.source) == (2, "明细")


def test_a_total_row_adds_the_parts_of_every_amount(form_of: FormOf):
    own, _, total = form_of().sheet("main").tables["funds"].fixed
    parts = tuple(CellRef("funds", row, "money", Type.NUMBER) for row in ("own", "other"))
    assert (own.computed, total.computed) == ({}, {"money": Sum(parts, ())})


def test_a_total_row_keeps_an_expression_of_its_own(form_of: FormOf):
    form = form_of(
        "total_of: [own, other]", "total_of: [own, other], computed: {money: funds.own.money * 2}"
    )
    assert isinstance(form.sheet("main").tables["funds"].fixed[2].computed["money"], Product)


def test_a_fixed_row_has_its_printed_labels(form_of: FormOf):
    rows = form_of().sheet("main").tables["funds"].fixed
    assert [(each.labels["item"].source, each.optional) for each in rows] == [
        *(("自有", False), ("其他", True), ("合计", False)),
    ]


def test_a_computed_column_reads_its_own_row(form_of: FormOf):
    share = form_of().sheet("main").tables["funds"].column("share")
    total = CellRef("funds", "total", "money", Type.NUMBER)
    assert share.computed == Product("/", RowRef("funds", "money", Type.NUMBER), total)


def test_a_repeated_sheet_knows_its_loop_and_key(form_of: FormOf):
    sheet = form_of().sheet("project")
    assert (sheet.loop, sheet.key) == (Loop("project", "projects"), "code")


def test_the_rows_of_a_loop_are_filled_from_the_roster(form_of: FormOf):
    form = form_of(
        "spare: 3\n        columns:\n          name: {label: 名称, type: text}",
        "for: one in department.projects\n        columns:\n"
        "          name: {label: 名称, type: text, locked: true,"
        ' fill: "{{ number }}.{{ one.name }}"}',
    )
    items = form.sheet("main").tables["items"]
    fill = items.column("name").fill
    assert items.loop == Loop("one", "projects")
    assert fill is not None
    assert fill.render({"one": {"name": "甲"}, "number": 1}) == "1.甲"


@pytest.mark.parametrize(
    ("more", "at"),
    [
        ("", "budget"),
        ("\n        at: spent", "spent"),
        ("\n        at: items.amount", "items.amount"),
        ("\n        at: funds.own.money", "funds.own.money"),
    ],
)
def test_a_check_points_at_its_first_cell_unless_told(form_of: FormOf, more: str, at: str):
    rule = "rule: budget == sum(items.amount)"
    assert form_of(rule, rule + more).sheet("main").checks[0].at == at


def test_a_check_of_each_row_points_at_its_column(form_of: FormOf):
    rule = "rule: budget == sum(items.amount)"
    check = (
        form_of(rule, "each: items\n        rule: amount <= budget\n        at: name")
        .sheet("main")
        .checks[0]
    )
    assert (check.each, check.at) == ("items", "name")


def test_a_check_of_the_bureau_may_use_what_excel_cannot(form_of: FormOf):
    rule = "rule: budget == sum(items.amount)"
    form = form_of(rule, "each: items\n        live: false\n        rule: items(name) == 3")
    assert not form.sheet("main").checks[0].live


def test_a_part_used_in_a_form_is_as_if_it_were_written_there(form_of: FormOf):
    part = "label: 预算\ntype: amount\n"
    used = form_of("budget: {label: 预算, type: amount}", "budget: {use: money}", money=part)
    assert vars(used) == vars(form_of())


def test_a_mistake_in_a_part_is_at_the_parts_line(mistakes_of: Callable[..., list[str]]):
    part = "label: 预算\ntype: amuont\n"
    wrong = mistakes_of("budget: {label: 预算, type: amount}", "budget: {use: money}", money=part)
    assert wrong == ["2 sheets.main.fields.budget.type：不能写“amuont”，是不是“amount”？"]


def test_a_label_may_be_written_without_quotes_though_it_is_a_number(form_of: FormOf):
    form = form_of("label: 明细", "label: 2020")
    assert form.sheet("main").tables["items"].label.source == "2020"


def test_a_whole_form_survives_the_way_to_another_process(form_of: FormOf):
    form = form_of()
    assert vars(pickle.loads(pickle.dumps(form))) == vars(form)


def test_choices_keep_their_other_wordings(form_of: FormOf):
    level = form_of().sheet("main").tables["items"].column("level")
    assert (level.type, level.choices, level.variants) == (
        FieldType.CHOICE,
        ("高", "低"),
        {"较高": "高"},
    )
