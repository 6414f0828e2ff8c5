"""A city with its usual troubles."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.model.merged import Merged
from tests.report.city import City, answers, small_form


@pytest.fixture
def city(tmp_path: Path) -> City:
    """A city from which nothing has come back yet."""
    return City(tmp_path / "returns", small_form())


@pytest.fixture
def merged(city: City) -> Merged:
    """Two good returns, one of them with a mistake; one unreadable; one missing."""
    city.send(
        "101", answers(60, 40, ("P1", "甲类", 30, "=cmd|' /C calc'!A0"), ("P2", "乙类", 7, ""))
    )
    city.send("302", answers(200, 100, ("P3", "甲类", 5, "第一行\n第二行"), budget=310))
    city.put("205.xlsx", b"not a workbook")
    return city.merge()
