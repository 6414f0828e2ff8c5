"""The template language: what keys there are and what may stand under them."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    WithJsonSchema,
)
from pydantic.config import JsonDict, JsonValue
from pydantic_core import PydanticCustomError

from generator.model import form as model
from generator.model.finding import Kind

NAME = r"^[a-z][a-z0-9_]{0,39}$"
CHECK_ID = r"^[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*$"


def _as_text(value: object) -> object:
    """Take a number for the text it was written as."""
    return str(value) if type(value) in (int, Decimal) else value


def _as_number(value: object) -> object:
    return Decimal(value) if type(value) is int else value


def _as_figure(value: object) -> object:
    value = _as_number(value)
    if isinstance(value, Decimal | str):
        return value
    raise PydanticCustomError("decimal_type", "no figure")


_TEXT = WithJsonSchema({"type": ["string", "number"]})
Text = Annotated[str, BeforeValidator(_as_text), _TEXT]
Cell = Annotated[
    str | None, BeforeValidator(_as_text), WithJsonSchema({"type": ["string", "number", "null"]})
]
Number = Annotated[Decimal, BeforeValidator(_as_number), WithJsonSchema({"type": "number"})]
Figure = Annotated[
    Decimal | str,
    PlainValidator(_as_figure),
    WithJsonSchema({"type": ["number", "string"]}),
]
Kinds = Annotated[Kind, Field(strict=False)]
FieldTypes = Annotated[model.FieldType, Field(strict=False)]
Combines = Annotated[model.Combine, Field(strict=False)]
Unit = Literal["元", "千元", "万元", "百万元", "亿元"]
Stage = Literal["target", "progress", "monitoring", "self-evaluation", "review", "work"]
Rows = list[list[Cell]]

_NAMED: JsonDict = {"propertyNames": {"pattern": NAME}}


def _said(description: str, *, open_: bool = False, **more: JsonValue) -> ConfigDict:
    """Return how a model is read, and what editors say of it."""
    extra: JsonDict = {"description": description, **more}
    kinds: Literal["allow", "forbid"] = "allow" if open_ else "forbid"
    return ConfigDict(extra=kinds, strict=True, frozen=True, json_schema_extra=extra)


class RosterColumn(BaseModel):
    """A column of the roster."""

    model_config = _said("名册中的一列。")

    heading: Text = Field(description="名册里这一列的列名")
    required: bool = Field(default=False, description="是否必填")
    type: FieldTypes = Field(default=model.FieldType.TEXT, description="这一列的类型，默认 text")


class RosterSheet(BaseModel):
    """A child sheet of the roster, such as projects."""

    model_config = _said("名册中的一张附表，例如项目。")

    tab: Text = Field(description="名册里这张工作表的名字")
    columns: dict[str, RosterColumn] = Field(json_schema_extra=_NAMED, min_length=1)
    under: Text | None = Field(
        default=None, description="每行归到哪张附表的一行（按它的 code），例如 projects"
    )


class Roster(BaseModel):
    """What the form wants in the roster."""

    model_config = _said("名册要有哪些内容。", open_=True)
    __pydantic_extra__: dict[str, RosterSheet] = Field(init=False)

    department: dict[str, RosterColumn] = Field(
        default_factory=dict, description="部门表另加的列", json_schema_extra=_NAMED
    )

    @property
    def children(self) -> dict[str, RosterSheet]:
        """The child sheets by name."""
        return self.__pydantic_extra__ or {}


class FormField(BaseModel):
    """A field, or a column of a table."""

    model_config = _said("一个字段，或者表格的一列。")

    label: Text = Field(description="印在表上的名称")
    type: FieldTypes = Field(description="填什么内容")
    unit: Unit | None = Field(default=None, description="金额的单位，默认用整张表的单位")
    required: bool = Field(default=False, description="是否必填")
    choices: list[Text] = Field(default_factory=list, description="下拉列表的选项")
    variants: dict[str, Text] = Field(
        default_factory=dict, description="也认可的其他写法：写法: 对应的选项"
    )
    min: Number | None = Field(default=None, description="最小值，按单元格显示的数")
    max: Number | None = Field(default=None, description="最大值，按单元格显示的数")
    digits: int | None = Field(default=None, ge=0, le=10, description="小数位数，默认 2")
    max_length: int | None = Field(default=None, ge=1, le=32767, description="最多多少字")
    lines: int = Field(default=1, ge=1, le=60, description="按几行文字留高度")
    fill: Text | None = Field(default=None, description="事先填好的内容")
    suggest: Text | None = Field(
        default=None, description="从指标库的哪一组里提示，例如 level3；也可以填别的"
    )
    locked: bool = Field(default=False, description="填好的内容不许改")
    computed: Text | None = Field(default=None, description="由哪个算式得出")
    prints: Text | None = Field(default=None, description="这个答案写的是哪个比（a / b）")
    merge_down: bool = Field(default=False, description="上下相同的合并成一格")
    combine: Combines | None = Field(default=None, description="汇总时怎么合并")
    weight: Text | None = Field(default=None, description="加权平均用哪一列作权数")
    help: Text = Field(default="", description="填报提示")


class FixedRow(BaseModel):
    """A fixed row; further keys are the texts of label columns."""

    model_config = _said("固定行；除下列键外，其余的键是标签列的文字。", open_=True)
    __pydantic_extra__: dict[str, Text] = Field(init=False)

    total_of: list[Text] = Field(default_factory=list, description="这一行是哪几行的合计")
    computed: dict[str, Text] = Field(default_factory=dict, description="列: 算式")
    optional: bool = Field(default=False, description="必填的列在这一行也可以不填")

    @property
    def labels(self) -> dict[str, str]:
        """The printed texts by label column."""
        return self.__pydantic_extra__ or {}


class Table(BaseModel):
    """A table."""

    model_config = _said("一张表格。")

    label: Text = Field(description="表格的名称")
    columns: dict[str, FormField] = Field(json_schema_extra=_NAMED, min_length=1)
    side: Text | None = Field(default=None, description="印在表格左侧的竖条文字")
    header: Rows | None = Field(default=None, description="表头的画法")
    record: Rows | None = Field(default=None, description="一条记录的画法")
    for_: Text | None = Field(
        default=None,
        alias="for",
        description="每条一行，例如 goal in department.goals、indicator in project.indicators、"
        "row in previous.measures（上期报过的各行）",
    )
    spare: int = Field(default=0, ge=0, le=500, description="另外留几个空行")
    at_least: int = Field(default=0, ge=0, le=500, description="至少填几行")
    key: list[Text] = Field(default_factory=list, description="哪几列合起来不许重复")
    group_by: list[Text] = Field(default_factory=list, description="汇总时按哪几列分组")
    rows: dict[str, FixedRow] | None = Field(
        default=None, description="固定行", json_schema_extra=_NAMED
    )


class Caption(BaseModel):
    """The small line under a title."""

    model_config = _said("标题下面的一行小字。")

    left: Text | None = None
    center: Text | None = None
    right: Text | None = None


class Block(BaseModel):
    """A block of a sheet, from top to bottom."""

    model_config = _said("表上从上到下的一块；下列键只写一个。", minProperties=1, maxProperties=1)

    title: Text | None = Field(default=None, description="大标题")
    caption: Caption | None = Field(default=None, description="标题下面的小字")
    draw: Rows | None = Field(default=None, description="画出的一块")
    table: Text | None = Field(default=None, description="放哪张表格")
    remark: Text | None = Field(default=None, description="注释文字")


class Check(BaseModel):
    """A rule of the form."""

    model_config = _said("一条审核公式。")

    id: Text = Field(description="编号，大写字母、数字、连字符，整份表样内不重复")
    kind: Kinds = Field(description="基本平衡、逻辑、核实、提示")
    name: Text = Field(description="校验表上显示的名称")
    rule: Text = Field(description="应当成立的式子")
    message: Text = Field(description="不成立时的说明，可以用 {{ 算式 }}")
    remedy: Text = Field(description="应当怎么改")
    each: Text | None = Field(default=None, description="对哪张表格的每一行审核")
    when: Text | None = Field(default=None, description="什么条件下才审核")
    tolerance: Number = Field(default=Decimal(0), ge=0, description="允许相差多少")
    at: Text | None = Field(default=None, description="指向哪个字段或哪一列")
    live: bool = Field(default=True, description="是否在下发的表里实时显示")
    source: Text = Field(default="", description="依据")


class Edition(BaseModel):
    """The figures of a table from a month on."""

    model_config = _said("从某个月起的一组数。")

    from_: Text = Field(alias="from", description="从什么时候起，例如 2020 或 2020-02")
    source: Text = Field(description="依据哪个文件")
    values: dict[str, Figure] = Field(
        description="名字: 数或文字", json_schema_extra=_NAMED, min_length=1
    )


class Constants(BaseModel):
    """Figures that hold from a month on."""

    model_config = _said("一组随时间变化的数：分值、界线等，算式里写作 data.组名.名字。")

    label: Text = Field(description="这组数叫什么，印在填报说明里")
    editions: list[Edition] = Field(min_length=1, description="各个时候的数，从早到晚")


class Print(BaseModel):
    """Page set-up."""

    model_config = _said("打印设置。")

    landscape: bool = Field(default=False, description="是否横向")
    repeat: Text | None = Field(default=None, description="每页重复哪张表格的表头")
    columns: int | None = Field(
        default=None, ge=1, description="只打印左边几列；右边的列给表格作计算用，不打印"
    )


class Sheet(BaseModel):
    """A worksheet."""

    model_config = _said("一张工作表。")

    tab: Text = Field(description="工作表标签")
    widths: list[Number] = Field(min_length=1, max_length=100, description="各列的宽度")
    blocks: list[Block] = Field(min_length=1, description="从上到下的各块")
    for_: Text | None = Field(
        default=None, alias="for", description="每条一张，例如 project in department.projects"
    )
    key: Text | None = Field(default=None, description="用哪个字段区分重复的工作表")
    print: Print = Field(default_factory=Print)
    fields: dict[str, FormField] = Field(default_factory=dict, json_schema_extra=_NAMED)
    tables: dict[str, Table] = Field(default_factory=dict, json_schema_extra=_NAMED)
    checks: list[Check] = Field(default_factory=list)


class Form(BaseModel):
    """A form."""

    model_config = _said("绩效表样。")

    form: Text = Field(description="编号，与文件夹同名")
    version: Text = Field(description="版本")
    name: Text = Field(description="表名")
    period: Literal["month", "quarter", "half", "year"] = Field(description="报告期")
    unit: Unit = Field(description="金额单位")
    stage: Stage | None = Field(
        default=None,
        description="处在一年中的哪一步：target 目标、progress 进度、monitoring 监控、"
        "self-evaluation 自评、review 复核、work 工作登记",
    )
    sheets: dict[str, Sheet] = Field(json_schema_extra=_NAMED, min_length=1)
    source: Text = Field(default="", description="出处")
    deadline: Text | None = Field(default=None, description="截止时间")
    contact: Text | None = Field(default=None, description="找谁询问")
    instructions: list[Text] = Field(default_factory=list, description="填报说明")
    roster: Roster = Field(default_factory=Roster)
    data: dict[str, Constants] = Field(
        default_factory=dict,
        description="随时间变化的数：分值、界线等，各有起始时间和依据",
        json_schema_extra=_NAMED,
    )
