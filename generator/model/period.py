"""The time a return speaks of, and how it is written in headings."""

from __future__ import annotations

import re
from dataclasses import dataclass

KINDS = ("month", "quarter", "half", "year")
EARLIER = ("previous", "last_year")  # the earlier periods that a form may ask about
_MONTHS_IN = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_QUARTERS = ("一季度", "二季度", "三季度", "四季度")
_HALVES = ("上半年", "下半年")
_WRITTEN = re.compile(r"(?P<year>\d{4})(?:-?(?P<part>Q[1-4]|H[12]|\d{1,2}))?", re.IGNORECASE)


@dataclass(frozen=True, order=True)
class Period:
    """A month, quarter, half-year or year, known by its last month.

    >>> Period.parse("2018-09").label
    '1-9月'
    >>> Period.parse("2021Q2").name
    '2021年二季度'
    """

    year: int
    month: int
    kind: str = "month"

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"报告期类型应为 {'、'.join(KINDS)} 之一，现为“{self.kind}”")
        name, example = _NAMES[self.kind], _EXAMPLES[self.kind]
        if not 1 <= self.month <= 12:
            raise ValueError(f"没有 {self.month} 月，应写成 {example} 这样")
        if self.month % _MONTHS_IN[self.kind]:
            raise ValueError(f"{self.month} 月不是按{name}填报的期末月份，应写成 {example} 这样")

    @classmethod
    def parse(cls, text: str, kind: str | None = None) -> Period:
        """Return the period written `2018-09`, `2021Q2`, `2021H1` or `2024`.

        `kind` is what the form asks for; a month is taken for it when it ends such a period,
        so `2021-06` names the second quarter for a quarterly form.

        Raises:
            ValueError: what is written is no period, or not one of that kind (message in Chinese).
        """
        match = _WRITTEN.fullmatch(text.strip())
        if match is None:
            examples = "、".join(_EXAMPLES.values())
            raise ValueError(f"看不懂报告期“{text}”，请写成这样的形式：{examples}")
        year, part = int(match["year"]), (match["part"] or "").upper()
        if part.startswith("Q"):
            written, month = "quarter", int(part[1]) * 3
        elif part.startswith("H"):
            written, month = "half", int(part[1]) * 6
        elif part:
            written, month = "month", int(part)
        else:
            written, month = "year", 12
        wanted = kind or written
        if written not in {wanted, "month"}:
            raise ValueError(
                f"报告期“{text}”与表样不符：本表按{_NAMES[wanted]}填报，例如 {_EXAMPLES[wanted]}"
            )
        return cls(year, month, wanted)

    @property
    def id(self) -> str:
        """The period as it is typed in a command or put into a file name.

        >>> Period(2021, 6, "half").id
        '2021H1'
        """
        match self.kind:
            case "month":
                return f"{self.year}-{self.month:02}"
            case "quarter":
                return f"{self.year}Q{self.month // 3}"
            case "half":
                return f"{self.year}H{self.month // 6}"
        return str(self.year)

    @property
    def previous(self) -> Period | None:
        """The period before it in the same year, which cumulative figures go on from.

        >>> Period(2021, 6, "quarter").previous
        Period(year=2021, month=3, kind='quarter')
        """
        month = self.month - _MONTHS_IN[self.kind]
        return Period(self.year, month, self.kind) if month else None

    @property
    def last_year(self) -> Period:
        """The same period a year before, which 同比 compares with."""
        return Period(self.year - 1, self.month, self.kind)

    @property
    def name(self) -> str:
        """The period as people say it: `2018年9月`, `2021年二季度`, `2021年上半年`, `2024年`."""
        match self.kind:
            case "month":
                return f"{self.year}年{self.month}月"
            case "quarter":
                return f"{self.year}年{self.quarter}"
            case "half":
                return f"{self.year}年{_HALVES[self.month // 6 - 1]}"
        return f"{self.year}年"

    @property
    def label(self) -> str:
        """The months from January on, as headings print them: `1-9月`, and `1月` for January."""
        return f"1-{self.month}月" if self.month > 1 else "1月"

    @property
    def quarter(self) -> str:
        """The quarter that the last month lies in: `二季度`."""
        return _QUARTERS[(self.month - 1) // 3]

    @property
    def time_progress(self) -> str:
        """序时进度 in percent to two places, as a heading prints it: `75.00%`."""
        return f"{self.month / 12:.2%}"


_NAMES = {"month": "月", "quarter": "季度", "half": "半年", "year": "年"}
_EXAMPLES = {"month": "2018-09", "quarter": "2021Q2", "half": "2021H1", "year": "2024"}
