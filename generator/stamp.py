"""Form × roster × period → one workbook for each department."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from generator.layout import Layout, Shape, lay_out, shape_of
from generator.model.filing import Entries
from generator.model.form import Form
from generator.model.period import Period
from generator.model.roster import Department, Roster
from generator.workbook.blank import build_blank
from generator.workbook.fill import Values
from generator.workbook.result import Distributed, write_distribution
from generator.workbook.save import write_bytes
from generator.workbook.splice import Blank

DISTRIBUTION = "分发清单.xlsx"
_ILLEGAL = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_LONGEST = 120  # characters; a path on Windows has 260 for everything


@dataclass(frozen=True)
class Stamped:
    """One workbook that was written."""

    department: Department
    path: Path
    digest: str


@dataclass
class Stamper:
    """Stamps one form for one period; a Blank is built once per shape and kept."""

    form: Form
    period: Period
    _blanks: dict[Shape, tuple[Layout, Blank]] = field(default_factory=dict)

    def stamp(
        self,
        department: Department,
        entries: Entries | None = None,
        explanations: Mapping[str, str] | None = None,
    ) -> bytes:
        """Return the workbook of a department, with `entries` typed into it if there are any."""
        shape = shape_of(self.form, department, entries)
        if shape not in self._blanks:
            layout = lay_out(self.form, self.period, shape)
            self._blanks[shape] = layout, build_blank(layout)
        layout, blank = self._blanks[shape]
        return blank.splice(Values(layout, department, entries or {}, explanations or {}).filling())


def stamp_all(
    form: Form,
    roster: Roster,
    period: Period,
    folder: Path,
    progress: Callable[[Department], None] | None = None,
) -> list[Stamped]:
    """Write one workbook per department into a folder, and 分发清单.xlsx; return what was written.

    A department that the form gives no worksheet (no projects, say) gets none.

    Raises:
        OSError: the folder or a file in it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stamper = Stamper(form, period)
    names = file_names(form, roster.departments, period)
    stamped = []
    for department in roster.departments:
        if shape_of(form, department):
            content = stamper.stamp(department)
            path = folder / names[department.code]
            write_bytes(path, content)
            stamped.append(Stamped(department, path, sha256(content).hexdigest()))
        if progress:
            progress(department)
    lines = [_distributed(form, period, each) for each in stamped]
    write_distribution(folder / DISTRIBUTION, lines)
    return stamped


def _distributed(form: Form, period: Period, stamped: Stamped) -> Distributed:
    department = stamped.department
    context = {"period": period, "form": form, "department": department}
    return Distributed(
        department.code,
        department.name,
        stamped.path.name,
        str(department["contact"] or ""),
        str(department["phone"] or ""),
        str(form.deadline.render(context) or "") if form.deadline else "",
        stamped.digest,
    )


def file_names(form: Form, departments: Sequence[Department], period: Period) -> dict[str, str]:
    """Return the file name of each department by code: legal on Windows and all different."""
    taken: set[str] = set()
    names = {}
    for department in departments:
        parts = (department.code, department.name, form.name, period.id)
        stem = legal_name("-".join(parts))
        name, number = f"{stem}.xlsx", 1
        while name.casefold() in taken:
            number += 1
            name = f"{stem}({number}).xlsx"
        taken.add(name.casefold())
        names[department.code] = name
    return names


def legal_name(text: str) -> str:
    """Return a text as the stem of a file name that Windows accepts, inside its folder.

    >>> legal_name("../a:b")
    '.._a_b'
    """
    name = _ILLEGAL.sub("_", text)[:_LONGEST].strip().rstrip(".")
    return f"_{name}" if not name or _RESERVED.fullmatch(name) else name
