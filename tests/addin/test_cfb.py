"""Compound files: read back by olefile, and held to the specification where a reader is lenient."""

from __future__ import annotations

import io
from collections.abc import Iterator

import olefile
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addin.builder.cfb import compound_file

SIZES = [0, 1, 63, 64, 65, 511, 512, 513, 4095, 4096, 4097, 70_000]
names = st.text("abcXYZ019_", min_size=1, max_size=31)


def opened(content: bytes) -> olefile.OleFileIO:
    """Open a compound file; a defect is an error."""
    file = olefile.OleFileIO(io.BytesIO(content), raise_defects=olefile.DEFECT_POTENTIAL)
    assert file.parsing_issues == []
    return file


def siblings(file: olefile.OleFileIO, number: int, level: int = 0) -> Iterator[tuple[str, int]]:
    """Walk the tree of siblings in order: name, and how many black entries lie above it."""
    if number & 0xFFFFFFFF == 0xFFFFFFFF:
        return
    entry = file.direntries[number]
    yield from siblings(file, entry.sid_left, level + entry.color)
    yield entry.name, level
    yield from siblings(file, entry.sid_right, level + entry.color)


def ends(file: olefile.OleFileIO, number: int, blacks: int = 0, above: int = 1) -> Iterator[int]:
    """Yield the count of black entries on every way down, and fail at two red ones in a row."""
    if number & 0xFFFFFFFF == 0xFFFFFFFF:
        yield blacks
        return
    entry = file.direntries[number]
    assert above or entry.color, f"{entry.name} is red under a red entry"
    for side in (entry.sid_left, entry.sid_right):
        yield from ends(file, side, blacks + entry.color, entry.color)


@pytest.mark.parametrize("size", SIZES)
def test_streams_of_any_size_are_read_back(size: int):
    streams = {f"m{number}": bytes([number + 1]) * size for number in range(5)}
    file = opened(compound_file({"VBA": streams, "PROJECT": b"p" * size}))
    assert {name: file.openstream(f"VBA/{name}").read() for name in streams} == streams
    assert file.openstream("PROJECT").read() == b"p" * size


@pytest.mark.parametrize(("size", "small"), [(4095, True), (4096, False)])
def test_only_what_is_shorter_than_4096_bytes_lies_among_the_small_streams(
    size: int, *, small: bool
):
    file = opened(compound_file({"PROJECT": b"p" * size}))
    assert bool(file.direntries[0].size) is small


@given(
    st.sets(names, min_size=1, max_size=40).filter(lambda s: len({n.upper() for n in s}) == len(s))
)
@settings(max_examples=40, deadline=None)
def test_siblings_are_sorted_by_length_and_then_by_name_in_a_red_black_tree(found: set[str]):
    file = opened(compound_file(dict.fromkeys(found, b"x")))
    top = file.direntries[0].sid_child
    assert [name for name, _ in siblings(file, top)] == sorted(
        found, key=lambda name: (len(name), name.upper())
    )
    assert len(set(ends(file, top))) == 1
    assert file.direntries[top].color == 1


def test_nothing_in_it_tells_when_it_was_made():
    file = opened(compound_file({"VBA": {"dir": b"x"}}))
    assert {(entry.createTime, entry.modifyTime) for entry in file.direntries if entry} == {(0, 0)}


@pytest.mark.parametrize("name", ["a" * 32, "a/b", "a:b", "a!b", "a\\b", ""])
def test_a_name_that_no_compound_file_can_hold_is_refused(name: str):
    with pytest.raises(ValueError, match="cannot hold"):
        compound_file({name: b""})


def test_more_than_the_header_can_list_is_refused():
    with pytest.raises(ValueError, match="too large"):
        compound_file({"PROJECT": bytes(8_000_000)})
