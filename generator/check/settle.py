"""What a written explanation or the bureau's waiver makes of a finding."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter

from generator.model.filing import Filing
from generator.model.finding import Finding, Kind
from generator.model.roster import Waiver
from udfs.amounts import is_blank

_SORT_KEY = attrgetter("sort_key")


def settled(
    findings: Iterable[Finding], filing: Filing, waivers: Iterable[Waiver] = ()
) -> list[Finding]:
    """Return findings with their department, explained and waived ones as 提示, in order."""
    reasons = {each.rule: each.reason for each in waivers if each.department == filing.department}
    named = [each.concerning(filing.department) for each in findings]
    return sorted([_settle(each, filing, reasons) for each in named], key=_SORT_KEY)


def _settle(finding: Finding, filing: Filing, reasons: dict[str, str]) -> Finding:
    if finding.kind is Kind.VERIFY and not is_blank(
        explanation := filing.explanation(finding.place.sheet, finding.rule)
    ):
        return finding._replace(
            kind=Kind.NOTE,
            message=f"{finding.message}填报单位说明：“{explanation.strip()}”",
            remedy="填报单位已作说明，请财政部门审阅说明是否充分。",
        )
    if finding.kind is Kind.LOGIC and finding.rule in reasons:
        return finding._replace(
            kind=Kind.NOTE,
            message=f"{finding.message}财政部门已同意不作要求，理由：{reasons[finding.rule]}",
            remedy="不需要修改。",
        )
    return finding
