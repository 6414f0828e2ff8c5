"""A package put together from what was packed before is one that any program reads."""

from __future__ import annotations

import random
import zipfile
from io import BytesIO

import pytest

from generator.workbook.result import archive
from generator.workbook.result.archive import Archive, Stretch, combined, crc32


def package(*parts: tuple[str, list[str]]) -> BytesIO:
    made = BytesIO()
    writing = Archive(made)
    for name, texts in parts:
        stretches = [Stretch(text.encode()) for text in texts]
        for each in stretches:
            each.close()
        writing.join(name, stretches)
    writing.add("最后.txt", "末".encode())
    writing.close()
    return made


@pytest.mark.parametrize("size", [0, 1, 1_000, 400_000])
def test_stretches_that_are_joined_are_one_text(size: int):
    chance = random.Random(size)
    texts = ["甲", "".join(chance.choices("<c r='A1'/>数", k=size)), "", "乙"]
    with zipfile.ZipFile(package(("a/表.xml", texts), ("b", ["x"]))) as found:
        assert found.testzip() is None
        assert found.read("a/表.xml").decode() == "".join(texts)
        assert found.namelist() == ["a/表.xml", "b", "最后.txt"]
        assert found.read("最后.txt").decode() == "末"


def test_what_comes_bit_by_bit_is_packed_in_the_background_in_order(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(archive, "_AT_ONCE", 50)
    stretch = Stretch()
    for number in range(1_000):
        stretch.write(f"第{number}行".encode())
    stretch.close()
    made = BytesIO()
    writing = Archive(made)
    writing.join("x", [stretch])
    writing.close()
    with zipfile.ZipFile(made) as found:
        assert found.read("x").decode() == "".join(f"第{number}行" for number in range(1_000))


def test_a_part_and_a_package_too_large_for_the_old_format_say_so_in_the_new_one(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(archive, "_FULL", 20)  # what does not fit in four bytes, made smaller
    made = package(("大", ["x" * 100]), ("小", ["y"]))
    assert made.getvalue().count(b"PK\x06\x06") == 1
    assert made.getvalue().count(b"\x01\x00\x10\x00") >= 1  # sizes, in eight bytes each


def test_checksums_of_pieces_make_that_of_the_whole():
    chance = random.Random(3)
    for _ in range(50):
        one, two = (chance.randbytes(chance.randint(0, 300)) for _ in range(2))
        assert combined(crc32(one), crc32(two), len(two)) == crc32(one + two)


def test_equal_texts_are_equal_bytes():
    parts = ("a", ["甲" * 300_000, "乙"])
    assert package(parts).getvalue() == package(parts).getvalue()
