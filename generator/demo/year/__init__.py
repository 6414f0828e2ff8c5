"""A whole year of the invented city: recorded in a ledger, spot-checked, proposed, reported."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from generator.demo.year.city import EVALUATED, MONITORED, REGISTERED, YEAR, City, Returns, at
from generator.demo.year.merges import merged
from generator.demo.year.posted import posted
from generator.ledger import Ledger, open_ledger
from generator.model.merged import Merged
from generator.model.period import Period
from generator.year.annual import annual
from generator.year.annual.report import write_annual
from generator.year.budget import SUBJECT as PROPOSALS
from generator.year.budget.proposed import propose_ledger, write_proposals
from generator.year.budget.proposed import told as proposals_told
from generator.year.monitoring import SUBJECT as MONITORING
from generator.year.monitoring.monitored import told as watch_told
from generator.year.monitoring.monitored import watch_ledger, write_monitoring
from generator.year.review.reviewed import review_of, write_review
from generator.year.rules import load_rules
from generator.year.sampling.spot_check import write_spot_check

LEDGER, REPORT, TEXT = "台账.db", "年度报告.xlsx", "年度报告.md"
CHECKED, REVIEWED, WATCHED, PROPOSED = "抽查", "复核结果.xlsx", "双监控.xlsx", "预算建议.xlsx"
WHOLE = City()
Come = tuple[str, str]  # a step of the year, and what came of it
Merge = Callable[[Returns, Path], Merged]


def run(out: Path, where: str | None = None, city: City = WHOLE) -> None:
    """Do the year in a folder and tell it; `where` is another ledger than the folder's own.

    Raises:
        OSError: something in the folder cannot be written.
        LedgerError: the ledger cannot be used.
    """
    ledger = where or str(out / LEDGER)
    console = Console(highlight=False, soft_wrap=True)
    for step, came in Year(out, ledger, city).steps():
        console.print(f"[bold]{step}[/bold]  ", end="")
        console.print(came, markup=False)
    console.print(f"\n文件在 {out}。还可以问台账：jixiao ledger query {ledger}", markup=False)


@dataclass(frozen=True)
class Year:
    """The year of a city in a folder.

    Most returns are made as the reader would read them; `merge` may be `posted` to make workbooks
    of all of them, which takes minutes for the whole city.
    """

    out: Path
    where: str
    city: City = WHOLE
    merge: Merge = merged

    def steps(self) -> Iterator[Come]:
        """Do the year step by step."""
        self.out.mkdir(parents=True, exist_ok=True)
        with open_ledger(self.where) as ledger:
            yield self._registered(ledger)
            yield self._returned(ledger, "绩效目标申报", self.city.targets())
            yield self._returned(ledger, "绩效自评", self.city.evaluations())
            yield self._returned(ledger, "更正", self.city.corrections())
            yield self._checked(ledger)
            yield self._reviewed(ledger)
            yield self._returned(ledger, "绩效监控", self.city.monitored())
            yield self._watched(ledger)
            yield self._proposed(ledger)
            yield self._returned(ledger, "工作登记", self.city.register())
            yield self._reported(ledger)

    def _registered(self, ledger: Ledger) -> Come:
        for year in REGISTERED:
            ledger.register(year, self.city.projects(year))
        return "项目清单", f"{REGISTERED[0]}—{REGISTERED[-1]}年的项目已分类登记。"

    def _returned(self, ledger: Ledger, step: str, returns: Returns) -> Come:
        """Record what came back; few enough returns to be looked at are made as workbooks."""
        by_post, day = _STEPS[step]
        merge = posted if by_post else self.merge
        found = merge(returns, self.out / step)
        recorded = ledger.record(found, at(*day))
        replaced = f"，替代原来的 {recorded.superseded} 份" if recorded.superseded else ""
        count = sum(found.count().values())
        return step, f"{len(found.standings)} 个单位{replaced}，审核疑点 {count} 条。"

    def _checked(self, ledger: Ledger) -> Come:
        check = self.city.spot_check(ledger)
        write_spot_check(check, self.out / CHECKED)
        return "抽查", check.told

    def _reviewed(self, ledger: Ledger) -> Come:
        returns = self.city.reviews(self.city.spot_check(ledger))
        ledger.record(self.merge(returns, self.out / "复核"), at(*_STEPS["复核"][1]))
        review = review_of(ledger, EVALUATED)
        write_review(review, self.out / REVIEWED)
        return "复核", f"{len(review.projects)} 个项目，见 {self.out / REVIEWED}"

    def _watched(self, ledger: Ledger) -> Come:
        watched = watch_ledger(ledger, load_rules(MONITORING), Period(YEAR, MONITORED))
        write_monitoring(watched, self.out / WATCHED)
        return "双监控", watch_told(watched)

    def _proposed(self, ledger: Ledger) -> Come:
        rules = load_rules(PROPOSALS)
        proposals = propose_ledger(ledger, rules, EVALUATED, REGISTERED[-1])
        write_proposals(proposals, self.out / PROPOSED)
        return "预算建议", proposals_told(proposals)

    def _reported(self, ledger: Ledger) -> Come:
        report = annual(ledger, YEAR)
        write_annual(report, self.out / REPORT, self.out / TEXT)
        return "年度报告", f"{report.told}文字：{self.out / TEXT}"


_STEPS = {  # whether it is few enough returns for workbooks, and when they are recorded
    "绩效目标申报": (False, (EVALUATED, 11, 30)),
    "绩效自评": (False, (YEAR, 4, 2)),
    "更正": (True, (YEAR, 4, 22)),
    "复核": (False, (YEAR, 6, 28)),
    "绩效监控": (False, (YEAR, 9, 16)),
    "工作登记": (True, (YEAR + 1, 1, 15)),
}
