"""Excel's own dialogs, as the macros fill them in and read them."""

from pathlib import Path

import pytest

from addin.dialogs import Cancelled, Dialogs, Refusal
from tests.addin.desktop import Desktop


@pytest.fixture
def ask(plain_desktop: Desktop) -> Dialogs:
    """Dialogs of an Excel at which someone sits."""
    return Dialogs(plain_desktop.app)


@pytest.fixture
def answers(plain_desktop: Desktop) -> list[object]:
    """What that person will do."""
    return plain_desktop.screen.answers


def test_a_number_or_a_name_chooses(ask: Dialogs, answers: list[object]):
    answers.extend(["2", "月报", ""])
    assert [ask.choose("哪一张表", ["季报", "月报"]) for _ in range(3)] == [1, 1, 0]


def test_words_that_fit_several_options_choose_none(ask: Dialogs, answers: list[object]):
    answers.append("报")
    with pytest.raises(Refusal, match="没有“报”这一项，请填 1 到 2 的序号。"):
        ask.choose("哪一张表", ["季报", "月报"])


def test_a_long_list_still_fits_into_a_prompt(ask: Dialogs, answers: list[object]):
    answers.append("40")
    assert ask.choose("哪一张表", [f"第{n}张名称很长的表" for n in range(1, 41)]) == 39


def test_a_question_is_answered_with_yes_or_no(ask: Dialogs, answers: list[object]):
    answers.extend([True, False])
    assert [ask.confirm("要吗？") for _ in range(2)] == [True, False]


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_a_path_is_picked(ask: Dialogs, answers: list[object], kind: str, tmp_path: Path):
    answers.append(tmp_path)
    assert getattr(ask, kind)("请选择", tmp_path) == tmp_path


@pytest.mark.parametrize("kind", ["file", "folder", "text"])
def test_what_is_cancelled_ends_the_macro(ask: Dialogs, answers: list[object], kind: str):
    answers.append(None)
    with pytest.raises(Cancelled, match="已取消，没有做任何改动。"):
        getattr(ask, kind)("请选择")


def test_the_suggested_file_is_taken_or_cancelled(
    ask: Dialogs, answers: list[object], tmp_path: Path
):
    answers.extend(["", None])
    assert ask.target("保存为", tmp_path / "a.xlsx") == tmp_path / "a.xlsx"
    with pytest.raises(Cancelled):
        ask.target("保存为", tmp_path / "a.xlsx")
