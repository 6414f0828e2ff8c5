"""The page 汇总: the figures of the whole, by table of the form, and by department."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from typing import TypeVar

from generator.model.filing import Answer
from generator.model.finding import Kind
from generator.model.form import Combine
from generator.model.merged import Merged
from generator.model.reckoning import in_unit, shown
from generator.model.totals import Total
from generator.report.pages import Column, Grid, Look, Page, Value
from generator.report.progress import measure_of
from generator.report.recovery import rate
from generator.report.wording import Words

TAB = "汇总"
_T = TypeVar("_T")
_FIGURES = {"value": "重新计算", "stated": "填报数", "difference": "差额"}
_WIDEST = 12  # columns of figures beside a department, so that A4 holds them
_NUMBER, _CODE, _NAME = (
    Column("序号", Look.COUNT, 6),
    Column("单位编码", width=13),
    Column("单位", width=26),
)


def summary(merged: Merged, words: Words) -> Page:
    """Return the page."""
    writer = _Summary(merged, words)
    return Page(
        TAB,
        f"{merged.form.name}汇总（{merged.period.name}）",
        tuple(writer.facts()),
        tuple(writer.grids()),
    )


@dataclass(frozen=True)
class _Summary:
    merged: Merged
    words: Words

    def facts(self) -> Iterator[str]:
        merged = self.merged
        returned = sum(1 for each in merged.standings if each.returned)
        yield (
            f"应报 {len(merged.standings)} 个单位，已报 {returned} 个，"
            f"回收率 {rate(returned, len(merged.standings))}。"
            f"本表汇总这 {returned} 个单位的数，未报的单位没有计入。"
        )
        kinds = merged.count()
        listed = "、".join(f"{kind} {kinds[kind]} 条" for kind in Kind)
        yield f"审核疑点共 {kinds.total()} 条：{listed}。逐条见“审核疑点”，催报见“催报名单”。"
        yield (
            "合计由程序按各单位所填的数重新相加；“填报数”是各单位表上自己的合计相加，"
            "“差额”＝填报数－重新计算。百分比不相加、不简单平均：能由合计数重算的重算，其余只在明细列示。"
        )
        if not any(each.parts for each in self._totals()):
            yield "本表样没有可以跨单位相加的栏目，各单位所填的数见明细各表。"

    def grids(self) -> Iterator[Grid]:
        for part, totals in self._by_part():
            added = [each for each in totals if not each.counts]
            if added:
                yield from self._overall(part, added)
            counted = [each for each in totals if each.counts]
            if counted:
                yield self._counts(part, counted)
        for part, totals in self._by_part():
            yield from self._by_department(part, [each for each in totals if not each.counts])
        yield from self._by_key()
        yield from self._progress()

    # -- what there is --

    def _totals(self) -> list[Total]:
        """Return the totals over all copies of a sheet that say something."""
        return [
            each
            for each in self.merged.totals.totals
            if not each.locus.key and each.value is not None and self._tells(each)
        ]

    def _tells(self, total: Total) -> bool:
        """Whether departments' values can differ: not so of what follows from the period."""
        form_field = self.words.field(total.locus)
        if form_field.combine is not Combine.NONE or total.locus.table:
            return True
        first = next(iter(total.parts), None)
        return any(each.value != first.value for each in total.parts) if first else False

    def _by_part(self) -> Iterator[tuple[str, list[Total]]]:
        found = groupby(self._totals(), key=lambda each: (each.locus.sheet, each.locus.table))
        for _, totals in found:
            listed = list(totals)
            yield self.words.part(listed[0].locus), listed

    def _shown(self, total: Total, value: object) -> Value:
        shows = shown(self.words.field(total.locus), Answer(value))  # type: ignore[arg-type]
        return shows if not isinstance(shows, bool) else None

    # -- over all departments --

    def _overall(self, part: str, totals: Sequence[Total]) -> Iterator[Grid]:
        """Yield the totals of a table: a line per row or group, or per field of a header."""
        if totals[0].locus.table:
            yield from self._table(part, totals)
            return
        for look, group in groupby(totals, key=self._look):
            of_look = list(group)
            shows = ["value"]
            if any(each.stated is not None for each in of_look):
                shows += ["stated", "difference"]
            rows: list[tuple[Value, ...]] = [
                (
                    self.words.heading(self.words.field(each.locus)),
                    *(self._shown(each, getattr(each, what)) for what in shows),
                    len(each.parts),
                )
                for each in of_look
            ]
            figures = [Column(_FIGURES[what], look, 18) for what in shows]
            count = Column("单位数", Look.COUNT, 9)
            yield Grid(f"{part}：合计", (Column("项目", span=3), *figures, count), rows)

    def _look(self, total: Total) -> Look:
        return self.words.column(self.words.field(total.locus)).look

    def _table(self, part: str, totals: Sequence[Total]) -> Iterator[Grid]:
        names = list(dict.fromkeys(each.locus.column for each in totals))
        blocks = [self._table_columns(totals, name) for name in names]
        for block in _chunks(blocks, [len(each) for each in blocks]):
            columns = [Column("项目", span=3)]
            columns += [column for columns_ in block for column, _ in columns_]
            items = dict.fromkeys((each.locus.row, each.locus.group) for each in totals)
            rows = []
            for row, group in items:
                of_item = {
                    each.locus.column: each
                    for each in totals
                    if (each.locus.row, each.locus.group) == (row, group)
                }
                label = self.words.item(next(iter(of_item.values())).locus)
                cells: list[Value] = [label]
                for columns_ in block:
                    for _, (name, what) in columns_:
                        total = of_item.get(name)
                        cells.append(self._shown(total, getattr(total, what)) if total else None)
                rows.append(tuple(cells))
            yield Grid(f"{part}：合计", tuple(columns), rows)

    def _table_columns(
        self, totals: Sequence[Total], name: str
    ) -> list[tuple[Column, tuple[str, str]]]:
        """Return the columns of figures for a column of the form, each with what it shows."""
        of_column = [each for each in totals if each.locus.column == name]
        form_field = self.words.field(of_column[0].locus)
        heading = self.words.heading(form_field)
        shows = ["value"]
        if any(each.stated is not None for each in of_column):
            shows += ["stated", "difference"]
        if len(shows) == 1:
            return [(self.words.column(form_field, heading), (name, "value"))]
        return [
            (self.words.column(form_field, _FIGURES[what], heading), (name, what)) for what in shows
        ]

    def _counts(self, part: str, totals: Sequence[Total]) -> Grid:
        columns = (
            Column("栏目", span=3),
            Column("项目", width=18),
            Column("填写的内容", width=26),
            Column("个数", Look.COUNT, 9),
        )
        rows = [
            (self.words.heading(self.words.field(each.locus)), self.words.item(each.locus), *count)
            for each in totals
            for count in each.counts
        ]
        return Grid(f"{part}：计数", columns, rows)

    # -- by department --

    def _by_department(self, part: str, totals: Sequence[Total]) -> Iterator[Grid]:
        if not totals or self.merged.totals.departments < 2:
            return
        for name, of_column in _by_column(totals):
            what = f"{part}：分单位"
            if name:
                what += f"（{self.words.label(self.words.field(of_column[0].locus).label)}）"
            for block in _chunks(of_column, [_width(each) for each in of_column]):
                yield self._department_grid(what, block)

    def _department_grid(self, title: str, totals: Sequence[Total]) -> Grid:
        columns = [_NUMBER, _CODE, _NAME]
        for total in totals:
            columns += self._item_columns(total)
        first: list[Value] = [None, None, "合计"]
        for total in totals:
            first += [self._shown(total, total.value), *_whole(total)]
        return Grid(title, tuple(columns), _Departments(self, totals, tuple(first)), totals=1)

    def _item_columns(self, total: Total) -> list[Column]:
        words, locus = self.words, total.locus
        form_field = words.field(locus)
        group = words.item(locus)
        figure = words.column(form_field, form_field.unit or "数值", group)
        if not total.shared:
            return [figure]
        share = Column("占比", Look.PERCENT, 9, group=group)
        return [figure, share, Column("名次", Look.COUNT, 6, group=group)]

    def item_cells(self, total: Total, departments: Iterable[str]) -> Iterator[tuple[Value, ...]]:
        """Yield what the row of each department says of a total."""
        form_field, shared = self.words.field(total.locus), total.shared
        nothing = (None,) * _width(total)
        for part in total.of_each(departments):
            if part is None:
                yield nothing
            elif shared:
                yield in_unit(form_field, part.value), part.share, part.rank
            else:
                yield (in_unit(form_field, part.value),)

    def _progress(self) -> Iterator[Grid]:
        """Yield how many goals are in time: rates of different goals are not averaged."""
        merged, words = self.merged, self.words
        measure = measure_of(merged.form, merged.period)
        if measure is None or not any(each.returned for each in merged.standings):
            return
        if merged.totals.find(measure.locus):  # a rate with a common base stands among the totals
            return
        columns = (
            *(_NUMBER, _CODE, _NAME),
            Column("个数", Look.COUNT, 13),
            Column(f"达到{merged.period.time_progress}", Look.COUNT, 13),
            Column(f"低于{merged.period.time_progress}", Look.COUNT, 13),
            Column("没有数据", Look.COUNT, 13),
        )
        found = [(each.department, each.reached) for each in merged.standings if each.returned]
        whole = tuple(sum(counts[place] for _, counts in found) for place in range(3))
        rows: list[tuple[Value, ...]] = [(None, None, "合计", sum(whole), *whole)]
        rows += [
            (number, each.code, each.name, sum(counts), *counts)
            for number, (each, counts) in enumerate(found, 1)
        ]
        title = f"{measure.whole(words)}：{measure.label(words)}与序时进度"
        note = "按个数统计，不求平均：不同目标的完成程度没有共同的分母。"
        yield Grid(title, columns, rows, totals=1, note=note)

    # -- by the key of repeated sheets --

    def _by_key(self) -> Iterator[Grid]:
        """Yield totals of what several departments share, such as one project."""
        shared = [
            each for each in self.merged.totals.totals if each.locus.key and len(each.parts) > 1
        ]
        for sheet, group in groupby(shared, key=lambda each: each.locus.sheet):
            form_sheet = self.merged.form.sheet(sheet)
            key = self.words.label(form_sheet.fields[form_sheet.key].label)
            columns = (
                Column(key, span=3),
                Column("栏目", width=18),
                Column("项目", width=18),
                Column("合计", Look.NUMBER, 16),
                Column("单位数", Look.COUNT, 9),
            )
            rows = [
                (
                    each.locus.key,
                    self.words.heading(self.words.field(each.locus)),
                    self.words.item(each.locus) if each.locus.table else None,
                    self._shown(each, each.value),
                    len(each.parts),
                )
                for each in group
            ]
            title = f"{self.words.sheet(form_sheet)}：几个单位共同的（按{key}合并）"
            yield Grid(title, columns, rows)


@dataclass(frozen=True)
class _Departments:
    """The rows of departments under that of their sum; each is made when it is written."""

    writer: _Summary
    totals: Sequence[Total]
    first: tuple[Value, ...]

    def __len__(self) -> int:
        return 1 + sum(1 for each in self.writer.merged.standings if each.returned)

    def __iter__(self) -> Iterator[tuple[Value, ...]]:
        yield self.first
        standings = self.writer.merged.standings
        returned = [each.department for each in standings if each.returned]
        codes = [each.code for each in returned]
        heads = ((number, each.code, each.name) for number, each in enumerate(returned, 1))
        items = (self.writer.item_cells(total, codes) for total in self.totals)
        for cells in zip(heads, *items, strict=True):
            yield tuple(chain.from_iterable(cells))


def _by_column(totals: Sequence[Total]) -> Iterator[tuple[str, list[Total]]]:
    """Yield a table's totals column by column; those of header fields together."""
    for name in dict.fromkeys(each.locus.table and each.locus.column for each in totals):
        yield name, [each for each in totals if name in ("", each.locus.column)]


def _width(total: Total) -> int:
    return 3 if total.shared else 1


def _whole(total: Total) -> list[Value]:
    """Return the share of the whole, and no rank."""
    return [total.share, None] if total.shared else []


def _chunks(items: Sequence[_T], widths: Sequence[int]) -> Iterator[list[_T]]:
    """Cut items into runs that are narrow enough to stand side by side."""
    chunk: list[_T] = []
    used = 0
    for item, width in zip(items, widths, strict=True):
        if chunk and used + width > _WIDEST:
            yield chunk
            chunk, used = [], 0
        chunk.append(item)
        used += width
    if chunk:
        yield chunk
