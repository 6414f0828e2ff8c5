"""A spot check from ledger to ledger: drawn, stamped, re-scored, merged and compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from urllib.parse import unquote
from zipfile import ZipFile

import pytest
from typer.testing import CliRunner

from generator.cli import app
from generator.ledger import Ledger, open_ledger
from generator.merge import merge_folder
from generator.model.filing import Entry
from generator.model.finding import Kind
from generator.model.period import Period
from generator.model.project import Project
from generator.model.roster import Record
from generator.report.pages import Link, plain
from generator.stamp import Run, Stamper, file_names
from generator.workbook.reader.formats import open_book
from generator.year.review import Review
from generator.year.review.pages import pages as review_pages
from generator.year.review.reviewed import review_of, write_review
from generator.year.rules import rules_folder
from generator.year.sampling.evaluated import evaluated_in
from generator.year.sampling.pages import pages
from generator.year.sampling.spot_check import (
    FORMS,
    LIST,
    ROSTER,
    Ask,
    SpotCheck,
    rate_of,
    roster_of,
    spot_check,
    write_spot_check,
)
from generator.year.ways import Returned, Ways
from tests.year.returns import evaluated, form, record

YEAR = 2022
PERIOD = Period(YEAR, 12, "year")
ALL = Ask("2022", number=4)


@pytest.fixture
def filled(ledger: Ledger) -> Ledger:
    """A ledger with four self-evaluations of two departments, and a project that is silent."""
    by = {
        "901": [evaluated("A1", 5_000, 4_000), evaluated("A2", 200, 200, 80)],
        "902": [evaluated("B1", 50, 50), evaluated("B2", 100, 10)],
    }
    record(ledger, "project-self-evaluation", str(YEAR), by)
    classes = {"A1": "A", "A2": "B", "B1": "C", "B2": "C", "B3": "C"}
    ledger.register(
        YEAR,
        [
            Project(
                *("901" if code[0] == "A" else "902", "示例单位", code, f"项目{code}"),
                category=category,
                amount=Decimal(1_000_000),
            )
            for code, category in classes.items()
        ],
    )
    return ledger


def test_the_population_is_what_was_returned_with_what_the_list_knows(filled: Ledger):
    found = evaluated_in(filled, YEAR)
    assert [(each.code, each.category) for each in found.projects] == [
        *(("A1", "A"), ("A2", "B"), ("B1", "C"), ("B2", "C")),
    ]
    assert found.silent == 1
    assert found.execution_score(("901", "A1")) == 8


def test_a_project_that_the_list_does_not_have_takes_its_own_budget(ledger: Ledger):
    record(ledger, "project-self-evaluation", str(YEAR), {"901": [evaluated("A1", 50, 50)]})
    (project,) = evaluated_in(ledger, YEAR).projects
    assert (project.amount, project.category) == (500_000, "")


def test_a_year_without_self_evaluations_is_said(ledger: Ledger):
    with pytest.raises(ValueError, match="台账里没有2022年的项目自评"):
        evaluated_in(ledger, YEAR)


def test_the_form_is_prefilled_with_what_the_project_said_of_itself(filled: Ledger):
    check = spot_check(evaluated_in(filled, YEAR), ALL)
    first = roster_of(check).departments[0]
    project, other = first.children["projects"]
    assert {key: project[key] for key in ("code", "budget", "executed", "execution_score")} == {
        "code": "A1",
        "budget": 5_000,
        "executed": 4_000,
        "execution_score": 8,
    }
    assert project["stratum"] == (
        "本部门A类、100万–1000万元的项目 1 个，抽 1 个，它的数从小到大排第 1"
    )
    (indicator,) = (each for each in first.children["indicators"] if each["projects"] == "A2")
    assert other["code"] == "A2"
    assert {key: indicator[key] for key in ("level1", "target", "actual", "weight", "score")} == {
        "level1": "产出指标",
        "target": "≥100%",
        "actual": "80%",
        "weight": 90,
        "score": 72,
    }


def test_the_list_says_range_rate_seed_and_who_was_left_out(filled: Ledger):
    check = spot_check(evaluated_in(filled, YEAR), Ask("2022", number=3))
    overview, drawn, balance, method = pages(
        check.sample, check.rules, check.evaluated, linked=False
    )
    assert overview.facts[0].startswith(
        "2 个部门（单位）4 个项目报了自评，抽查 2 个部门（单位）3 个项目，抽评率 75.00%。"
        "随机种子“2022”"
    )
    assert "另有 1 个项目在项目清单里、没有报自评" in overview.facts[1]
    assert len(list(drawn.grids[0].rows)) == 3
    wanted = [(row[2], row[3], row[4]) for row in balance.grids[1].rows]
    assert [(size, exact) for size, exact, _ in wanted] == [(2, Decimal("1.50"))] * 2
    assert sorted(got for _, _, got in wanted) == [1, 2]
    assert method.facts == ("种子：2022；抽 3 个项目。",)


def reviewed(indicator: Record, less: Mapping[str, int]) -> dict[str, object]:
    """Return a row as a reviewer fills it who takes some points off."""
    taken = less.get(str(indicator["projects"]), 0)
    reason = {"reason": "佐证材料不全。"} if taken else {}
    score = indicator["score"]
    assert isinstance(score, Decimal)
    return {"actual": str(indicator["actual"]), "score": score - taken, **reason}


def send_back(check: SpotCheck, out: Path, less: Mapping[str, int]) -> Path:
    """Fill the re-score workbooks as reviewers do; return their folder."""
    roster, described = roster_of(check), form("project-review")
    stamper, names = Stamper(described, PERIOD), file_names(described, roster.departments, PERIOD)
    folder = out / "复核回收"
    folder.mkdir()
    for department in roster.departments:
        entries = [
            Entry(
                {
                    "conclusion": "调整得分" if less.get(str(each["code"])) else "认可自评",
                    "opinion": "查阅了材料。",
                    "reviewer": "复核人",
                },
                {
                    "indicators": tuple(
                        reviewed(row, less)  # type: ignore[misc]
                        for row in department.children["indicators"]
                        if row["projects"] == each["code"]
                    )
                },
            )
            for each in department.children["projects"]
        ]
        content = stamper.stamp(department, {"project": tuple(entries)})
        (folder / names[department.code]).write_bytes(content)
    return folder


@pytest.fixture
def compared(filled: Ledger, tmp_path: Path) -> Review:
    """What came back: ten points less for A1, three for B2."""
    check = spot_check(evaluated_in(filled, YEAR), ALL)
    stamped = write_spot_check(check, tmp_path / "抽查", run=Run(1))
    assert [each.department.code for each in stamped] == ["901", "902"]
    returns = send_back(check, tmp_path, {"A1": 10, "B2": 3})
    merged = merge_folder(returns, tmp_path / "抽查" / ROSTER, tmp_path / "复核汇总.xlsx")
    assert {each.rule for each in merged.findings if each.kind is not Kind.NOTE} == set()
    filled.record(merged)
    return review_of(filled, YEAR)


def test_a_spot_check_leaves_a_list_a_roster_and_the_forms(filled: Ledger, tmp_path: Path):
    check = spot_check(evaluated_in(filled, YEAR), ALL)
    write_spot_check(check, tmp_path, run=Run(1))
    assert {each.name for each in tmp_path.iterdir()} >= {LIST, ROSTER, FORMS}


def test_what_reviewers_send_back_is_compared_with_what_projects_said(compared: Review):
    assert [(each.own.code, each.difference, each.regraded) for each in compared.projects] == [
        ("A1", -10, True),
        ("B2", -3, True),
        ("A2", 0, False),
        ("B1", 0, False),
    ]
    first = compared.projects[0]
    assert [(each.level3, each.own, each.review, each.reason) for each in first.items] == [
        ("预算执行率", 8, 8, ""),
        ("完成数", 90, 80, "佐证材料不全。"),
    ]
    assert (first.conclusion, first.opinion) == ("调整得分", "查阅了材料。")


def test_the_result_says_how_far_apart_the_scores_are(compared: Review):
    overview = review_pages(compared, Decimal(5), Ways())[0]
    assert overview.facts[0] == (
        "复核 2 个部门（单位）4 个项目，占报了自评的 4 个项目的 100.00%。"
        "调低 2 个，调高 0 个，一致 2 个；等级变化 2 个。"
    )
    # (10 分 × 5000 + 3 分 × 100) ÷ 5350 万元
    assert overview.facts[1].startswith(
        "总分差异按预算加权平均 -9.40 分，平均差异幅度 9.40 分，最大 10.00 分；"
        "相差 5.00 分及以上的 1 个。"
    )


def test_scores_lead_to_their_cells_in_both_forms(compared: Review, tmp_path: Path):
    indicators = review_pages(compared, Decimal(5), Ways("自评/", "复核回收/"))[2]
    own, review = next(iter(indicators.grids[0].rows))[8:10]
    assert isinstance(own, Link)
    assert isinstance(review, Link)
    assert own.place.file == "自评/901.xlsx"
    sheet = open_book(tmp_path / review.place.file).sheet(review.place.sheet)
    assert sheet is not None
    cell = sheet.cell(review.place.row, review.place.column)
    assert cell is not None
    assert cell.value == plain(review) == 80


def test_the_result_is_written_with_its_links(compared: Review, tmp_path: Path):
    out = tmp_path / "复核结果.xlsx"
    write_review(compared, out, Returned(reviews=tmp_path / "复核回收"))
    assert [each.title for each in open_book(out).sheets] == ["总览", "项目", "指标"]
    with ZipFile(out) as package:
        links = package.read("xl/worksheets/_rels/sheet3.xml.rels").decode()
    assert "复核回收/901" in unquote(links)


def test_a_year_without_reviews_is_said(filled: Ledger):
    with pytest.raises(ValueError, match="台账里没有2022年的复核"):
        review_of(filled, YEAR)


@pytest.mark.parametrize(
    ("text", "rate"), [("0.115", "0.115"), ("11.5%", "0.115"), ("１１.5％", "0.115"), (None, None)]
)
def test_a_rate_is_written_as_people_do(text: str | None, rate: str | None):
    assert rate_of(text) == (None if rate is None else Decimal(rate))


@pytest.mark.parametrize("text", ["", "很多", "0", "115%", "-1", "NaN"])
def test_what_is_no_rate_is_refused(text: str):
    with pytest.raises(ValueError, match="看不懂比例"):
        rate_of(text)


def test_the_commands_say_what_they_did_and_repeat_exactly(tmp_path: Path):
    where = tmp_path / "台账.db"
    with open_ledger(where) as ledger:
        sheets = [evaluated(f"P{number}", 100 + number, 90) for number in range(8)]
        record(ledger, "project-self-evaluation", str(YEAR), {"901": sheets})

    def sample(out: str, seed: str) -> str:
        asked = ["--year", str(YEAR), "--rate", "25%", "--seed", seed, "--out", str(tmp_path / out)]
        result = CliRunner().invoke(app, ["sample", str(where), *asked])
        assert result.exit_code == 0, result.output
        return result.output.splitlines()[0]

    assert sample("一", "7") == "种子 7：8 个项目里抽了 2 个，在 1 个部门，抽评率 25.00%。"
    sample("二", "7")
    one, other = (_drawn(tmp_path / name / LIST) for name in ("一", "二"))
    assert one == other
    assert len(one) == 2
    failed = CliRunner().invoke(
        app, ["review", str(where), "--year", str(YEAR), "--out", str(tmp_path / "x.xlsx")]
    )
    assert failed.exit_code == 2


def _drawn(file: Path) -> list[object]:
    sheet = open_book(file).sheet("抽查名单")
    assert sheet is not None
    column = [cell.value for (_, place), cell in sorted(sheet.cells.items()) if place == 3]
    return column[1:]  # below its heading


def test_rules_of_the_bureau_change_the_bands_and_the_usual_rate(filled: Ledger, tmp_path: Path):
    text = (rules_folder() / "sampling.yaml").read_text(encoding="utf-8")
    own = text.replace("rate: 0.115", "rate: 0.5").replace("100万–1000万元", "中等")
    (tmp_path / "sampling.yaml").write_text(own, encoding="utf-8")
    check = spot_check(evaluated_in(filled, YEAR), replace(ALL, number=None), tmp_path)
    assert len(check.sample.drawn) == 2
    assert {each.stratum[1] for each in check.sample.population} == {"中等"}
