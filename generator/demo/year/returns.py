"""What the invented departments answer: the entries of the real forms, with their slips."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from generator.demo.year.chance import Curve, along, between, draw, happens
from generator.demo.year.kinds import Measure
from generator.demo.year.projects import Work
from generator.model.filing import Entry
from generator.model.roster import Record
from udfs.amounts import round_half_up

Typed = Mapping[str, Decimal | str]

_SPENT: Curve = (  # of a year's budget
    *(("0", "0.08"), ("0.012", "0.35"), ("0.05", "0.68"), ("0.14", "0.9")),
    *(("0.45", "0.97"), ("0.6", "0.995"), ("1", "1")),
)
_PACE: Curve = (  # of what the months gone by would make due
    *(("0", "0.2"), ("0.03", "0.6"), ("0.1", "0.92"), ("0.5", "1.06"), ("1", "1.3")),
)
_OUTPUT, _BENEFIT, _PLEASED = 50, 30, 10
_LEVEL1 = {"服务对象满意度指标": _PLEASED, "经济效益指标": _BENEFIT, "社会效益指标": _BENEFIT}
_LEVEL1 |= {"生态效益指标": _BENEFIT, "可持续影响指标": _BENEFIT}
_SLIPS = ("原因", "分值", "没有填数", "超支", "远超", "文字")
_EVERY = 60  # one return of a project in so many has a slip


@dataclass(frozen=True)
class Told:
    """One indicator with what was aimed at and what came of it."""

    measure: Measure
    goal: Decimal
    done: Decimal
    weight: int
    level: str = ""  # of one that is told in words


def slip_of(work: Work) -> str:
    """Return what a department gets wrong on a project's sheet, or nothing."""
    drawn = draw("笔误", work.code)
    return _SLIPS[int(drawn * _EVERY * len(_SLIPS))] if drawn * _EVERY < 1 else ""


# -- 目标申报 --


def application(work: Work, year: int) -> Entry:
    """Return what is applied for with a project."""
    rows = [
        {"level2": each.measure.level2, "level3": each.measure.name, "target": _target(each)}
        for each in tells(work)
    ]
    fields: dict[str, Decimal | str] = {
        "attribute": "新增项目" if work.new else "延续项目",
        "span": f"{year}年1月至{year}年12月",
        "year_fiscal": work.amount,
        "year_goal": _goals(work),
    }
    return Entry(fields, {"indicators": tuple(rows)})


# -- 绩效监控 --


def monitoring(work: Work, month: int) -> Entry:
    """Return how a project stands at the end of a month."""
    due = Decimal(month) / 12
    pace = along(_PACE, 4, "进度", work.code) * (Decimal("0.9") + work.luck * Decimal("0.12"))
    spent = min(work.amount, round_half_up(work.amount * due * pace, 2))
    forecast = max(spent, round_half_up(work.amount * min(Decimal(1), pace), 2))
    rows = [_monitored(work, each, due * pace) for each in tells(work)]
    fields: dict[str, Decimal | str] = {
        "budget_fiscal": work.amount,
        "executed_fiscal": spent,
        "forecast_fiscal": forecast,
        "goal": _goals(work),
    }
    return Entry(fields, {"indicators": tuple(rows)})


def _monitored(work: Work, told: Told, share: Decimal) -> Typed:
    measure = told.measure
    row: dict[str, Decimal | str] = {
        "level2": measure.level2,
        "level3": measure.name,
        "target": _target(told),
    }
    sure = share > Decimal("0.45")
    expected = told.goal if sure else told.done
    if not measure.sign:
        row |= {"done": "正在推进", "forecast": measure.words if sure else "部分完成"}
    elif measure.unit == "%" or measure.sign != "≥":
        row |= {"done": _with_unit(told.goal, measure), "forecast": _with_unit(expected, measure)}
    else:
        done = _stepped(told.goal * min(share, Decimal(1)), "1")
        row |= {"done": _with_unit(done, measure), "forecast": _with_unit(expected, measure)}
    if sure:
        return row | {"surely": "√"}
    never = share < Decimal("0.12")
    cause = "funding" if happens("0.5", "原因", work.code) else "other"
    why = "招标推迟，合同尚未签订" if cause == "other" else "资金到位较晚，正在抓紧支付"
    return row | {"never" if never else "possibly": "√", cause: "√", "reason": why}


# -- 绩效自评 --


def self_evaluation(work: Work, slip: str = "") -> Entry:
    """Return a department's own evaluation of a project, with a slip of `slip_of` in it."""
    spent = round_half_up(work.amount * along(_SPENT, 4, "执行", work.code), 2)
    if slip == "超支":
        spent = work.amount + between("1", "9", 2, "超支", work.code)
    fields: dict[str, Decimal | str] = {
        "initial_fiscal": work.amount,
        "budget_fiscal": work.amount,
        "executed_fiscal": spent,
        "expected": _goals(work),
        "achieved": _achieved(work),
    }
    if happens("0.2", "结转", work.code):
        carried = round_half_up(work.amount / 10, 2)
        fields |= {
            "budget_fiscal": work.amount - carried,
            "executed_fiscal": max(spent - carried, Decimal(0)),
            "initial_carried": carried,
            "budget_carried": carried,
            "executed_carried": min(spent, carried),
        }
        fields["initial_fiscal"] = work.amount - carried
    rows = [dict(_evaluated(work, each)) for each in tells(work)]
    _slipped(rows, slip)
    return Entry(fields, {"indicators": tuple(rows)})


def reasons(slips_only: Sequence[Work]) -> Mapping[str, str]:
    """Return the 情况说明 that a department writes, if it does."""
    if not slips_only or not happens("0.85", "说明", slips_only[0].unit.code):
        return {}
    return {
        "EXECUTION": "部分合同跨年支付，尾款在次年一季度结清。",
        "BLOCKS": "本项目不设该类指标。",
    }


def _evaluated(work: Work, told: Told) -> Iterator[tuple[str, Decimal | str]]:
    measure = told.measure
    yield from (("level2", measure.level2), ("level3", measure.name), ("target", _target(told)))
    yield "weight", Decimal(told.weight)
    if not measure.sign:
        full = told.level == "达成"
        yield "actual", measure.words if full else "部分完成"
        yield from (("method", "定性"), ("level", told.level))
        if not full:
            yield "reason", _why(work, measure)
        return
    yield "actual", _with_unit(told.done, measure)
    yield "method", {"≥": "正向", "≤": "反向", "=": "等于"}[measure.sign]
    yield from (("goal", told.goal), ("done", told.done))
    if not _met(told):
        yield "reason", _why(work, measure)


def _slipped(rows: list[dict[str, Decimal | str]], slip: str) -> None:
    """Put a slip into the rows of a sheet."""
    first = rows[0]
    match slip:
        case "原因":
            first |= {"actual": "0" + str(first["target"])[-1], "done": Decimal(0)}
            first.pop("reason", None)
        case "分值":
            first["weight"] = Decimal(str(first["weight"])) - 5
        case "没有填数":
            first.pop("done", None)
            first.pop("reason", None)
        case "远超":
            done = Decimal(str(first["goal"])) * 4
            first |= {"done": done, "actual": f"{done}{_unit_in(str(first['target']))}"}
            first.pop("reason", None)
        case "文字":
            first["done"] = Decimal(str(first["goal"])) // 2
            first["reason"] = "按实际完成数填写。"


# -- what a project aims at and reaches --


def tells(work: Work) -> list[Told]:
    """Return a project's indicators with goals, results and points."""
    measures = work.kind.measures
    blocks = [_LEVEL1.get(each.level2, _OUTPUT) for each in measures]
    points = {block: _split(block, blocks.count(block)) for block in set(blocks)}
    return [
        _told(work, measure, points[block].pop(0))
        for measure, block in zip(measures, blocks, strict=True)
    ]


def _told(work: Work, measure: Measure, weight: int) -> Told:
    key = (work.code, measure.name)
    reached = _reached(work, measure)
    if not measure.sign:
        level = "达成" if reached >= 1 else "部分达成" if reached > Decimal("0.5") else "未达成"
        return Told(measure, Decimal(0), Decimal(0), weight, level)
    goal = _stepped(between(measure.low, measure.high, 4, "目标", *key), measure.step)
    if measure.sign == "=" and not goal:
        return Told(measure, goal, Decimal(0 if reached > Decimal("0.6") else 1), weight)
    if measure.sign == "≤":
        return Told(measure, goal, _stepped(goal / reached, "1"), weight)
    done = _stepped(goal * reached, "1")
    if measure.unit == "%":
        done = min(done, Decimal(100))
    return Told(measure, goal, done, weight)


def _reached(work: Work, measure: Measure) -> Decimal:
    """Return how much of an indicator's goal is reached, 1 being all of it."""
    hard = Decimal("0.04") if measure.level2 == "服务对象满意度指标" else Decimal("0.16")
    drawn = draw("完成", work.code, measure.name)
    if work.luck < Decimal("0.012"):
        return Decimal("0.15") + drawn * Decimal("0.5")
    if work.luck < Decimal("0.05"):
        return Decimal("0.5") + drawn * Decimal("0.5")
    if drawn < hard + (1 - work.luck) * Decimal("0.28"):
        return Decimal("0.55") + draw("差一点", work.code, measure.name) * Decimal("0.44")
    return 1 + draw("超额", work.code, measure.name) * Decimal("0.12")


def _met(told: Told) -> bool:
    if told.measure.sign == "≤":
        return told.done <= told.goal
    return told.done >= told.goal if told.goal else told.done == 0


def _split(points: int, parts: int) -> list[int]:
    """Return points in round numbers, the first part taking the rest."""
    each = points // parts // 5 * 5 or points // parts
    return [points - each * (parts - 1), *[each] * (parts - 1)]


def _stepped(number: Decimal, step: str) -> Decimal:
    return round_half_up(number / Decimal(step), 0) * Decimal(step)


# -- words --


def _target(told: Told) -> str:
    if not told.measure.sign:
        return told.measure.words
    return f"{told.measure.sign}{_with_unit(told.goal, told.measure)}"


def _with_unit(number: Decimal, measure: Measure) -> str:
    return f"{number:f}{measure.unit}"


def _unit_in(target: str) -> str:
    return target.lstrip("≥≤=").lstrip("0123456789.")


def _goals(work: Work) -> str:
    return f"1.完成{work.name}年度任务；2.按计划支付资金，服务对象满意。"


def _achieved(work: Work) -> str:
    if work.luck < Decimal("0.06"):
        return f"1.{work.name}只完成一部分；2.资金支付慢于计划。"
    return f"1.{work.name}年度任务基本完成；2.资金按合同支付。"


def _why(work: Work, measure: Measure) -> str:
    cause = "前期准备不足" if happens("0.5", "为什么", work.code, measure.name) else "招标推迟"
    return f"{cause}，{measure.name}没有全部完成；明年提前安排。"


# -- 复核 --


def review(code: str, indicators: Sequence[Record]) -> Entry:
    """Return what reviewers find of a project that was drawn, indicator by indicator."""
    rows = [dict(_reviewed(code, each)) for each in indicators]
    changed = any("reason" in each for each in rows)
    fields: dict[str, Decimal | str] = {
        "conclusion": "调整得分" if changed else "认可自评",
        "opinion": "查阅了合同、验收和支付凭证，"
        + ("部分指标佐证材料不足，已按能够证明的完成值计分。" if changed else "自评属实。"),
        "reviewer": f"示例会计师事务所 复核人{'甲乙丙丁'[int(draw('复核人', code) * 4)]}",
    }
    return Entry(fields, {"indicators": tuple(rows)})


def _reviewed(code: str, indicator: Record) -> Iterator[tuple[str, Decimal | str]]:
    score, name = indicator["score"], str(indicator["level3"])
    own = score if isinstance(score, Decimal) else Decimal(0)
    yield "actual", str(indicator["actual"])
    if own and happens("0.08", "复核", code, name):
        yield "score", round_half_up(own * between("0.5", "0.95", 2, "核减", code, name), 2)
        yield "reason", "佐证材料只能证明一部分，按能够证明的计分。"
    else:
        yield "score", own
