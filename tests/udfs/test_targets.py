"""What targets ask for, as forms word it."""

from decimal import Decimal

import pytest

import udfs
from tests.udfs.support.tables import table
from udfs.amounts import Unreadable
from udfs.targets import BLANK_TARGET, parse_target


@pytest.mark.parametrize(
    ("text", "op", "value", "unit"),
    table("""| text                | op | value | unit      |
             | ≥95%                | >= | 0.95  | %         |
             | >=90%               | >= | 0.90  | %         |
             | ≧90％               | >= | 0.90  | %         |
             | 不少于 150 个       | >= | 150   | 个        |
             | 不低于 10%          | >= | 0.10  | %         |
             | 至少3次             | >= | 3     | 次        |
             | 6人以上             | >= | 6     | 人        |
             | 95%及以上           | >= | 0.95  | %         |
             | 满意度≥95%          | >= | 0.95  | %         |
             | ≥1,500人次          | >= | 1500  | 人次      |
             | ≥95%（含）          | >= | 0.95  | %         |
             | ≥100百分比          | >= | 1.00  | %         |
             | ≥10亿元             | >= | 10    | 亿元      |
             | ≥3个/年             | >= | 3     | 个/年     |
             | 不超过319.9亿元     | <= | 319.9 | 亿元      |
             | ≤48 小时            | <= | 48    | 小时      |
             | 48小时内            | <= | 48    | 小时      |
             | 控制在5.5%以内      | <= | 0.055 | %         |
             | 响应时间不超过48小时 | <= | 48   | 小时      |
             | ≤30元/平方米        | <= | 30    | 元/平方米 |
             | 大于0               | >  | 0     |           |
             | ＞5                 | >  | 5     |           |
             | 低于3次             | <  | 3     | 次        |
             | =6 人               | =  | 6     | 人        |
             | 等于12              | =  | 12    |           |
             | 100%完成            | =  | 1.00  | %         |
             | -5%                 | =  | -0.05 | %         |
             | 3倍                 | =  | 3     | 倍        |
             | 4000㎡              | =  | 4000  | m2        |"""),
)
def test_a_figure_is_found_in_its_wording(text: str, op: str, value: str, unit: str | None):
    target = parse_target(text)
    assert (target.op, str(target.value), target.unit) == (op, value, unit or "")
    assert target.kind == "num"


@pytest.mark.parametrize(
    ("text", "op", "unit"),
    [
        ("≤预算控制数", "<=", "预算控制数"),
        ("支出≤预算控制数", "<=", "预算控制数"),
        ("不超过上年决算数", "<=", "上年决算数"),
        ("高于全国平均水平", ">", "全国平均水平"),
    ],
)
def test_a_figure_kept_elsewhere_is_referred_to(text: str, op: str, unit: str):
    target = parse_target(text)
    assert (target.op, target.value, target.unit, target.kind) == (op, None, unit, "ref")


@pytest.mark.parametrize(
    "text",
    [
        "有效提高",
        "达到预期效果",
        "12月底前完成",
        "2021年12月",
        "80%-90%",
        "≥",
        "完成10家子基金设立",
    ],
)
def test_what_names_no_figure_is_qualitative(text: str):
    target = parse_target(text)
    assert (target.op, target.value, target.unit, target.kind) == ("", None, text, "qual")


@pytest.mark.parametrize("blank", [None, "", "/", "—", "无", float("nan")])
def test_no_target_is_blank(blank: object):
    assert parse_target(blank) == BLANK_TARGET


def test_a_number_asks_for_itself():
    assert (parse_target(0.95).op, parse_target(0.95).value) == ("=", Decimal("0.95"))


@pytest.mark.parametrize("value", [True, "#REF!", object()])
def test_what_is_no_target_is_refused(value: object):
    with pytest.raises(Unreadable):
        parse_target(value)


def test_the_parts_of_a_target_one_by_one():
    column = [["≥95%"], ["≤预算控制数"], ["好"], [None]]
    answers = (
        udfs.JX_TARGET_OP(column),
        udfs.JX_TARGET_VAL(column),
        udfs.JX_TARGET_UNIT(column),
    )
    assert answers == (
        [[">="], ["<="], [""], [""]],
        [[0.95], [""], [""], [""]],
        [["%"], ["预算控制数"], ["好"], [""]],
    )
