"""TOTAL: a computed cell says what its formula should give."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from generator.check import check
from generator.model.filing import Answer
from generator.model.reckoning import Reckoning, kept
from tests.check.forms import PERIOD, filing_of, findings, form_of, found

SPENDING = """
tables:
  spending:
    label: 支出构成
    rows:
      staff: {kind: 人员类, computed: {share: spending.staff.year / spending.total.year}}
      running: {kind: 运转类, computed: {share: spending.running.year / spending.total.year}}
      total: {kind: 合计, total_of: [staff, running]}
    columns:
      kind: {label: 类别, type: label}
      year: {label: 当年金额, type: amount}
      share: {label: 占比, type: percent}
"""
ROWS = {"staff": {"year": "100"}, "running": {"year": "40"}}
FORM = form_of(SPENDING)
AMOUNTS = st.none() | st.decimals(-(10**9), 10**9, places=2, allow_nan=False)


def of(**cells: dict[str, object]) -> list[str]:
    rows = {name: {**ROWS.get(name, {}), **cells.get(name, {})} for name in (*ROWS, "total")}
    return found(SPENDING, {"spending": rows})


def test_a_total_that_differs_from_its_parts_is_found():
    assert of(total={"year": "150"}) == [
        "“支出构成”“合计”行“当年金额”报 150 万元，按表内各项重算为 140 万元，相差 10 万元。"
    ]


def test_a_total_within_half_of_the_last_shown_digit_is_fine():
    assert of(total={"year": "140.005"}) == []
    assert len(of(total={"year": "140.006"})) == 1


def test_a_share_is_compared_in_the_digits_its_cell_shows():
    assert of(staff={"share": "71.43%"}) == []
    assert of(staff={"share": "71%"}) == [
        "“支出构成”“人员类”行“占比”报 71%，按表内各项重算为 71.43%，相差 0.43 个百分点。"
    ]


def test_a_total_that_states_nothing_is_not_compared():
    assert of(total={"year": None}) == []


def test_a_spreadsheets_sum_of_nothing_is_no_mistake():
    rows = {"total": {"year": "0"}}

    assert found(SPENDING, {"spending": rows}) == []


def test_an_error_value_in_a_computed_cell_is_found():
    broken = Answer(None, "#REF!", readable=False)

    assert of(total={"year": broken}) == [
        "“支出构成”“合计”行“当年金额”应由公式算出，现为“#REF!”，重算为 140 万元。"
    ]


def test_a_wrong_total_must_be_put_right():
    rows = {**ROWS, "total": {"year": "150"}}

    [finding] = findings(SPENDING, {"spending": rows})

    assert (finding.rule, finding.kind.value, finding.place.cell) == ("TOTAL", "基本平衡", "B13")


def test_a_total_that_misses_numbers_typed_as_text_is_mentioned_with_the_reason():
    text = Answer(Decimal(400000), "40 ", normalised="“40 ”按 40 读取")
    rows = {"staff": {"year": "100"}, "running": {"year": text}, "total": {"year": "100"}}

    notes = [each for each in findings(SPENDING, {"spending": rows}) if each.rule == "TOTAL"]

    assert [(each.kind.value, each.message) for each in notes] == [
        (
            "提示",
            "“支出构成”“合计”行“当年金额”报 100 万元，按表内各项重算为 140 万元，相差 40 万元。"
            "有的数字是文本，表上的公式没有算进去；汇总采用重算的数。",
        )
    ]


def test_numbers_typed_as_text_excuse_no_other_total():
    text = Answer(Decimal(400000), "40 ", normalised="“40 ”按 40 读取")
    rows = {"staff": {"year": "100"}, "running": {"year": text}, "total": {"year": "120"}}

    wrong = [each for each in findings(SPENDING, {"spending": rows}) if each.rule == "TOTAL"]

    assert [each.kind.value for each in wrong] == ["基本平衡"]


def test_a_formula_saved_without_its_result_states_nothing():
    assert (
        of(total={"year": Answer(None, "=SUM(B1:B2)", readable=False, formula="SUM(B1:B2)")}) == []
    )


@settings(max_examples=60, deadline=None)
@given(staff=AMOUNTS, running=AMOUNTS, binary=st.booleans())
def test_a_total_computed_from_its_parts_is_never_found_wrong(
    *, staff: Decimal | None, running: Decimal | None, binary: bool
):
    parts = {"staff": {"year": staff}, "running": {"year": running}}
    reckoning = Reckoning(FORM, filing_of(FORM, {"spending": parts}), PERIOD)
    sheet, table = reckoning.filing.sheets[0], FORM.sheet("main").tables["spending"]
    stated = {
        row.name: {
            name: _stated(kept(table.column(name), value), binary=binary)
            for name in row.computed
            if (value := reckoning.cell_value(sheet, "spending", i, name)) is not None
        }
        for i, row in enumerate(table.fixed)
    }
    rows = {name: {**parts.get(name, {}), **stated[name]} for name in stated}

    assert check(FORM, filing_of(FORM, {"spending": rows}), PERIOD) == []


def _stated(value: object, *, binary: bool) -> Answer:
    """Return a computed cell as returned: exact, or as a spreadsheet's binary number."""
    if not isinstance(value, Decimal):
        return Answer()
    return Answer(Decimal(repr(float(value))) if binary else value)
