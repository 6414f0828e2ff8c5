"""Random small forms, and random answers to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import yaml
from hypothesis import strategies as st

from generator.model.filing import Entry
from generator.model.form import Form
from tests.check.forms import form_of

Typed = Decimal | str
UNITS = ("元", "千元", "万元", "百万元", "亿元")
CHOICES = ("甲类", "乙类", "其他（注明）")

_letters = st.characters(
    codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Zl", "Zp"), exclude_characters="\ufeff"
)
_begin = st.sampled_from(["", "=", "'", "+", "@", "<b>&amp;", "  ", "_x0041_", "说“", "1.\n2."])
_words = st.builds(lambda a, b: f"{a}{b}例", _begin, st.text(_letters, max_size=12))
_amounts = st.decimals(-99_999_999, 99_999_999, places=2)
_months = st.builds(lambda y, m: f"{y}年{m}月", st.integers(1990, 2100), st.integers(1, 12))
_targets = st.sampled_from(["=6人", "≥95%", "≤预算控制数", "有效提高", "＝１００％", ">=3.5 次/年"])

ANSWERS: Mapping[str, st.SearchStrategy[Typed]] = {
    "text": _words,
    "amount": _amounts,
    "number": st.decimals(-(10**9), 10**9, places=2),
    "integer": st.integers(-(10**9), 10**9).map(Decimal),
    "percent": st.decimals(0, 1, places=4),
    "points": st.decimals(2, 100, places=2),
    "choice": st.sampled_from(CHOICES),
    "month": _months,
    "target": _targets,
}


@dataclass(frozen=True)
class Answered:
    """A form of one sheet `main`, and what is typed into it."""

    form: Form
    entry: Entry


@st.composite
def answered(draw: st.DrawFn) -> Answered:
    """Return a form of a few fields and perhaps a table, with some of its cells answered."""
    fields = draw(_fields("f"))
    tables = {"t": draw(_fields("c"))} if draw(st.booleans()) else {}
    sheet = {
        "fields": fields,
        "tables": {
            name: {"label": "表格", "spare": draw(st.integers(1, 4)), "columns": columns}
            for name, columns in tables.items()
        },
    }
    rows = {
        name: tuple(
            draw(st.lists(_row(columns, all_=True), max_size=sheet["tables"][name]["spare"]))
        )
        for name, columns in tables.items()
    }
    form = form_of(yaml.safe_dump(sheet, allow_unicode=True, sort_keys=False))
    return Answered(form, Entry(draw(_row(fields)), rows))


@st.composite
def _fields(draw: st.DrawFn, letter: str) -> dict[str, dict[str, object]]:
    kinds = draw(st.lists(st.sampled_from(list(ANSWERS)), min_size=1, max_size=6))
    fields: dict[str, dict[str, object]] = {}
    for number, kind in enumerate(kinds):
        field: dict[str, object] = {"label": f"栏目{number}", "type": kind}
        if kind == "amount":
            field["unit"] = draw(st.sampled_from(UNITS))
        if kind == "choice":
            field["choices"] = list(CHOICES)
        fields[f"{letter}{number}"] = field
    return fields


@st.composite
def _row(
    draw: st.DrawFn, fields: Mapping[str, Mapping[str, object]], *, all_: bool = False
) -> dict[str, Typed]:
    return {
        name: draw(ANSWERS[str(field["type"])])
        for name, field in fields.items()
        if all_ or draw(st.booleans())
    }
