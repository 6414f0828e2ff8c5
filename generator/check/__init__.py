"""Form × Filing × Period → Findings. Pure: no file is read or written here.

A family of rules is a plain function from an `Examined` return to its findings; `FAMILIES` is the
registry. What concerns a file as a whole (form, version, seal, altered cells) is found where files
are read, under the rules of the same table `rules.RULES`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from generator.check.bounds import bounds, digits, lengths
from generator.check.examined import Examined
from generator.check.keys import keys, shared_names
from generator.check.own import own
from generator.check.ratios import ratios
from generator.check.readable import choices, normalised, unreadable
from generator.check.required import required
from generator.check.rules import RULES, Rule
from generator.check.settle import settled
from generator.check.targets import targets
from generator.check.totals import totals
from generator.model.filing import Filing
from generator.model.finding import Finding
from generator.model.form import Form
from generator.model.past import Past
from generator.model.period import Period
from generator.model.roster import Waiver

FAMILIES: tuple[Callable[[Examined], Iterator[Finding]], ...] = (
    required,
    unreadable,
    choices,
    bounds,
    lengths,
    digits,
    keys,
    shared_names,
    targets,
    ratios,
    totals,
    normalised,
    own,
)


def check(
    form: Form,
    filing: Filing,
    period: Period,
    roster_waivers: Iterable[Waiver] = (),
    past: Past | None = None,
) -> list[Finding]:
    """Return everything that is to be corrected or explained in a return, by file and cell.

    Rules that compare with earlier returns are asked only where there is a past to look them up.
    """
    examined = Examined(form, filing, period, past)
    found = (finding for family in FAMILIES for finding in family(examined))
    return settled(found, filing, roster_waivers)


def status(
    form: Form, filing: Filing, period: Period
) -> Mapping[tuple[str, int, str], list[bool | None]]:
    """Return what the 校验 sheet shows of the form's own rules.

    By form sheet, copy and rule id: one truth, or one per record of the table that it is asked of;
    None where it is not asked.
    """
    examined = Examined(form, filing, period)
    return {
        (sheet.sheet, sheet.index, each.id): examined.reckoning.truths(sheet, each)
        for form_sheet, sheet in examined.sheets
        for each in form_sheet.checks
    }


__all__ = ["FAMILIES", "RULES", "Examined", "Rule", "check", "settled", "status"]
