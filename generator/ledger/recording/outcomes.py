"""What a filing says of each project, typed: money, execution, score and grade."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from generator.ledger.answers import canonical, storable
from generator.model.filing import AnswerValue, Filing, SheetFiling
from generator.model.form import Form, FormSheet
from generator.model.reckoning import Reckoning, kept

MONEY = ("budget", "executed", "forecast")
_MOST_MONEY = Decimal(10) ** 12  # 元; what is above is no amount, and would spoil exact sums
_MOST_POINTS = Decimal(10) ** 4


def outcomes(form: Form, filing: Filing, reckoning: Reckoning) -> Iterator[dict[str, object]]:
    """Yield an outcome per project sheet, and one with an empty code for the department's own."""
    if not form.stage:
        return
    for sheet in filing.sheets:
        described = form.sheet(sheet.sheet)
        if described.loop or described.fields.keys() & {*MONEY, "total", "grade"}:
            yield _outcome(filing, described, sheet, reckoning)


def _outcome(
    filing: Filing, described: FormSheet, sheet: SheetFiling, reckoning: Reckoning
) -> dict[str, object]:
    def value(name: str) -> AnswerValue:
        if name not in described.fields:
            return None
        return kept(described.fields[name], reckoning.field_value(sheet, name))

    def text(name: str) -> str:
        return canonical(value(name)) or ""

    repeated = described.loop is not None
    return {
        "sheet": sheet.sheet,
        "tab": storable(sheet.title),
        "code": (text("code") or text(described.key)) if repeated else "",
        "name": text("name") if repeated else storable(filing.department_name),
        **{name: within(value(name), _MOST_MONEY) for name in MONEY},
        "score": within(value("total"), _MOST_POINTS),
        "grade": text("grade"),
    }


def within(value: AnswerValue, most: Decimal) -> Decimal | None:
    """Return a number that can be one; what cannot stays in the records alone."""
    return value if isinstance(value, Decimal) and abs(value) <= most else None


def points(value: AnswerValue) -> Decimal | None:
    """Return 分值 or a score, if it can be one."""
    return within(value, _MOST_POINTS)
