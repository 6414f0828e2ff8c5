"""The arithmetic of five published documents, recomputed by the functions an officer would use."""

import csv
from pathlib import Path

import pytest

import udfs

with Path(__file__).with_name("identities.csv").open(encoding="utf-8-sig", newline="") as _file:
    ROWS = {row["id"]: row for row in csv.DictReader(_file)}
SHARES = [
    "H18-01",
    "H18-02",
    "H18-03",
    "H18-04",
    "H18-05",
    "HP19-01",
    "EZ24-S1",
    "EZ24-S2",
    "EZ24-S3",
]
TOTALS = ["H18-10", "H21-02", "EZ24-T2024", "EZ24-T2022", "EZ24-T2023", "EZ24-P1"]
QUOTIENTS = [
    *("H18-06", "H18-11", "H18-17", "H18-24", "HP19-02", "HP19-03"),
    *("H21-03", "H21-13", "H21-15", "H21-16"),
]
GROWTHS = [name for name in ROWS if name.startswith("EZ24-G ")]


def verdict_of(row: dict[str, str]) -> str:
    """Return our word for the verdict of a row."""
    return {"HOLDS": "OK", "HOLDS_INTERVAL": "舍入可解释"}[row["verdict"]]


@pytest.mark.parametrize("name", SHARES)
def test_a_published_share_is_judged(name: str):
    row = ROWS[name]
    part, whole = row["formula"].split("/")
    assert udfs.JX_SHARE_CHECK(part, whole, row["published"]) == verdict_of(row)


@pytest.mark.parametrize("name", TOTALS)
def test_a_published_total_is_judged(name: str):
    row = ROWS[name]
    holds = udfs.JX_SUM_CHECK(row["formula"].split("+"), row["published"]) == "OK"
    assert holds == (row["verdict"] == "HOLDS")


@pytest.mark.parametrize("name", QUOTIENTS)
def test_a_rate_is_recomputed(name: str):
    part, whole = ROWS[name]["formula"].split("/")
    percent = udfs.JX_PROGRESS(part, whole, 6) * 100
    digits = len(ROWS[name]["recomputed"].partition(".")[2])
    assert udfs.JX_ROUND(percent, digits) == float(ROWS[name]["recomputed"])


@pytest.mark.parametrize("name", GROWTHS)
def test_a_growth_is_recomputed(name: str):
    this, last = ROWS[name]["formula"].split("/")[0].strip("()").split("-")
    percent = udfs.JX_GROWTH(this, last, 4) * 100
    assert percent == pytest.approx(float(ROWS[name]["recomputed"]), abs=1e-9)


def test_bases_behind_published_growths():
    """H18-19: 113.57 at +23.32 % and 947.03 at +15.38 %; H18-23: 320 at +5.5 %."""
    this, growth = [["113.57亿元"], [947.03], [320]], [["23.32%"], [0.1538], ["5.5%"]]
    assert udfs.JX_BASE(this, growth, 2) == [[92.09], [820.79], [303.32]]


def test_the_flow_and_last_years_flow_behind_a_cumulative_growth():
    """H18-20: 1-8月 2018 and 2017, and the growth between them."""
    this = udfs.JX_FLOW(947.03, 113.57, 9)
    last = udfs.JX_FLOW(820.79, 92.09, 9)
    assert (this, last, udfs.JX_GROWTH(this, last, 4)) == (833.46, 728.7, 0.1438)


def test_the_first_quarter_of_a_half_year():
    """H21-14: 8493.53 − 3920.57, and the progress on 1.8亿元."""
    assert udfs.JX_FLOW("8493.53万元", "3920.57万元", 6) == 4572.96
    assert udfs.JX_PROGRESS("8493.53万元", "1.8亿元", 4) == 0.4719


@pytest.mark.parametrize(
    ("digits", "shares", "naive"),
    [(2, [0.2084, 0.625, 0.0251, 0.1042, 0.0373], 99.99), (0, [0.21, 0.62, 0.03, 0.1, 0.04], 101)],
)
def test_five_projects_share_out_exactly(digits: int, shares: list[float], naive: float):
    """FN20-10, FN20-11: rounded one by one they make 99.99 % or 101 %."""
    budgets = ["100", "300", "12.05", "50", "17.92"]
    one_by_one = udfs.JX_SHARE([budgets], 479.97, digits + 2)[0]
    assert sum(round(share * 100, digits) for share in one_by_one) == pytest.approx(naive)
    assert udfs.JX_SHARES(budgets, digits) == shares


def test_six_projects_share_out_exactly():
    """EZ24-LR0."""
    found = udfs.JX_SHARES([458, 30, 55, 200, 444, 73], 0)
    assert [round(share * 100) for share in found] == [36, 3, 4, 16, 35, 6]


@pytest.mark.parametrize(
    ("name", "plan", "verdict"),
    [
        ("FN20-12", [25, 50, 75, None], "缺末期"),
        ("FN20-13", [25, 50, 75, 100], "OK"),
        ("FN20-14", [None, None, None, 100], "OK"),
        ("FN20-15", ["50.00", "", "", "100.00"], "OK"),
        ("FN20-16", [None, None, "100.00", None], "缺末期"),
        ("FN20-24", ["25", 100, "100.00", "100%"], "OK"),
    ],
)
def test_a_plan_of_spending_is_judged(name: str, plan: list, verdict: str):
    assert name in ROWS
    assert udfs.JX_PLAN_CHECK(plan) == verdict


def test_an_amount_in_yuan_becomes_wan():
    """FN20-02, FN20-03."""
    assert udfs.JX_UNIT(["120526.20元", "179200"], "元", "万元", 2) == [12.05, 17.92]


@pytest.mark.parametrize(
    ("text", "number", "verdict"),
    [("市本级支出248.54亿元", 248.5, "舍入可解释"), ("市本级支出248.5亿元", 248.54, "相符")],
)
def test_the_same_figure_in_two_rows(text: str, number: float, verdict: str):
    """H18-14: one row says 248.54, two others 248.5; only rounding up is exact."""
    assert udfs.JX_SAME(text, number, "亿元") == verdict
