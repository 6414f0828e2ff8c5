"""The pages of 预算建议.xlsx: what is proposed with what money, every project, every rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from generator.report.pages import Chart, ChartKind, Column, Content, Grid, Look, Page, Tone, Value
from generator.year.budget import CANCEL, CUT, HOLD, LISTS, UNDECIDED, Proposal, Proposals, Record
from generator.year.figures import group_by, percent_of, source_of, total, wan
from generator.year.monitoring.spending import share
from generator.year.ways import Ways, linked

_MOST = 20  # departments in a chart
_TONES = {
    "优先保障": Tone.GOOD,
    CUT: Tone.DOUBT,
    HOLD: Tone.DOUBT,
    CANCEL: Tone.BAD,
    UNDECIDED: Tone.FAINT,
}
_WORD = Column("建议", width=28, tones=_TONES)
_COUNT = Column("项目数", Look.COUNT, 11)
_SHARE = Column("占比", Look.PERCENT, 11)
_MONEY = (
    Column("基数（万元）", Look.MONEY, 17),
    Column("压减（万元）", Look.MONEY, 17),
    Column("建议安排（万元）", Look.MONEY, 17),
)


def pages(proposals: Proposals, ways: Ways) -> tuple[Page, ...]:
    """Return the pages, what is asked for first in front."""
    return (_overview(proposals), _list(proposals, ways), _rules(proposals))


def _title(proposals: Proposals, what: str) -> str:
    return f"{proposals.year}年度绩效结果用于{proposals.budget_year}年预算{what}"


# -- 总览 --


def _overview(proposals: Proposals) -> Page:
    words, departments = _by_word(proposals), _by_department(proposals)
    cuts = _cuts(proposals)
    grids = tuple(each for each in (words, cuts.grid if cuts else None, departments) if each)
    facts = tuple(_facts(proposals))
    return Page("总览", _title(proposals, "的建议"), facts, grids, (cuts,) if cuts else ())


def _facts(proposals: Proposals) -> Iterator[str]:
    every = proposals.projects
    reviewed = sum(each.record.judged is each.record.review is not None for each in every)
    executed = total(wan(p.record.executed) for p in every if p.rate is not None)
    budget = total(wan(p.record.budget) for p in every if p.rate is not None)
    yield (
        f"{len({each.record.department for each in every})} 个单位 {len(every)} 个项目；"
        f"{reviewed} 个用复核得分，其余用自评得分。"
        f"预算执行率 {percent_of(share(executed, budget))}（执行数合计÷预算数合计）。"
    )
    yield (
        "基数是下年申报数，没有申报数的用全年预算数；建议安排＝基数－压减。"
        f"“{HOLD}”和“{UNDECIDED}”的没有安排数。建议供编制预算参考，由财政部门决定。"
    )
    if not proposals.listed:
        yield (
            f"台账里没有{proposals.budget_year}年的项目清单，没有申报数、事前绩效评估和绩效目标审核的"
            "结果，第一、第二个挂钩没有用上。"
        )
    open_ = len(proposals.of(UNDECIDED))
    if open_:
        yield f"{open_} 个项目{UNDECIDED}：缺少数据，或者没有规则适用，见“清单”的“缺少的数据”。"


def _by_word(proposals: Proposals) -> Grid:
    columns = (_WORD, _COUNT, _SHARE, _MONEY[0], _SHARE, *_MONEY[1:])
    every = proposals.projects
    rows = [_share_row("合计", every, every)]
    rows += [_share_row(word, proposals.of(word), every) for word in proposals.listed_words]
    return Grid("按建议", columns, rows, totals=1)


def _share_row(name: str, own: Sequence[Proposal], every: Sequence[Proposal]) -> tuple[Value, ...]:
    base, whole = _base(own), _base(every)
    return (
        *(name, len(own), share(Decimal(len(own)), Decimal(len(every)))),
        *(base, share(base, whole), _cut(own), _arranged(own)),
    )


def _by_department(proposals: Proposals) -> Grid:
    words = proposals.listed_words
    columns = (
        *(Column("单位", width=28), _COUNT),
        *(Column(each, Look.COUNT, 10, group="各项建议的项目数") for each in words),
        *(*_MONEY, Column("单位编码", width=13)),
    )
    rows = []
    for own in group_by(proposals.projects, lambda each: each.record.department).values():
        counts = Counter(each.word for each in own)
        first = own[0].record
        rows.append(
            (
                *(first.department_name, len(own), *(counts[word] or None for word in words)),
                *(_base(own), _cut(own), _arranged(own), first.department),
            )
        )
    return Grid("按单位", columns, rows)


def _cuts(proposals: Proposals) -> Chart | None:
    """Draw where the money is that is not to be spent."""
    rows: list[tuple[str, Decimal]] = []
    for own in group_by(proposals.projects, lambda each: each.record.department).values():
        cut = _cut(own)
        if cut:
            rows.append((own[0].record.department_name, cut))
    rows.sort(key=lambda each: -each[1])
    chosen = f"（最多的 {_MOST} 个单位）" if len(rows) > _MOST else ""
    title = f"各单位压减、取消的金额{chosen}"
    grid = Grid(title, (Column("单位", width=28), _MONEY[1]), rows[:_MOST])
    return Chart(ChartKind.BARS, title, grid, (1,), None, "万元", ("ED7D31",)) if rows else None


def _base(own: Sequence[Proposal]) -> Decimal:
    return total(wan(each.record.base) for each in own)


def _cut(own: Sequence[Proposal]) -> Decimal | None:
    return _known(each.cut for each in own)


def _arranged(own: Sequence[Proposal]) -> Decimal | None:
    return _known(each.arranged for each in own)


def _known(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """Return the sum in 万元 of what is decided; None where nothing is."""
    decided = [each for each in amounts if each is not None]
    return total(wan(each) for each in decided) if decided else None


# -- 清单 --


def _list(proposals: Proposals, ways: Ways) -> Page:
    columns = (
        Column("序号", Look.COUNT, 6),
        Column("单位", width=22),
        Column("项目编码", width=16),
        Column("项目名称", width=28),
        Column("建议", width=10, tones=_TONES),
        *(Column(each.heading, Look.MONEY, 14) for each in _MONEY),
        Column("理由", width=62),
        Column("缺少的数据", width=24),
        Column("得分", Look.NUMBER, 9),
        Column("等级", width=7),
        Column("得分来自", width=9),
        Column("自评得分", Look.NUMBER, 9),
        Column("复核得分", Look.NUMBER, 9),
        Column("全年预算数（万元）", Look.MONEY, 14),
        Column("全年执行数（万元）", Look.MONEY, 14),
        Column("预算执行率", Look.PERCENT, 10),
        Column("下年申报数（万元）", Look.MONEY, 14),
        Column("事前绩效评估", width=12),
        Column("目标审核", width=10),
        Column("单位编码", width=12),
        Column("来源", width=40),
    )
    order = [UNDECIDED, *reversed(proposals.words.words)]
    listed = sorted(proposals.projects, key=lambda each: order.index(each.word))
    rows = [_line(number, each, ways) for number, each in enumerate(listed, 1)]
    facts = (
        "待定的在前，其次按建议从重到轻；可以按单位、建议筛选。“理由”引用符合的每一条规则，"
        "依据见“规则”。有复核得分的按复核得分，没有的按自评得分。"
        + ("点“来源”打开报来的文件。" if ways != Ways() else ""),
    )
    title = _title(proposals, "的建议清单")
    return Page("清单", title, facts, (Grid("", columns, rows),), filter=True, frozen=5)


def _line(number: int, each: Proposal, ways: Ways) -> tuple[Content, ...]:
    record, judged, project = each.record, each.record.judged, each.record.project
    review = record.review
    told = "复核" if judged is review and review else "自评" if judged else None
    return (
        *(number, record.department_name, record.code, record.name, each.word),
        *(wan(record.base), wan(each.cut), wan(each.arranged)),
        *(each.reasons or None, "、".join(each.missing) or None),
        *(judged.score if judged else None, (judged.grade or None) if judged else None, told),
        *(record.own.score if record.own else None, review.score if review else None),
        *(wan(record.budget), wan(record.executed), each.rate, wan(record.request)),
        *((project.assessed or None) if project else None,),
        *((project.targets_reviewed or None) if project else None,),
        record.department,
        _source(record, ways),
    )


def _source(record: Record, ways: Ways) -> Content:
    """Return the sheet whose score counts, with its file; it leads there where that is known."""
    place = record.source
    shown = " ".join(each for each in (place.file, source_of(place)) if each)
    way = ways.review if record.judged is record.review else ways.own
    return linked(shown or None, place, way)


# -- 规则 --


def _rules(proposals: Proposals) -> Page:
    columns = (
        Column("规则", width=24),
        Column("建议", width=11, tones=_TONES),
        Column("规则怎么说（…是各项目的数）", width=64),
        Column("符合的项目", Look.COUNT, 11),
        Column("基数（万元）", Look.MONEY, 16),
        Column("说明", width=28),
    )
    grids = []
    force = proposals.rules
    for name in LISTS:
        edition = force.edition(name)
        rows: list[tuple[Value, ...]] = []
        for rule in edition.rules:
            own = [p for p in proposals.projects if any(each.rule is rule for each in p.applied)]
            word = str(getattr(rule.then["proposal"], "value", ""))
            unused = None if own else "没有用到：没有项目符合"
            rows.append((rule.name, word, force.pattern(rule), len(own), _base(own), unused))
        note = f"从{edition.since[0]}年度的结果起；依据：{edition.source}。"
        grids.append(Grid(force.rules.lists[name].label, columns, rows, note=note))
    facts = (
        f"规则写在文件 {force.rules.file.name} 里，可以改：复制到自己的文件夹，"
        "改好后在命令里加 --rules 文件夹。",
        "一个项目符合几条规则的，建议取最重的一条，压减取最多的一条，不相加。",
    )
    return Page("规则", _title(proposals, "的规则（三个挂钩）"), facts, tuple(grids))
