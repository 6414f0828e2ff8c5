"""The JSON Schema that editors get: true to the real forms, and as strict as the loader."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from generator.template import catalogue, json_schema

VALIDATOR = Draft202012Validator(json_schema())


def raw(folder: Path) -> Any:  # noqa: ANN401 (YAML is anything)
    return yaml.safe_load((folder / "form.yaml").read_text(encoding="utf-8"))


def test_the_schema_is_itself_valid():
    Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("folder", catalogue(), ids=lambda each: each.name)
def test_a_real_form_follows_the_schema(folder: Path):
    assert [each.message for each in VALIDATOR.iter_errors(raw(folder))] == []


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        ((), "unit", "万圆"),
        ((), "perod", "year"),
        (("sheets", "project"), "widhts", [1]),
        (("sheets", "project", "fields", "budget"), "type", "amont"),
        (("sheets", "project", "fields", "budget"), "lable", "预算"),
        (("sheets", "project", "fields"), "Budget", {"label": "预算", "type": "amount"}),
        (("sheets", "project", "fields"), "more", {"label": "没有类型"}),
        (("sheets", "project", "checks", 0), "kind", "平衡"),
        (("sheets", "project", "blocks", 0), "remark", "两样"),
        (("roster", "projects"), "tba", "项目"),
    ],
)
def test_a_wrong_form_breaks_the_schema(path: tuple[str | int, ...], key: str, value: object):
    form = next(raw(each) for each in catalogue() if each.name == "project-targets")
    below = form
    for step in path:
        below = below[step]
    below[key] = value
    assert not VALIDATOR.is_valid(form)


def test_editors_are_told_in_chinese_what_a_key_means():
    properties = json_schema()["$defs"]["FormField"]["else"]["properties"]
    assert properties["max_length"]["description"] == "最多多少字"


def test_a_part_may_stand_wherever_a_mapping_or_an_item_may():
    form = {"use": "all", "sheets": {"one": {"use": "sheet", "checks": [{"use": "checks"}]}}}
    assert VALIDATOR.is_valid(form)
