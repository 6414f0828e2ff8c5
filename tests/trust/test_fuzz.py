"""Whatever bytes a file holds and whatever a cell says, it is read or refused with a reason."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.check import check
from generator.merge.arrival import Arrival, Brief, read_return
from generator.model.filing import Filing
from generator.model.finding import Finding
from generator.model.merged import State
from generator.model.roster import Roster
from generator.stamp import Stamper
from generator.workbook.book import Book, Unreadable
from generator.workbook.keys import own_key
from generator.workbook.reader.formats import read_book
from tests.trust import hostile
from udfs.amounts import Unreadable as NoAmount
from udfs.amounts import parse_quantity
from udfs.targets import parse_target

_TOKENS = (
    *(b"<", b">", b"/>", b'"', b"&", b"&#0;", b"&x;", b"<c ", b"</c>", b"<row ", b' r="', b"<v>"),
    *(b"<f>", b' t="shared" si="9"', b' t="s"', b' s="99999"', b"1e999", b"-1", b"\xff", b"\x00"),
    *(b"A0", b"ZZZ9999999", b"XFD1048576", b"<mergeCell ref=", b"_x0000_", b"<!--", b"<![CDATA["),
    *(b"jixiao", b"jx.", b"#REF!", b"<definedName ", b'localSheetId="99"', b"2024", b"9" * 40),
)


@cache
def good() -> bytes:
    """Return the file that is mangled."""
    one = hostile.good()
    return Stamper(one.form, one.example.period).stamp(one.example.department, one.example.entries)


def mangled(seed: int, count: int) -> bytes:
    """Return the good file with some of its parts damaged inside, in a zip that is whole."""
    chance, made = Random(seed), BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(BytesIO(good())) as old:
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
            hurt = [chance.choice(old.namelist()) for _ in range(count)]
            for name in old.namelist():
                part = old.read(name)
                for _ in range(hurt.count(name)):
                    part = _hurt(part, chance)
                new.writestr(name, part)
    return made.getvalue()


def _hurt(part: bytes, chance: Random) -> bytes:
    place = chance.randrange(len(part) + 1)
    end = place + chance.choice([0, 0, 1, 2, 8, 60, 600])
    if chance.random() < 0.2:  # copy a piece elsewhere
        there = chance.randrange(len(part) + 1)
        return part[:there] + part[place:end] + part[there:]
    return part[:place] + chance.choice(_TOKENS) + part[end:]


def arrival_of(content: bytes, folder: Path) -> Arrival:
    """Return what a merge makes of a file."""
    one = hostile.good()
    path = folder / f"{one.example.department.code}.xlsx"
    path.write_bytes(content)
    brief = Brief(one.form, one.example.period, Roster((one.example.department,)), own_key())
    return read_return(path, path.name, brief)


@given(st.integers(0, 2**40), st.integers(1, 5))
@settings(max_examples=80, deadline=None)
def test_a_file_damaged_inside_is_read_or_refused_and_never_our_fault(
    tmp_path_factory: pytest.TempPathFactory, seed: int, count: int
):
    arrival = arrival_of(mangled(seed, count), tmp_path_factory.mktemp("x"))
    assert [each.message for each in arrival.findings if "程序出错" in each.message] == []
    assert arrival.file.state in set(State)


@given(st.binary(max_size=400))
@settings(max_examples=100, deadline=None)
@pytest.mark.parametrize("head", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_any_bytes_are_read_or_refused(head: bytes, body: bytes):
    try:
        assert isinstance(read_book(head + body), Book)
    except Unreadable as error:
        assert error.remedy.startswith("请")  # noqa: PT017


_PIECES = st.sampled_from(
    [
        *(
            "≥",
            "<=",
            "=",
            "不少于",
            "至少",
            "95",
            "％",
            "%",
            "０",
            ".",
            ",",
            "-",
            "万元",
            "亿",
            "个",
        ),
        *(
            "一",
            "百",
            "以上",
            "以内",
            "（",
            ")",
            " ",
            "\n",
            "\t",
            "\x00",
            "年底",
            "优",
            "1e9",
            "∞",
            "²",
        ),
        *("#REF!", "nan", "inf", "9" * 50, "½", "٣", "\u200b", "\ud800", "~", "、", "/", "次/年"),
    ]
)
_CELLS = st.one_of(
    st.lists(_PIECES, max_size=12).map("".join),
    st.text(max_size=40),
    st.floats(),
    st.booleans(),
    st.none(),
    st.decimals(),
)


@given(_CELLS)
@settings(max_examples=400, deadline=None)
@pytest.mark.parametrize("read", [parse_target, parse_quantity])
def test_any_cell_is_a_target_and_an_amount_or_unreadable(
    read: Callable[[object], object], value: object
):
    try:
        result = read(value)
    except NoAmount as error:
        assert str(error) is not None  # noqa: PT017
        return
    number = getattr(result, "value", getattr(result, "number", None))
    assert number is None or (isinstance(number, Decimal) and number.is_finite())


@given(st.lists(_CELLS, min_size=3, max_size=3))
@settings(max_examples=20, deadline=None)
def test_any_answers_are_checked_without_a_fault_of_ours(
    tmp_path_factory: pytest.TempPathFactory, values: list[object]
):
    one = hostile.good()
    texts = iter([value if isinstance(value, str) else f"{value}" for value in values])
    typed = {
        sheet: tuple(
            type(entry)(
                {name: next(texts, old) for name, old in entry.fields.items()},
                {
                    table: tuple({k: next(texts, v) for k, v in row.items()} for row in rows)
                    for table, rows in entry.tables.items()
                },
            )
            for entry in entries
        )
        for sheet, entries in one.example.entries.items()
    }
    content = Stamper(one.form, one.example.period).stamp(one.example.department, typed)
    arrival = arrival_of(content, tmp_path_factory.mktemp("x"))
    assert arrival.file.state is State.RETURNED
    assert isinstance(arrival.filing, Filing)
    found = check(one.form, arrival.filing, one.example.period)
    assert all(isinstance(each, Finding) and each.remedy for each in found)
