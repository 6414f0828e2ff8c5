"""What is wrong with a demo.yaml is told, each at its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.demo.city import Arrives, Sent, load_city
from generator.template import TemplateError
from tests.check.forms import form_of

FORM = "fields: {a: {label: 甲, type: number}, b: {label: 乙, type: text}}"
CITY = """\
- case: "{{ name }}"
  period: "2024"
  each:
    - {code: "1", name: 示例单位甲, a: 1.50}
    - {code: "2", name: 示例单位乙, a: 2, arrives: missing}
    - {code: "3", name: 示例单位丙, a: 3, file: 改名.xlsx, earlier: {a: 30}}
  department: {code: "{{ code }}", name: "{{ name }}"}
  answers:
    main:
      fields: {a: "{{ a * 2 }}", b: "是{{ a }}。"}
"""


def city(folder: Path, text: str) -> tuple[Sent, ...]:
    (folder / "demo.yaml").write_text(text, encoding="utf-8")
    return load_city(form_of(FORM), folder)


def test_a_case_stands_for_each_of_its_lines(tmp_path: Path):
    found = city(tmp_path, CITY)
    assert [each.example.department.name for each in found] == [
        "示例单位甲",
        "示例单位乙",
        "示例单位丙",
    ]
    fields = [dict(each.example.entries["main"][0].fields) for each in found]
    assert [str(each["a"]) for each in fields] == ["3.00", "4", "6"]
    assert [each["b"] for each in fields] == ["是1.50。", "是2。", "是3。"]


def test_a_line_says_how_its_return_comes_back(tmp_path: Path):
    found = city(tmp_path, CITY)
    assert [each.arrives for each in found] == [Arrives.AS_SENT, Arrives.MISSING, Arrives.AS_SENT]
    assert found[2].file == "改名.xlsx"
    assert found[2].earlier is not None
    assert str(found[2].earlier.entries["main"][0].fields["a"]) == "60"


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ("arrives: missing", "arrives: lost", "5: [1].each[2].arrives：没有“lost”"),
        ("{{ a * 2 }}", "{{ x * 2 }}", "10: [1].answers.main.fields.a：没有“x”"),
        ("answers:", "answer:", "1: [1]：缺少“answers”"),
        ("fields:", "field:", "10: [1].answers.main.field：没有“field”，是不是“fields”？"),
        ('- {code: "1", name: 示例单位甲, a: 1.50}', "- 甲", "4: [1].each[1]：这里应写一个单位"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, old: str, new: str, mistake: str):
    with pytest.raises(TemplateError) as caught:
        city(tmp_path, CITY.replace(old, new, 1))
    assert any(f"demo.yaml:{mistake}" in str(each) for each in caught.value.mistakes), (
        caught.value.mistakes
    )
