"""大写金额."""

import pytest

import udfs
from tests.udfs.support.tables import table


@pytest.mark.parametrize(
    ("amount", "capitals"),
    table("""| amount         | capitals                   |
             | 120526.20      | 壹拾贰万零伍佰贰拾陆元贰角 |
             | 0              | 零元整                     |
             | 0.05           | 伍分                       |
             | 0.50           | 伍角                       |
             | 1.05           | 壹元零伍分                 |
             | 1680.32        | 壹仟陆佰捌拾元叁角贰分     |
             | 107000.53      | 壹拾万柒仟元伍角叁分       |
             | 16409.02       | 壹万陆仟肆佰零玖元零贰分   |
             | 1409.50        | 壹仟肆佰零玖元伍角         |
             | 6007.14        | 陆仟零柒元壹角肆分         |
             | 10             | 壹拾元整                   |
             | 100000000      | 壹亿元整                   |
             | 100010000      | 壹亿零壹万元整             |
             | 1000000001     | 壹拾亿零壹元整             |
             | 10000000000000 | 壹拾万亿元整               |
             | 1000100000000  | 壹万零壹亿元整             |
             | 0.005          | 壹分                       |
             | -0.001         | 零元整                     |
             | -88            | 负捌拾捌元整               |
             | 12.05万元      | 壹拾贰万零伍佰元整         |
             | 1亿            | 壹亿元整                   |"""),
)
def test_an_amount_is_said_in_capitals(amount: str, capitals: str):
    assert udfs.JX_RMB_UPPER(amount) == capitals


@pytest.mark.parametrize(
    ("amount", "shown"),
    [(1e16, "⚠金额过大:10000000000000000"), ("5人", "⚠单位不一致:人、元"), ("—", "")],
)
def test_what_cannot_be_said_is_told(amount: object, shown: str):
    assert udfs.JX_RMB_UPPER(amount) == shown
