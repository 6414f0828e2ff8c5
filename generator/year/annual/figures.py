"""Which figures the annual report has: what is asked of the ledger, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass

from generator.year.annual.rows import (
    Reckon,
    count,
    count_with,
    in_yi,
    latest,
    monitored,
    share,
    sum_of,
    where,
)

_EVALUATED, _CHECKED, _MONITORED = "自评", "抽查", "监控"
_KEY, BUDGET, _SUPPORT = "重点评价", "结果与预算", "保障机制"
DIGITS = {"%": 1, "亿元": 2}  # decimals by unit; else none


@dataclass(frozen=True)
class Definition:
    """A figure to be; `how` says in Chinese how it is reckoned from the rows."""

    id: str
    title: str
    unit: str
    reckon: Reckon
    how: str
    needs: Reckon = count  # there is data only where this finds something


@dataclass(frozen=True)
class Question:
    """A question to the ledger with the figures that its answer gives."""

    query: str
    section: str
    figures: tuple[Definition, ...]
    back: int = 0  # years before the report's: evaluations are of the year before
    register: bool = False  # from the bureau's register: an empty table of one that came is 0


_UNITS, _PROJECTS = count_with("自评项目"), sum_of("自评项目")
_LISTED, _DRAWN = sum_of("应评项目"), sum_of("抽查项目")
_BUDGET, _SPENT = sum_of("预算数"), sum_of("执行数")
_GRADED = sum_of("个数")
_EXCELLENT, _GOOD, _LOW = (where("等级", each, "个数") for each in ("优", "良", "中差"))
_BEHIND = where("规则", ("BEHIND", "FAR-BEHIND"), "项目")

QUESTIONS: tuple[Question, ...] = (
    Question(
        "coverage",
        _EVALUATED,
        (
            Definition("units", "自评覆盖的部门（单位）", "个", _UNITS, "自评项目大于0的单位数"),
            Definition("projects", "自评项目", "个", _PROJECTS, "自评项目合计"),
            Definition("listed_projects", "应自评的项目", "个", _LISTED, "应评项目合计", _LISTED),
            Definition(
                "coverage_rate",
                "自评覆盖率",
                "%",
                share(_PROJECTS, _LISTED),
                "自评项目合计÷应评项目合计",
            ),
        ),
        back=1,
    ),
    Question(
        "execution",
        _EVALUATED,
        (
            Definition(
                "evaluated_money", "自评项目的全年预算", "亿元", in_yi(_BUDGET), "预算数合计"
            ),
            Definition("spent_money", "自评项目的全年执行", "亿元", in_yi(_SPENT), "执行数合计"),
            Definition(
                "execution_rate",
                "自评项目的预算执行率",
                "%",
                share(_SPENT, _BUDGET),
                "执行数合计÷预算数合计",
            ),
            Definition(
                "slow_projects",
                "执行率低于80%的项目",
                "个",
                where("执行率段", ("60%以下", "60%—80%"), "项目"),
                "60%以下、60%—80%两段的项目数",
            ),
        ),
        back=1,
    ),
    Question(
        "grades",
        _EVALUATED,
        (
            Definition("excellent_projects", "自评为优的项目", "个", _EXCELLENT, "等级为优的个数"),
            Definition(
                "excellent_rate", "自评为优的占比", "%", share(_EXCELLENT, _GRADED), "优÷合计"
            ),
            Definition("good_projects", "自评为良的项目", "个", _GOOD, "等级为良的个数"),
            Definition("good_rate", "自评为良的占比", "%", share(_GOOD, _GRADED), "良÷合计"),
            Definition("low_projects", "自评为中、差的项目", "个", _LOW, "等级为中、差的个数"),
            Definition("low_rate", "自评为中、差的占比", "%", share(_LOW, _GRADED), "中、差÷合计"),
        ),
        back=1,
    ),
    Question(
        "coverage",
        _CHECKED,
        (
            Definition(
                "drawn_units",
                "抽查的部门（单位）",
                "个",
                count_with("抽查项目"),
                "抽查项目大于0的单位数",
                _DRAWN,
            ),
            Definition("drawn_projects", "抽查的项目", "个", _DRAWN, "抽查项目合计", _DRAWN),
            Definition(
                "drawn_rate",
                "抽评率",
                "%",
                share(_DRAWN, _PROJECTS),
                "抽查项目合计÷自评项目合计",
                _DRAWN,
            ),
        ),
        back=1,
    ),
    Question(
        "stages",
        _MONITORED,
        (
            Definition(
                "monitored_projects",
                "纳入绩效监控的项目",
                "个",
                monitored(sum_of("项目")),
                "最近一期监控的项目数",
            ),
            Definition(
                "monitored_money",
                "监控项目的年初预算",
                "亿元",
                in_yi(monitored(_BUDGET)),
                "最近一期监控的预算数",
            ),
            Definition(
                "monitored_rate",
                "监控项目的执行率",
                "%",
                share(monitored(_SPENT), monitored(_BUDGET)),
                "最近一期监控的执行数÷预算数",
            ),
        ),
    ),
    Question(
        "alerts",
        _MONITORED,
        (
            Definition(
                "behind_projects",
                "支出进度落后的项目",
                "个",
                latest(_BEHIND),
                "最近一期，规则 BEHIND、FAR-BEHIND 的项目数",
            ),
            Definition(
                "far_behind_projects",
                "支出进度远远落后的项目",
                "个",
                latest(where("规则", ("FAR-BEHIND",), "项目")),
                "最近一期，规则 FAR-BEHIND 的项目数",
            ),
            Definition(
                "large_behind_projects",
                "列入重点监控的大项目",
                "个",
                latest(where("规则", ("LARGE",), "项目")),
                "最近一期，规则 LARGE 的项目数",
            ),
        ),
    ),
    Question(
        "work-evaluations",
        _KEY,
        (
            Definition("key_projects", "财政重点评价项目", "个", count, "登记的项目数"),
            Definition(
                "key_money",
                "重点评价覆盖的财政资金",
                "亿元",
                in_yi(sum_of("财政资金")),
                "财政资金合计",
            ),
            Definition(
                "changed_projects",
                "建议调整、压减、取消的项目",
                "个",
                where("结果应用", ("调整", "压减", "取消")),
                "结果应用为调整、压减、取消的项目数",
            ),
        ),
        register=True,
    ),
    Question(
        "work-reports",
        _KEY,
        (Definition("reports", "专题报告", "个", count, "登记的报告数"),),
        register=True,
    ),
    Question(
        "work-quality",
        _KEY,
        (
            Definition("entered_projects", "质量评优参评项目", "个", count, "登记的项目数"),
            Definition(
                "excellent_entries",
                "评为优秀的项目",
                "个",
                where("等次", ("优秀",)),
                "等次为优秀的项目数",
            ),
            Definition(
                "good_entries",
                "评为良好的项目",
                "个",
                where("等次", ("良好",)),
                "等次为良好的项目数",
            ),
        ),
        register=True,
    ),
    Question(
        "work-before",
        BUDGET,
        (
            Definition("assessed_before", "事前绩效评估", "个", count, "登记的政策、项目数"),
            Definition(
                "refused_before",
                "事前评估不通过",
                "个",
                where("评估结论", ("不通过",)),
                "评估结论为不通过的个数",
            ),
        ),
        register=True,
    ),
    Question(
        "work-targets",
        BUDGET,
        (
            Definition("reviewed_units", "审核绩效目标的部门", "个", count, "登记的部门数"),
            Definition(
                "reviewed_projects", "审核绩效目标的项目", "个", sum_of("审核项目"), "审核项目合计"
            ),
        ),
        register=True,
    ),
    Question(
        "work-training",
        _SUPPORT,
        (Definition("trained_people", "培训", "人次", sum_of("人次合计"), "人次合计"),),
        register=True,
    ),
    Question(
        "work-visits",
        _SUPPORT,
        (Definition("visited_units", "上门辅导的部门（单位）", "家", count, "登记的单位数"),),
        register=True,
    ),
    Question(
        "work-frames",
        _SUPPORT,
        (Definition("frame_types", "绩效目标标准框架", "类", count, "登记的类数"),),
        register=True,
    ),
    Question(
        "work-pilots",
        _SUPPORT,
        (Definition("pilot_funds", "全生命周期管理试点", "个", count, "登记的专项资金数"),),
        register=True,
    ),
)
ALSO = (("classes", 1), ("types", 1))  # questions whose answers stand in the workbook as they are
THRESHOLDS = {  # figures that are laid down
    "investment": ("investment_threshold", "政府投资项目事前评估的起点"),
    "other": ("other_threshold", "其他重大项目事前评估的起点"),
}
IDS = frozenset(each.id for question in QUESTIONS for each in question.figures) | {
    name for name, _ in THRESHOLDS.values()
}
