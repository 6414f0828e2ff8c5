"""Rules that compare with earlier returns: asked where they are known, and only there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from generator.check import check
from generator.model.form import Form
from generator.model.past import Kept, Past
from generator.model.period import Period
from tests.check.forms import Answers, filing_of, form_of

NOW, BEFORE, LAST_YEAR = Period(2024, 3), Period(2024, 2), Period(2023, 3)
FORM = form_of("""
period: month
roster:
  projects: {tab: 项目, columns: {code: {heading: 项目编码, required: true}}}
sheets:
  whole:
    fields:
      spent: {label: 支出, type: amount}
    tables:
      items:
        key: [area, name]
        columns:
          area: {label: 领域, type: text, merge_down: true}
          name: {label: 名称, type: text}
          cum: {label: 累计, type: amount}
      funds:
        columns:
          item: {label: 项目, type: label}
          money: {label: 金额, type: amount}
        rows: {own: {item: 自有}, other: {item: 其他}}
    checks:
      - {id: FIELD, kind: 提示, name: 一, rule: spent >= previous.spent, live: false,
         message: "{{ spent }}，上月 {{ previous.spent }}", remedy: 核对。}
      - {id: ROW, kind: 提示, name: 二, each: items, rule: cum >= previous.cum, live: false,
         message: "{{ cum }}，上月 {{ previous.cum }}，上年 {{ last_year.cum }}", remedy: 核对。}
      - {id: FIXED, kind: 提示, name: 三, each: funds, rule: money >= previous.money, live: false,
         message: "{{ money }}", remedy: 核对。}
      - {id: CELL, kind: 提示, name: 四, rule: spent >= previous.funds.own.money, live: false,
         message: "{{ spent }}", remedy: 核对。}
      - {id: COLUMN, kind: 提示, name: 五, live: false,
         rule: sum(items.cum) >= sum(previous.items.cum), message: 少了。, remedy: 核对。}
      - {id: KNOWN, kind: 提示, name: 六, rule: filled(last_year.spent), live: false,
         message: 上年没有报。, remedy: 核对。}
  project:
    for: project in department.projects
    key: code
    tab: "{{ project.code }}"
    fields:
      code: {label: 编码, type: text, fill: "{{ project.code }}"}
      done: {label: 完成, type: number}
    checks:
      - {id: COPY, kind: 提示, name: 七, rule: done >= previous.done, live: false,
         message: "{{ code }}：{{ done }}，上月 {{ previous.done }}", remedy: 核对。}
""")
SPENT: Mapping[str, list[Answers]] = {"whole": [{"spent": "5"}]}


def past(form: Form = FORM, period: Period = BEFORE, **copies: list[Answers]) -> Kept:
    return Kept((replace(filing_of(form, copies), period=period.id),))


def found(copies: Mapping[str, list[Answers]], earlier: Past | None, rule: str) -> list[str]:
    filing = replace(filing_of(FORM, copies), period=NOW.id)
    findings = check(FORM, filing, NOW, past=earlier)
    return [each.message for each in findings if each.rule == rule]


def test_a_field_is_compared_with_itself_and_both_numbers_are_told():
    assert found(SPENT, past(whole=[{"spent": "7"}]), "FIELD") == ["5，上月 7"]
    assert found(SPENT, past(whole=[{"spent": "4"}]), "FIELD") == []


def test_without_a_ledger_no_such_rule_is_asked():
    for rule in ("FIELD", "ROW", "FIXED", "CELL", "COLUMN", "KNOWN", "COPY"):
        assert found(SPENT, None, rule) == []


def test_what_was_not_returned_is_blank():
    assert found(SPENT, Kept(), "FIELD") == []
    assert found(SPENT, Kept(), "KNOWN") == ["上年没有报。"]
    known = past(period=LAST_YEAR, whole=[{"spent": "1"}])
    assert found(SPENT, known, "KNOWN") == []


def test_rows_are_compared_by_key_wherever_they_stand():
    before = past(
        whole=[
            {
                "items": [
                    {"area": "丙", "name": "甲", "cum": "99"},
                    {"area": "乙", "name": " 甲", "cum": "8"},
                    {"area": "乙", "name": "丁", "cum": "1"},
                ]
            }
        ]
    )
    rows = [{"area": "乙", "name": "丁", "cum": "2"}, {"area": "乙", "name": "甲", "cum": "3"}]
    rows.append({"area": "戊", "name": "甲", "cum": "0"})
    [told] = found({"whole": [{"items": rows}]}, before, "ROW")
    assert told == "“items”第2行：3，上月 8，上年 （空）"


def test_fixed_rows_cells_and_columns_are_compared_too():
    before = past(whole=[{"funds": {"own": {"money": "9"}}, "items": [{"name": "甲", "cum": "8"}]}])
    now: Mapping[str, list[Answers]] = {
        "whole": [
            {
                "spent": "5",
                "funds": {"own": {"money": "3"}, "other": {"money": "1"}},
                "items": [{"area": "乙", "name": "甲", "cum": "3"}],
            }
        ]
    }
    assert found(now, before, "FIXED") == ["“funds”“自有”行：3"]
    assert found(now, before, "CELL") == ["5"]
    assert found(now, before, "COLUMN") == ["少了。"]


def test_a_repeated_sheet_is_compared_with_the_copy_of_its_key():
    before = past(whole=[{}], project=[{"code": "P2", "done": "8"}, {"code": "P1", "done": "1"}])
    now: Mapping[str, list[Answers]] = {
        "whole": [{}],
        "project": [{"code": "P1", "done": "5"}, {"code": "P2", "done": "5"}, {"code": "P3"}],
    }
    assert found(now, before, "COPY") == ["P2：5，上月 8"]


def test_in_january_there_is_nothing_before():
    december = past(period=Period(2023, 12), whole=[{"spent": "7"}])
    filing = replace(filing_of(FORM, SPENT), period="2024-01")
    assert [
        each.rule
        for each in check(FORM, filing, Period(2024, 1), past=december)
        if each.rule == "FIELD"
    ] == []
