"""The invented city's 327 departments and units, and how many projects each has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from generator.demo.year.chance import draw

UNITS, PROJECTS = 327, 2_247  # as the published report has them
_FIELDS = (
    *(
        "教育",
        "卫生健康",
        "民政",
        "人力社保",
        "生态环境",
        "城乡建设",
        "交通运输",
        "水利",
        "农业农村",
    ),
    *("商务", "文化旅游", "应急管理", "市场监管", "科学技术", "经济信息", "公安", "司法行政"),
    *("自然资源", "园林文物", "体育", "统计", "审计", "医疗保障", "退役军人事务", "城市管理"),
    *("数据资源管理", "机关事务管理", "信访", "档案", "地方志", "住房保障", "人民防空", "气象服务"),
    *("供销合作", "残疾人事业", "妇女儿童事业", "青少年事业", "工会服务", "科普", "红十字事业"),
    *("港航", "林业", "粮食物资", "民族宗教事务", "外事", "投资促进", "国有资产监管", "金融服务"),
    *("老龄事业", "仲裁服务", "新闻出版", "广播电视"),
)
_SERVICES = (
    *("服务中心", "信息中心", "综合执法队", "培训中心", "研究所", "监测中心", "宣传教育中心"),
    *("项目管理中心", "实验基地"),
)


@dataclass(frozen=True)
class Unit:
    """A department, or a unit under one; `field` is what it is there for."""

    code: str
    name: str
    field: str
    parent: str  # the name of the department; its own for a department
    projects: int


@cache
def units() -> tuple[Unit, ...]:
    """Return all units in the order of their codes, departments before what is under them."""
    named = [
        (f"{101 + number}{place:03}", name, field, place == 0)
        for number, (field, names) in enumerate(_named())
        for place, name in enumerate(names)
    ]
    counts = _projects([(code, top) for code, _, _, top in named])
    return tuple(
        Unit(code, name, field, f"示例单位{field}局", counts[code])
        for code, name, field, _ in named
    )


def _named() -> Iterator[tuple[str, list[str]]]:
    """Yield the names in each field: a department and five or six units under it."""
    left, fields = UNITS - len(_FIELDS), len(_FIELDS)
    for number, field in enumerate(_FIELDS):
        under = left // fields + (number < left % fields)
        yield field, [f"示例单位{field}{each}" for each in ("局", *_SERVICES[:under])]


def _projects(codes: list[tuple[str, bool]]) -> dict[str, int]:
    """Return how many projects each has: a department some twenty, a unit under it five or so."""
    weights = {code: _weight(code, top=top) for code, top in codes}
    whole = sum(weights.values())
    shares = {code: max(1, int(PROJECTS * weight / whole)) for code, weight in weights.items()}
    missing = PROJECTS - sum(shares.values())
    for code in sorted(shares, key=lambda each: draw("尾数", each))[:missing]:
        shares[code] += 1
    return shares


def _weight(code: str, *, top: bool) -> Decimal:
    drawn = draw("项目数", code)
    return 9 + drawn * 24 if top else 2 + drawn * 6
