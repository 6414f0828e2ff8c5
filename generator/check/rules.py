"""The built-in rules: one table of what is asked of every return, whatever its form."""

from __future__ import annotations

from dataclasses import dataclass

from generator.model.finding import Finding, Kind, Place


@dataclass(frozen=True)
class Rule:
    """A built-in rule; `id` is stable over versions, a finding may have a better `remedy`."""

    id: str
    kind: Kind
    name: str
    remedy: str

    def found(
        self, place: Place, message: str, remedy: str = "", kind: Kind | None = None
    ) -> Finding:
        """Return a finding under this rule."""
        return Finding(self.id, kind or self.kind, place, message, remedy or self.remedy)


# -- what is wrong with the file as a whole; found where files are read and merged --
UNREADABLE = Rule(
    "UNREADABLE",
    Kind.BALANCE,
    "文件可以打开",
    "请用 Excel 或 WPS 打开该文件，另存为 .xlsx 格式（不加密码）后重新报送；"
    "打不开的，请在原下发的表上重新填报。",
)
FORM = Rule(
    "FORM",
    Kind.BALANCE,
    "是本次下发的表",
    "请在财政部门下发的本表上填写后报送，不要用自制的表或其他表代替。",
)
VERSION = Rule(
    "VERSION",
    Kind.BALANCE,
    "表样版本一致",
    "该表是旧版本。请把数据填到本次下发的新表里再报送。",
)
PERIOD = Rule(
    "PERIOD",
    Kind.BALANCE,
    "报告期一致",
    "请核对文件是不是报错了期间，报送本期下发的表。",
)
DEPARTMENT = Rule(
    "DEPARTMENT",
    Kind.BALANCE,
    "填报单位在名册内",
    "请使用下发给本单位的表填报；单位编码、名称确有变动的，请联系财政部门更新名册。",
)
SEAL = Rule(
    "SEAL",
    Kind.BALANCE,
    "表样标识完整",
    "文件里的表样标识缺失或被改动。请在原下发的表上填写，不要把内容复制到新建的工作簿里报送。",
)
STRUCTURE = Rule(
    "STRUCTURE",
    Kind.BALANCE,
    "工作表和表格齐全",
    "请不要删除下发表中的工作表、表格或栏目；请把缺少的部分从原下发的表里补回后重新报送。",
)
LOCKED = Rule(
    "LOCKED",
    Kind.LOGIC,
    "预填内容未改动",
    "预填内容由财政部门填写，请恢复原来的内容；内容本身有误的，请联系财政部门更正。",
)
FORMULA = Rule(
    "FORMULA",
    Kind.LOGIC,
    "公式未改动",
    "该格由公式计算，请恢复原来的公式（可从原下发的表中复制），不要直接填数。",
)
DUPLICATE = Rule(
    "DUPLICATE",
    Kind.VERIFY,
    "每个单位只报一份",
    "汇总采用较新的一份。请确认以哪一份为准，并删去另一份。",
)
ACTIVE = Rule(
    "ACTIVE",
    Kind.NOTE,
    "没有宏和外部链接",
    "汇总不运行宏、不更新链接。请核实文件来源；下次请上报不带宏和链接的 .xlsx 文件。",
)

# -- what is wrong with one answer --
REQUIRED = Rule("REQUIRED", Kind.LOGIC, "必填项已填", "请补填该项；确实没有的，请向财政部门说明。")
TYPE = Rule("TYPE", Kind.BALANCE, "内容可以识别", "请改成本栏要求的内容。")
CHOICE = Rule("CHOICE", Kind.LOGIC, "从列表中选择", "请从该格的下拉列表中选择。")
BOUNDS = Rule("BOUNDS", Kind.LOGIC, "数值在允许范围内", "请核对数值和单位是否填对。")
LENGTH = Rule("LENGTH", Kind.LOGIC, "文字不超过规定字数", "请精简文字；需要详写的，可另附材料。")
DIGITS = Rule("DIGITS", Kind.NOTE, "小数位数", "汇总按所填的数计算；如属误填，请更正。")
NORMALISED = Rule(
    "NORMALISED",
    Kind.NOTE,
    "按规范写法理解",
    "请核对理解是否正确；正确的不需要修改，下次请直接按规范写法填写。",
)

# -- what does not fit together --
KEY = Rule("KEY", Kind.BALANCE, "编码或名称不重复", "重复填写的，请删去一处；填错的，请改正。")
SHAREDNAME = Rule(
    "SHAREDNAME",
    Kind.NOTE,
    "名称相同、编码不同",
    "汇总以编码为准，两项分别计算。如果其实是同一项，请联系财政部门合并编码。",
)
TARGET = Rule(
    "TARGET",
    Kind.LOGIC,
    "指标值写法",
    "请写成“=6人”“≥95%”“≤48小时”“≤预算控制数”这样的形式；定性指标写一句话，例如“有效提高”。",
)
TARGET_OVER = Rule(
    "TARGET-OVER",
    Kind.VERIFY,
    "百分比指标值不超过100%",
    "该指标不可能超过 100% 的，请改为“=100%”；确实可以超过的，请在情况说明中写明理由。",
)
RATIO = Rule(
    "RATIO",
    Kind.VERIFY,
    "所填比率与重算一致",
    "请核对比率及其分子、分母；口径不同或取数不同的，请在情况说明中写明。",
)
TOTAL = Rule(
    "TOTAL",
    Kind.BALANCE,
    "计算结果与重算一致",
    "请恢复该格的公式并重新计算；各项数据有误的，先改各项。",
)

BUILT_IN = (
    *(UNREADABLE, FORM, VERSION, PERIOD, DEPARTMENT, SEAL, STRUCTURE, LOCKED, FORMULA, DUPLICATE),
    ACTIVE,
    *(REQUIRED, TYPE, CHOICE, BOUNDS, LENGTH, DIGITS, NORMALISED),
    *(KEY, SHAREDNAME, TARGET, TARGET_OVER, RATIO, TOTAL),
)
RULES = {rule.id: rule for rule in BUILT_IN}
