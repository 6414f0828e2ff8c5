"""Whose return a file is: by its seal, else by what stands in it, else by its name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath

from generator.check.rules import DEPARTMENT, SEAL
from generator.layout.seal import Seal
from generator.model.filing import Filing
from generator.model.finding import Finding, Kind, Place
from generator.model.form import Form
from generator.model.roster import Department, Roster
from udfs.amounts import compact

_compact = lru_cache(maxsize=2**16)(compact)  # a roster's texts come up with every file
_PRINTS_NAME = re.compile(r"\{\{\s*department\.name\s*\}\}")
_PRINTS_CODE = re.compile(r"\{\{\s*department\.code\s*\}\}")


_LOST = "文件里没有表样标识（可能是复制到了新建的工作簿，或标识被删除），"
_BROKEN = "文件里的表样标识被改动过，与签发时不符，不能采信，"
_UNSIGNED = "文件里的表样标识没有签名，不能采信，"


@dataclass(frozen=True)
class Owner:
    """The department that a file belongs to, if it is known, and what is odd about it."""

    department: Department | None
    findings: tuple[Finding, ...] = ()


def owner_of(  # noqa: PLR0913 (what a file says of itself, and whom there is)
    seal: Seal | None,
    name: str,
    roster: Roster | None,
    form: Form,
    filing: Filing | None = None,
    *,
    genuine: bool = True,
) -> Owner:
    """Return whose return a file is; `name` is the file's, `filing` what was read from it.

    A seal that is not genuine is believed last.
    """
    place = Place(name)
    if seal is None or not seal.department:
        return _without_seal(place, roster, form, filing)
    if not genuine:
        owner = _without_seal(place, roster, form, filing, seal)
        by_seal = Owner(None) if owner.department else owner_of(seal, name, roster, form)
        found = (*owner.findings, *by_seal.findings)
        return Owner(owner.department or by_seal.department, found)
    department = roster.find(seal.department) if roster else Department(seal.department, seal.name)
    if department is None:
        who = f"“{seal.department} {seal.name}”".replace(" ”", "”")
        return Owner(None, (DEPARTMENT.found(place, f"文件标识的填报单位{who}不在名册里。"),))
    other = _prefixed(name, roster) if roster else None
    if other is None or other is department:
        return Owner(department)
    message = (
        f"文件名写的是“{other.code} {other.name}”，"
        f"文件里的标识却是“{department.code} {department.name}”，按标识汇总。"
    )
    remedy = "请确认是哪个单位的数：各单位应在下发给自己的表上填报，不要借用其他单位的文件。"
    return Owner(department, (DEPARTMENT.found(place, message, remedy, Kind.VERIFY),))


def named_in(name: str, departments: Sequence[Department]) -> Department | None:
    """Return the department that a file's name (or its folder's) tells by code or by name."""
    for part in reversed(PurePosixPath(name).with_suffix("").parts):
        found = _by_code(part, departments) or _by_name(part, departments)
        if found:
            return found
    return None


def _without_seal(
    place: Place, roster: Roster | None, form: Form, filing: Filing | None, seal: Seal | None = None
) -> Owner:
    lost = _LOST if seal is None else _BROKEN if seal.signature else _UNSIGNED
    departments = roster.departments if roster else ()
    printed = _printed_in(filing, form, departments) if filing else None
    found = printed or named_in(place.file, departments)
    if found is None:
        message = lost + "表内和文件名里也看不出是哪个单位。"
        remedy = "请核实是哪个单位的报表，并请该单位在下发的表上重新填报。"
        return Owner(None, (SEAL.found(place, message, remedy),))
    how = "表内的单位名称" if printed else "文件名"
    return Owner(found, (SEAL.found(place, f"{lost}按{how}认定为“{found.code} {found.name}”。"),))


def _printed_in(filing: Filing, form: Form, departments: Sequence[Department]) -> Department | None:
    """Return the department whose code or name stands where the form prints it."""
    names = {_compact(each.name): each for each in departments}
    codes = {_compact(each.code): each for each in departments}
    for pattern, known in ((_PRINTS_CODE, codes), (_PRINTS_NAME, names)):
        for text in _answers_filled_with(pattern, filing, form):
            if text in known:
                return known[text]
    return None


def _answers_filled_with(pattern: re.Pattern[str], filing: Filing, form: Form) -> Iterator[str]:
    for sheet in filing.sheets:
        for name, field in form.sheet(sheet.sheet).fields.items():
            if field.fill and pattern.fullmatch(field.fill.source.strip()):
                answer = sheet.fields.get(name)
                if answer and answer.raw:
                    yield compact(answer.raw)


def _by_code(text: str, departments: Sequence[Department]) -> Department | None:
    """Return the department whose code comes first in a text; of two there, the longer one."""
    found = []
    for each in departments:
        if each.code not in text:  # of 20,000, a thousand times faster than the expression
            continue
        code = re.escape(each.code)
        match = re.search(rf"(?<![0-9A-Za-z]){code}(?![0-9A-Za-z])", text)
        if match:
            found.append((match.start(), -len(each.code), each))
    return min(found, key=lambda each: each[:2])[2] if found else None


def _by_name(text: str, departments: Sequence[Department]) -> Department | None:
    """Return the one department whose name is in a text; 教育局 does not stand for 区教育局."""
    text = compact(text)
    found = [each for each in departments if each.name and _compact(each.name) in text]
    longest = max((len(each.name) for each in found), default=0)
    best = [each for each in found if len(each.name) == longest]
    return best[0] if len(best) == 1 else None


def _prefixed(name: str, roster: Roster) -> Department | None:
    """Return the department whose code a file's name begins with, as we name files."""
    stem = PurePosixPath(name).stem
    ends = [place for place, each in enumerate(stem) if each == "-"]
    return next(filter(None, (roster.find(stem[:end]) for end in reversed(ends))), None)
