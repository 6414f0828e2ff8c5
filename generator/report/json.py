"""Findings, recovery and totals as JSON: exact decimals as texts, money in 元."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from generator.model.finding import Finding
from generator.model.form import Combine, Field, FieldType
from generator.model.merged import Merged, Standing
from generator.model.totals import Part, Total
from generator.report.wording import Words

Json = dict[str, object]


def findings_json(findings: Iterable[Finding]) -> Json:
    """Return `{"findings": [{"file", "department", "sheet", "cell", "rule", …}, …]}`."""
    return {"findings": [_finding(each) for each in findings]}


def merged_json(merged: Merged) -> Json:
    """Return the findings, where each department stands, and the totals."""
    words = Words(merged.form, merged.period)
    return {
        "form": merged.form.id,
        "version": merged.form.version,
        "period": merged.period.id,
        **findings_json(merged.findings),
        "departments": [_standing(each) for each in merged.standings],
        "strangers": [each.name for each in merged.strangers],
        "totals": [_total(each, words) for each in merged.totals.totals],
    }


def _finding(finding: Finding) -> Json:
    return {
        "file": finding.place.file,
        "department": finding.department,
        "sheet": finding.place.sheet,
        "cell": finding.place.cell,
        "rule": finding.rule,
        "kind": finding.kind.value,
        "message": finding.message,
        "remedy": finding.remedy,
    }


def _standing(standing: Standing) -> Json:
    return {
        "code": standing.department.code,
        "name": standing.department.name,
        "state": standing.state.value,
        "files": [
            {"file": each.name, "state": each.state.value, "used": each.used}
            for each in standing.files
        ],
    }


def _total(total: Total, words: Words) -> Json:
    locus, field = total.locus, words.field(total.locus)
    return {
        "sheet": locus.sheet,
        "table": locus.table,
        "row": locus.row,
        "key": locus.key,
        "group": list(locus.group),
        "column": locus.column,
        "label": words.label(field.label),
        "unit": _unit(field),
        "value": _number(total.value),
        "stated": _number(total.stated),
        "difference": _number(total.difference),
        "counts": dict(total.counts),
        "departments": [_part(each) for each in total.parts],
    }


def _part(part: Part) -> Json:
    return {
        "code": part.department,
        "value": _number(part.value),
        "stated": _number(part.stated),
        "share": _number(part.share),
        "rank": part.rank,
    }


def _unit(field: Field) -> str:
    """Return what the numbers count: 元, a fraction of one (空), or how many answers."""
    if field.combine is Combine.COUNT:
        return "个"
    return "元" if field.type is FieldType.AMOUNT else ""


def _number(value: Decimal | None) -> str | None:
    """Return a number in full, without an exponent and idle zeros.

    >>> _number(Decimal("1.70E+7"))
    '17000000'
    """
    if value is None:
        return None
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
