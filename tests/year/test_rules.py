"""Rule files: strict to read, dated, quoted where they are applied."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from generator.model.expression import Type
from generator.model.period import Period
from generator.template import TemplateError
from generator.year.rules import InForce, Subject, load_rules, rules_folder

SUBJECT = Subject(
    "classes",
    {"amount": Type.NUMBER, "kind": Type.TEXT},
    data={"lines": {"high": Type.NUMBER}},
    lists={"sizes": {"size": Type.TEXT, "share": Type.NUMBER}},
)
TEXT = """\
rules: classes
name: 大小
data:
  lines:
    label: 界线
    editions:
      - {from: 2019, source: 甲文, values: {high: 100}}
      - {from: 2021-07, source: 乙文, values: {high: 200}}
lists:
  sizes:
    label: 大小
    editions:
      - from: 2019
        source: 丙文
        rules:
          - id: BIG
            name: 大的
            when: amount >= data.lines.high
            then: {size: 大, share: amount / data.lines.high}
            text: 达到 {{ data.lines.high }} 万元的是大的，这里是 {{ amount }} 万元
          - {id: SMALL, name: 小的, then: {size: 小, share: 0}, text: 其余的是小的}
"""


def loaded(folder: Path, text: str = TEXT, name: str = "classes.yaml"):
    (folder / name).write_text(text, encoding="utf-8")
    return load_rules(SUBJECT, folder)


def at(folder: Path, year: int, month: int = 12) -> InForce:
    return loaded(folder).at(Period(year, month))


def mistakes(folder: Path, text: str, name: str = "classes.yaml") -> list[tuple[int, str, str]]:
    with pytest.raises(TemplateError) as caught:
        loaded(folder, text, name)
    return [(each.line, each.path, each.message) for each in caught.value.mistakes]


def test_the_first_rule_that_applies_decides_and_is_quoted_with_its_source(tmp_path: Path):
    found = at(tmp_path, 2020).first("sizes", {"amount": Decimal(150), "kind": None})
    assert found is not None
    assert (found.rule.id, found.results) == ("BIG", {"size": "大", "share": Decimal("1.5")})
    assert found.quoted == "达到 100 万元的是大的，这里是 150 万元（依据：丙文）"


@pytest.mark.parametrize(("month", "size"), [(6, "大"), (7, "小")])
def test_figures_hold_from_their_month_on(tmp_path: Path, month: int, size: str):
    found = at(tmp_path, 2021, month).first("sizes", {"amount": Decimal(150), "kind": None})
    assert found is not None
    assert found.results["size"] == size


def test_what_cannot_be_told_does_not_apply(tmp_path: Path):
    found = at(tmp_path, 2020).first("sizes", {"amount": None, "kind": None})
    assert found is not None
    assert found.rule.id == "SMALL"


def test_a_period_before_the_first_edition_is_refused_by_name(tmp_path: Path):
    with pytest.raises(ValueError, match=r"“界线”从 2019 年 1 月起才有规定.*2018年12月没有"):
        at(tmp_path, 2018)


def test_all_mistakes_come_at_once_each_with_its_line_and_key(tmp_path: Path):
    text = (
        TEXT.replace("label: 界线", "lable: 界线")
        .replace(", source: 乙文", "")
        .replace("amount >= data.lines.high", 'amuont >= "高"')
        .replace("then: {size: 小, share: 0}", "then: {size: 小, sharing: 0}")
    )
    found = mistakes(tmp_path, text)
    sizes = "lists.sizes.editions[1].rules"
    assert found == [
        (5, "data.lines.lable", "不认识的键“lable”，是不是“label”？"),
        (8, "data.lines.editions[2].source", "缺少“source”"),
        (18, f"{sizes}[1].when", "没有“amuont”，是不是“amount”？"),
        (21, f"{sizes}[2].then", "缺少“share”"),
        (21, f"{sizes}[2].then.sharing", "不认识“sharing”，是不是“share”？"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("high: 100", "low: 100", "缺少“high”"),
        ("high: 100", "high: 高", "这里应写数"),
        ("  sizes:", "  others:", "不认识“others”，可以写：sizes"),
        ("id: SMALL", "id: BIG", "编号“BIG”重复"),
        ("when: amount >= data.lines.high", "when: amount", "算式应为判断（如 a == b），现在是数"),
        ("rules: classes", "rules: class", "应与文件名相同，写“classes”"),
        ("from: 2021-07", "from: 2018", "“2018”应晚于前一组，从早到晚依次写"),
        ("name: 大小\n", "name: [大小]\n", "这里应写文字，现在是一个列表"),
    ],
)
def test_a_mistake_is_said_in_chinese(tmp_path: Path, before: str, after: str, message: str):
    assert before in TEXT
    text = TEXT.replace(before, after, 1)
    assert message in [each[2] for each in mistakes(tmp_path, text)]


def test_a_file_of_another_name_is_not_passed_over(tmp_path: Path):
    (found,) = mistakes(tmp_path, TEXT, "clases.yaml")
    assert found[2] == "没有叫这个名字的规则文件，是不是“classes.yaml”？"


def test_a_bureau_overrides_one_file_and_keeps_the_others(tmp_path: Path):
    own = tmp_path / "own"
    own.mkdir()
    (own / "sampling.yaml").write_bytes((rules_folder() / "sampling.yaml").read_bytes())
    loaded(tmp_path)  # classes.yaml is its own here
    assert load_rules(SUBJECT, tmp_path).file.parent == tmp_path
    with pytest.raises(TemplateError):  # ours asks for other names than this subject has
        load_rules(SUBJECT, own)
