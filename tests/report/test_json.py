"""The JSON for other programs: exact, in 元, and everything in it."""

from __future__ import annotations

import json

from generator.model.merged import Merged
from generator.report.json import findings_json, merged_json


def total(document: dict, **wanted: object) -> dict:
    (found,) = (
        each for each in document["totals"] if all(each[key] == wanted[key] for key in wanted)
    )
    return found


def test_a_finding_says_where_what_and_what_to_do(merged: Merged):
    (found,) = (
        each for each in findings_json(merged.findings)["findings"] if each["rule"] == "BUDGET"
    )
    assert found == {
        "file": "302.xlsx",
        "department": "302",
        "sheet": "main",
        "cell": "B2",
        "rule": "BUDGET",
        "kind": "逻辑",
        "message": "预算数 310，资金合计 300。",
        "remedy": "核对预算数。",
    }


def test_departments_stand_in_the_order_of_the_roster_with_state_and_files(merged: Merged):
    departments = merged_json(merged)["departments"]
    assert [(each["code"], each["state"]) for each in departments] == [
        ("302", "已回收"),
        ("101", "已回收"),
        ("205", "无法读取"),
        ("0301", "未回收"),
    ]
    assert departments[2]["files"] == [{"file": "205.xlsx", "state": "无法读取", "used": False}]


def test_totals_are_exact_texts_in_yuan(merged: Merged):
    found = total(merged_json(merged), column="budget")
    assert (found["value"], found["unit"]) == ("4100000", "元")
    assert [each["share"] for each in found["departments"]] == ["0.2439", "0.7561"]


def test_the_stated_total_stands_beside_the_recomputed_one(merged: Merged):
    found = total(merged_json(merged), row="whole", column="amount")
    assert (found["value"], found["stated"], found["difference"]) == ("4000000", "4000000", "0")


def test_counts_say_how_often_each_answer_occurs(merged: Merged):
    found = total(merged_json(merged), column="kind", group=[])
    assert (found["counts"], found["unit"]) == ({"甲类": 2, "乙类": 1}, "个")


def test_the_whole_is_json(merged: Merged):
    document = merged_json(merged)
    assert json.loads(json.dumps(document, ensure_ascii=False)) == document
