"""Random small forms that the bureau fills in beforehand, and departments to stamp them for."""

from __future__ import annotations

from dataclasses import dataclass

import yaml
from hypothesis import strategies as st

from generator.model.form import Form
from generator.model.roster import Department
from tests.check.forms import form_of

_begin = st.sampled_from(["", "=", "'", "<b>&amp;", "  ", "说“", "长" * 40, "1.\n2."])
_letters = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Zl", "Zp"))
_texts = st.one_of(
    st.sampled_from([None, "—", " ", "甲", "乙"]),
    st.builds(lambda a, b: a + b, _begin, st.text(_letters, max_size=8)),
)
_numbers = st.one_of(st.none(), st.decimals(-999_999, 999_999, places=2))
_RULES = (  # rule, and whether it is asked of each row
    ("plan <= 100", True),
    ("real <= plan", True),
    ("twice == plan * 2", True),
    ("filled(name)", True),
    ("len(name) > 2", True),
    ("blank(name) or plan > 0", True),
    ("count(listed.name) >= 2", False),
    ("sum(listed.plan) > 50", False),
    ("countif(listed.name, who) == 0", False),
    ("listed_total > 0 and filled(note)", False),
)
_COMPUTED = ("plan * 2", "plan + real", "real", "plan if filled(name) else real")
_TOTALS = ("sum(listed.plan)", "count(listed.name)", "sum(listed.twice)", "sum(listed.real)")


@dataclass(frozen=True)
class Prefilled:
    """A form, and departments of which most get the same Blank."""

    form: Form
    departments: tuple[Department, ...]


@st.composite
def prefilled(draw: st.DrawFn) -> Prefilled:
    """Return a form with prefilled fields and rows, computed cells and checks."""
    rules = draw(st.lists(st.sampled_from(_RULES), unique=True, max_size=5))
    main: dict[str, object] = {
        "fields": {
            "who": {"label": "单位", "type": "text", "fill": "{{ department.name }}"},
            "note": {"label": "说明", "type": "text", "fill": "{{ department.contact }}"},
            "listed_total": {
                "label": "合计",
                "type": "number",
                "computed": draw(st.sampled_from(_TOTALS)),
            },
        },
        "tables": {"listed": _table(draw)},
        "checks": [_check(number, *rule) for number, rule in enumerate(rules)],
    }
    sheets = {"main": main}
    if draw(st.booleans()):
        sheets["own"] = _repeated()
    columns = {"group": {}, "name": {}, "plan": {"type": "number"}}
    document = {
        "roster": {
            "items": {
                "tab": "项目",
                "columns": {key: {"heading": key, **kind} for key, kind in columns.items()},
            }
        },
        "sheets": sheets,
    }
    form = form_of(yaml.safe_dump(document, allow_unicode=True, sort_keys=False))
    count = draw(st.integers(0, 3))
    departments = draw(st.lists(_department(count), min_size=2, max_size=4))
    return Prefilled(form, tuple(departments))


def _table(draw: st.DrawFn) -> dict[str, object]:
    return {
        "label": "表格",
        "for": "item in department.items",
        "spare": draw(st.integers(1, 2)),
        "columns": {
            "group": {
                "label": "分组",
                "type": "text",
                "fill": "{{ item.group }}",
                "merge_down": draw(st.booleans()),
            },
            "name": {
                "label": "名称",
                "type": "text",
                "fill": "{{ item.name }}",
                "locked": draw(st.booleans()),
                "required": draw(st.booleans()),
            },
            "plan": {"label": "计划", "type": "amount", "fill": "{{ item.plan }}"},
            "real": {"label": "实际", "type": "amount", "required": draw(st.booleans())},
            "twice": {
                "label": "两倍",
                "type": "amount",
                "computed": draw(st.sampled_from(_COMPUTED)),
            },
        },
    }


def _repeated() -> dict[str, object]:
    """Return a sheet that comes once per item, under a tab of its own."""
    return {
        "for": "item in department.items",
        "key": "called",
        "tab": "{{ item.name }}",
        "fields": {
            "called": {
                "label": "名称",
                "type": "text",
                "fill": "{{ item.name }}",
                "locked": True,
            },
            "planned": {"label": "计划", "type": "amount", "fill": "{{ item.plan }}"},
            "share": {"label": "占比", "type": "number", "computed": "planned / listed_total"},
        },
        "checks": [_check(99, "planned <= listed_total", each=False)],
    }


def _check(number: int, rule: str, each: bool) -> dict[str, object]:  # noqa: FBT001 (of a table)
    check: dict[str, object] = {
        "id": f"R{number}",
        "kind": "逻辑",
        "name": "规则",
        "rule": rule,
        "message": "不符合。",
        "remedy": "请核对。",
    }
    return check | ({"each": "listed"} if each else {})


@st.composite
def _department(draw: st.DrawFn, count: int) -> Department:
    items = tuple(
        {"group": draw(_texts), "name": draw(_texts), "plan": draw(_numbers)} for _ in range(count)
    )
    name = draw(_texts) or "无名"
    return Department(
        draw(st.sampled_from(["101", "0102"])), name, {"contact": draw(_texts)}, {"items": items}
    )
