"""The figures of `data`: each edition dated, with a source, and with the same figures in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from generator.model.constants import Constants, Edition, Month
from generator.template import language
from generator.template.mistakes import Complaints, KeyPath

_MONTH = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>0[1-9]|1[0-2]))?")
_NOWHEN: Month = (0, 0)


def constants(written: language.Form, complaints: Complaints) -> dict[str, Constants]:
    """Return the figures of a form by table; what is wrong with them is reported."""
    return {
        name: Constants(name, each.label, tuple(_editions(each, ("data", name), complaints)))
        for name, each in written.data.items()
    }


def _editions(
    written: language.Constants, path: KeyPath, complaints: Complaints
) -> Iterator[Edition]:
    first, before = written.editions[0].values, _NOWHEN
    for i, each in enumerate(written.editions):
        place = (*path, "editions", i)
        since = _month(each.from_)
        if since is None:
            complaints.add((*place, "from"), f"看不懂“{each.from_}”，应写成 2020 或 2020-02 这样")
        elif since <= before:
            complaints.add((*place, "from"), f"“{each.from_}”应晚于前一组，从早到晚依次写")
        before = since or before
        _complain_values(each.values, first, (*place, "values"), complaints)
        yield Edition(before, tuple({**first, **each.values}.items()), each.source)


def _month(text: str) -> Month | None:
    match = _MONTH.fullmatch(text.strip())
    return (int(match["year"]), int(match["month"] or 1)) if match else None


def _complain_values(
    values: Mapping[str, language.Figure],
    first: Mapping[str, language.Figure],
    path: KeyPath,
    complaints: Complaints,
) -> None:
    for name in first:
        if name not in values:
            complaints.add(path, f"缺少“{name}”，各个时候的一组数要有同样的名字")
    for name, value in values.items():
        if not re.fullmatch(language.NAME, name):
            message = f"“{name}”不能作名字：用小写英文字母开头，后面是小写字母、数字或下划线"
            complaints.add((*path, name), message)
        if name not in first:
            complaints.add((*path, name), f"前面没有“{name}”，各个时候的一组数要有同样的名字")
        elif isinstance(value, str) != isinstance(first[name], str):
            complaints.add((*path, name), f"“{name}”有时是数，有时是文字，应当一样")
