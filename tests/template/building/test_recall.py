"""Earlier returns in a template: what may be asked, and every way to ask for what is not there."""

from __future__ import annotations

import pytest

from generator.model.expression import FieldRef, PastRef, RowRef, Type
from generator.model.form import Check, Form, Loop
from generator.template import TemplateError
from tests.check.forms import form_of

FORM = """
period: month
stage: progress
roster:
  projects: {tab: 项目, columns: {code: {heading: 项目编码, required: true}, name: {heading: 名称}}}
  indicators:
    tab: 指标
    under: projects
    columns: {level3: {heading: 指标名称}, target: {heading: 指标值}}
sheets:
  main:
    fields:
      budget: {label: 预算, type: amount}
      spent: {label: 支出, type: amount, fill: "{{ previous.spent }}"}
      rate: {label: 支出率, type: percent, computed: spent / budget}
    tables:
      items:
        for: row in previous.items
        key: [name]
        spare: 3
        columns:
          name: {label: 名称, type: text, fill: "{{ row.name }}"}
          prior: {label: 上月, type: amount, fill: "{{ previous.cum }}"}
          cum: {label: 累计, type: amount}
      funds:
        columns:
          item: {label: 项目, type: label}
          money: {label: 金额, type: amount, fill: "{{ last_year.money }}"}
        rows: {own: {item: 自有}, other: {item: 其他}}
      plain:
        spare: 2
        columns: {note: {label: 附注, type: text}}
    checks:
      - {id: ROW, kind: 提示, name: 同行, each: items, rule: cum >= previous.cum, live: false,
         message: "{{ last_year.budget }}", remedy: 核对。}
      - {id: SHEET, kind: 提示, name: 同表, rule: budget == sum(last_year.items.cum), live: false,
         message: 不同。, remedy: 核对。}
  project:
    for: project in department.projects
    key: code
    tab: "{{ project.code }}"
    fields:
      code: {label: 编码, type: text, fill: "{{ project.code }}"}
      was: {label: 上月, type: text, fill: "{{ previous.code }}"}
    tables:
      indicators:
        for: indicator in project.indicators
        spare: 1
        columns: {level3: {label: 指标, type: text, fill: "{{ indicator.level3 }}"}}
"""


def with_(*changes: tuple[str, str]) -> Form:
    text = FORM
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return form_of(text)


def mistakes(*changes: tuple[str, str]) -> list[str]:
    with pytest.raises(TemplateError) as caught:
        with_(*changes)
    return [f"{each.path}：{each.message}" for each in caught.value.mistakes]


def check_of(form: Form, name: str) -> Check:
    return next(each for _, each in form.checks if each.id == name)


def test_a_form_says_where_in_the_year_it_stands():
    assert with_().stage == "progress"
    assert with_(("stage: progress\n", "")).stage == ""
    [told] = mistakes(("stage: progress", "stage: self-evalution"))
    assert told == "stage：不能写“self-evalution”，是不是“self-evaluation”？"


def test_what_is_filled_with_earlier_returns_is_known_of_field_table_and_form():
    form = with_()
    main = form.sheet("main")
    assert [each.name for each in main.fields.values() if each.recalls] == ["spent"]
    assert [each.name for each in main.tables.values() if each.recalls] == ["items", "funds"]
    assert form.recalls


def test_a_loop_runs_over_the_roster_a_rows_own_or_what_was_returned():
    form = with_()
    assert form.sheet("main").tables["items"].loop == Loop("row", "items", "previous")
    loop = form.sheet("project").tables["indicators"].loop
    assert loop == Loop("indicator", "indicators", "project")
    assert form.roster_sheets[1].under == "projects"


def test_a_reference_to_the_past_means_the_same_row_field_or_column():
    form = with_()
    assert form.asks_past
    row, sheet = check_of(form, "ROW"), check_of(form, "SHEET")
    assert row.rule.right == PastRef("previous", RowRef("items", "cum", Type.NUMBER))  # type: ignore[union-attr]
    assert row.message == (PastRef("last_year", FieldRef("budget", Type.NUMBER)),)
    assert (row.asks_past, sheet.asks_past) == (True, True)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "rule: cum >= previous.cum, live: false",
            "rule: cum >= previous.cum",
            "sheets.main.checks[1].rule：“previous”是以前报来的数，下发的表里没有，"
            "不能在下发的表里实时显示，请写 live: false",
        ),
        ("computed: spent / budget", "computed: spent / previous.budget", "单元格不能这样计算"),
        (
            "rule: cum >= previous.cum, live: false",
            "rule: cum > 1 if filled(name) else cum > 2",
            "“… if …”的两边都是判断时 Excel 没有对应的公式，请用 and、or 写，不能在下发的表里",
        ),
        ("computed: spent / budget", "prints: spent / previous.budget", "prints 只用本表上的数"),
        (">= previous.cum", ">= previous.cun", "没有“cun”，是不是“cum”？"),
        (">= previous.cum", ">= previous", "“previous”后面要写明哪一项，例如 previous.name"),
        (">= previous.cum", ">= previos.cum", "没有表格“previos”，是不是“previous”？"),
        (">= previous.cum", ">= previous.period.year", "previous 后面写填报的字段或列"),
        (
            "each: items, rule: cum >= previous.cum",
            "each: plain, rule: note == previous.note",
            "表格 plain 要写 key，才找得到“previous”的同一行",
        ),
        ("== sum(last_year.items.cum)", "== last_year.items.cum", "现在是数与数列"),
        ("{{ previous.spent }}", "{{ previous.spnet }}", "previous 没有“spnet”，是不是“spent”？"),
        ("{{ previous.cum }}", "{{ previous.spent }}", "previous 没有“spent”"),
        ("{{ previous.spent }}", "{{ previous }}", "“previous”后面要写明哪一项"),
        ("{label: 预算,", '{label: "{{ previous.spent }}",', "没有“previous”"),
        (
            "{label: 附注, type: text}",
            '{label: 附注, type: text, fill: "{{ previous.note }}"}',
            "只有 for 的各行和固定行（rows）能预填以前报的数",
        ),
        ("        key: [name]\n", "", "表格 items 要写 key"),
        (', fill: "{{ row.name }}"', "", "key 里的“name”要用名册或上期的行预填"),
        ("{{ row.name }}", "{{ last_year.name }}", "key 里的“name”要用名册或上期的行预填"),
        ("{{ row.name }}", "{{ row.nmae }}", "row 没有“nmae”，是不是“name”？"),
        ("prior: {label: 上月,", "prior: {merge_down: true, label: 上月,", "上下合并的列不能直接"),
        (
            '{{ project.code }}"}\n      was',
            '{{ previous.code }}"}\n      was',
            "区分各张的“code”（key）要用名册的内容预填",
        ),
        ("row in previous.items", "row in previous.itmes", "没有表格“itmes”，是不是“items”？"),
        ("row in previous.items", "row in previuos.items", "这里不能写“in previuos.items”"),
        (
            "project in department.projects",
            "project in previous.items",
            "这里不能写“in previous.items”",
        ),
        (
            "indicator in project.indicators",
            "indicator in project.projects",
            "名册的“projects”没有写 under: projects",
        ),
        ("under: projects", "under: project", "名册里没有“project”，是不是“projects”？"),
        (
            "under: projects\n    columns: {level3",
            "under: projects\n    columns: {projects",
            "已有名为“projects”的一列",
        ),
        ("heading: 指标名称", "heading: 项目编码", "列名“项目编码”由程序加上，不用再写"),
        ("heading: 项目编码, required: true", "heading: 项目编码", "要有必填的一列 code"),
        ("period: month", "period: year", "按年填报的表，同一年里没有上一期"),
        ("budget: {label", "previous: {label", "“previous”已有别的意思"),
        (
            'type: text, fill: "{{ row.name }}"',
            "type: amount, suggest: level3",
            "（type: text）才写 suggest",
        ),
        (
            "{label: 附注, type: text}",
            "{label: 附注, type: text, suggest: 指标}",
            "应是一组提示的英文名",
        ),
    ],
)
def test_what_cannot_be_found_is_told_with_the_nearest_word(old: str, new: str, expected: str):
    found = mistakes((old, new))
    assert any(expected in each for each in found), found


def test_an_annual_form_asks_for_the_year_before():
    annual = [("period: month", "period: year")]
    annual += [("previous.", "last_year.")] * FORM.count("previous.")
    assert with_(*annual).sheet("main").tables["items"].loop == Loop("row", "items", "last_year")
