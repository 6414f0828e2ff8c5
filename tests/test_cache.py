"""Returns that were read before are not read again; what comes of a merge stays the same."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from generator.merge import Crew, arrival, decide, merge
from generator.merge.cache import Cache, usual_cache
from generator.model.merged import Merged
from generator.model.past import Kept as Past
from generator.model.roster import Department, Roster
from generator.workbook import cache as cache_module
from generator.workbook.book import Book, Limits
from generator.workbook.cache import ELSEWHERE, Kept, digest_of
from generator.workbook.keys import Key, own_key
from generator.workbook.result.write import write_result
from tests.report.city import ROSTER, City, answers, small_form, without_seal

NO_WORKBOOK = b"not a workbook"


@pytest.fixture
def city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    """Good returns, two of one department, one without a seal and one that is no workbook."""
    monkeypatch.setenv(ELSEWHERE, str(tmp_path / "cache"))
    city = City(tmp_path / "returns", small_form())
    city.send("101", answers(60, 40, ("P1", "甲类", 30, "=1+1"), budget=7))
    city.send("302", answers(200, 100, ("P1", "乙类", 5, "")))
    city.send("302", answers(2, 1), name="302-更正.xlsx")
    city.put("外单位.xlsx", without_seal(city.workbook("999")))
    city.put("205.xlsx", NO_WORKBOOK)
    return city


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What was read as a workbook, each time that it was."""
    found: list[bytes] = []
    right = arrival.read_book

    def counting(content: bytes, *limits: Limits, **how: bool) -> Book:
        found.append(content)
        return right(content, *limits, **how)

    monkeypatch.setattr(arrival, "read_book", counting)
    monkeypatch.setattr(sys.modules[decide.__module__], "read_book", counting)
    return found


def merged(city: City, key: Key | None = None, **more: object) -> Merged:
    key = key or own_key()
    asked = {"form": city.form, "key": key, "cache": usual_cache(key), **more}
    return merge(city.folder, city.roster, **asked)  # type: ignore[arg-type]


def entries(tmp_path: Path) -> list[Path]:
    return sorted(each for each in (tmp_path / "cache").rglob("*") if each.is_file())


def test_on_the_second_press_no_file_is_read_again(city: City, read: list[bytes]):
    one = merged(city)
    asked = read.count(NO_WORKBOOK)  # what it says it is, nobody can tell: asked again
    read.clear()
    assert merged(city) == one
    assert len(read) == asked - 1


@pytest.mark.parametrize("jobs", [1, 2])
def test_the_result_is_the_same_to_the_byte_with_and_without(city: City, tmp_path: Path, jobs: int):
    write_result(merged(city, cache=Cache()), tmp_path / "没有.xlsx")
    for number in range(2):
        write_result(merged(city, crew=Crew(jobs)), tmp_path / f"{number}.xlsx")
        assert (tmp_path / f"{number}.xlsx").read_bytes() == (tmp_path / "没有.xlsx").read_bytes()


def test_a_return_that_has_changed_is_read_and_only_that(city: City, read: list[bytes]):
    merged(city)
    (city.folder / "205.xlsx").unlink()
    city.send("101", answers(1, 2))
    read.clear()
    found = merged(city)
    assert set(read) == {(city.folder / "101.xlsx").read_bytes()}
    assert found == merged(city, cache=Cache())


def test_a_return_that_was_saved_later_is_known_by_its_content(city: City, read: list[bytes]):
    merged(city)
    (city.folder / "205.xlsx").unlink()
    path = city.folder / "302.xlsx"
    os.utime(path, (1_700_000_900, 1_700_000_900))
    read.clear()
    found = merged(city)
    assert read == []
    assert [each.used for each in found.standings[0].files] == [False, True]


CHANGES: list[Callable[[City], dict[str, object]]] = [
    lambda _: {"key": Key(b"2" * 32)},
    lambda city: {"form": replace(city.form, version="2")},
    lambda city: {"form": replace(city.form, name="另一张表")},
]


@pytest.mark.parametrize("change", CHANGES)
def test_what_would_come_out_otherwise_is_read_again(
    city: City, read: list[bytes], change: Callable[[City], dict[str, object]]
):
    merged(city)
    read.clear()
    changed = change(city)
    assert merged(city, **changed) == merged(city, **changed, cache=Cache())  # type: ignore[arg-type]
    assert {(city.folder / "101.xlsx").read_bytes()} <= set(read)


def test_a_change_of_the_roster_counts(city: City):
    merged(city)
    one, *others = ROSTER.departments
    city.roster = Roster((replace(one, name="改名"), *others, Department("999", "外地单位")))
    assert merged(city) == merged(city, cache=Cache())


def test_a_change_of_the_program_counts(
    city: City, read: list[bytes], monkeypatch: pytest.MonkeyPatch
):
    merged(city)
    read.clear()
    monkeypatch.setattr("generator.merge.cache._program", lambda: "another")
    merged(city)
    assert len(read) > len(list(city.folder.iterdir()))


def test_the_limits_count(city: City, monkeypatch: pytest.MonkeyPatch):
    one = merged(city)
    size = (city.folder / "302.xlsx").stat().st_size
    monkeypatch.setenv("JIXIAO_INFLATED_MEGABYTES", "1")
    city.put("大.xlsx", bytes(size))
    assert usual_cache(None).follows != ""
    assert merged(city, cache=Cache()) == merged(city) != one


DAMAGES: list[Callable[[bytes], bytes]] = [
    lambda _: b"",
    lambda content: content[:-1],
    lambda content: content + b" ",
    lambda content: content[:33] + bytes([content[33] ^ 1]) + content[34:],
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_entry_is_not_believed_and_mended(
    city: City, tmp_path: Path, damage: Callable[[bytes], bytes]
):
    merged(city, cache=Cache())  # how columns look is found out as they are drawn
    one = merged(city)
    whole = {path: path.read_bytes() for path in entries(tmp_path)}
    for path, content in whole.items():
        path.write_bytes(damage(content))
    assert merged(city) == one
    assert {path: path.read_bytes() for path in entries(tmp_path)} == whole


def test_the_entry_of_another_file_is_not_believed(city: City, tmp_path: Path):
    one = merged(city)
    paths = entries(tmp_path)
    contents = [path.read_bytes() for path in paths]
    for path, content in zip(paths, contents[1:] + contents[:1], strict=True):
        path.write_bytes(content)
    assert merged(city) == one


def test_an_entry_made_without_the_key_is_not_believed(tmp_path: Path):
    Kept(tmp_path, ".x").put("ab12", b"made up")
    assert Kept(tmp_path, ".x").get("ab12") == b"made up"
    assert Kept(tmp_path, ".x", secret=b"ours").get("ab12") is None


def test_an_entry_of_another_make_is_not_believed(city: City, read: list[bytes]):
    one = merged(city)
    usual = usual_cache(own_key())
    assert usual.kept is not None
    for path in usual.kept.folder.rglob("*.z"):
        digest = path.parent.name + path.name.removesuffix(".json.z")
        usual.kept.put(digest, b"\0\0\0\5[1,2]")
    read.clear()
    assert merged(city) == one
    assert len(read) >= len(list(city.folder.iterdir()))


def test_it_can_be_deleted_at_any_time(city: City, tmp_path: Path):
    one = merged(city)
    for path in entries(tmp_path):
        path.unlink()
    assert merged(city) == one


def test_where_nothing_can_be_kept_merging_goes_on(city: City, tmp_path: Path):
    (tmp_path / "cache").write_bytes(b"")
    assert merged(city) == merged(city, cache=Cache())


def test_an_entry_holds_json_and_no_pickle(city: City, tmp_path: Path):
    merged(city)
    assert len(entries(tmp_path)) > len(list(city.folder.iterdir()))
    for path in entries(tmp_path):
        assert b"generator." not in path.read_bytes()
        assert path.read_bytes()[32:33] in (b"[", b"n", b"\0")


def test_what_was_found_beside_earlier_returns_holds_as_long_as_they_do(
    city: City, read: list[bytes]
):
    city.form = replace(city.form, asks_past=True) if "asks_past" in vars(city.form) else city.form
    merged(city, past=Past())
    read.clear()
    merged(city, past=Past())
    assert (city.folder / "101.xlsx").read_bytes() not in read


def test_what_was_not_used_for_long_and_what_is_too_much_goes(tmp_path: Path):
    kept = Kept(tmp_path, ".x", most_bytes=250)
    for number, age in enumerate((1, 2, 3, 40)):
        digest = digest_of(number)
        kept.put(digest, bytes(100 - cache_module._DIGEST))
        path = tmp_path / digest[:2] / f"{digest[2:]}.x"
        then = path.stat().st_mtime - age * 86_400
        os.utime(path, (then, then))
    kept.tidy()
    assert [kept.get(digest_of(number)) is not None for number in range(4)] == [
        *(True, True),
        *(False, False),
    ]
