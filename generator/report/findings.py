"""The page 审核疑点: every finding, with links to the file and the cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from generator.model.finding import Finding, Place
from generator.model.merged import Merged
from generator.report.pages import Column, Content, Grid, Link, Look, Page, Piece
from generator.report.tones import KINDS

TAB = "审核疑点"
FINDING_FRONT = 3  # columns that are filled when the returns are put together
_COLUMNS = (
    Column("序号", Look.COUNT, 6),
    Column("单位编码", width=12),
    Column("单位", width=18),
    Column("类型", width=10, tones=KINDS),
    Column("规则", width=15),
    Column("审核内容", width=20),
    Column("文件", width=36),
    Column("工作表", width=16),
    Column("单元格", width=9),
    Column("问题", width=50),
    Column("处理建议", width=36),
)


def findings_page(merged: Merged) -> Page:
    """Return the page."""
    names = {each.department.code: each.department.name for each in merged.standings}
    facts = (
        "类型：基本平衡必须相等；逻辑除财政部门同意外须更正；核实可以写明情况；提示供参考。"
        "点“单元格”一栏可以打开该单位的文件并定位；请不要移动回收表所在的文件夹。",
    )
    title = f"{merged.form.name}审核疑点（{merged.period.name}）"
    grid = Grid("", _COLUMNS, _Rows(merged, names))
    return Page(TAB, title, facts, (grid,), filter=True, frozen=3)


@dataclass(frozen=True)
class _Rows:
    """Findings as rows, made as they are gone through."""

    merged: Merged
    names: Mapping[str, str]
    front: int = FINDING_FRONT
    numbered: bool = True

    def __len__(self) -> int:
        return len(self.merged.findings)

    def __iter__(self) -> Iterator[tuple[Content, ...]]:
        for number, each in enumerate(self.merged.findings, 1):
            yield (number, *self._whose(each.department), *finding_cells(each, self.merged.rules))

    def pieces(self) -> Iterator[Piece]:
        findings, rules = self.merged.findings, self.merged.rules
        for group, rest in findings.drawn():
            count = sum(group.counts)
            # Each leads to a file, and to a cell if it is about one.
            piece = Piece(self._whose(group.department), count, 2 * count, rest)
            if not rest:
                found = findings.of_group(group)
                piece = piece._replace(rows=[finding_cells(each, rules) for each in found])
            yield piece

    def _whose(self, department: str) -> tuple[str | None, str | None]:
        return department or None, self.names.get(department) or None


def finding_columns() -> tuple[Column, ...]:
    """Return the columns whose cells are known when a return is read: all but those in front."""
    return _COLUMNS[FINDING_FRONT:]


def finding_cells(finding: Finding, rules: Mapping[str, str]) -> tuple[Content, ...]:
    """Return what stands in those columns; `rules` says what each rule asks."""
    place = finding.place
    return (
        finding.kind.value,
        finding.rule,
        rules.get(finding.rule) or None,
        Link(place.file, Place(place.file)),
        place.sheet or None,
        Link(place.cell, place) if place.cell else None,
        finding.message,
        finding.remedy,
    )
