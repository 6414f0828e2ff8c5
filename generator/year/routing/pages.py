"""The pages of 分类.xlsx: how many of each class, which project got what, and by which rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from generator.report.pages import Chart, ChartKind, Column, Grid, Look, Page, Tone, Value
from generator.year.figures import group_by, total, wan
from generator.year.routing import UNCLASSED, Route
from generator.year.rules import InForce

_NAME = Column("部门", width=26)
_CODE = Column("部门编码", width=12)
_MOST = 20  # departments that a chart shows
_COLORS = ("C00000", "5B9BD5", "BFBFBF", "FFC000")
_CLASS_TONES = {UNCLASSED: Tone.BAD, "A": Tone.DOUBT, "C": Tone.FAINT}


def pages(routes: Sequence[Route], rules: InForce, names: Mapping[str, str]) -> list[Page]:
    """Return the pages; `names` holds what the forms are called, by id."""
    return [_overview(routes, rules), _list(routes, rules, names), _rules(rules)]


def _overview(routes: Sequence[Route], rules: InForce) -> Page:
    classes = classes_of(routes)
    by_class = _by_class(routes, classes)
    by_department = _by_department(routes, classes)
    largest, chosen = _largest(routes, classes)
    departments = len({each.project.department for each in routes})
    before = [each for each in routes if each.before]
    facts = [
        f"{departments} 个部门 {len(routes)} 个项目，预算 {_wan(routes):,.2f} 万元，"
        f"按{rules.period.name}有效的规则分类；每个项目归哪一类、填哪些表、引用哪一条规则见“项目清单”。",
        f"要做事前绩效评估的 {len(before)} 个，预算 {_wan(before):,.2f} 万元。",
    ]
    if UNCLASSED in classes:
        count = sum(1 for each in routes if each.decided is None)
        facts.append(f"有 {count} 个项目没有一条规则适用，没有分类，也不填表，请先处理。")
    chart = Chart(
        ChartKind.STACK,
        f"各部门各类项目个数{chosen}",
        largest,
        tuple(range(1, len(classes) + 1)),
        None,
        "个",
        _COLORS,
    )
    grids = (by_class, largest, by_department)
    return Page("总览", f"项目分类（{rules.period.name}）", tuple(facts), grids, (chart,))


def classes_of(routes: Iterable[Route]) -> list[str]:
    """Return the classes that occur, what has none last."""
    found = {each.project.category for each in routes}
    return [*sorted(found - {""}), *([UNCLASSED] if "" in found else [])]


def _class(route: Route) -> str:
    return route.project.category or UNCLASSED


def _wan(routes: Iterable[Route]) -> Decimal:
    return total(wan(each.project.amount) for each in routes)


def _share(part: Decimal, whole: Decimal) -> Decimal | None:
    return part / whole if whole else None


def _by_class(routes: Sequence[Route], classes: Sequence[str]) -> Grid:
    whole = _wan(routes)
    columns = (
        Column("类别", width=26, tones=_CLASS_TONES),
        Column("管理方式", width=30),
        Column("项目数", Look.COUNT, 10),
        Column("占比", Look.PERCENT, 10),
        Column("预算（万元）", Look.MONEY, 18),
        Column("占比", Look.PERCENT, 10),
        Column("事前绩效评估", Look.COUNT, 14),
    )
    rows: list[tuple[Value, ...]] = [
        (
            *("合计", None, len(routes), _share(Decimal(len(routes)), Decimal(len(routes)))),
            *(whole, _share(whole, whole), sum(1 for each in routes if each.before)),
        )
    ]
    for name in classes:
        own = [each for each in routes if _class(each) == name]
        modes = dict.fromkeys(each.mode for each in own if each.mode)
        rows.append(
            (
                *(name, "；".join(modes) or None, len(own)),
                _share(Decimal(len(own)), Decimal(len(routes))),
                *(_wan(own), _share(_wan(own), whole), sum(1 for each in own if each.before)),
            )
        )
    return Grid("按类别", columns, rows, totals=1)


def _by_department(routes: Sequence[Route], classes: Sequence[str]) -> Grid:
    columns = (
        _NAME,
        *(Column(each, Look.COUNT, 10, group="项目数") for each in classes),
        Column("合计", Look.COUNT, 10, group="项目数"),
        Column("预算（万元）", Look.MONEY, 18),
        Column("事前绩效评估", Look.COUNT, 14),
        _CODE,
    )
    rows = [_department(code, members, classes) for code, members in _own(routes).items()]
    return Grid("按部门", columns, rows)


def _department(code: str, members: Sequence[Route], classes: Sequence[str]) -> tuple[Value, ...]:
    before = sum(1 for each in members if each.before)
    name = members[0].project.department_name
    return (name, *_counts(members, classes), len(members), _wan(members), before, code)


def _counts(routes: Iterable[Route], classes: Iterable[str]) -> Iterator[int]:
    listed = [_class(each) for each in routes]
    return (listed.count(each) for each in classes)


def _largest(routes: Iterable[Route], classes: Sequence[str]) -> tuple[Grid, str]:
    """Return what a chart of departments can show, and how they were chosen."""
    own = _own(routes)
    chosen = sorted(own, key=lambda code: (-len(own[code]), code))[:_MOST]
    said = f"（项目最多的 {_MOST} 个）" if len(own) > _MOST else ""
    columns = (_NAME, *(Column(each, Look.COUNT, 10) for each in classes))
    rows: list[tuple[Value, ...]] = [
        (
            own[code][0].project.department_name,
            *(count or None for count in _counts(own[code], classes)),
        )
        for code in chosen
    ]
    return Grid(f"各部门各类项目个数{said}", columns, rows), said


def _own(routes: Iterable[Route]) -> dict[str, list[Route]]:
    return group_by(routes, lambda each: each.project.department)


def _list(routes: Sequence[Route], rules: InForce, names: Mapping[str, str]) -> Page:
    columns = (
        Column("序号", Look.COUNT, 6),
        Column("部门", width=22),
        Column("项目编码", width=14),
        Column("项目名称", width=28),
        Column("类别", width=7, tones=_CLASS_TONES),
        Column("预算（万元）", Look.MONEY, 14),
        Column("特征", width=18),
        Column("为什么归这一类", width=46),
        Column("要填的表", width=30),
        Column("事前绩效评估", width=46, tones={"不用评估": Tone.FAINT}),
        Column("部门编码", width=11),
    )
    rows = [_line(number, each, names) for number, each in enumerate(routes, 1)]
    facts = (
        "类别和要填的表由规则逐条判断，第一条符合的就是；引用的规则后面注明出处，全部规则见“规则”。",
    )
    title = f"项目清单（{rules.period.name}）"
    return Page("项目清单", title, facts, (Grid("", columns, rows),), filter=True, frozen=4)


def _line(number: int, route: Route, names: Mapping[str, str]) -> tuple[Value, ...]:
    project, decided, before = route.project, route.decided, route.before
    traits = (
        *(project.fund + project.rank, "新增" if project.new else ""),
        *("政府投资" if project.investment else "", project.type),
    )
    return (
        *(number, project.department_name, project.code, project.name, _class(route)),
        wan(project.amount),
        "、".join(filter(None, traits)) or None,
        decided.quoted if decided else project.reason,
        "\n".join(names.get(each, each) for each in route.form_ids) or None,
        f"要评估。{before.quoted}" if before else "不用评估",
        project.department,
    )


def _rules(rules: InForce) -> Page:
    columns = (
        Column("规则编号", width=18),
        Column("规则", width=26),
        Column("条件（规则文件里的写法）", width=50),
        Column("结果", width=30),
        Column("规则原文", width=60),
    )
    grids = []
    for name, each in rules.rules.lists.items():
        edition = rules.edition(name)
        rows = [
            (
                rule.id,
                rule.name,
                rule.condition or "其余的",
                rule.outcome or None,
                rules.pattern(rule),
            )
            for rule in edition.rules
        ]
        note = f"从 {edition.since[0]} 年 {edition.since[1]} 月起；依据：{edition.source}。"
        grids.append(Grid(each.label, columns, rows, note=note))
    facts = (
        f"规则写在文件 {rules.rules.file.name} 里，可以改：复制到自己的文件夹，"
        "改好后在命令里加 --rules 文件夹。",
    )
    return Page("规则", f"{rules.rules.name}的规则", facts, tuple(grids))
