"""The bureau's project list, classed: read, decided, written, registered, made into rosters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.model.form import Form
from generator.model.period import Period
from generator.model.roster import Roster
from generator.template import find, load
from generator.workbook.projects import read_projects
from generator.workbook.result.write import write_pages
from generator.workbook.roster import write_roster
from generator.year.routing import SUBJECT, Route, projects_of, roster_for, route_all
from generator.year.routing.pages import classes_of, pages
from generator.year.rules import InForce, load_rules


@dataclass(frozen=True)
class Classed:
    """A project list with what was decided for each project."""

    listed: Roster
    routes: Sequence[Route]
    rules: InForce

    @property
    def forms(self) -> tuple[str, ...]:
        """The forms that some project gets, in the order of the rules."""
        edition = self.rules.edition("forms")
        given = {form for each in self.routes for form in each.form_ids}
        wanted = (rule.outcome for rule in edition.rules)
        return tuple(dict.fromkeys(each for each in wanted if each in given))

    @property
    def told(self) -> str:
        """What came of it in a sentence."""
        counts = Counter(each.project.category for each in self.routes)
        classes = "、".join(
            f"{each} {counts[each if each in counts else '']} 个"
            for each in classes_of(self.routes)
        )
        before = sum(1 for each in self.routes if each.before)
        return f"{len(self.routes)} 个项目：{classes}；要做事前绩效评估的 {before} 个。"


def classed(file: Path, year: int, rules: Path | None = None) -> Classed:
    """Return the classed projects of a list.

    Raises:
        RosterError: the list cannot be used; all mistakes by cell.
        TemplateError: the rules cannot be used, or name forms that there are not.
    """
    in_force = load_rules(SUBJECT, rules).at(Period(year, 12, "year"))
    listed = read_projects(file)
    return Classed(listed, route_all(projects_of(listed), in_force), in_force)


def write_classed(found: Classed, out: Path) -> None:
    """Write 分类.xlsx."""
    names = {each: load(find(each)).name for each in found.forms}
    write_pages(pages(found.routes, found.rules, names), out, out.parent)


def write_form_roster(found: Classed, form: Form, folder: Path) -> Path | None:
    """Write the roster of a form into a folder; None when no project gets it.

    Raises:
        ValueError: the form has no roster sheet for projects (message in Chinese).
    """
    if all(each.name != "projects" for each in form.roster_sheets):
        raise ValueError(
            f"“{form.name}”不是按项目填的表，名册里没有“projects”一张，不能按项目分流。"
        )
    roster = roster_for(form.id, found.routes, found.listed)
    if not roster.departments:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"名册-{form.name}.xlsx"
    write_roster(form, roster, file)
    return file


def register(found: Classed, where: str) -> None:
    """Put the classed projects into a ledger, as the list of their year."""
    from generator.ledger import open_ledger

    with open_ledger(where) as ledger:
        ledger.register(found.rules.period.year, [each.project for each in found.routes])
