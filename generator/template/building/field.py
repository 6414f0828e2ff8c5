"""Fields and columns: one answer each, with what may be said about it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from generator.model.expression import Node, Product, Type, asks_past
from generator.model.form import Combine, Field, FieldType
from generator.template import language
from generator.template.building.surroundings import Surroundings
from generator.template.mistakes import KeyPath, hint

_TEXTUAL = {FieldType.TEXT, FieldType.TARGET, FieldType.CHOICE}
_RATIOS = {FieldType.PERCENT, FieldType.POINTS, FieldType.NUMBER}
_Wrong = tuple[str | tuple[str, str], str]  # where below the field, what


def field(
    name: str,
    written: language.FormField,
    path: KeyPath,
    around: Surroundings,
    filling: Surroundings,
) -> Field:
    """Return the field; `filling` also knows the variables of the row."""
    for key, message in _mistakes(written):
        below = key if isinstance(key, tuple) else (key,)
        around.complaints.add((*path, *below), message)
    unit = (written.unit or around.form.unit) if written.type is FieldType.AMOUNT else ""
    kind = Type.NUMBER if written.type.numeric else Type.TEXT
    return Field(
        name=name,
        label=around.leaf(written.label, (*path, "label")),
        type=written.type,
        unit=unit,
        required=written.required,
        choices=tuple(written.choices),
        variants=dict(written.variants),
        minimum=written.min,
        maximum=written.max,
        digits=_digits(written),
        max_length=written.max_length,
        lines=written.lines,
        fill=filling.leaf_if(written.fill, (*path, "fill")),
        locked=written.locked,
        computed=around.cell(written.computed, (*path, "computed"), kind),
        prints=_prints(written, (*path, "prints"), around),
        merge_down=written.merge_down,
        combine=_combine(written),
        weight=written.weight or "",
        help=written.help,
        suggest=written.suggest or "",
    )


def weights(fields: Mapping[str, language.FormField], path: KeyPath, around: Surroundings) -> None:
    """Complain about weights that are no numbers beside the field they weigh."""
    numeric = {name for name, each in fields.items() if each.type.numeric}
    for name, each in fields.items():
        if each.combine is Combine.WEIGHTED and each.weight and each.weight not in numeric - {name}:
            message = f"没有可作权数的数“{each.weight}”{hint(each.weight, numeric - {name})}"
            around.complaints.add((*path, name, "weight"), message)


def _digits(written: language.FormField) -> int:
    if written.digits is not None:
        return written.digits
    return 0 if written.type is FieldType.INTEGER else 2


def _combine(written: language.FormField) -> Combine:
    if written.combine is not None:
        return written.combine
    return Combine.SUM if written.type is FieldType.AMOUNT else Combine.NONE


def _prints(written: language.FormField, path: KeyPath, around: Surroundings) -> Node | None:
    node = around.expression(written.prints, path, Type.NUMBER)
    if asks_past(node):
        around.complaints.add(path, "prints 只用本表上的数，不能用以前报的数")
    if node is None or (isinstance(node, Product) and node.operator == "/"):
        return node
    around.complaints.add(path, "prints 要写成一个比：部分 / 全部")
    return None


def _mistakes(written: language.FormField) -> Iterator[_Wrong]:
    for rule in _RULES:
        yield from rule(written)


def _choices(written: language.FormField) -> Iterator[_Wrong]:
    if written.type is not FieldType.CHOICE:
        if written.choices or written.variants:
            key = "choices" if written.choices else "variants"
            yield key, f"只有 type: choice 才写 {key}，这里是 {written.type}"
        return
    if not written.choices:
        yield "choices", "type: choice 要写 choices，列出可选的内容"
    repeated = {each for each in written.choices if written.choices.count(each) > 1}
    if repeated:
        yield "choices", f"选项重复：{'、'.join(sorted(repeated))}"
    for wording, choice in written.variants.items():
        if written.choices and choice not in written.choices:
            yield (
                ("variants", wording),
                f"“{wording}”对应的“{choice}”不在选项里{hint(choice, written.choices)}",
            )


def _suggested(written: language.FormField) -> Iterator[_Wrong]:
    if written.suggest is None:
        return
    if written.type is not FieldType.TEXT or written.computed is not None:
        yield "suggest", "只有填写的文字（type: text）才写 suggest"
    if not re.fullmatch(language.NAME, written.suggest):
        yield "suggest", f"“{written.suggest}”应是一组提示的英文名，例如 level3"


def _numeric(written: language.FormField) -> Iterator[_Wrong]:
    if written.unit is not None and written.type is not FieldType.AMOUNT:
        yield "unit", f"只有 type: amount 才写 unit，这里是 {written.type}；其他单位写在 label 里"
    if not written.type.numeric:
        for key in ("min", "max", "digits"):
            if getattr(written, key) is not None:
                yield key, f"只有数才写 {key}，这里是 {written.type}"
    if written.type is FieldType.INTEGER and written.digits:
        yield "digits", "type: integer 没有小数，不写 digits"
    if written.min is not None and written.max is not None and written.min > written.max:
        yield "min", f"最小值 {written.min} 大于最大值 {written.max}"
    if written.max_length is not None and written.type not in _TEXTUAL:
        yield "max_length", f"只有文字（text、target）才写 max_length，这里是 {written.type}"


def _filled(written: language.FormField) -> Iterator[_Wrong]:
    if written.locked and written.fill is None:
        yield "locked", "locked 是不许改事先填好的内容，要和 fill 一起写"
    if written.type is FieldType.LABEL:
        for key in ("required", "locked", "computed", "prints", "combine"):
            if getattr(written, key):
                yield key, f"type: label 是印好的文字，不用填，不能写 {key}"


def _computed(written: language.FormField) -> Iterator[_Wrong]:
    if written.computed is None:
        return
    for key in ("fill", "required", "locked", "choices", "prints"):
        if getattr(written, key):
            yield key, f"computed 的内容由算式得出，不用填，不能写 {key}"
    if written.type in (FieldType.CHOICE, FieldType.MONTH, FieldType.TARGET):
        yield "computed", f"type: {written.type} 是选填的内容，不能由算式得出"


def _combined(written: language.FormField) -> Iterator[_Wrong]:
    combine = written.combine
    if combine in (Combine.SUM, Combine.WEIGHTED) and not written.type.numeric:
        yield "combine", f"{written.type} 不是数，不能用 {combine} 汇总，可以写 count 或 none"
    if combine is Combine.WEIGHTED and written.weight is None:
        yield "combine", "combine: weighted 要写 weight，说明用哪一列作权数"
    if written.weight is not None and combine is not Combine.WEIGHTED:
        yield "weight", "写了 weight，combine 要写 weighted"
    if written.prints is not None and written.type not in _RATIOS:
        yield "prints", f"只有比率（percent、points、number）才写 prints，这里是 {written.type}"


_RULES: tuple[Callable[[language.FormField], Iterator[_Wrong]], ...] = (
    *(_choices, _suggested, _numeric, _filled, _computed, _combined),
)
