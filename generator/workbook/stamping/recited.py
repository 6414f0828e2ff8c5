"""What an example says was returned earlier, as the ledger would tell it."""

from __future__ import annotations

from generator.layout import lay_out, shape_of
from generator.model.filing import Filing
from generator.model.form import Form
from generator.model.past import Kept, Past
from generator.model.period import Period
from generator.template.examples import Example
from generator.workbook.stamping.fill import Values


def past_of(form: Form, example: Example) -> Past | None:
    """Return the earlier returns of an example; None when it speaks of none."""
    if not example.earlier:
        return None
    return Kept(tuple(_filing(form, example, when) for when in example.earlier))


def _filing(form: Form, example: Example, when: str) -> Filing:
    period: Period = getattr(example.period, when)
    entries, department = example.earlier[when], example.department
    layout = lay_out(form, period, shape_of(form, department, entries))
    return Values(layout, department, entries).filing
