"""The demo does the whole job, and what it finds is what the documents say."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from generator.demo import RESULT, RETURNED, STAMPED, TOTALS, run
from generator.model.merged import Merged, State
from generator.stamp import DISTRIBUTION
from tests.stories.seeds import FORMS, OFFICIAL, published, told
from tests.support.office import Calc
from udfs.shares import shares

CENT = Decimal("0.01")
UNUSABLE = {"VERSION", "UNREADABLE", "DUPLICATE"}
ALL = (*FORMS, *(each for each in OFFICIAL if each != "project-review"))  # drawn, not sent to all


@dataclass(frozen=True)
class Result:
    """One form of the demo, in memory and as it was written."""

    merged: Merged

    @property
    def folder(self) -> Path:
        return self.merged.folder.parent

    @cached_property
    def totals(self) -> list[dict[str, Any]]:
        text = (self.folder / TOTALS).read_text(encoding="utf-8")
        return list(json.loads(text)["totals"])

    def total(self, column: str, table: str = "", row: str = "", group: str = "") -> Decimal:
        """Return a total of all departments in 万元, as 汇总.json has it."""
        wanted = (column, table, row, [group] if group else [], "")
        for each in self.totals:
            if tuple(each[key] for key in ("column", "table", "row", "group", "key")) == wanted:
                return Decimal(each["value"]).scaleb(-4)
        raise LookupError(wanted)

    def details(self, tab: str) -> pd.DataFrame:
        """Return a page of details, its headings in the third row."""
        path = self.folder / RESULT
        codes = {"单位编码": str}
        return pd.read_excel(path, sheet_name=tab, header=2, dtype=codes, engine="openpyxl")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    """Run the demo once."""
    results = run(tmp_path_factory.mktemp("demo"))
    return {each.form.id: Result(each) for each in results}


# -- who returned what --


def test_the_demo_is_of_the_published_and_the_official_forms(demo: dict[str, Result]):
    assert set(demo) == set(ALL)


@pytest.mark.parametrize("form", ALL)
def test_everyone_got_a_workbook_and_one_of_each_kind_came_back(demo: dict[str, Result], form: str):
    merged, folder = demo[form].merged, demo[form].folder
    departments = len(merged.standings)
    assert departments >= 7
    sent = {each.name for each in (folder / STAMPED).iterdir()}
    assert DISTRIBUTION in sent
    assert len(sent) == departments + 1
    states = Counter(each.state for each in merged.standings)
    assert states == {
        State.RETURNED: departments - 4,
        State.MISSING: 1,
        State.DUPLICATE: 1,
        State.VERSION: 1,
        State.UNREADABLE: 1,
    }
    assert merged.strangers == ()


@pytest.mark.parametrize("form", ALL)
def test_of_two_returns_the_corrected_one_counts(demo: dict[str, Result], form: str):
    merged = demo[form].merged
    twice = next(each for each in merged.standings if each.state is State.DUPLICATE)
    used = [each.name for each in twice.files if each.used]
    assert [name for name in used if "更正" in name] == used
    assert len(twice.files) == len(used) + 1 == 2


@pytest.mark.parametrize("form", ALL)
def test_a_return_under_another_name_is_known_by_its_seal(demo: dict[str, Result], form: str):
    merged = demo[form].merged
    code = published(form).example.department.code
    renamed = [
        (each.department.name, file.name)
        for each in merged.standings
        for file in each.files
        if file.used and each.department.code != code and each.department.code not in file.name
    ]
    assert [name for name, _ in renamed] == ["示例单位文化旅游局"]


# -- what was found --


@pytest.mark.parametrize("form", ALL)
def test_what_the_document_gets_wrong_is_found_each_at_its_cell(demo: dict[str, Result], form: str):
    one = published(form)
    code = one.example.department.code
    findings = tuple(each for each in demo[form].merged.findings if each.department == code)
    assert told(findings) == one.expected()


@pytest.mark.parametrize("form", ALL)
def test_nothing_else_is_held_against_anybody(demo: dict[str, Result], form: str):
    code = published(form).example.department.code
    others = Counter(each.rule for each in demo[form].merged.findings if each.department != code)
    assert others == dict.fromkeys(UNUSABLE, 1)


# -- the documents' own figures --


def test_the_five_projects_add_up_to_479_97(demo: dict[str, Result]):
    projects = demo["project-targets"].details("明细-项目")
    budgets = _money(projects[projects["单位编码"] == "318002"]["预算数（万元）"])
    assert sum(budgets) == Decimal("479.97")
    assert [each * 100 for each in shares(budgets, 2) if each is not None] == [
        Decimal(each) for each in ("20.84", "62.50", "2.51", "10.42", "3.73")
    ]


def test_the_shares_and_totals_of_the_department_are_those_it_published(
    demo: dict[str, Result],
):
    funds = demo["department-targets"].details("明细-部门总体资金情况")
    own = funds[funds["单位编码"] == "101"]
    totals = own[own["总体资金情况"] == "合计"]
    for heading, total in (
        ("当年金额（万元）", "3226.88"),
        ("2022年（万元）", "3868.33"),
        ("2023年（万元）", "3990.37"),
    ):
        assert _money(totals[heading]) == [Decimal(total)] * 2
    spent = own[own["构成"] == "支出构成"].iloc[:3]
    assert [f"{each:.2%}" for each in spent["占比"]] == ["53.45%", "7.50%", "39.05%"]


@pytest.mark.parametrize(
    ("indicator", "column", "value"),
    [
        ("公共财政预算支出执行数", "完成率", "77.69%"),
        ("一般公共预算收入", "完成率", "89.90%"),
        ("新设立子基金", "完成率", "90.00%"),
        ("民生支出", "占比", "75.73%"),
        ("税收收入", "占比", "92.45%"),
        ("移动支付", "占比", "95.37%"),
    ],
)
def test_the_rates_of_the_month_are_those_recomputed_from_the_document(
    demo: dict[str, Result], indicator: str, column: str, value: str
):
    measures = demo["monthly-progress"].details("明细-指标数据")
    own = measures[(measures["单位编码"] == "330100") & (measures["指标"] == indicator)]
    assert [f"{each:.2%}" for each in own[column]] == [value]


def test_the_gap_to_the_time_progress_is_2_69_points(demo: dict[str, Result]):
    measures = demo["monthly-progress"].details("明细-指标数据")
    own = measures[measures["指标"] == "公共财政预算支出执行数"]
    assert [f"{each:.2f}" for each in own["进度差（百分点）"]] == ["2.69"]


# -- the sums, computed again by other means --


@pytest.mark.parametrize(
    ("column", "heading"),
    [
        ("budget", "预算数（万元）"),
        ("fiscal", "其中 财政资金（万元）"),
        ("other", "其他资金（万元）"),
    ],
)
def test_project_totals_equal_what_pandas_adds_up(
    demo: dict[str, Result], column: str, heading: str
):
    result = demo["project-targets"]
    assert result.total(column) == sum(_money(result.details("明细-项目")[heading]))


def test_department_totals_equal_what_pandas_adds_up(demo: dict[str, Result]):
    result = demo["department-targets"]
    funds = result.details("明细-部门总体资金情况")
    rows = [each.name for each in result.merged.form.sheets[0].tables["funds"].fixed]
    funds["row"] = rows * (len(funds) // len(rows))
    for column, heading in (
        ("amount", "当年金额（万元）"),
        ("before_last", "2022年（万元）"),
        ("last", "2023年（万元）"),
    ):
        added = funds.groupby("row")[heading].sum()
        for row in ("income_total", "expenditure_personnel", "expenditure_total"):
            assert result.total(column, "funds", row) == _money([added[row]])[0]


def test_project_groups_equal_what_pandas_adds_up(demo: dict[str, Result]):
    result = demo["department-targets"]
    projects = result.details("明细-项目支出情况")
    added = projects.groupby("支出项目类别")["项目本年度预算（万元）"].sum()
    assert len(added) == 3
    for group, value in added.items():
        total = result.total("year_budget", "projects", group=str(group))
        assert total == _money([value])[0]


@pytest.mark.parametrize("form", FORMS)
def test_the_result_workbook_opens_without_an_error(calc: Calc, demo: dict[str, Result], form: str):
    with calc.open(demo[form].folder / RESULT) as book:
        book.recalculate()
        assert book.errors() == []


@pytest.mark.parametrize("form", FORMS)
def test_running_twice_gives_the_same_result(demo: dict[str, Result], form: str, tmp_path: Path):
    from generator.merge import merge_folder

    result = demo[form]
    again = merge_folder(result.folder / RETURNED, result.folder / "名册.xlsx", tmp_path / RESULT)
    assert again.findings == result.merged.findings
    assert again.totals == result.merged.totals


def _money(values: Any) -> list[Decimal]:  # noqa: ANN401 (a column of pandas)
    """Return 万元 to the cent; what is missing is left out."""
    return [Decimal(repr(float(each))).quantize(CENT) for each in values if pd.notna(each)]
