"""`jixiao merge --ledger` and `jixiao ledger`: what they keep, say and write."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from generator.cli import app
from generator.ledger import Ledger, open_ledger
from generator.model.roster import Department, Roster
from generator.template import find, load
from generator.workbook.roster import write_roster
from tests.ledger.merges import (
    found,
    indicator,
    merge_of,
    project,
    returned,
    small_form,
)

FORM = "project-targets"
EVIL = '=HYPERLINK("http://x.example","点")'


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(each) for each in arguments])


@pytest.fixture(scope="module")
def filled(shared_ledger: Ledger) -> str:
    """A ledger of two departments, one of them hostile, and one that has not returned."""
    form = small_form()
    rows = [indicator(EVIL, weight=10, score="9.5")]
    filings = [
        returned(form, "101", {"project": [project("P1", 100, -20, indicators=rows)]}),
        returned(form, "0302", {"whole": [{"note": EVIL}], "project": [project("P9", 50, 50)]}),
    ]
    shared_ledger.record(merge_of(form, filings, ["400"], [found("101")]))
    return str(shared_ledger.where)


def test_a_merge_is_recorded_and_the_same_again_is_not(tmp_path: Path, where: str):
    departments = tuple(
        Department(code, name, {}, {"projects": ({"code": f"P{code}", "name": "采购"},)})
        for code, name in (("101", "示例单位甲"), ("102", "示例单位乙"))
    )
    roster, folder = tmp_path / "名册.xlsx", tmp_path / "回收"
    write_roster(load(find(FORM)), Roster(departments), roster)
    run("stamp", FORM, "--roster", roster, "--period", "2020", "--out", folder)
    merge = (
        "merge",
        folder,
        "--roster",
        roster,
        "--out",
        tmp_path / "汇总.xlsx",
        "--ledger",
        where,
    )
    first, again = run(*merge, "--jobs", 1), run(*merge, "--jobs", 1)
    assert "台账：新登记 2 个单位，更正 0 个，未变 0 个。" in first.output
    assert "台账：已经登记过，没有变化（2 个单位）。" in again.output
    with open_ledger(where, read_only=True) as ledger:
        assert [row[4:6] for row in ledger.ask("recovery").rows] == [(2, 2)]


def test_a_ledger_that_cannot_be_used_is_refused_before_merging(tmp_path: Path):
    out = tmp_path / "汇总.xlsx"
    result = run("merge", tmp_path, "--roster", "x", "--out", out, "--ledger", r"\\server\x.db")
    assert result.exit_code == 2
    assert "网络共享" in result.output
    assert not out.exists()


def test_the_status_tells_what_there_is(filled: str):
    result = run("ledger", "status", filled)
    assert result.exit_code == 0
    for told in ("tiny", "小表", "自评", "2024", "66.67%", "大小", "最近登记：20"):
        assert told in result.output
    document = json.loads(run("ledger", "status", filled, "--json").output)
    assert document["rows"][0][4:8] == [3, 2, "0.666667", 1]
    assert document["bytes"] > 0


def test_the_queries_are_listed_with_their_conditions(filled: str):
    output = run("ledger", "query", filled).output
    assert "recovery" in output
    assert "回收情况：form=表样，period=报告期，year=年度" in output
    assert "year=年度（必填）" in output


def test_an_answer_is_shown_with_amounts_and_rates_as_people_write_them(filled: str):
    result = run("ledger", "query", filled, "项目结果", "--set", "年度=2024", "--set", "code=P1")
    assert result.exit_code == 0
    assert "1,000,000.00" in result.output
    assert "-200,000.00" in result.output
    assert "-20.00%" in result.output
    assert "项目结果：1 行" in result.output


def test_an_answer_is_written_as_a_workbook_with_its_sql(filled: str, tmp_path: Path):
    out = tmp_path / "指标.xlsx"
    assert "1 行" in run("ledger", "query", filled, "指标", "--set", "text=点", "--out", out).output
    book = load_workbook(out)
    assert book.sheetnames == ["指标", "查询语句"]
    values = {cell.value: cell for row in book["指标"] for cell in row}
    assert values[EVIL].data_type == "s"
    assert values[EVIL].hyperlink is None
    assert values[9.5].data_type == "n"
    sources = [str(cell.value) for row in book["查询语句"] for cell in row]
    assert any("SELECT" in each and "indicator_text" in each for each in sources)


def test_an_answer_is_written_as_csv_that_runs_nothing(filled: str, tmp_path: Path):
    out = tmp_path / "跨期.csv"
    given = ("--set", "department=0302", "--set", "field=说明")
    run("ledger", "query", filled, "across", *given, "--out", out)
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(out.read_text(encoding="utf-8-sig").splitlines())
    assert row["上报数"] == f"'{EVIL}"
    run("ledger", "query", filled, "outcomes", "--set", "year=2024", "--out", out)
    rows = list(csv.DictReader(out.read_text(encoding="utf-8-sig").splitlines()))
    assert [row["执行数（元）"] for row in rows] == ["", "500000", "-200000"]


def test_an_answer_is_written_as_json_with_exact_numbers(filled: str, tmp_path: Path):
    out = tmp_path / "x.json"
    run("ledger", "query", filled, "outcomes", "--set", "year=2024", "--out", out)
    document = json.loads(out.read_text(encoding="utf-8"))
    assert document["columns"][5:8] == ["预算数（元）", "执行数（元）", "执行率"]
    assert document["rows"][2][5:8] == ["1000000", "-200000", "-0.200000"]
    assert 2024 in document["parameters"].values()


def test_what_departments_write_cannot_steer_the_terminal(where: str):
    form, evil = small_form(), "\x1b[2J[bold]红[/bold]\u202e\n第二行"
    with open_ledger(where) as ledger:
        ledger.record(merge_of(form, [returned(form, "101", {"whole": [{"note": evil}]})]))
    given = ("--set", "department=101", "--set", "field=note")
    output = run("ledger", "query", where, "across", *given).output
    assert "\ufffd[2J[bold]红[/bold]\ufffd 第二行" in output


def test_everything_current_is_exported_table_by_table(filled: str, tmp_path: Path):
    tables = ["上报清单", "上报数", "合计", "指标", "疑点", "项目结果"]
    result = run("ledger", "export", filled, "--out", tmp_path / "全部")
    assert result.exit_code == 0
    files = sorted((tmp_path / "全部").iterdir())
    assert sorted(each.stem for each in files) == sorted(tables)
    said = (tmp_path / "全部" / "上报数.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(said.splitlines()))
    found = {(row["单位编码"], row["项目编码"], row["栏目"]): row for row in rows}
    assert found["101", "P1", "全年预算数"]["上报数"] == "1000000"
    assert found["101", "P1", "全年预算数"]["计量单位"] == "元"
    assert found["101", "P1", "执行率"]["上报数"] == "-0.2"
    assert found["0302", "", "说明"]["上报数"] == f"'{EVIL}"
    run("ledger", "export", filled, "--out", tmp_path / "全部.xlsx")
    book = load_workbook(tmp_path / "全部.xlsx")
    assert sorted(book.sheetnames) == sorted([*tables, "查询语句"])
    run("ledger", "export", filled, "--year", 2023, "--out", tmp_path / "x.json")
    documents = json.loads((tmp_path / "x.json").read_text(encoding="utf-8"))
    assert [each["rows"] for each in documents] == [[]] * len(tables)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("query", "{}", "recoverie"), "是不是“recovery”？"),
        (("query", "{}", "outcomes"), "还要给出：year（年度）"),
        (("query", "{}", "outcomes", "--set", "year"), "--set 应写成 条件=值"),
        (("query", "{}", "runs", "--out", "x.doc"), "应以 .xlsx、.csv 或 .json 结尾"),
        (("query", "{}", "runs", "--out", "x"), "请写明文件类型"),
        (("export", "{}", "--out", "x.csv"), "应写成文件夹"),
        (("status", "nowhere.db"), "找不到台账“nowhere.db”"),
    ],
)
def test_what_cannot_be_done_is_said_in_chinese(
    filled: str, arguments: tuple[str, ...], message: str
):
    result = run("ledger", *(each.format(filled) for each in arguments))
    assert result.exit_code == 2
    assert message in result.output
