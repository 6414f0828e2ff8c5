"""The kinds of projects of the invented city: what they cost, and what they are measured by."""

from __future__ import annotations

from dataclasses import dataclass

from generator.demo.year.chance import Curve


@dataclass(frozen=True)
class Measure:
    """An indicator of a kind: `sign` ≥, ≤ or =, or empty for one that is told in words."""

    level2: str
    name: str
    sign: str = ""
    low: str = "0"
    high: str = "0"
    unit: str = ""
    step: str = "1"
    words: str = ""  # the target of one that is told in words
    basis: str = "工作计划"


@dataclass(frozen=True)
class Kind:
    """A kind of project; `share` of all, `amounts` in 万元."""

    name: str
    share: str
    amounts: Curve
    projects: tuple[str, ...]  # what they are called
    measures: tuple[Measure, ...]
    special: str = "0"  # how often it is paid from 专项资金
    major: str = "0.15"  # how often it is 重点


_SMALL = (("0", "5"), ("0.5", "38"), ("0.9", "160"), ("1", "480"))
_MIDDLE = (("0", "12"), ("0.5", "90"), ("0.9", "420"), ("0.99", "1600"), ("1", "3000"))
_LARGE = (("0", "60"), ("0.5", "320"), ("0.9", "2200"), ("0.99", "9000"), ("1", "18000"))


def _pleased(who: str, low: str = "85") -> Measure:
    return Measure("服务对象满意度指标", f"{who}满意度", "≥", low, "95", "%", basis="问卷调查")


def _lasting(words: str = "逐步健全") -> Measure:
    return Measure("可持续影响指标", "长效管理机制", words=words, basis="管理制度")


KINDS = (
    Kind(
        "信息化建设",
        "0.07",
        _MIDDLE,
        ("业务系统建设", "数据共享平台建设", "政务服务系统升级"),
        (
            Measure("数量指标", "建成功能模块", "≥", "4", "30", "个"),
            Measure("质量指标", "系统验收合格率", "=", "100", "100", "%", basis="行业标准"),
            Measure("时效指标", "平均响应时间", "≤", "2", "5", "秒", basis="技术标准"),
            Measure("社会效益指标", "网上办理率", "≥", "60", "95", "%", "5"),
            _lasting(),
            _pleased("使用人员"),
        ),
        special="0.3",
    ),
    Kind(
        "信息化项目运维",
        "0.12",
        _SMALL,
        ("业务系统运行维护", "网络和机房运维", "网络安全服务"),
        (
            Measure("数量指标", "运维系统", "≥", "2", "15", "个"),
            Measure("质量指标", "系统可用率", "≥", "98", "99", "%", basis="服务合同"),
            Measure("时效指标", "故障修复时间", "≤", "4", "24", "小时", "2", basis="服务合同"),
            Measure("社会效益指标", "业务正常开展", words="有效保障"),
            _pleased("使用人员"),
        ),
    ),
    Kind(
        "会议培训",
        "0.10",
        _SMALL,
        ("业务培训", "干部能力提升培训", "基层人员轮训"),
        (
            Measure("数量指标", "培训人次", "≥", "60", "900", "人次", "10"),
            Measure("质量指标", "考核合格率", "≥", "90", "98", "%"),
            Measure("成本指标", "人均每天费用", "≤", "400", "550", "元", "10", basis="支出标准"),
            Measure("社会效益指标", "业务能力", words="有效提升"),
            _pleased("参训人员", "90"),
        ),
    ),
    Kind(
        "房屋修缮",
        "0.08",
        _MIDDLE,
        ("办公用房维修", "业务用房改造", "附属设施修缮"),
        (
            Measure("数量指标", "修缮面积", "≥", "300", "6000", "平方米", "100"),
            Measure("质量指标", "一次验收合格率", "=", "100", "100", "%", basis="行业标准"),
            Measure("时效指标", "工期", "≤", "60", "180", "天", "10", basis="施工合同"),
            Measure("社会效益指标", "安全隐患", words="基本消除"),
            _lasting("健全"),
            _pleased("使用人员"),
        ),
    ),
    Kind(
        "设备购置",
        "0.11",
        _SMALL,
        ("专用设备购置", "检验检测设备更新", "办公设备更新"),
        (
            Measure("数量指标", "购置设备", "≥", "3", "120", "台（套）"),
            Measure("质量指标", "设备验收合格率", "=", "100", "100", "%", basis="采购合同"),
            Measure("成本指标", "单价超过标准的设备", "=", "0", "0", "台", basis="配置标准"),
            Measure("社会效益指标", "设备利用率", "≥", "70", "95", "%", "5"),
            _pleased("使用人员"),
        ),
    ),
    Kind(
        "物业管理",
        "0.09",
        _SMALL,
        ("物业管理服务", "后勤保障服务", "安保服务"),
        (
            Measure("数量指标", "服务面积", "≥", "1000", "20000", "平方米", "500"),
            Measure("质量指标", "巡查合格率", "≥", "95", "99", "%"),
            Measure("时效指标", "报修响应时间", "≤", "30", "60", "分钟", "10", basis="服务合同"),
            Measure("社会效益指标", "办公秩序", words="有效保障"),
            _pleased("服务对象", "88"),
        ),
    ),
    Kind(
        "课题研究",
        "0.07",
        _SMALL,
        ("政策课题研究", "规划编制", "标准制定"),
        (
            Measure("数量指标", "完成课题", "≥", "1", "12", "项"),
            Measure("质量指标", "课题评审通过率", "≥", "85", "95", "%", "5"),
            Measure("时效指标", "按期结题率", "≥", "85", "95", "%", "5"),
            Measure("社会效益指标", "成果转化应用", "≥", "1", "5", "项"),
            _pleased("课题使用单位"),
        ),
    ),
    Kind(
        "宣传活动",
        "0.09",
        _SMALL,
        ("主题宣传活动", "政策宣传", "公益活动"),
        (
            Measure("数量指标", "举办活动", "≥", "4", "60", "场"),
            Measure("数量指标", "覆盖人次", "≥", "500", "20000", "人次", "500"),
            Measure("质量指标", "活动按方案完成率", "≥", "92", "98", "%"),
            Measure("社会效益指标", "公众知晓率", "≥", "60", "90", "%", "5", basis="问卷调查"),
            _pleased("参加群众"),
        ),
    ),
    Kind(
        "执法办案",
        "0.08",
        _SMALL,
        ("执法检查", "专项整治", "监督抽检"),
        (
            Measure("数量指标", "检查户次", "≥", "100", "4000", "户次", "50"),
            Measure("质量指标", "案件办结率", "≥", "90", "98", "%"),
            Measure("时效指标", "举报处理时间", "≤", "7", "20", "天", basis="办理规定"),
            Measure("社会效益指标", "重大责任事故", "=", "0", "0", "起"),
            _lasting(),
            _pleased("企业和群众"),
        ),
    ),
    Kind(
        "补助补贴",
        "0.12",
        _LARGE,
        ("对象补助", "以奖代补", "事业发展补助"),
        (
            Measure("数量指标", "补助对象", "≥", "200", "9000", "人", "50"),
            Measure("质量指标", "补助对象符合率", "=", "100", "100", "%", basis="补助办法"),
            Measure("时效指标", "资金拨付时间", "≤", "15", "30", "天", basis="补助办法"),
            Measure("社会效益指标", "政策覆盖率", "≥", "85", "95", "%", "5"),
            _lasting("长期发挥作用"),
            _pleased("受益群众", "90"),
        ),
        special="0.85",
        major="0.35",
    ),
    Kind(
        "工程建设",
        "0.07",
        _LARGE,
        ("设施建设工程", "改扩建工程", "整治工程"),
        (
            Measure("数量指标", "完成工程量", "≥", "2", "40", "项"),
            Measure("质量指标", "工程验收合格率", "=", "100", "100", "%", basis="行业标准"),
            Measure("时效指标", "节点按期完成率", "≥", "80", "95", "%", "5"),
            Measure("成本指标", "超概算项目", "=", "0", "0", "项", basis="概算批复"),
            Measure("生态效益指标", "扬尘和噪声达标", words="达标", basis="环保要求"),
            Measure("社会效益指标", "服务能力", words="明显提高"),
            _pleased("周边群众"),
        ),
        special="0.45",
        major="0.45",
    ),
)
