"""Whose worksheet a borrowed one is, is found without looking through everybody."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.merge.whose import named_in
from generator.model.finding import Finding
from generator.model.roster import Department, Roster
from generator.workbook.returned import tamper
from tests.check.forms import form_of
from tests.report.city import TEXT, City, repacked, small_form

SHEET = "xl/worksheets/sheet2.xml"
PEOPLE = Roster(
    tuple(Department(f"{i:04}", f"示例单位{i:04}", {"contact": f"张{i}"}) for i in range(400))
)
FILL = "{{ department.name }}"


def borrowed(city: City, now: str) -> list[Finding]:
    """Return what is found where 0001 has pasted the worksheet of 0007."""
    mine, theirs = (f">{now.format(code, int(code))}<".encode() for code in ("0001", "0007"))

    def paste(name: str, xml: bytes) -> bytes:
        return xml.replace(mine, theirs) if name == SHEET else xml

    city.put("0001.xlsx", repacked(city.workbook("0001"), paste))
    return [each for each in city.merge().findings if each.place.file == "0001.xlsx"]


@pytest.mark.parametrize(
    ("fill", "now"),
    [
        (FILL, "示例单位{}"),
        ("{{ department.code }}", "{}"),
        ("{{ department.code }} {{ department.name }}", "{0} 示例单位{0}"),
        ("单位：{{ department.name }}", "单位：示例单位{}"),
        ("{{ department.contact }}", "张{1}"),
    ],
)
def test_the_owner_is_found_by_what_the_worksheet_bears(tmp_path: Path, fill: str, now: str):
    city = City(tmp_path, form_of(TEXT.replace(FILL, fill)), PEOPLE)
    (found,) = borrowed(city, now)
    assert (found.rule, "“0007 示例单位0007”" in found.message) == ("DEPARTMENT", True)


def test_not_everybody_is_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    compared: list[Department] = []
    real = tamper.Inspection._differs

    def counted(self: tamper.Inspection, located: object, other: Department) -> bool:
        compared.append(other)
        differs: Callable[..., bool] = real
        return differs(self, located, other)

    monkeypatch.setattr(tamper.Inspection, "_differs", counted)
    city = City(tmp_path, small_form(), PEOPLE)
    (found,) = borrowed(city, "示例单位{}")
    assert found.rule == "DEPARTMENT"
    assert 0 < len(compared) <= 20


def test_the_owner_of_a_file_is_not_searched_for_code_by_code(monkeypatch: pytest.MonkeyPatch):
    """One expression for each department took most of a second, for each file without a seal."""
    searched: list[str] = []
    real = re.search

    def counted(pattern: str, text: str) -> re.Match[str] | None:
        searched.append(pattern)
        return real(pattern, text)

    monkeypatch.setattr(re, "search", counted)
    assert named_in("各单位/0007-更正.xlsx", PEOPLE.departments) == PEOPLE.find("0007")
    assert len(searched) == 1
