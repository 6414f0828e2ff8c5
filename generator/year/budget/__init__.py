"""Results to budget: what the results of a year say about a project's next budget."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain

from generator.model.expression import Type, Value
from generator.model.finding import Place
from generator.model.period import Period
from generator.model.project import Outcome, Project
from generator.year.figures import wan
from generator.year.monitoring.spending import share
from generator.year.rules import Applied, InForce, Rule, Rules, Subject
from generator.year.scale import Scale
from udfs.amounts import round_half_up

UNDECIDED = "待定"
LISTS = ("assessment", "targets", "results")  # 三个挂钩
RESULTS = "results"
CUT, HOLD, CANCEL = "压减", "暂缓安排", "取消"
_NUMBERS = (
    *("score", "self_score", "review_score", "budget", "executed", "rate"),
    *("base", "request"),
)
_TEXTS = ("grade", "new", "assessed", "reviewed", "category")
_LABELS = {  # what is missing when a rule cannot be told
    "score": "自评得分",
    "self_score": "自评得分",
    "review_score": "复核得分",
    "grade": "评价等级",
    "budget": "全年预算数",
    "executed": "全年执行数",
    "base": "全年预算数或下年申报数",
    "request": "下年申报数",
    "assessed": "事前绩效评估结果",
}
SUBJECT = Subject(
    file="budget",
    names={**dict.fromkeys(_NUMBERS, Type.NUMBER), **dict.fromkeys(_TEXTS, Type.TEXT)},
    data={"proposals": {"order": Type.TEXT}, "rounding": {"digits": Type.NUMBER}},
    lists={name: {"proposal": Type.TEXT, "cut": Type.NUMBER} for name in LISTS},
)


@dataclass(frozen=True)
class Record:
    """What is known of one project when its next budget is decided."""

    department: str
    department_name: str
    code: str
    name: str
    own: Outcome | None = None  # its self-evaluation
    review: Outcome | None = None  # what reviewers found, if they looked
    project: Project | None = None  # on the list of the budget's year
    must_assess: bool = False  # the budget's year asks for 事前绩效评估

    @property
    def judged(self) -> Outcome | None:
        """The outcome whose score counts: the reviewers' goes before the own."""
        return self.review if self.review and self.review.score is not None else self.own

    @property
    def budget(self) -> Decimal | None:
        """全年预算数 in 元, as the review corrected it or as it was reported."""
        return self._money("budget")

    @property
    def executed(self) -> Decimal | None:
        """全年执行数 in 元."""
        return self._money("executed")

    @property
    def request(self) -> Decimal | None:
        """What is asked for, in 元."""
        return self.project.amount if self.project else None

    @property
    def base(self) -> Decimal | None:
        """What is cut from, in 元: what is asked for, or else the budget that there was."""
        return self.budget if self.request is None else self.request

    @property
    def is_new(self) -> bool:
        """Whether there was no such project in the year of the results."""
        return bool(self.project and self.project.new and self.own is None)

    @property
    def source(self) -> Place:
        """The sheet whose score counts."""
        return self.judged.source if self.judged else Place()

    def _money(self, name: str) -> Decimal | None:
        for outcome in (self.review, self.own):
            amount = getattr(outcome, name, None)
            if isinstance(amount, Decimal):
                return amount
        return None


@dataclass(frozen=True)
class Proposal:
    """What is proposed for one project; amounts in 元."""

    record: Record
    word: str  # 优先保障, 维持, 压减, 暂缓安排, 取消 or 待定
    applied: tuple[Applied, ...]  # the gravest first
    cut: Decimal | None  # None: undecided, or held
    missing: tuple[str, ...] = ()

    @property
    def arranged(self) -> Decimal | None:
        """What is left for the next budget."""
        base = self.record.base
        return None if base is None or self.cut is None else base - self.cut

    @property
    def rate(self) -> Decimal | None:
        """预算执行率."""
        return share(self.record.executed, self.record.budget)

    @property
    def reasons(self) -> str:
        """Every rule that applies, with its figures, and what is missing; a line each."""
        lines = [f"【{each.results['proposal']}】{each.text}。" for each in self.applied]
        if self.word == UNDECIDED:
            lines.append(f"【{UNDECIDED}】{_undecided(self)}")
        return "\n".join(lines)


@dataclass(frozen=True)
class Proposals:
    """All proposals from the results of a year for the budget of another."""

    year: int
    budget_year: int
    rules: InForce
    words: Scale
    projects: tuple[Proposal, ...]

    @property
    def listed(self) -> bool:
        """Whether there is a project list of the budget's year."""
        return any(each.record.project for each in self.projects)

    @property
    def listed_words(self) -> tuple[str, ...]:
        """What can be proposed, and what could not be decided."""
        return (*self.words.words, UNDECIDED)

    def of(self, word: str) -> list[Proposal]:
        """Return the projects for which that is proposed."""
        return [each for each in self.projects if each.word == word]


def propose(rules: Rules, year: int, budget_year: int, records: Sequence[Record]) -> Proposals:
    """Return what the results of a year propose for a budget.

    Raises:
        ValueError: a rule concludes what is no proposal (message in Chinese).
    """
    force = rules.at(Period(year, 12, "year"))
    words = Scale.read(force, "proposals")
    words.must_hold(force, LISTS, "proposal")
    made = tuple(_proposal(each, force, words) for each in records)
    return Proposals(year, budget_year, force, words, made)


def _proposal(record: Record, force: InForce, words: Scale) -> Proposal:
    facts = _facts(record)
    lists = [name for name in LISTS if name != RESULTS or not record.is_new]
    applied = words.gravest_first(
        chain.from_iterable(force.all(name, facts) for name in lists),
        lambda each: str(each.results["proposal"]),
    )
    said = [str(each.results["proposal"]) for each in applied]
    word = words.worst(said) if said else UNDECIDED
    open_ = [each for name in lists for each in force.unsettled(name, facts)]
    graver = [
        blanks for rule, blanks in open_ if not said or words.worst((word, _word(rule))) != word
    ]
    if graver or not said:
        missing = tuple(dict.fromkeys(_missing(record, graver, facts)))
        return Proposal(record, UNDECIDED, applied, None, missing)
    lacking = () if record.base is not None else (_LABELS["base"],)
    return Proposal(record, word, applied, _cut(record, word, applied, force), lacking)


def _word(rule: Rule) -> str:
    return str(getattr(rule.then["proposal"], "value", ""))


def _cut(record: Record, word: str, applied: Sequence[Applied], force: InForce) -> Decimal | None:
    """Return the largest cut that a rule asks for, in 元, rounded, and no more than there is."""
    if record.base is None or word == HOLD:
        return None
    if word == CANCEL:
        return record.base
    cuts = [each.results["cut"] for each in applied]
    most = max((each for each in cuts if isinstance(each, Decimal)), default=Decimal(0))
    rounded = round_half_up(most, int(force.number("rounding", "digits"))).scaleb(4)
    return min(max(rounded, Decimal(0)), record.base)


def _facts(record: Record) -> Mapping[str, Value]:
    judged, own, review, project = record.judged, record.own, record.review, record.project
    category = project.category if project else ""
    return {
        "score": judged.score if judged else None,
        "self_score": own.score if own else None,
        "review_score": review.score if review else None,
        "grade": (judged.grade if judged else "") or None,
        "budget": wan(record.budget),
        "executed": wan(record.executed),
        "rate": share(record.executed, record.budget),
        "base": wan(record.base),
        "request": wan(record.request),
        "new": "是" if project and project.new else "否",
        "assessed": _assessed(record),
        "reviewed": (project.targets_reviewed if project else "") or "没有审核",
        "category": category or "未分类",
    }


def _assessed(record: Record) -> str | None:
    """Return the result of 事前绩效评估; None where there must be one and there is none."""
    known = record.project.assessed if record.project else ""
    return known or (None if record.must_assess else "不需要")


def _missing(
    record: Record, blanks: Sequence[frozenset[str]], facts: Mapping[str, Value]
) -> Iterator[str]:
    """Yield what would have to be known for every rule that could be graver."""
    if record.judged is None and not record.is_new:
        yield "绩效自评结果"
        return
    for name in (each for names in blanks for each in sorted(names)):
        parts = ("budget", "executed") if name == "rate" else (name,)
        for part in parts:
            value = facts[part]
            if value is None or (part == "budget" and value == 0):
                yield _LABELS.get(part, part)


def _undecided(proposal: Proposal) -> str:
    if proposal.missing:
        return f"缺少{'、'.join(proposal.missing)}，不能按规则提出建议。"
    return "没有一条规则适用，请核对数据，或者在规则文件里补上。"
