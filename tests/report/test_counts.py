"""Findings that wait are counted without being fetched, and read like any list."""

from __future__ import annotations

from collections.abc import Iterator

from generator.model.finding import Finding, Kind, Place
from generator.model.findings import Findings, Group


def finding(code: str, file: str, kind: Kind = Kind.LOGIC) -> Finding:
    return Finding("R", kind, Place(file), "问题", "改", code)


ALL = [finding("1", "a"), finding("1", "a", Kind.NOTE), finding("2", "b"), finding("1", "c")]


def waiting() -> tuple[Findings, list[str]]:
    """Return findings of which those of a file are fetched when they are asked for."""
    fetched: list[str] = []

    def fetch(group: Group) -> Iterator[Finding]:
        fetched.append(group.file)
        return (each for each in ALL if each.place.file == group.file)

    counts = {"a": (0, 1, 0, 1), "b": (0, 1, 0, 0), "c": (0, 1, 0, 0)}
    codes = {"a": "1", "b": "2", "c": "1"}
    groups = [Group(codes[file], file, counts[file], place=file) for file in "abc"]
    return Findings(groups, fetch), fetched


def test_they_are_counted_without_being_fetched():
    found, fetched = waiting()
    assert len(found) == 4
    assert found.count_of("1") == {Kind.LOGIC: 2, Kind.NOTE: 1}
    assert found.count_in("b") == {Kind.LOGIC: 1}
    assert found.count_all() == {Kind.LOGIC: 3, Kind.NOTE: 1}
    assert found.count_of("9") == {}
    assert fetched == []


def test_they_read_like_a_list_as_often_as_asked():
    found, _ = waiting()
    assert (list(found), list(found)) == (ALL, ALL)
    assert (found[0], found[-1], found[1:3]) == (ALL[0], ALL[3], tuple(ALL[1:3]))
    assert found == tuple(ALL)
    assert found != tuple(ALL[1:])
    assert found == Findings.of(ALL)
    assert Findings() == ()


def test_one_more_stands_at_the_end_and_counts():
    found, _ = waiting()
    more = found.plus(finding("", ""))
    assert list(more) == [*ALL, finding("", "")]
    assert more.count_all()[Kind.LOGIC] == 4
