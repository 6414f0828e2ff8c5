"""校验与汇总: do parts make their total, shares their figures, weights their scheme."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest

from udfs.amounts import (
    Amount,
    Quantity,
    Unreadable,
    aligned,
    is_blank,
    parse_quantity,
    plain,
    round_half_up,
    shown_text,
    total_of,
)
from udfs.arguments import (
    Cell,
    amount,
    certain,
    choice,
    everything,
    figures,
    number,
    optional,
    read_rate,
    rows_of,
    table,
    text,
    totalled,
)
from udfs.progress import NO_BASE, OK
from udfs.readings import key
from udfs.registry import Argument, Function, example, register
from udfs.shares import AGREES, ratio_verdict

CHECK, MERGE = "校验", "汇总"
_DECIMALS = 8  # of a difference: 1 元 in 亿元
_LARGEST = "LOG10(MAX(1,ABS(SUM({parts})),ABS({total})))"
_DIFFERENCE = f"ROUND(SUM({{parts}})-{{total}},MIN({_DECIMALS},14-INT({_LARGEST})))"
_SUM_CHECK = (
    'IF({total}="",IF(COUNT({parts})=0,"","缺合计"),'
    f'IF(ABS({_DIFFERENCE})<=ABS({{tol}}),"OK",'
    f'"差额"&IF(SUM({{parts}})>{{total}},"+","")&IF(ABS({_DIFFERENCE})<0.001,'
    f'TEXT({_DIFFERENCE},"0.########"),{_DIFFERENCE})))'
)


@register(
    Function(
        name="JX_SUM_CHECK",
        category=CHECK,
        help="合计校验：返回 OK、差额±x（分项之和－合计）或缺合计。",
        arguments=(
            totalled(amount("parts", "各分项；合计为一列（行）时逐行（列）校验")),
            optional(Argument("total", "填报的合计数", parse_quantity)),
            number("tol", "容许的差额，省略为0"),
        ),
        examples=(
            example(
                [778.8, 21.4, 3.7], 816.57, gives="差额-12.67", note="移动、PC、自助缴款与总数"
            ),
            example([1443.06, 281.73], 1724.79, gives="OK", note="人员类支出"),
            example(
                [[60, 40], [70, 20]], [[100], [100]], gives=[["OK"], ["差额-10"]], note="逐行校验"
            ),
        ),
        source="H18 最多跑一次；EZ24 项目支出情况",
        native=_SUM_CHECK,
    )
)
def sum_check(parts: Sequence[Cell], total: Quantity | None, tol: Decimal = Decimal(0)) -> str:
    """Compare parts with their total, at the 15 digits that Excel keeps, to 8 decimals.

    Parts that are all blank beside a total are a difference: the total has nothing to rest on.
    """
    present = [part for part in certain(parts) if isinstance(part, Decimal | Amount)]
    if total is None:
        return "缺合计" if present else ""
    stated, *numbers = aligned([total, *present])
    summed = total_of(numbers)
    largest = max(abs(stated), abs(summed))
    difference = round_half_up(summed - stated, min(_DECIMALS, 14 - largest.adjusted()))
    if abs(difference) <= abs(tol):
        return OK
    return f"差额{'+' if difference > 0 else ''}{plain(difference)}"


@register(
    Function(
        name="JX_SHARE_CHECK",
        category=CHECK,
        help="占比校验：公布的占比与数字是否一致，返回 OK、舍入可解释、不符。",
        arguments=(
            amount("a", "部分数，按写出的位数判断（22.5即22.45至22.55）"),
            amount("b", "总额；为零显示“—”"),
            Argument("pub", "公布的占比；末尾有0的请用文本填写", read_rate),
        ),
        examples=(
            example("22.5", "29.1", "78%", gives="舍入可解释", note="77.32%，考虑取舍可达77.6%"),
            example("102.5", "111.2", "92.18%", gives="OK", note="税收占比"),
            example("3758", "4688", "80.51%", gives="不符", note="应为80.16%"),
        ),
        source="H18 一般公共预算收支；公布数各自取舍，允许合理的舍入差",
    )
)
def share_check(a: Decimal, b: Decimal, pub: Decimal) -> str:
    """Judge a printed share by the literals as written."""
    if b <= 0:
        return NO_BASE
    verdict = ratio_verdict(a, b, pub)
    return OK if verdict == AGREES else verdict


@dataclass(frozen=True)
class Block:
    """A first-level indicator and its points; `names` are the words by which forms call it."""

    title: str
    names: tuple[str, ...]
    weight: Decimal
    required: bool = True


SCHEME = (
    Block("产出指标", ("产出",), Decimal(50)),
    Block("效益指标", ("效益", "效果"), Decimal(30)),
    Block("满意度指标", ("满意",), Decimal(10)),
    Block("预算执行率", ("执行",), Decimal(10), required=False),
)


def read_scheme(rows: object) -> list[Block] | None:
    """Read a scheme, a table of names and points."""
    return [_block(row) for row in rows_of(rows) if not all(map(is_blank, row))] or None


def _block(cells: list[object]) -> Block:
    quantity = parse_quantity(cells[1]) if len(cells) == 2 else None
    if quantity is None:
        raise Unreadable("、".join(map(shown_text, cells)), "方案应为名称、分值两列")
    title = key(shown_text(cells[0]))
    return Block(title, (title.removesuffix("指标"),), quantity.number)


@register(
    Function(
        name="JX_WEIGHT_CHECK",
        category=CHECK,
        help="分值校验：各一级指标下的分值之和是否符合方案，返回 OK 或不符的部分。",
        arguments=(
            everything(optional(text("level1", "一级指标列；合并单元格下方的空白沿用上一个"))),
            everything(Argument("weights", "分值列，与一级指标列逐行对应", parse_quantity)),
            table(
                Argument(
                    "scheme",
                    "方案（名称、分值两列），由表样给出；省略为产出50、效益30、满意度10、预算执行率10"
                    "（预算执行率常列在资金栏，未列入时不查）",
                    read_scheme,
                )
            ),
        ),
        examples=(
            example(
                ["产出指标", None, "效益指标", "满意度指标"],
                [30, 20, 30, 10],
                gives="OK",
                note="产出指标合并了两行",
            ),
            example(
                ["产出指标", "效益指标", "满意度指标"],
                [45, 35, 10],
                gives="产出指标45≠50；效益指标35≠30",
                note="两部分分值不符",
            ),
        ),
        source="财预〔2020〕10号：预算执行率10、产出50、效益30、满意度10；各地不同，以表样为准",
    )
)
def weight_check(
    level1: Sequence[str | Unreadable | None],
    weights: Sequence[Quantity | Unreadable | None],
    scheme: Sequence[Block] | None = None,
) -> str:
    """Compare the points of each block with the scheme.

    The points for spending usually stand beside the funds, not among the indicators; they are
    checked only where the list has them.
    """
    blocks = scheme or SCHEME
    sums = _sums_by_block(certain(level1), certain(weights), blocks)
    if not sums:
        return ""
    faults = [
        f"{block.title}{plain(sums.get(block.title, Decimal(0)))}≠{plain(block.weight)}"
        for block in blocks
        if sums.get(block.title, Decimal(0)) != block.weight
        and (block.required or block.title in sums)
    ]
    known = {block.title for block in blocks}
    faults += [f"方案外：{title}{plain(sums[title])}" for title in sums if title not in known]
    return "；".join(faults) or OK


def _sums_by_block(
    level1: Sequence[str | None], weights: Sequence[Quantity | None], blocks: Sequence[Block]
) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    title = "未注明一级指标"
    for name, weight in zip_longest(level1, weights):
        if name is not None:
            title = _title_of(key(name), blocks)
        if weight is not None:
            sums[title] = sums.get(title, Decimal(0)) + weight.number
    return sums


def _title_of(name: str, blocks: Sequence[Block]) -> str:
    found = (block.title for block in blocks if any(word in name for word in block.names))
    return next(found, name)


_WEIGHTS = "SUMPRODUCT(0+ISNUMBER({values}),{funds})"
_AGGREGATE = (
    'IF(LEN({kind})=0,"",IF(COUNT({values})=0,"",'
    'IF(OR({kind}="abs",{kind}="绝对值"),SUM({values}),'
    'IF(SUMPRODUCT(ISNUMBER({values})*(1-ISNUMBER({funds})))>0,"缺资金",'
    f'IF({_WEIGHTS}<=0,"—",SUMPRODUCT({{values}},{{funds}})/{_WEIGHTS})))))'
)
_KINDS = {"abs": "abs", "绝对值": "abs", "rate": "rate", "相对值": "rate"}


@register(
    Function(
        name="JX_AGG",
        category=MERGE,
        help="汇总指标完成值：绝对值相加；相对值（%）按资金额加权平均，不可相加或简单平均。",
        arguments=(
            everything(amount("values", "各单位的完成值；未填的不计")),
            everything(optional(amount("funds", "各单位的资金额，作为权重"))),
            choice("kind", "abs（绝对值）相加；rate（相对值）加权平均", _KINDS),
        ),
        native=_AGGREGATE,
        examples=(
            example(["90%", "100%"], [100, 300], "rate", gives=0.975, note="按资金额加权"),
            example([138, 12], [100, 300], "abs", gives=150.0, note="绝对值相加"),
            example([1, 2], [0, 0], "rate", gives="—", note="没有资金，无法加权"),
        ),
        source="自评汇总：绝对值累加，相对值按资金额加权；先汇总后计分",
    )
)
def aggregate(
    values: Sequence[Cell], funds: Sequence[Cell] | None, kind: str
) -> Decimal | str | None:
    """Return the value of several returns together.

    A rate whose funds are not filled in cannot be weighted, and leaving it out would be a guess.
    """
    present = figures(values)
    if kind == "abs" or not any(value is not None for value in present):
        given = [value for value in present if value is not None]
        return total_of(given) if given else None
    pairs = zip_longest(present, figures(funds or []))
    weighted = [(value, fund) for value, fund in pairs if value is not None]
    weights = [fund for _, fund in weighted if fund is not None]
    if len(weights) < len(weighted):
        return "缺资金"
    total = total_of(weights)
    products = (value * fund for value, fund in weighted if fund is not None)
    return NO_BASE if total <= 0 else total_of(products) / total
