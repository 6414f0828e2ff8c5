"""文本比对: the amounts that a narrative cell mentions, and whether they are those of the table."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from udfs.amounts import (
    NUMBER,
    PER_MILLE,
    PERCENT,
    Quantity,
    Unreadable,
    bare,
    clean,
    closed_up,
    convert,
    digits_of,
    fraction,
    parse_quantity,
    round_half_up,
    span,
    unit_of,
)
from udfs.arguments import optional, read_unit, text
from udfs.registry import Argument, Function, Shape, example, register
from udfs.shares import AGREES, DIFFERS, EXPLAINED

COMPARISON = "文本比对"
NOT_MENTIONED = "未提及"

_UNITS = (
    "%|‰|百分比|个?百分点|倍|小时|分钟|天|平方米|公里|亩|m2"
    "|(?:万亿|[十百千]?[万亿]|千)?(?:元|美元|欧元|港元|人次|人|户|家|项|件|次|名|所|只|条|批|套|台|辆|场"
    "|个(?!月|百分点))|(?:万亿|[十百千]?[万亿])"
)
_AMOUNT = re.compile(rf"(?<![0-9A-Za-z.])(?P<number>{NUMBER})(?P<unit>{_UNITS})")
_YEAR = r"(?:(?:19|20)[0-9]{2}年)"
_PERIOD = re.compile(
    rf"{_YEAR}?(?:[0-9]{{1,2}}月?[-—~至])?[0-9]{{1,2}}月(?:份|[底末](?!线))?"
    rf"|{_YEAR}?(?:第?[一二三四]季度|前三季度|[上下]半年|全年)|{_YEAR}"
)
_ITEM_NUMBER = re.compile(r"[①-⑳]|(?<![0-9.])[0-9]{1,2}[.．](?:\s+|(?=[^\s0-9]))")
_SENTENCE = re.compile(r"[^;。\n!?]+")
_CLAUSE = re.compile(r"(?:[^,]|,(?=[0-9]{3}(?![0-9])))+")
# A clause that opens so says more of what the clause before it is about.
_CONTINUES = re.compile(
    r"(?:同比|环比|比|较|同口径|增长|增幅|增加|增|下降|减少|降|减|占|为|达|完成(?=[0-9])|执行率|进度)"
)


@dataclass(frozen=True)
class Mention:
    """An amount in a text: the number to the letter, its unit, and the period it is said of."""

    number: Decimal
    unit: str
    period: str

    @property
    def value(self) -> Decimal:
        """The number, a percentage as its fraction."""
        return bare(Quantity(self.number, self.unit))


def mentions(narrative: str, word: str = "") -> list[Mention]:
    """Return the amounts a text gives, or those it gives for a word.

    For a word these are the amounts behind it in its clause, and those of the clauses after it
    that continue it (同比增长…, 占…); where there are none, the amounts before it in its clause.

    >>> [f"{m.number}{m.unit} {m.period}" for m in mentions(
    ...     "1-9月全市八项支出947.03亿元，同比增长15.38%；税收收入102.5亿元", "八项支出")]
    ['947.03亿元 1-9月', '15.38% 1-9月']
    """
    wanted = "".join(clean(word).split())
    plain_text = closed_up(_ITEM_NUMBER.sub("\n", narrative).replace("\r", "\n"))
    found: list[Mention] = []
    for sentence in _SENTENCE.findall(plain_text):
        spans = _spans_about(sentence, wanted) if wanted else [(0, len(sentence))]
        found += _in_spans(sentence, spans)
    return found


def _spans_about(sentence: str, word: str) -> list[tuple[int, int]]:
    """Return the parts of a sentence that speak of a word."""
    clauses = [match.span() for match in _CLAUSE.finditer(sentence)]
    spans: list[tuple[int, int]] = []
    for i, (start, end) in enumerate(clauses):
        place = sentence.find(word, start, end)
        if place >= 0:
            reach = _reach(sentence, clauses[i:])
            after = (place + len(word), reach)
            spans.append(after if _AMOUNT.search(sentence, *after) else (start, end))
    return spans


def _reach(sentence: str, clauses: list[tuple[int, int]]) -> int:
    """Return where the clauses that continue the first one end."""
    reach = clauses[0][1]
    for start, end in clauses[1:]:
        if not _CONTINUES.match(sentence, start):
            break
        reach = end
    return reach


def _in_spans(sentence: str, spans: list[tuple[int, int]]) -> Iterator[Mention]:
    for match in _AMOUNT.finditer(sentence):
        if any(start <= match.start() and match.end() <= end for start, end in spans):
            number = Decimal(match["number"].replace(",", ""))
            yield Mention(number, unit_of(match["unit"]), _period_before(sentence, match.start()))


def _period_before(sentence: str, place: int) -> str:
    """Return the period last named before a place, as it is written."""
    periods = [match.group() for match in _PERIOD.finditer(sentence, 0, place)]
    return periods[-1] if periods else ""


def agreement(mention: Mention, number: Quantity, unit: str = "") -> str | None:
    """Judge a mention against a number, None where their units have nothing in common.

    The number, rounded as the text is, agrees; a number that is itself rounded may explain the
    rest (320 beside 319.9亿元). Without any unit the number is taken to be in that of the text.

    >>> agreement(Mention(Decimal("947.03"), "亿元", ""), Quantity(Decimal("9470296"), "万元"))
    '相符'
    """
    figure = _in_unit_of(mention, number, unit)
    if figure is None:
        return None
    stated = mention.value
    if round_half_up(figure, digits_of(stated)) == stated:
        return AGREES
    (low, high), (lowest, highest) = span(figure), span(stated)
    return EXPLAINED if low < highest and lowest < high else DIFFERS


def _in_unit_of(mention: Mention, number: Quantity, unit: str) -> Decimal | None:
    own = number.unit or unit
    if mention.unit in {PERCENT, PER_MILLE}:
        # 0.1538 and 15.38 are both written for 15.38 %: what was meant is what is nearer.
        readings = (fraction(number, mode) for mode in ("fraction", "points"))
        rated = own in {"", PERCENT, PER_MILLE}
        return min(readings, key=lambda rate: abs(rate - mention.value)) if rated else None
    if not own:
        return number.number
    try:
        return convert(number.number, own, mention.unit)
    except Unreadable:
        return None


@register(
    Function(
        name="JX_MENTION",
        category=COMPARISON,
        help="从文字中取出数字，横向依次返回数值、单位、期间；给出关键词时只取与它有关的数字。",
        arguments=(
            text("text", "叙述文字，如进展情况栏"),
            optional(text("word", "关键词，如 八项支出；省略则取全部")),
        ),
        examples=(
            example(
                "1-9月全市八项支出947.03亿元，同比增长15.38%",
                "八项支出",
                gives=[947.03, "亿元", "1-9月", 0.1538, "%", "1-9月"],
                note="金额和增幅，百分数读成小数",
            ),
            example(
                "市本级9月份一般公共预算支出29.1亿元，其中用于民生支出22.5亿元，占比78%。",
                "民生支出",
                gives=[22.5, "亿元", "9月份", 0.78, "%", "9月份"],
                note="只取民生支出的数字",
            ),
            example("完善调整审核流程", gives=["未提及"], note="文字中没有数字"),
        ),
        source="H18 进度情况表累计进度栏",
        shape=Shape.ROW,
    )
)
def mentioned(text: str, word: str | None = None) -> list[object]:
    """Return the amounts of a text side by side: value, unit, period, value, unit, period."""
    found: list[object] = []
    for mention in mentions(text, word or ""):
        found += [mention.value, mention.unit, mention.period]
    return found or [NOT_MENTIONED]


@register(
    Function(
        name="JX_SAME",
        category=COMPARISON,
        help="文字里的数字与表中数是否一致：相符、舍入可解释、不符，没有可比的数字为“未提及”。",
        arguments=(
            text("text", "叙述文字"),
            Argument("number", "表中的数，可带单位", parse_quantity),
            optional(Argument("unit", "表中数的单位，如 万元；省略则按文字中的单位", read_unit)),
        ),
        examples=(
            example(
                "八项支出947.03亿元", 9470312.45, "万元", gives="相符", note="单位不同自动换算"
            ),
            example("支出预算319.9亿元", "320亿元", gives="舍入可解释", note="表中数取整到亿元"),
            example("同比增长15.38%", 0.1523, gives="不符", note="增幅不一致"),
        ),
        source="H18：同一事项248.54亿元与248.5亿元、319.9亿元与320亿元",
    )
)
def same(text: str, number: Quantity, unit: str | None = None) -> str:
    """Return the best verdict that any amount of a text earns."""
    verdicts = {agreement(mention, number, unit or "") for mention in mentions(text)}
    return next((v for v in (AGREES, EXPLAINED, DIFFERS) if v in verdicts), NOT_MENTIONED)
