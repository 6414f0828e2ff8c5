"""The pages of 抽查名单.xlsx: what was drawn and why, how it is balanced, how to repeat it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from generator.model.project import Outcome
from generator.report.pages import Chart, ChartKind, Column, Content, Grid, Link, Look, Page, Tone
from generator.year.figures import percent_of, source_of, total, wan
from generator.year.routing import UNCLASSED
from generator.year.rules import InForce
from generator.year.sampling import METHOD, Candidate, Sample, count
from generator.year.sampling.apportion import shares
from generator.year.sampling.evaluated import Evaluated

_NUMBER = Column("序号", Look.COUNT, 6)
_DEPARTMENT = Column("部门", width=26)
_FIGURES = (
    Column("项目数", Look.COUNT, 9),
    Column("占比", Look.PERCENT, 9),
    Column("抽查数", Look.COUNT, 9),
    Column("占抽查", Look.PERCENT, 9),
    Column("抽评率", Look.PERCENT, 9),
    Column("预算（万元）", Look.MONEY, 16),
    Column("抽查预算（万元）", Look.MONEY, 16),
    Column("资金抽查率", Look.PERCENT, 11),
)


def pages(
    sample: Sample, rules: InForce, evaluated: Evaluated, *, linked: bool
) -> tuple[Page, ...]:
    """Return the pages; `linked`: the returned files are where links can lead."""
    title = f"{evaluated.year}年度绩效自评抽查"
    return (
        _overview(sample, rules, evaluated, title),
        _list(sample, evaluated, title, linked=linked),
        _balance(sample, title),
        _method(sample, title),
    )


# -- 总览 --


def _overview(sample: Sample, rules: InForce, evaluated: Evaluated, title: str) -> Page:
    bands = [str(rule.outcome) for rule in rules.edition("bands").rules]
    strata = _by(sample, "按类别和金额分层", ("类别", "金额档"), lambda each: each.stratum)
    classes = _by(sample, "按类别", ("类别",), lambda each: each.stratum[:1])
    amounts = _by(sample, "按金额", ("金额档",), lambda each: each.stratum[1:], bands)
    compared = _compared(sample)
    chart = Chart(
        ChartKind.BARS,
        compared.title,
        compared,
        (1, 2),
        None,
        "占比",
        ("BFBFBF", "5B9BD5"),
    )
    facts = tuple(_facts(sample, evaluated))
    return Page("总览", title, facts, (compared, strata, classes, amounts), (chart,))


def _facts(sample: Sample, evaluated: Evaluated) -> Iterator[str]:
    plan = sample.plan
    every = len({each.project.department for each in sample.population})
    drawn_from = len({each.candidate.project.department for each in sample.drawn})
    rate = Decimal(plan.number) / len(sample.population)
    yield (
        f"{every} 个部门（单位）{len(sample.population)} 个项目报了自评，"
        f"抽查 {drawn_from} 个部门（单位）{plan.number} 个项目，抽评率 {percent_of(rate)}。"
        f"随机种子“{plan.seed}”：同一份名单用同一个种子，抽到的完全一样，怎样重做见“抽取办法”。"
    )
    if evaluated.silent:
        yield f"另有 {evaluated.silent} 个项目在项目清单里、没有报自评，不在抽查范围里，请先催报。"
    if sample.choices:
        substituted = sum(each.substituted for each in sample.choices)
        more = f"，其中 {substituted} 个是为凑足项目个数换上的" if substituted else ""
        yield f"先抽部门，再在抽到的部门里抽项目：抽到 {len(sample.choices)} 个部门{more}。"
    if sample.exact:
        yield "各部门、各层抽到的个数都与按项目个数比例分到的相同，逐个部门、逐层的对照见“平衡”。"
    else:
        yield (
            "各部门抽到的个数与按比例分到的相同；有的层因为各部门里没有那么多这一层的项目，"
            "个数与按比例分到的略有出入，见“平衡”。"
        )
    yield (
        "比例按项目个数算，抽取时不按金额加权；"
        "资金抽查率＝抽查项目的预算合计÷全部项目的预算合计，只作参考。"
    )


def _compared(sample: Sample) -> Grid:
    """Return the share of each class and band, among those that could be drawn and those drawn."""
    frame = [each.stratum for each in sample.frame]
    drawn = [each.candidate.stratum for each in sample.drawn]
    columns = (
        Column("类别、金额档", width=26),
        Column("占可抽项目", Look.PERCENT, 12),
        Column("占抽查项目", Look.PERCENT, 12),
    )
    rows: list[tuple[Content, ...]] = []
    for side in (0, 1):
        sizes, taken = (count(each[side] for each in strata) for strata in (frame, drawn))
        rows += [
            (
                name if side or name == UNCLASSED else f"{name}类",
                Decimal(sizes[name]) / len(frame),
                Decimal(taken.get(name, 0)) / len(drawn),
            )
            for name in sorted(sizes)
        ]
    among = "抽到的部门的" if sample.choices else ""
    return Grid(f"抽查项目与{among}全部项目的构成（按项目个数）", columns, rows)


def _by(
    sample: Sample,
    title: str,
    headings: Sequence[str],
    key: Callable[[Candidate], tuple[str, ...]],
    order: Sequence[str] = (),
) -> Grid:
    groups: dict[tuple[str, ...], list[Candidate]] = {}
    for each in sample.population:
        groups.setdefault(key(each), []).append(each)
    drawn = {each.candidate for each in sample.drawn}

    def line(names: tuple[str | None, ...], own: Sequence[Candidate]) -> tuple[Content, ...]:
        taken = [each for each in own if each in drawn]
        money = total(wan(each.project.amount) for each in own)
        taken_money = total(wan(each.project.amount) for each in taken)
        return (
            *(*names, len(own), Decimal(len(own)) / len(sample.population)),
            *(len(taken), Decimal(len(taken)) / len(sample.drawn)),
            Decimal(len(taken)) / len(own),
            *(money, taken_money, taken_money / money if money else None),
        )

    blanks = (None,) * (len(headings) - 1)
    rows = [line(("合计", *blanks), sample.population)]
    rows += [line(each, groups[each]) for each in sorted(groups, key=_place(order))]
    columns = (*(Column(each, width=18) for each in headings), *_FIGURES)
    return Grid(title, columns, rows, totals=1)


def _place(order: Sequence[str]) -> Callable[[tuple[str, ...]], tuple[object, ...]]:
    def place(names: tuple[str, ...]) -> tuple[object, ...]:
        return tuple((order.index(each) if each in order else len(order), each) for each in names)

    return place


# -- 抽查名单 --


def _list(sample: Sample, evaluated: Evaluated, title: str, *, linked: bool) -> Page:
    columns = (
        _NUMBER,
        _DEPARTMENT,
        Column("项目编码", width=16),
        Column("项目名称", width=32),
        Column("类别", width=7),
        Column("金额档", width=16),
        Column("预算（万元）", Look.MONEY, 14),
        Column("自评总分", Look.NUMBER, 10),
        Column("自评等级", width=9),
        Column("为什么抽到", width=44),
        Column("项目的数", Look.NUMBER, 12, digits=8),
        Column("部门编码", width=11),
        Column("自评表", width=17 if linked else 44),
    )
    rows = []
    for number, each in enumerate(sample.drawn, 1):
        project = each.candidate.project
        outcome = evaluated.outcomes[project.department, project.code]
        rows.append(
            (
                *(number, project.department_name, project.code, project.name),
                *(*each.candidate.stratum, wan(project.amount)),
                *(outcome.score, outcome.grade or None, each.reason),
                *(shown(each.candidate), project.department, _source(outcome, linked=linked)),
            )
        )
    facts = (
        "“项目的数”由种子、部门编码和项目编码求得（见“抽取办法”），同一个部门同一层里从小到大取。"
        + ("点“自评表”打开报来的文件。" if linked else ""),
    )
    grids = (Grid("", columns, rows),)
    return Page("抽查名单", f"{title}名单", facts, grids, filter=True, frozen=4)


def shown(candidate: Candidate) -> Decimal:
    """Return the number of a project in the draw, to eight places."""
    return _decimal(candidate.luck, "1e-8")


def _source(outcome: Outcome, *, linked: bool) -> Content:
    place = outcome.source
    if not place.file:
        return None
    return Link(source_of(place), place) if linked else place.file


# -- 平衡 --


def _balance(sample: Sample, title: str) -> Page:
    return Page(
        "平衡",
        f"{title}的平衡",
        (
            "“应抽”是按项目个数的比例算出的数（带小数），“实抽”与它相差不到 1；"
            "应抽不足 1 个、而抽查数够每个部门（每层）一个的，按 1 个算，其余的再按比例分。",
        ),
        (_strata(sample), _departments(sample)),
    )


def _strata(sample: Sample) -> Grid:
    sizes = count(each.stratum for each in sample.frame)
    drawn = count(each.candidate.stratum for each in sample.drawn)
    exact = shares(sizes, sample.plan.number)
    columns = (
        Column("类别", width=26),
        Column("金额档", width=18),
        Column("可抽项目", Look.COUNT, 10),
        Column("应抽", Look.NUMBER, 10),
        Column("实抽", Look.COUNT, 10),
    )
    rows: list[tuple[Content, ...]] = [
        (*each, sizes[each], _decimal(exact[each]), drawn.get(each, 0)) for each in sorted(sizes)
    ]
    return Grid("各层", columns, rows)


def _decimal(share: Fraction, step: str = "0.01") -> Decimal:
    return (Decimal(share.numerator) / Decimal(share.denominator)).quantize(Decimal(step))


def _departments(sample: Sample) -> Grid:
    sizes = count(each.project.department for each in sample.frame)
    drawn = count(each.candidate.project.department for each in sample.drawn)
    names = {each.project.department: each.project.department_name for each in sample.frame}
    exact = shares(sizes, sample.plan.number)
    columns = (
        _DEPARTMENT,
        Column("部门编码", width=18),
        Column("可抽项目", Look.COUNT, 10),
        Column("应抽", Look.NUMBER, 10),
        Column("实抽", Look.COUNT, 10),
    )
    rows: list[tuple[Content, ...]] = [
        (names[code], code, size, _decimal(exact[code]), drawn.get(code, 0))
        for code, size in sizes.items()
    ]
    return Grid("各部门", columns, rows)


# -- 抽取办法 --


def _method(sample: Sample, title: str) -> Page:
    steps = Grid(
        "怎样抽的",
        (Column("步骤", Look.COUNT, 8), Column("做法", span=8)),
        [(number, text) for number, text in enumerate(METHOD, 1)],
    )
    grids = [steps]
    if sample.choices:
        columns = (
            Column("名次", Look.COUNT, 8),
            _DEPARTMENT,
            Column("部门编码", width=14),
            Column("项目数", Look.COUNT, 10),
            Column("怎样抽到", width=22, tones={"换上": Tone.DOUBT}),
        )
        rows: list[tuple[Content, ...]] = [
            (each.rank, each.name, each.code, each.projects, "换上" if each.substituted else "抽中")
            for each in sample.choices
        ]
        note = (
            "名次是全部部门按“部门的数÷项目个数”从小到大的名次；"
            "“换上”是抽中的部门项目不够时换上的。"
        )
        grids.append(Grid("抽到的部门", columns, rows, note=note))
    facts = (f"种子：{sample.plan.seed}；抽 {sample.plan.number} 个项目。",)
    return Page("抽取办法", f"{title}的抽取办法", facts, tuple(grids))
