"""The scores of the self-evaluation forms: by the rules, in every edition, merged with sense."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.consolidate import consolidate
from generator.consolidate.totals import Locus
from generator.model.evaluate import evaluate
from generator.model.expression import CellRef, ColumnRef, FieldRef, Given, RowRef, Value
from generator.model.filing import Filing
from generator.model.form import Form, Remark
from generator.model.period import Period
from generator.model.reckoning import Reckoning, given_value
from generator.stamp import Stamper
from generator.template import find, forms_folder, load
from generator.template.examples import Example, load_examples
from generator.workbook.reader.formats import read_book
from generator.workbook.returned.read import read_filing
from udfs import JX_SCORE, JX_SCORE_QUAL

FORM = "project-self-evaluation"
YEAR = Period(2023, 12, "year")
SIGNS = {"正向": "≥", "反向": "≤", "等于": "="}
LEVELS = {"达成": 1, "部分达成": 2, "未达成": 3}
EDGES = {"scoring": ("1", "0.8", "0.6", "0"), "scoring-wuhan": ("1", "0.8", "0.5", "0")}


@cache
def edition(part: str, folder: Path) -> Form:
    """Return the form as a bureau has it that uses another part for its figures."""
    copied = folder / part
    shutil.copytree(forms_folder() / "parts", copied / "parts")
    written = (find(FORM) / "form.yaml").read_text(encoding="utf-8")
    assert "data:\n  use: scoring\n" in written
    (copied / FORM).mkdir()
    text = written.replace("data:\n  use: scoring\n", f"data:\n  use: {part}\n")
    (copied / FORM / "form.yaml").write_text(text, encoding="utf-8")
    return load(copied / FORM)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("editions")


@dataclass(frozen=True)
class Row:
    """One row of indicators with what stands in it."""

    form: Form
    answers: Mapping[str, Value]

    def value(self, ref: FieldRef | RowRef | CellRef | Given) -> Value:
        """Return what a cell of the row shows."""
        if isinstance(ref, Given):
            return given_value(ref, YEAR)
        assert isinstance(ref, RowRef)
        return self.answers.get(ref.column) if ref.column != "share" else self.of("share")

    def values(self, ref: ColumnRef) -> Sequence[Value]:
        """Refuse: a score depends on its own row only."""
        raise AssertionError(ref)

    def of(self, column: str) -> Value:
        """Return a computed cell of the row."""
        node = self.form.sheet("project").tables["indicators"].column(column).computed
        assert node is not None
        return evaluate(node, self)


numbers = st.decimals(0, 300, places=1)
weights = st.decimals(0, 30, places=1)


@settings(deadline=None, derandomize=True, database=None)
@given(method=st.sampled_from(sorted(SIGNS)), goal=numbers, done=numbers, weight=weights)
def test_a_figure_scores_as_the_worksheet_function_does(
    method: str, goal: Decimal, done: Decimal, weight: Decimal
):
    row = Row(load_once(), {"method": method, "goal": goal, "done": done, "weight": weight})
    wanted = JX_SCORE(f"{SIGNS[method]}{goal}", done, weight)
    assert row.of("score") == Decimal(str(wanted))


@pytest.mark.parametrize("part", EDGES)
@settings(deadline=None, derandomize=True, database=None)
@given(
    level=st.sampled_from(sorted(LEVELS)),
    position=st.one_of(st.none(), st.decimals(0, 1, places=2)),
    weight=weights,
)
def test_words_score_by_their_band_as_the_worksheet_function_does(
    folder: Path, part: str, level: str, position: Decimal | None, weight: Decimal
):
    answers = {"method": "定性", "level": level, "position": position, "weight": weight}
    wanted = JX_SCORE_QUAL(
        LEVELS[level], weight, position, 2, [[Decimal(each) for each in EDGES[part]]]
    )
    assert Row(edition(part, folder), answers).of("score") == Decimal(str(wanted))


@cache
def load_once() -> Form:
    return load(find(FORM))


def example(form: Form, number: int) -> Example:
    return load_examples(form, find(FORM))[number]


def filing_of(form: Form, one: Example) -> Filing:
    content = Stamper(form, one.period).stamp(one.department, one.entries, one.explanations)
    return read_filing(read_book(content), form, one.period, "上报.xlsx").filing


@pytest.mark.parametrize(
    ("part", "points", "score"),
    [("scoring", 10, "4.52"), ("scoring-sichuan", 10, "4.52"), ("scoring-wuhan", 20, "9.03")],
)
def test_another_part_gives_other_weights(folder: Path, part: str, points: int, score: str):
    form = edition(part, folder)
    one = example(form, 1)
    reckoning = Reckoning(form, filing_of(form, one), one.period)
    (sheet,) = reckoning.filing.copies("project")
    execution = reckoning.field_value(sheet, "execution_score")
    assert (reckoning.field_value(sheet, "execution_points"), execution) == (points, Decimal(score))


def test_the_remark_prints_the_weights_of_the_edition(folder: Path):
    blocks = edition("scoring-wuhan", folder).sheet("project").blocks
    (remark,) = (each for each in blocks if isinstance(each, Remark))
    assert "预算执行率20分、绩效指标80分" in str(remark.text.render({"period": YEAR}))


def test_blocks_without_points_of_their_own_are_not_asked_for(folder: Path):
    asked = {}
    for part in ("scoring", "scoring-sichuan"):
        form = edition(part, folder)
        one = example(form, 2)
        reckoning = Reckoning(form, filing_of(form, one), one.period)
        sheet = reckoning.filing.sheets[0]
        checks = {each.id: each for each in form.sheet("project").checks}
        asked[part] = reckoning.truths(sheet, checks["WEIGHT-OUTPUT"])
    assert asked == {"scoring": [False], "scoring-sichuan": [None]}


@pytest.mark.parametrize(
    ("total", "grade"),
    [
        ("100", "优"),
        ("90", "优"),
        ("89.99", "良"),
        ("80", "良"),
        ("79.99", "中"),
        ("60", "中"),
        ("59.99", "差"),
    ],
)
def test_the_grade_follows_half_open_intervals(total: str, grade: str):
    node = load_once().sheet("project").fields["grade"].computed
    assert node is not None

    class Total(Row):
        def value(self, ref: FieldRef | RowRef | CellRef | Given) -> Value:
            return given_value(ref, YEAR) if isinstance(ref, Given) else Decimal(total)

    assert evaluate(node, Total(load_once(), {})) == grade


def test_merging_weighs_scores_by_money_and_counts_grades():
    form = load_once()
    filings = [filing_of(form, example(form, number)) for number in (1, 2)]
    projects = [
        (reckoning.field_value(sheet, "total"), reckoning.field_value(sheet, "budget"))
        for reckoning in (Reckoning(form, each, YEAR) for each in filings)
        for sheet in reckoning.filing.copies("project")
    ]
    scored = [(a, b) for a, b in projects if isinstance(a, Decimal) and isinstance(b, Decimal)]
    totals = consolidate(form, filings, YEAR)
    total = totals.find(Locus("project", "total"))
    grade = totals.find(Locus("project", "grade"))
    assert total is not None
    assert grade is not None
    assert total.value == sum(a * b for a, b in scored) / sum(b for _, b in scored)
    assert dict(grade.counts) == {"中": 1, "差": 1, "优": 1}
