"""The indicator library of a ledger: all of it, or what a search, a year or a type leaves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from generator.year.library import Library, library

if TYPE_CHECKING:  # a ledger loads SQLAlchemy
    from generator.ledger import Ledger
    from generator.model.project import Indicator

_MOST_FOUND = 100_000  # rows of returns in which a text is found
_MOST_LISTED = 20


@dataclass(frozen=True)
class Wanted:
    """What of a library is asked for; empty is everything."""

    text: str = ""
    year: int | None = None
    type: str = ""

    @property
    def words(self) -> str:
        """What is asked for in words, with a comma behind."""
        parts = (
            f"{self.year}年" if self.year else "",
            f"“{self.type}”项目" if self.type else "",
            f"含有“{self.text}”" if self.text else "",
        )
        told = "、".join(each for each in parts if each)
        return f"{told}，" if told else ""


def collect(ledger: Ledger, wanted: Wanted) -> Library:
    """Return the library of a ledger.

    Raises:
        ValueError: there is nothing of that kind (message in Chinese).
    """
    found = library(_rows(ledger, wanted))
    if not found.entries:
        raise ValueError(f"台账里没有这样的指标（{wanted.words.rstrip('，') or '一个也没有'}）。")
    return found


def _rows(ledger: Ledger, wanted: Wanted) -> Iterator[Indicator]:
    if wanted.text:
        rows = iter(ledger.search(wanted.text, wanted.year, _MOST_FOUND))
    else:
        rows = ledger.indicators(year=wanted.year)
    return (each for each in rows if wanted.type in ("", each.type))


def listing(found: Library, wanted: Wanted) -> str:
    """Return the indicators that are used most, a line each."""
    most = sorted(found.entries, key=lambda each: -each.uses)[:_MOST_LISTED]
    lines = [f"{wanted.words}共 {found.returned} 行指标，归并为 {len(found.entries)} 个。"]
    for each in most:
        target = f"，常用 {each.targets[0][0]}" if each.targets else ""
        lines.append(f"  {each.level2}｜{each.level3}：用过 {each.uses} 次{target}")
    if len(found.entries) > len(most):
        lines.append(f"  ……其余 {len(found.entries) - len(most)} 个见工作簿（--out 指标库.xlsx）")
    return "\n".join(lines)


def write_library(found: Library, out: Path, wanted: Wanted) -> None:
    """Write 指标库.xlsx."""
    from generator.workbook.result.write import write_pages
    from generator.year.library.pages import pages

    write_pages(pages(found, wanted.words), out, out.parent)
