"""What people type × what the form asks for."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.model.expression import Literal
from generator.model.filing import Answer
from generator.model.form import Field, FieldType
from generator.template.expression.text import Text
from generator.workbook.book import Cell, CellKind
from generator.workbook.returned.interpret import interpret

POINTS, PERCENT, AMOUNT = FieldType.POINTS, FieldType.PERCENT, FieldType.AMOUNT
NUMBER, INTEGER, TEXT = FieldType.NUMBER, FieldType.INTEGER, FieldType.TEXT
CHOICE, MONTH, TARGET = FieldType.CHOICE, FieldType.MONTH, FieldType.TARGET
LABEL = Text("项")
CHOICES = ("预期性", "约束性", "产出（数量）指标")


def read(type_: FieldType, cell: Cell | None, *, computed: bool = False) -> Answer:
    field = Field(
        name="x",
        label=LABEL,
        type=type_,
        unit="万元" if type_ is AMOUNT else "",
        choices=CHOICES if type_ is CHOICE else (),
        variants={"预期": "预期性"} if type_ is CHOICE else {},
        computed=Literal(Decimal(1)) if computed else None,
    )
    return interpret(field, cell)


def text(written: str) -> Cell:
    return Cell(written, CellKind.TEXT, locked=False)


def number(written: str, code: str = "General", formula: str = "") -> Cell:
    return Cell(Decimal(written), CellKind.NUMBER, formula, code, locked=False)


def fate(answer: Answer) -> tuple[str | None, str | None, str]:
    """Return value and number shown, as their digits, and the note."""
    value, shown = (None if each is None else str(each) for each in (answer.value, answer.shown))
    return value, shown, answer.normalised


# -- numbers --


@pytest.mark.parametrize(
    ("cell", "value", "shown", "unit", "note"),
    [
        (number("1724.79"), "17247900.00", "1724.79", "", ""),
        (text("1724.79"), "17247900", "1724.79", "", "“1724.79”是文本，按数字读取"),
        (
            text("\u3000１，７２４．７９\xa0"),
            "17247900",
            "1724.79",
            "",
            "“\u3000１，７２４．７９\xa0”按 1724.79 读取",
        ),
        (text("1,724.79万元"), "17247900", "1724.79", "万元", "“1,724.79万元”按 1724.79 万元读取"),
        (text("0.17 亿元"), "17000000", "1700", "亿元", "“0.17 亿元”按 1700 万元读取"),
        (text("120526.20元"), "120526.20", "12.052620", "元", "“120526.20元”按 12.05262 万元读取"),
        (text("（12.50）"), "-125000", "-12.50", "", "“（12.50）”按 -12.5 读取"),
        (number("0.5", "0.00%"), "5000", "0.5", "", "“50%”按 0.5 读取"),
        (text("[bookmark: _GoBack]30"), "300000", "30", "", "“[bookmark: _GoBack]30”按 30 读取"),
    ],
)
def test_an_amount_is_kept_in_yuan_and_shown_in_its_unit(
    cell: Cell, value: str, shown: str, unit: str, note: str
):
    answer = read(AMOUNT, cell)
    assert (answer.value, answer.shown) == (Decimal(value), Decimal(shown))
    assert (answer.unit, answer.normalised, answer.readable) == (unit, note, True)


@pytest.mark.parametrize(
    ("type_", "cell", "expected"),
    [
        (NUMBER, number("100"), ("100", "100", "")),
        (NUMBER, text("22.50"), ("22.50", "22.50", "“22.50”按 22.5 读取")),
        (NUMBER, text("48 小时"), ("48", "48", "“48 小时”按 48 读取")),
        (NUMBER, number("0.5", "0%"), ("0.5", "0.5", "“50%”按 0.5 读取")),
        (INTEGER, number("12"), ("12", "12", "")),
        (INTEGER, text("１２人"), ("12", "12", "“１２人”按 12 读取")),
        (PERCENT, number("0.7732", "0.00%"), ("0.7732", "0.7732", "")),
        (PERCENT, number("0.8", "0%"), ("0.8", "0.80", "")),
        (PERCENT, number("1.2", "0%"), ("1.2", "1.20", "")),
        (PERCENT, number("0.8"), ("0.8", "0.80", "")),
        (PERCENT, number("80"), ("0.80", "0.80", "“80”按 80% 读取")),
        (PERCENT, number("1"), ("1", "1.00", "“1”按 100% 读取")),
        (PERCENT, number("0"), ("0", "0.00", "")),
        (PERCENT, text("80%"), ("0.80", "0.80", "“80%”按 80% 读取")),
        (PERCENT, text("８０％"), ("0.80", "0.80", "“８０％”按 80% 读取")),
        (PERCENT, text("7.5%"), ("0.075", "0.075", "“7.5%”按 7.5% 读取")),
        (PERCENT, text("78"), ("0.78", "0.78", "“78”按 78% 读取")),
        (PERCENT, text("0.8"), ("0.8", "0.8", "“0.8”按 80% 读取")),
        (POINTS, number("80"), ("0.80", "80", "")),
        (POINTS, number("77.32"), ("0.7732", "77.32", "")),
        (POINTS, number("0"), ("0.00", "0", "")),
        (POINTS, number("0.8", "0%"), ("0.8", "80", "“80%”按 80% 读取")),
        (POINTS, text("80%"), ("0.80", "80", "“80%”按 80% 读取")),
        (POINTS, text("50.00"), ("0.5000", "50.00", "“50.00”按 50% 读取")),
        (POINTS, number("0.8"), ("0.8", "80", "“0.8”按 80% 读取；本栏以百分数填写，应填 80")),
        (
            POINTS,
            text("0.775"),
            ("0.775", "77.5", "“0.775”按 77.5% 读取；本栏以百分数填写，应填 77.5"),
        ),
        (POINTS, number("1"), ("0.01", "1", "“1”按 1% 读取；如果是 100%，应填 100")),
        (POINTS, number("-0.5"), ("-0.005", "-0.5", "")),
    ],
)
def test_each_kind_of_number_is_understood_in_its_own_terms(
    type_: FieldType, cell: Cell, expected: tuple[str, str, str]
):
    assert fate(read(type_, cell)) == expected


@pytest.mark.parametrize("typed", ["—", "——", "-", "－", "/", "／", "无", " 无 "])
@pytest.mark.parametrize("type_", [AMOUNT, NUMBER, INTEGER, PERCENT, POINTS])
def test_a_dash_in_place_of_a_number_is_blank(type_: FieldType, typed: str):
    answer = read(type_, text(typed))
    assert answer.blank
    assert (answer.raw, answer.normalised) == (typed, f"“{typed.strip()}”按空白读取")


@pytest.mark.parametrize("type_", FieldType)
def test_spaces_alone_are_blank(type_: FieldType):
    answer = read(type_, text("\u3000\xa0 "))
    assert (answer.blank, answer.normalised) == (True, "单元格里只有空格，按空白读取")


@pytest.mark.parametrize("type_", FieldType)
def test_an_empty_cell_is_blank(type_: FieldType):
    assert read(type_, None) == Answer()
    assert read(type_, Cell(locked=False)) == Answer(locked=False)
    assert read(type_, Cell("", CellKind.TEXT)) == Answer()


@pytest.mark.parametrize(
    ("type_", "cell"),
    [
        (AMOUNT, text("约30万")),
        (AMOUNT, text("30人")),
        (AMOUNT, text("30%")),
        (AMOUNT, text("1 724.79")),
        (AMOUNT, text("1234567890.12345678901234567890")),
        (AMOUNT, number("44531", "yyyy/m/d")),
        (NUMBER, text("80%")),
        (NUMBER, text("3万人")),
        (INTEGER, number("2.5")),
        (PERCENT, text("80元")),
        (POINTS, text("完成")),
        (POINTS, number("0.5", "h:mm")),
        (CHOICE, text("预期类")),
        (CHOICE, text("—")),
        (CHOICE, number("44531", "yyyy/m/d")),
        (MONTH, text("12月")),
        (MONTH, text("2021年13月")),
        (MONTH, text("年底前")),
        (MONTH, number("2021.1")),
        (MONTH, number("44531")),
        (TARGET, number("44531", "yyyy/m/d")),
    ],
)
def test_what_is_not_what_the_field_asks_for_is_unreadable(type_: FieldType, cell: Cell):
    answer = read(type_, cell)
    assert (answer.readable, answer.blank, answer.value, answer.shown) == (False, False, None, None)
    assert answer.raw
    assert answer.normalised == ""


@pytest.mark.parametrize("type_", FieldType)
@pytest.mark.parametrize(
    ("cell", "raw"),
    [
        (Cell("#REF!", CellKind.ERROR), "#REF!"),
        (Cell(value=True, kind=CellKind.TRUTH), "TRUE"),
        (Cell(formula="1+2"), "=1+2"),
    ],
)
def test_errors_truths_and_formulas_without_result_are_unreadable(
    type_: FieldType, cell: Cell, raw: str
):
    answer = read(type_, cell)
    assert (answer.readable, answer.value, answer.raw) == (False, None, raw)
    assert answer.formula == cell.formula


def test_a_computed_cell_is_read_without_remark():
    assert read(NUMBER, Cell(formula="B1/B2"), computed=True).blank
    assert fate(read(PERCENT, text("—"), computed=True)) == (None, None, "")
    assert fate(read(POINTS, number("0.8"), computed=True)) == ("0.8", "80", "")


# -- words --


@pytest.mark.parametrize(
    ("cell", "value", "note"),
    [
        (text("预期性"), "预期性", ""),
        (text(" 预期性\u3000"), "预期性", "去掉了前后的空格"),
        (text("预 期 性"), "预期性", "“预 期 性”按“预期性”读取"),
        (text("预期"), "预期性", "“预期”按“预期性”读取"),
        (text("产出(数量)指标"), "产出（数量）指标", "“产出(数量)指标”按“产出（数量）指标”读取"),
    ],
)
def test_a_choice_is_known_by_its_letters(cell: Cell, value: str, note: str):
    answer = read(CHOICE, cell)
    assert (answer.value, answer.normalised, answer.readable) == (value, note, True)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (text("2021年12月"), "2021年12月"),
        (text("2021 年 1 月"), "2021年1月"),
        (text("２０２１年０６月份"), "2021年6月"),
        (text("二〇二一年十二月"), "2021年12月"),
        (text("2021年十月"), "2021年10月"),
        (text("2021年12月31日"), "2021年12月"),
        (text("2021-12"), "2021年12月"),
        (text("2021.1"), "2021年1月"),
        (text("2021/12/31"), "2021年12月"),
        (text("2021-12-31 00:00:00"), "2021年12月"),
        (text("2021年底"), "2021年12月"),
        (text("202103"), "2021年3月"),
        (number("202103"), "2021年3月"),
        (number("2021.12"), "2021年12月"),
        (number("44531", 'yyyy"年"m"月"'), "2021年12月"),
    ],
)
def test_a_month_is_written_in_one_way(cell: Cell, value: str):
    answer = read(MONTH, cell)
    assert answer.value == value
    assert answer.normalised == ("" if answer.raw == value else f"“{answer.raw}”按“{value}”读取")


@pytest.mark.parametrize(
    ("cell", "value", "note"),
    [
        (text("=6 人"), "=6 人", ""),
        (text(" ≥95%"), " ≥95%", ""),
        (text("[bookmark: _GoBack]100%"), "100%", "去掉了文字处理软件留下的书签标记"),
        (number("1", "0%", "100%"), "100%", "“=100%”成了公式，按“100%”读取"),
        (number("6", formula="6"), "6", "“=6”成了公式，按“6”读取"),
        (number("1", "0.00%"), "100%", "数字单元格按文字“100%”读取"),
        (number("6"), "6", ""),
        (text("—"), "—", ""),
    ],
)
def test_a_target_is_kept_to_the_letter(cell: Cell, value: str, note: str):
    answer = read(TARGET, cell)
    assert (answer.value, answer.normalised, answer.formula) == (value, note, cell.formula)


@given(st.text(min_size=1))
def test_text_is_kept_to_the_letter(written: str):
    answer = read(TEXT, text(written))
    if answer.blank:
        assert answer.raw == written
        assert not written.strip() or "单元格里只有空格" in answer.normalised
    elif "bookmark" not in written:
        assert (answer.value, answer.raw, answer.normalised) == (written, written, "")


def test_a_number_or_date_in_a_text_field_is_its_digits():
    assert fate(read(TEXT, number("13800000000"))) == ("13800000000", None, "")
    assert fate(read(TEXT, number("44531", "yyyy/m/d"))) == (
        *("2021-12-01", None),
        "日期按“2021-12-01”读取",
    )


@given(st.decimals(-(10**12), 10**12, places=2), st.sampled_from([AMOUNT, NUMBER, POINTS, PERCENT]))
def test_a_number_that_is_typed_is_the_number_shown(written: Decimal, type_: FieldType):
    shown = read(type_, number(str(written), "0.00%" if type_ is PERCENT else "0.00")).shown
    if type_ is not POINTS or not 0 < written < 1:
        assert shown == written


@given(st.sampled_from(FieldType), st.text("0123456789.,%％‰-—/无年月万亿元人=≥ （）()eE"))
def test_nothing_changes_its_meaning_without_a_note(type_: FieldType, written: str):
    answer = read(type_, text(written))
    assert answer.raw == written
    if answer.readable and not type_.numeric and answer.value not in (None, written):
        assert answer.normalised
    if answer.readable and type_.numeric and written:
        assert answer.normalised


def test_the_lock_is_kept():
    answer = read(NUMBER, number("7"))
    assert answer.locked is False
