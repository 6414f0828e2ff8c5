"""Laws that hold for any input."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

import udfs
from udfs.amounts import convert, parse_number, round_half_up
from udfs.mentions import mentions
from udfs.periods import flow
from udfs.progress import base, growth
from udfs.registry import FUNCTIONS
from udfs.scores import attainment, points
from udfs.shares import ratio_verdict, shares
from udfs.targets import parse_target

udfs.functions()
quick = settings(max_examples=60, deadline=None)
money = st.decimals(min_value=0, max_value=10**9, places=2)
positive = st.decimals(min_value=Decimal("0.01"), max_value=10**9, places=2)
digits = st.integers(0, 12)
parts = st.lists(st.none() | money, min_size=1, max_size=30)


@quick
@given(parts, digits)
def test_shares_add_up_to_exactly_one(some: list[Decimal | None], places: int):
    found = [share for share in shares(some, places) if share is not None]
    assert not found or sum(found) == 1


@quick
@given(parts, digits)
def test_a_share_is_within_one_unit_of_the_exact_one(some: list[Decimal | None], places: int):
    total = sum(Fraction(part) for part in some if part is not None)
    for part, share in zip(some, shares(some, places), strict=True):
        if part is not None and share is not None:
            assert abs(Fraction(share) - Fraction(part) / total) < Fraction(1, 10 ** (places + 2))


@quick
@given(parts, digits)
def test_shares_keep_the_order_of_their_parts(some: list[Decimal | None], places: int):
    pairs = [pair for pair in zip(some, shares(some, places), strict=True) if None not in pair]
    assert [share for _, share in sorted(pairs)] == sorted(share for _, share in pairs)


@quick
@given(st.lists(money, min_size=1, max_size=12))
def test_a_flow_undoes_a_cumulative_sum(flows: list[Decimal]):
    months = [float(amount) for amount in flows]
    cum = [udfs.JX_CUM(months, month) for month in range(1, len(months) + 1)]
    before = [None, *cum[:-1]]
    assert udfs.JX_FLOW(cum, before, list(range(1, len(months) + 1))) == months


@quick
@given(money, st.permutations(["元", "千元", "万元", "百万元", "亿元"]))
def test_units_convert_there_and_back(amount: Decimal, units: list[str]):
    there = convert(amount, units[0], units[1])
    assert convert(there, units[1], units[0]) == amount


@quick
@given(positive, positive)
def test_a_base_undoes_a_growth(this: Decimal, last: Decimal):
    rate = growth(this, last)
    assert isinstance(rate, Decimal)
    assert base(this, rate, 2) == last


@quick
@given(money, st.integers(0, 6))
def test_rounding_is_that_of_school(amount: Decimal, places: int):
    unit = Fraction(1, 10**places)
    expected = (Fraction(amount) / unit + Fraction(1, 2)).__floor__() * unit
    assert Fraction(round_half_up(amount, places)) == expected


@quick
@given(st.sampled_from([">=", "<=", ">", "<", "="]), money, money, st.integers(0, 100))
def test_a_score_lies_within_its_points(op: str, wanted: Decimal, reached: Decimal, weight: int):
    score = points(attainment(op, wanted, reached), Decimal(weight), 2)
    assert 0 <= score <= weight


@quick
@given(positive, positive, positive)
def test_more_never_scores_less(wanted: Decimal, one: Decimal, other: Decimal):
    low, high = sorted([one, other])
    assert attainment(">=", wanted, low) <= attainment(">=", wanted, high)
    assert attainment("<=", wanted, low) >= attainment("<=", wanted, high)


@quick
@given(positive, positive, st.integers(2, 6))
def test_a_properly_rounded_share_agrees(part: Decimal, whole: Decimal, places: int):
    assert ratio_verdict(part, whole, round_half_up(part / whole, places)) == "相符"


@quick
@given(money)
def test_a_number_reads_the_same_in_every_spelling(amount: Decimal):
    spellings = [f"{amount:,}", f"\u3000{amount}\u3000", f"{amount}万元", full_width(str(amount))]
    assert {parse_number(text) for text in spellings} == {amount}


@quick
@given(st.sampled_from([">=", "<="]), money)
def test_a_target_reads_back(op: str, amount: Decimal):
    target = parse_target(f"{op}{amount}个")
    assert (target.op, target.value, target.unit) == (op, amount, "个")


@quick
@given(money, st.sampled_from(["亿元", "万元", "元", "%"]))
def test_an_amount_is_found_where_it_is_written(amount: Decimal, unit: str):
    found = mentions(f"1-9月完成投资{amount}{unit}，其他按计划推进。")
    assert [(m.number, m.unit, m.period) for m in found] == [(amount, unit, "1-9月")]


@quick
@given(st.integers(0, 10**15))
def test_an_amount_in_capitals_reads_back(fen: int):
    assert spoken(udfs.JX_RMB_UPPER(f"{fen // 100}.{fen % 100:02d}")) == fen


@quick
@given(money, st.none() | money)
def test_january_needs_no_month_before_it(cum: Decimal, prev: Decimal | None):
    assert flow(cum, prev, 1) == cum


cells = st.one_of(
    st.none(),
    st.booleans(),
    st.floats(),
    st.integers(),
    st.text(max_size=12),
    st.datetimes(),
    st.sampled_from(
        ["≥95%", "1-9月", "80%", "#REF!", "—", "万元", "abs", "rate", "linear", "全部达成"]
    ),
    st.decimals(),
)
values = cells | st.lists(cells, max_size=4) | st.lists(st.lists(cells, max_size=3), max_size=4)


@settings(max_examples=400, deadline=None)
@given(st.data(), st.sampled_from(sorted(FUNCTIONS)))
def test_no_input_makes_a_function_raise(data: st.DataObject, name: str):
    count = len(FUNCTIONS[name].arguments)
    args = data.draw(st.tuples(*[values] * count))
    answer = getattr(udfs, name)(*args)
    assert isinstance(answer, str | int | float | list)


def full_width(text: str) -> str:
    """Return text in full-width characters, as Chinese input methods write it."""
    return "".join(chr(ord(char) + 0xFEE0) for char in text)


def spoken(capitals: str) -> int:
    """Return the 分 that an amount in capitals says, read character by character."""
    yuan, _, small = capitals.rpartition("元") if "元" in capitals else ("", "", capitals)
    fen = spoken_whole(yuan) * 100
    for unit, worth in (("角", 10), ("分", 1)):
        if unit in small:
            fen += "零壹贰叁肆伍陆柒捌玖".index(small[small.index(unit) - 1]) * worth
    return fen


def spoken_whole(text: str) -> int:
    """Return a whole number."""
    for scale, word in ((10**8, "亿"), (10**4, "万")):
        head, found, tail = text.rpartition(word)
        if found:
            return spoken_whole(head) * scale + spoken_whole(tail)
    return spoken_group(text)


def spoken_group(text: str) -> int:
    """Return a number below ten thousand."""
    number, digit = 0, 0
    for char in text:
        if char in "零壹贰叁肆伍陆柒捌玖":
            digit = "零壹贰叁肆伍陆柒捌玖".index(char)
        else:
            number, digit = number + digit * {"拾": 10, "佰": 100, "仟": 1000}[char], 0
    return number + digit
