"""One bad file costs one file: each kind has its own words, alone, mixed, and by `jixiao check`."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import pytest

from generator.check.rules import UNREADABLE
from generator.merge import check_files, merge
from generator.model.finding import Finding, Kind
from generator.model.merged import Merged, State
from generator.model.roster import Department, Roster
from generator.stamp import Stamper
from generator.workbook.inbox import listed
from generator.workbook.keys import own_key
from tests.trust import hostile
from tests.trust.hostile import KINDS

ONE = hostile.good()
PERIOD = ONE.example.period
_ALTERED = "names over all rows"  # takes in what stands below the table, and is told so
_SLOWEST = 8.0  # seconds; a worker has ten


_SMALL = 40_000  # bytes: those that take no time


def department(number: int) -> Department:
    mine = ONE.example.department
    return Department(f"T{number:03}", f"示例单位{number}", mine.details, mine.children)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return a file of each kind, each of a department of its own."""
    folder = tmp_path_factory.mktemp("回收")
    stamper = Stamper(ONE.form, PERIOD)
    made = {}
    for number, (name, kind) in enumerate(KINDS.items()):
        path = folder / f"T{number:03}-{name.strip('.')}{kind.suffix}"
        content = stamper.stamp(department(number), ONE.example.entries)
        path.write_bytes(kind.build(content))
        made[name] = path
    return made


@pytest.fixture(scope="module")
def roster() -> Roster:
    return Roster(tuple(department(number) for number in range(len(KINDS))))


@pytest.fixture(scope="module")
def before(files: dict[str, Path]) -> dict[str, str]:
    """Return the digests of all files, which are made read-only."""
    for path in files.values():
        path.chmod(0o444)
    return {name: _digest(path) for name, path in files.items()}


@pytest.fixture(scope="module")
def mixed(files: dict[str, Path], before: dict[str, str], roster: Roster) -> Merged:
    """All kinds in one merge, among lock files."""
    assert before
    folder = next(iter(files.values())).parent
    for name in ("~$T000.xlsx", ".~lock.T000.xlsx#"):
        (folder / name).write_bytes(b"\x05hello")
    return merge(folder, roster, form=ONE.form, key=own_key())


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _of(findings: tuple[Finding, ...], path: Path) -> list[Finding]:
    return [each for each in findings if Path(each.place.file).name == path.name]


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_counts_as_what_it_is_and_says_so(
    mixed: Merged, files: dict[str, Path], name: str
):
    kind, path = KINDS[name], files[name]
    listed_files = [file for each in mixed.standings for file in each.files]
    states = {file.name: file.state for file in (*listed_files, *mixed.strangers)}
    found = _of(mixed.findings, path)
    assert states[path.name] is kind.state
    assert any(kind.says in each.message for each in found) or not kind.says
    assert all(each.remedy.endswith("。") for each in found)
    assert (UNREADABLE.id in {each.rule for each in found}) is (kind.state is State.UNREADABLE)


def test_messages_of_refused_files_are_as_many_as_their_kinds(mixed: Merged):
    said = {each.message for each in mixed.findings if each.rule == UNREADABLE.id}
    refused = [kind for kind in KINDS.values() if kind.state is State.UNREADABLE]
    assert len(said) >= len({kind.says for kind in refused})
    assert not [each for each in said if "程序出错" in each]


def test_good_answers_beside_bad_files_are_all_there(mixed: Merged, files: dict[str, Path]):
    filings = {each.file: ONE.answers(each) for each in mixed.filings}
    used = [files[name].name for name, kind in KINDS.items() if kind.state is State.RETURNED]
    right = filings[files["as it was"].name]
    assert sorted(filings) == sorted(used)
    assert [name for name in used if filings[name] != right] == [files[_ALTERED].name]
    assert {each.rule for each in _of(mixed.findings, files[_ALTERED])} - {"REQUIRED"}


def test_a_merge_leaves_every_file_as_it_was(
    mixed: Merged, files: dict[str, Path], before: dict[str, str]
):
    assert mixed.standings
    assert {name: _digest(path) for name, path in files.items()} == before


def test_lock_files_are_passed_over_in_silence(mixed: Merged, files: dict[str, Path]):
    candidates, others = listed(next(iter(files.values())).parent)
    assert [each for each in (*candidates, *others) if each.name.startswith(("~$", ".~"))] == []
    assert mixed.passed_over == ()


@pytest.mark.parametrize("name", sorted(KINDS.keys() - {"styled blank rows"}))  # it takes seconds
def test_checking_one_file_says_the_same(files: dict[str, Path], name: str):
    kind, begun = KINDS[name], time.process_time()
    found = check_files([files[name]])
    assert time.process_time() - begun < _SLOWEST
    assert any(kind.says in each.message for each in found) or not kind.says or name in _ELSEWHERE
    assert [each for each in found if each.message.startswith("处理该文件时程序出错")] == []


_ELSEWHERE = {"other form", "own making", "own making in .ods"}  # of no merge, they are no others


def test_a_good_file_is_checked_without_a_word_about_its_seal(files: dict[str, Path]):
    rules = {each.rule for each in check_files([files["as it was"]])}
    assert rules & {"SEAL", "LOCKED", "FORMULA", "STRUCTURE", "ACTIVE"} == set()


def test_a_folder_of_nothing_but_bad_files_is_told_one_by_one(
    tmp_path: Path, files: dict[str, Path], roster: Roster
):
    refused = [name for name, kind in KINDS.items() if kind.state is State.UNREADABLE]
    bad = [files[name] for name in refused if files[name].stat().st_size < _SMALL]
    for path in bad:
        os.link(path, tmp_path / path.name)
    os.link(files["as it was"], tmp_path / files["as it was"].name)
    merged = merge(tmp_path, roster, form=ONE.form, key=own_key())
    told = {each.place.file for each in merged.findings if each.kind is Kind.BALANCE}
    assert told == {path.name for path in bad}
