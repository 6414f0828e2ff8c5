"""How long tables are, and which cells the bureau's records merge."""

from __future__ import annotations

from generator.layout.seal import read_shape, write_shape
from generator.layout.shape import copies, shape_of
from generator.model.roster import Department
from tests.check.forms import form_of

FORM = form_of("""
roster:
  goals: {tab: 目标, columns: {area: {heading: 领域}, name: {heading: 名称}}}
sheets:
  main:
    tables:
      goals:
        label: 目标
        for: goal in department.goals
        spare: 2
        columns:
          area: {label: 领域, type: text, fill: "{{ goal.area }}", merge_down: true}
          name: {label: 名称, type: text, fill: "{{ goal.name }}", merge_down: true}
          result: {label: 结果, type: text}
""")


def department(*goals: tuple[str, str]) -> Department:
    records = tuple({"area": area, "name": name} for area, name in goals)
    return Department("1", "甲", children={"goals": records})


def test_spare_rows_follow_the_filled_ones():
    [copy] = shape_of(FORM, department(("a", "x")))
    assert (copy.table("goals").rows, copy.table("goals").filled) == (3, 1)


def test_equal_neighbours_are_one_run_but_never_across_a_run_to_their_left():
    [copy] = shape_of(FORM, department(("a", "x"), ("a", "x"), ("b", "x"), ("b", "y")))
    assert dict(copy.table("goals").runs) == {"area": (2, 2), "name": (2, 1, 1)}


def test_departments_whose_tables_are_equally_long_share_a_shape():
    one, two = department(("a", "x"), ("a", "y")), department(("c", "p"), ("c", "q"))
    assert shape_of(FORM, one) == shape_of(FORM, two)


def test_a_shape_survives_being_written_into_the_seal():
    shape = shape_of(FORM, department(("a", "x"), ("a", "y"), ("b", "z")))
    assert read_shape(write_shape(shape)) == shape


UNDER = form_of("""
roster:
  projects: {tab: 项目, columns: {code: {heading: 项目编码, required: true}}}
  indicators: {tab: 指标, under: projects, columns: {level3: {heading: 指标}}}
sheets:
  project:
    for: project in department.projects
    key: code
    tab: "{{ project.code }}"
    fields: {code: {label: 编码, type: text, fill: "{{ project.code }}"}}
    tables:
      indicators:
        label: 指标
        for: indicator in project.indicators
        spare: 1
        columns: {level3: {label: 指标, type: text, fill: "{{ indicator.level3 }}"}}
  all:
    tables:
      listed:
        label: 全部
        for: indicator in department.indicators
        columns: {level3: {label: 指标, type: text, fill: "{{ indicator.level3 }}"}}
""")


def test_rows_under_other_rows_stand_on_the_sheet_of_theirs():
    one, two, three = (
        {"projects": code, "level3": level3}
        for code, level3 in (("P2", "a"), ("P1", "b"), ("P2", "c"))
    )
    projects = ({"code": "P1"}, {"code": "P2"}, {"code": "P3"})
    someone = Department(
        "1", "甲", children={"projects": projects, "indicators": (one, two, three)}
    )
    found = [rows.tables for _, _, rows in copies(UNDER, someone)]
    assert found == [
        {"indicators": (two,)},
        {"indicators": (one, three)},
        {"indicators": ()},
        {"listed": (one, two, three)},
    ]
    filled = [dict(copy.tables) for copy in shape_of(UNDER, someone)]
    assert [each["indicators"].filled for each in filled[:3]] == [1, 2, 0]
    assert [each["indicators"].rows for each in filled[:3]] == [2, 3, 1]
