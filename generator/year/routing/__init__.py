"""Which class a project belongs to, and which forms it gets; decided by rules, said in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from generator.model.expression import Type
from generator.model.project import Project
from generator.model.roster import Department, Record, Roster
from generator.year.figures import wan
from generator.year.rules import Applied, Facts, InForce, Subject

UNCLASSED = "未分类"
_YES, _NO = "是", "否"
_TEXTS = ("fund", "rank", "new", "investment", "type", "category")

SUBJECT = Subject(
    "classes",
    {**dict.fromkeys(_TEXTS, Type.TEXT), "amount": Type.NUMBER},
    data={"thresholds": {"investment": Type.NUMBER, "other": Type.NUMBER}},
    lists={
        "classes": {"category": Type.TEXT, "mode": Type.TEXT},
        "before": {},
        "forms": {"form": Type.TEXT},
    },
)


@dataclass(frozen=True)
class Route:
    """What was decided for a project, with the rules that decided it."""

    project: Project  # with its class and the reason
    decided: Applied | None  # the rule that gives the class; None: none does
    before: Applied | None  # the rule that asks for 事前绩效评估
    forms: tuple[Applied, ...]

    @property
    def mode(self) -> str:
        """How projects of its class are managed."""
        return str(self.decided.results["mode"]) if self.decided else ""

    @property
    def form_ids(self) -> tuple[str, ...]:
        """The forms that it gets, by their ids."""
        return self.project.forms

    def gets(self, form: str) -> bool:
        """Whether it gets a form."""
        return form in self.form_ids


def route(project: Project, rules: InForce) -> Route:
    """Return what the rules in force decide for a project.

    One that no rule gives a class gets no forms: somebody must look at it first.
    """
    facts = facts_of(project)
    decided = rules.first("classes", facts)
    before = rules.first("before", facts)
    if decided is None:
        return Route(replace(project, category="", reason=_no_rule(project)), None, before, ())
    category = str(decided.results["category"])
    forms = tuple(rules.all("forms", {**facts, "category": category}))
    reasons = [f"{decided.rule.name}：{decided.quoted}。"]
    if before is not None:
        reasons.append(f"事前绩效评估：{before.quoted}。")
    decided_project = replace(
        project,
        category=category,
        reason="".join(reasons),
        forms=tuple(str(each.results["form"]) for each in forms),
    )
    return Route(decided_project, decided, before, forms)


def route_all(projects: Iterable[Project], rules: InForce) -> list[Route]:
    """Return what is decided for each project, in their order."""
    return [route(each, rules) for each in projects]


def facts_of(project: Project) -> Facts:
    """Return what conditions can say of a project; its amount in 万元."""
    return {
        "fund": project.fund or None,
        "rank": project.rank or None,
        "new": _YES if project.new else _NO,
        "investment": _YES if project.investment else _NO,
        "type": project.type or None,
        "category": project.category or None,
        "amount": wan(project.amount),
    }


def _no_rule(project: Project) -> str:
    given = f"资金类别“{project.fund or '空'}”、“{project.rank or '空'}”"
    return f"没有一条分类规则适用（{given}），请核对项目清单，或者在规则文件里补上。"


def roster_for(form: str, routes: Iterable[Route], listed: Roster) -> Roster:
    """Return the roster of a form: the departments with the projects that get it.

    `listed` is the bureau's project list; what it says beyond the project itself goes along.
    """
    wanted = {(each.project.department, each.project.code) for each in routes if each.gets(form)}
    departments = []
    for department in listed.departments:
        own = tuple(
            each
            for each in department.children.get("projects", ())
            if (department.code, str(each["code"])) in wanted
        )
        if own:
            departments.append(replace(department, children={"projects": own}))
    return Roster(tuple(departments))


def projects_of(listed: Roster) -> list[Project]:
    """Return the projects of the bureau's list."""
    return [
        _project(department, record)
        for department in listed.departments
        for record in department.children.get("projects", ())
    ]


def _project(department: Department, record: Record) -> Project:
    texts: Mapping[str, str] = {key: str(value or "") for key, value in record.items()}
    amount = record.get("amount")
    return Project(
        department.code,
        department.name,
        texts["code"],
        texts["name"],
        fund=texts["fund"],
        rank=texts["rank"],
        investment=texts["investment"] == _YES,
        new=texts["new"] == _YES,
        amount=amount,  # type: ignore[arg-type]  # in 元; whoever read the list has seen to it
        type=texts["type"],
        assessed=texts.get("assessed", ""),
        targets_reviewed=texts.get("targets_reviewed", ""),
    )
