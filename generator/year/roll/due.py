"""Which projects a form is for: those of the bureau's list, or those that returned something."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from generator.model.form import Form
from generator.model.project import Outcome, Project
from generator.year.roll.known import Key, Known


@dataclass(frozen=True)
class Due:
    """The projects of a form, and those that are left out of it."""

    projects: Mapping[Key, Project]
    listed: bool  # by the bureau
    decided: bool = True  # who gets the form
    returned: Mapping[Key, Outcome] = field(default_factory=dict)  # by what they are known
    dropped: tuple[Outcome, ...] = ()  # that returned something and are not on the list any more
    unclassed: tuple[Project, ...] = ()  # that get no form before somebody has looked at them
    spared: tuple[Project, ...] = ()  # that get others


def due_of(known: Known, form: Form) -> Due:
    """Return the projects of a form.

    On a list that gives the form to nobody, it was not decided about: it is for all of them.
    """
    returned = _returned(known)
    if not known.listed:
        projects = {key: _unlisted(each, key) for key, each in returned.items()}
        return Due(projects, listed=False, returned=returned)
    on_list = {(each.department, each.code): each for each in known.listed}
    decided = any(form.id in each.forms for each in known.listed)
    due = {key: each for key, each in on_list.items() if not decided or form.id in each.forms}
    left = [each for key, each in on_list.items() if key not in due]
    return Due(
        due,
        listed=True,
        decided=decided,
        dropped=tuple(each for key, each in returned.items() if key not in on_list),
        unclassed=tuple(each for each in left if not each.forms),
        spared=tuple(each for each in left if each.forms),
    )


def _returned(known: Known) -> dict[Key, Outcome]:
    """Return the latest that is known of each project, by department and code."""
    found: dict[Key, Outcome] = {}
    for step in known.all_steps:
        found = {**step.outcomes, **found}
    return {key: found[key] for key in sorted(found)}


def _unlisted(outcome: Outcome, key: Key) -> Project:
    return Project(outcome.department, outcome.department_name, key[1], outcome.name)
