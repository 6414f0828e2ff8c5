"""Finding and loading the forms of this repository."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest

from generator.template import TemplateError, catalogue, find, forms_folder, load
from generator.template.examples import load_examples


@pytest.mark.parametrize("folder", catalogue(), ids=lambda each: each.name)
def test_every_form_of_ours_loads(folder: Path):
    assert load(folder).id == folder.name


@pytest.mark.parametrize("folder", catalogue(), ids=lambda each: each.name)
def test_every_form_of_ours_has_examples_that_fit_it(folder: Path):
    form = load(folder)
    assert [each.period.kind for each in load_examples(form, folder)].count(form.period_kind) >= 1


def test_the_forms_lie_beside_the_program():
    assert forms_folder() / "project-targets" in catalogue()


@pytest.mark.parametrize("way", ["id", "folder", "file"])
def test_a_form_is_found_by_id_folder_or_file(way: str):
    folder = forms_folder() / "project-targets"
    written = {"id": folder.name, "folder": str(folder), "file": str(folder / "form.yaml")}
    assert find(written[way]).resolve() == folder.resolve()


def test_a_form_that_is_not_there_is_named_with_the_nearest():
    with pytest.raises(TemplateError, match="没有表样“project-target”，是不是“project-targets”？"):
        find("project-target")


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A folder of forms as ours is, which may be edited."""
    return Path(copytree(forms_folder(), tmp_path / "templates"))


def test_a_form_that_did_not_change_is_the_same_one(shelf: Path, monkeypatch: pytest.MonkeyPatch):
    form = load(shelf / "department-targets")
    assert load(shelf / "department-targets" / "form.yaml") is form
    monkeypatch.chdir(shelf)
    assert load(Path("department-targets")) is form
    assert load(shelf / "monthly-progress") is not form


@pytest.mark.parametrize("edited", ["department-targets/form.yaml", "parts/identity.yaml"])
def test_a_form_that_was_edited_is_read_again(shelf: Path, edited: str):
    form = load(shelf / "department-targets")
    path = shelf / edited
    text = path.read_text("utf-8")
    path.write_text(text.replace("部门", "单位"), "utf-8", newline="\n")
    assert load(shelf / "department-targets").sheets != form.sheets
    path.write_text("sheets: [", "utf-8", newline="\n")
    with pytest.raises(TemplateError):
        load(shelf / "department-targets")
    path.write_text(text, "utf-8", newline="\n")
    assert load(shelf / "department-targets").sheets == form.sheets
