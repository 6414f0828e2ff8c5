"""A list that may be longer than memory reads like any other."""

from __future__ import annotations

import pytest

from generator.report import spool
from generator.report.spool import Spool


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 35])
def test_what_was_put_in_comes_out_in_order_as_often_as_asked(
    count: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(spool, "_AT_HAND", 10)
    items = Spool[tuple[int, str]]()
    for number in range(count):
        items.append((number, "甲"))
    expected = [(number, "甲") for number in range(count)]
    assert (len(items), list(items), list(items)) == (count, expected, expected)
