"""What is packed comes back to the letter, whatever wrote it and whatever reads it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.stamp import Stamper
from generator.workbook import packing
from generator.workbook.packing import from_json, pack, to_json, unpack
from generator.workbook.result.write import write_result
from tests.report.city import PERIOD, City, answers, small_form

TEXTS = st.text(st.characters() | st.sampled_from("\x00\n\x7f\ud800"), max_size=6)
LEAVES = st.none() | st.booleans() | st.integers() | TEXTS
PLAIN = st.lists(
    st.recursive(LEAVES, lambda each: st.lists(each, max_size=4) | st.dictionaries(TEXTS, each))
)


@contextmanager
def without_orjson(*, really: bool) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        if really:
            patch.setattr(packing, "dumps", None)
            patch.setattr(packing, "loads", None)
        yield


@pytest.mark.parametrize("written", [False, True])
@pytest.mark.parametrize("read", [False, True])
@given(plain=PLAIN)
def test_what_one_writes_the_other_reads(plain: list[object], written: bool, read: bool):  # noqa: FBT001
    with without_orjson(really=written):
        content = to_json(plain)
    assert b"\n" not in content
    with without_orjson(really=read):
        assert from_json(unpack(pack(content))) == plain


@pytest.mark.parametrize("written", [False, True])
def test_numbers_are_written_as_their_digits_and_tuples_as_lists(written: bool):  # noqa: FBT001
    with without_orjson(really=written):
        content = to_json([Decimal("1.00"), (1, "a"), 2**70])
    assert from_json(content) == [["1.00"], [1, "a"], 2**70]


@pytest.mark.parametrize("written", [False, True])
def test_what_json_does_not_have_is_our_mistake(written: bool):  # noqa: FBT001
    with without_orjson(really=written), pytest.raises(TypeError, match="object is not written"):
        to_json([object()])


_SLOWLY = """
import sys
from pathlib import Path
sys.modules["isal"] = sys.modules["orjson"] = None
from tests.workbook.test_packing import made
made(Path(sys.argv[1]))
"""


def made(folder: Path) -> None:
    """Stamp and merge in a folder, and write the result."""
    folder.mkdir()
    city = City(folder / "returns", small_form())
    for code, amount in (("302", 1), ("101", 2), ("205", 3)):
        city.send(code, answers(amount, 2, ("P", "甲类", amount, "说明" * 90), budget=7))
    stamper = Stamper(city.form, PERIOD)
    (folder / "101.xlsx").write_bytes(stamper.stamp(city.roster.departments[0]))
    write_result(city.merge(), folder / "汇总.xlsx")


def test_without_what_makes_it_fast_the_content_is_the_same(tmp_path: Path):
    made(tmp_path / "fast")
    slow = [sys.executable, "-c", _SLOWLY, str(tmp_path / "slow")]
    done = subprocess.run(slow, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for name in ("101.xlsx", "returns/205.xlsx", "汇总.xlsx"):
        one, two = (_parts(tmp_path / speed / name) for speed in ("fast", "slow"))
        assert one == two


def _parts(path: Path) -> dict[str, bytes]:
    with ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}
