"""The departments that are stamped: all have other names and other indicators."""

from __future__ import annotations

from generator.model.roster import Department

FORM = "department-targets"


def another(department: Department, number: int) -> Department:
    """Return a department like that one in which every text of the roster is another."""
    children = {
        child: tuple({key: f"{text}{number}" for key, text in record.items()} for record in records)
        for child, records in department.children.items()
    }
    details = {**department.details, "bureau_contact": f"联系人{number}"}
    return Department(f"{number:03}", f"示例单位{number}", details, children)
