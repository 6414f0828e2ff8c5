"""The roster of the year's next form, from the ledger: what was promised is what is asked about.

Columns are filled by their names: of departments and projects by what the latest forms call so, of
indicators by what was returned in the stage before. What nobody returned stays blank.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from generator.ledger import Ledger
from generator.model.form import Form
from generator.model.roster import Roster
from generator.workbook.roster import write_roster
from generator.year.roll.due import due_of
from generator.year.roll.filling import Filling
from generator.year.roll.known import known_in
from generator.year.roll.told import told


@dataclass(frozen=True)
class Roll:
    """The roster of a form, and what is to be said of it."""

    form: Form
    roster: Roster
    told: str


def roll_of(ledger: Ledger, form: Form, year: int) -> Roll:
    """Return the roster of a form for a year.

    Raises:
        ValueError: the ledger knows nobody who could be asked (message in Chinese).
    """
    known = known_in(ledger, form.stage, year)
    filling = Filling(form, known, due_of(known, form))
    roster = filling.roster()
    if not roster.departments:
        raise ValueError(_nobody(form, year))
    return Roll(form, roster, "\n".join(told(filling, roster)))


def write_roll(roll: Roll, path: Path) -> None:
    """Write the roster workbook."""
    write_roster(roll.form, roll.roster, path)


def _nobody(form: Form, year: int) -> str:
    return (
        f"台账里没有{year}年的项目清单，也没有“{form.name}”可以接着用的回收表。"
        "请先登记项目清单（jixiao projects route … --ledger），或者汇总前面的表"
        "（jixiao merge … --ledger）；只要空白名册的，不写 --ledger。"
    )
