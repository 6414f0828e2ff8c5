"""How long tables are, and which cells the bureau's records merge."""

from __future__ import annotations

from generator.layout.seal import read_shape, write_shape
from generator.layout.shape import shape_of
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
