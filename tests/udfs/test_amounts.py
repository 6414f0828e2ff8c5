"""Reading, converting and rounding what people type."""

from decimal import Decimal

import pytest

import udfs
from tests.udfs.support.tables import table
from udfs.amounts import (
    Amount,
    Quantity,
    Unreadable,
    aligned,
    clean,
    convert,
    fraction,
    is_blank,
    parse_quantity,
    plain,
    round_half_even,
    total_of,
)


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    table("""| text          | number    | unit   |
             | 22.50         | 22.50     |        |
             | 1,724.79万元  | 1724.79   | 万元   |
             | 80%           | 80        | %      |
             | ８０．５０％  | 80.50     | %      |
             | 100百分比     | 100       | %      |
             | 5个百分点     | 5         | %      |
             | 100%完成      | 100       | %      |
             | 3‰            | 3         | ‰      |
             | （1,234.5）   | -1234.5   |        |
             | （5%）        | -5        | %      |
             | (12.05)万元   | -12.05    | 万元   |
             | 12.05（万元） | 12.05     | 万元   |
             | 4017.54㎡     | 4017.54   | m2     |
             | 30元/㎡       | 30        | 元/m2  |
             | 1.2E+05       | 1.2E+5    |        |
             | +5.2          | 5.2       |        |
             | .5            | 0.5       |        |
             | –3            | -3        |        |
             | 48 小时       | 48        | 小时   |
             | ￥1,200元     | 1200      | 元     |"""),
)
def test_a_quantity_is_read_to_the_letter(text: str, number: str, unit: str):
    quantity = parse_quantity(text)
    assert quantity == Quantity(Decimal(number), unit)
    assert str(quantity.number) == str(Decimal(number))


@pytest.mark.parametrize(
    "value",
    [
        *("有效提高", "约120万元", "3亿5000万元", "2021年12月", "80%-90%", "1.2.3", "--5", "(-5)"),
        *(
            "(5",
            "5以上",
            "#N/A",
            "1\n2",
            True,
            float("inf"),
            b"1",
            pytest.param(object(), id="object"),
        ),
    ],
    ids=repr,
)
def test_what_is_no_number_is_refused(value: object):
    with pytest.raises(Unreadable, match="无法识别"):
        parse_quantity(value)


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        (29.0, "29"),
        (22.5, "22.5"),
        (0.1, "0.1"),
        (7, "7"),
        (Decimal("1.50"), "1.50"),
        (1e-7, "1E-7"),
    ],
)
def test_a_number_keeps_its_shortest_form(value: object, literal: str):
    quantity = parse_quantity(value)
    assert quantity is not None
    assert str(quantity.number) == literal


def test_numpy_numbers_are_numbers():
    numpy = pytest.importorskip("numpy")
    assert udfs.JX_NUM(numpy.float64(0.5)) == 0.5


def test_what_word_and_the_web_leave_behind_is_cleaned_away():
    assert clean("\u200b '　[bookmark: _GoBack]财政\u00a0局\ufeff ") == "财政 局"


@pytest.mark.parametrize("value", [0, "0", "0.00", False, "无锡市", "-0", "N/A"])
def test_what_is_filled_in_is_not_blank(value: object):
    assert not is_blank(value)


@pytest.mark.parametrize(
    ("number", "source", "target", "expected"),
    table("""| number    | source   | target | expected |
             | 120526.20 | 元       | 万元   | 12.05262 |
             | 18        | 亿元     | 万元   | 180000   |
             | 1.2       | 万亿元   | 亿元   | 12000    |
             | 3         | 百万元   | 千元   | 3000     |
             | 816.57    | 万人次   | 人次   | 8165700  |
             | 5         | 亿       | 万元   | 50000    |
             | 5         | 单位：亿元 | 万元 | 50000    |"""),
)
def test_a_unit_is_converted_exactly(number: str, source: str, target: str, expected: str):
    assert convert(Decimal(number), source, target) == Decimal(expected)


def test_money_does_not_become_people():
    with pytest.raises(Unreadable, match="单位不一致"):
        convert(Decimal(1), "万元", "人次")


def test_conversion_keeps_the_precision_of_the_literal():
    assert str(convert(Decimal("22.50"), "亿元", "万元")) == "2.250E+5"


def test_amounts_meet_in_the_unit_of_the_first():
    amounts = [Amount(Decimal(5), "亿元"), Decimal(3), Amount(Decimal(20000), "万元")]
    assert aligned(amounts) == [5, 3, 2]


def test_hours_are_not_compared_with_days():
    assert udfs.JX_SHARE("12小时", "1天") == "⚠单位不一致:天、小时"


def test_a_unit_is_never_guessed():
    assert udfs.JX_UNIT(18, None, "万元") == "⚠缺单位:18"


@pytest.mark.parametrize(
    ("number", "unit", "mode", "expected"),
    table("""| number | unit | mode     | expected |
             | 80     |      | auto     | 0.80     |
             | 1      |      | auto     | 1        |
             | 1      |      | points   | 0.01     |
             | 1.2    |      | fraction | 1.2      |
             | 120    | %    | fraction | 1.20     |
             | -80    |      | auto     | -0.80    |
             | 3      | ‰    | auto     | 0.003    |"""),
)
def test_a_rate_becomes_a_fraction(number: str, unit: str, mode: str, expected: str):
    assert str(fraction(Quantity(Decimal(number), unit), mode)) == expected


def test_hours_are_no_rate():
    assert udfs.JX_PCT("48小时") == "⚠无法识别:48小时"


def test_halves_go_to_the_even_neighbour_on_request():
    assert [str(round_half_even(Decimal(n), 0)) for n in ("0.5", "1.5", "-2.5")] == ["0", "2", "-2"]


def test_rounding_takes_any_number_of_digits():
    assert udfs.JX_ROUND(1234.5678, [[-2, 0, 2, 300]]) == [[1200, 1235, 1234.57, 1234.5678]]


def test_a_sum_loses_no_digit():
    numbers = [Decimal("1E+20"), Decimal("0.0000000001"), Decimal("-1E+20")]
    assert total_of(numbers) == Decimal("0.0000000001")


def test_numbers_are_shown_as_people_write_them():
    assert [plain(Decimal(n)) for n in ("12.50", "-0", "1E+3")] == ["12.5", "0", "1000"]


def test_a_key_joins_two_spellings_of_a_name():
    assert udfs.JX_KEY("政府专项\n债项目储备★") == udfs.JX_KEY("政府 专项债 项目储备")
