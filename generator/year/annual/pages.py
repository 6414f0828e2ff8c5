"""The annual report as pages of a workbook: every figure, and the question it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from generator.ledger.questions.query import Answer
from generator.report.pages import Chart, ChartKind, Column, Content, Grid, Look, Page, Tone
from generator.year.annual import MISSING, Annual, Asked, Figure
from generator.year.annual.text import plain
from udfs.amounts import round_half_up

_LOOKS = {
    "money": Look.MONEY,
    "number": Look.NUMBER,
    "percent": Look.PERCENT,
    "count": Look.COUNT,
}
_NONE = "没有数据"
_WIDE = ("发现的主要问题", "内容", "要求", "题目", "文件")
_LONG, _NAME, _USUAL = 44, 26, 15
_CHARTS = (  # question, how it is drawn, which columns of it, what the values are
    ("grades", ChartKind.BARS, ("个数",), "个"),
    ("execution", ChartKind.BARS, ("项目",), "个"),
    ("classes", ChartKind.BARS, ("项目",), "个"),
    ("types", ChartKind.BARS, ("执行率",), "执行率"),
)
_TITLES = {
    "grades": "自评等级",
    "execution": "自评项目预算执行率",
    "classes": "项目分类",
    "types": "各类型项目预算执行率",
}


def pages(annual: Annual, text: str) -> tuple[Page, ...]:
    """Return the pages: overview, charts, the text, and one for each question."""
    return (
        _overview(annual),
        _charts(annual),
        _words(annual, text),
        *(_details(annual, each) for each in annual.asked),
        _questions(annual),
    )


def _overview(annual: Annual) -> Page:
    columns = (
        Column("序号", Look.COUNT, 6),
        Column("部分", width=14),
        Column("指标", width=30),
        Column("数值", Look.NUMBER, 14, digits=0, tones={_NONE: Tone.BAD}),
        Column("单位", width=8),
        Column("怎样得来", width=52),
        Column("查询", width=20),
        Column("条件", width=12),
        Column("明细在", width=26),
        Column("文字模板里写作", width=38),
    )
    rows = [_row(number, each) for number, each in enumerate(annual.figures, 1)]
    missing = annual.missing
    facts = [
        f"共 {len(annual.figures)} 个数；每个数写明从台账的哪个查询得来，"
        "明细各页是查询的全部结果，所用的 SQL 在最后一页。",
        f"自评、抽查是 {annual.year - 1} 年度的，监控和各项工作是 {annual.year} 年的。",
    ]
    if missing:
        named = "、".join(each.title for each in missing)
        facts.append(f"台账里没有数据的 {len(missing)} 个，文字里印作“{MISSING}”：{named}。")
    title = f"{annual.year}年预算绩效管理工作的各项数"
    grid = Grid("", columns, rows)
    return Page("概览", title, tuple(facts), (grid,), filter=True, frozen=3)


def _row(number: int, figure: Figure) -> tuple[Content, ...]:
    value: Content = _NONE
    if figure.value is not None:
        value = round_half_up(figure.value, figure.digits)
    return (
        *(number, figure.section, figure.title, value, figure.unit, figure.how),
        *(_source(figure.asked) if figure.asked else ("—", "—", "—")),
        "{{ figure." + figure.id + " }}",
    )


def _source(asked: Asked) -> tuple[str, str, str]:
    return (asked.answer.name, f"year={asked.year}", asked.title)


def _charts(annual: Annual) -> Page:
    charts = [chart for told in _CHARTS for chart in _chart(annual, *told)]
    facts = () if charts else ("台账里没有可以画图的数。",)
    title = f"{annual.year}年预算绩效管理工作图表"
    return Page("图表", title, facts, tuple(each.grid for each in charts), tuple(charts))


def _chart(
    annual: Annual, query: str, kind: ChartKind, wanted: Sequence[str], axis: str
) -> Iterator[Chart]:
    asked = next(each for each in annual.asked if each.answer.name == query)
    answer = asked.answer
    if not answer.rows:
        return
    places = [place for place, each in enumerate(answer.columns) if each in wanted]
    columns = (
        Column(answer.columns[0], width=22),
        *(_column(answer, place) for place in places),
    )
    rows = [(row[0], *(row[place] for place in places)) for row in answer.rows]
    title = f"{asked.year}年{_TITLES[query]}" + (f"（{axis}）" if axis == "个" else "")
    series = tuple(range(1, len(columns)))
    yield Chart(kind, title, Grid(title, columns, rows), series, None, axis, ("5B9BD5",))


def _words(annual: Annual, text: str) -> Page:
    lines = [(each,) for each in plain(text).splitlines() if each.strip()]
    grid = Grid("", (Column("文字", width=110),), lines)
    return Page("文字", f"{annual.year}年工作开展情况（文字）", (), (grid,))


def _details(annual: Annual, asked: Asked) -> Page:
    answer = asked.answer
    used = [f"{each.title} {each.text}" for each in annual.figures if each.asked is asked]
    columns = tuple(_column(answer, place) for place in range(len(answer.columns)))
    facts = [
        f"台账查询 {answer.name}，year={asked.year}，共 {len(answer.rows)} 行；SQL 见最后一页。"
    ]
    if used:
        facts.append(f"由此得来：{'，'.join(used)}。")
    grid = Grid("", columns, answer.rows)
    return Page(asked.title, asked.title, tuple(facts), (grid,), filter=True)


def _questions(annual: Annual) -> Page:
    columns = (
        Column("查询", width=18),
        Column("条件", width=12),
        Column("名称", width=18),
        Column("行数", Look.COUNT, 7),
        Column("SQL", width=110),
        Column("SQL 的参数", width=40),
    )
    rows = [
        (
            *(each.answer.name, f"year={each.year}", each.answer.title, len(each.answer.rows)),
            " ".join(each.answer.sql.split()),
            "，".join(f"{name}={value}" for name, value in each.answer.parameters.items()),
        )
        for each in annual.asked
    ]
    facts = ("同样的查询可以再问一遍：jixiao ledger query 台账 查询 --set 条件。",)
    grid = Grid("", columns, rows)
    return Page("查询和SQL", "各个数所用的台账查询", facts, (grid,))


def _column(answer: Answer, place: int) -> Column:
    heading, look = answer.columns[place], answer.looks[place]
    if look in _LOOKS:
        return Column(heading, _LOOKS[look], _USUAL)
    if heading in _WIDE:
        return Column(heading, width=_LONG)
    longest = max((len(str(row[place])) for row in answer.rows if row[place]), default=0)
    return Column(heading, width=max(_USUAL, min(_NAME, 2 * longest + 2)))
