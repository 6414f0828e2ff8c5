"""The figures of `data`: each edition dated, with a source, and with the same figures in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from generator.model.constants import Constants, Edition, Month
from generator.template import language
from generator.template.mistakes import Complaints, KeyPath

_MONTH = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>0[1-9]|1[0-2]))?")
_NOWHEN: Month = (0, 0)


def constants(written: language.Form, complaints: Complaints) -> dict[str, Constants]:
    """Return the figures of a form by table; what is wrong with them is reported."""
    return tables(written.data, complaints)


def tables(
    written: Mapping[str, language.Constants], complaints: Complaints
) -> dict[str, Constants]:
    """Return the figures that stand under `data`, by table."""
    return {
        name: Constants(name, each.label, tuple(_editions(each, ("data", name), complaints)))
        for name, each in written.items()
    }


def starts(froms: Iterable[str], path: KeyPath, complaints: Complaints) -> Iterator[Month]:
    """Yield from when on each edition holds; each must be later than the one before it."""
    before = _NOWHEN
    for i, text in enumerate(froms):
        since = _month(text)
        if since is None:
            message = f"看不懂“{text}”，应写成 2020 或 2020-02 这样"
            complaints.add((*path, "editions", i, "from"), message)
        elif since <= before:
            message = f"“{text}”应晚于前一组，从早到晚依次写"
            complaints.add((*path, "editions", i, "from"), message)
        before = since or before
        yield before


def _editions(
    written: language.Constants, path: KeyPath, complaints: Complaints
) -> Iterator[Edition]:
    first = written.editions[0].values
    froms = starts((each.from_ for each in written.editions), path, complaints)
    for i, (each, since) in enumerate(zip(written.editions, froms, strict=True)):
        _complain_values(each.values, first, (*path, "editions", i, "values"), complaints)
        yield Edition(since, tuple({**first, **each.values}.items()), each.source)


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
