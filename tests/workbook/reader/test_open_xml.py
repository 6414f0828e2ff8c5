"""Every kind of workbook we write is what the Open XML SDK, and so Excel, takes for a good one."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.layout import shape_of
from generator.stamp import Stamper
from generator.template import catalogue, load
from generator.template.examples import load_examples
from generator.workbook.handbook import write_handbook
from generator.workbook.result.write import Distributed, write_distribution, write_result
from generator.workbook.roster import write_blank_roster
from tests.report.city import City, answers, small_form
from tests.support.open_xml import complaints_of_microsoft


@pytest.mark.parametrize("folder", catalogue(), ids=lambda each: each.name)
def test_a_stamped_workbook_is_good(tmp_path: Path, folder: Path):
    form = load(folder)
    example = next(e for e in load_examples(form, folder) if shape_of(form, e.department))
    stamper = Stamper(form, example.period)
    path = tmp_path / "下发.xlsx"
    path.write_bytes(stamper.stamp(example.department, example.entries, example.explanations))
    assert complaints_of_microsoft(path) == []


def test_a_result_is_good(tmp_path: Path):
    city = City(tmp_path / "returns", small_form())
    city.send("101", answers(60, 40, ("P1", "甲类", 30, "=1+1"), ("P2", "乙类", 7, "")))
    city.send("302", answers(200, 100, ("P3", "甲类", 5, "坏\x0b字_x0041_"), budget=310))
    city.put("坏.xlsx", b"not a workbook")
    path = tmp_path / "汇总.xlsx"
    write_result(city.merge(), path)
    assert complaints_of_microsoft(path) == []


def test_a_blank_roster_is_good(tmp_path: Path):
    path = tmp_path / "名册.xlsx"
    write_blank_roster(load(catalogue()[0]), path)
    assert complaints_of_microsoft(path) == []


def test_a_list_of_what_was_sent_is_good(tmp_path: Path):
    path = tmp_path / "分发清单.xlsx"
    line = Distributed("101", "示例单位", "101.xlsx", "张三", "000-1", "10月10日", "0" * 64)
    write_distribution(path, [line])
    assert complaints_of_microsoft(path) == []


def test_the_handbook_is_good(tmp_path: Path):
    path = tmp_path / "函数手册.xlsx"
    write_handbook(path)
    assert complaints_of_microsoft(path) == []
