"""One returned file → what it is, whose it is, what was answered and what is wrong with it."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from generator.check import FAMILIES, Examined, settled
from generator.check.rules import FORM, PERIOD, UNREADABLE, VERSION
from generator.layout.seal import Seal
from generator.merge.mark import Mark, mark_in, shelved
from generator.merge.whose import Owner, named_in, owner_of
from generator.model.filing import Filing
from generator.model.finding import Finding, Place
from generator.model.form import Form
from generator.model.merged import ReturnedFile, State
from generator.model.past import Past
from generator.model.period import Period
from generator.model.reckoning import Reckoning
from generator.model.roster import Department, Roster
from generator.workbook.book import Book, Limits, Unreadable
from generator.workbook.inbox import said_in, saved_at
from generator.workbook.keys import Key
from generator.workbook.reader.formats import content_of, read_book
from generator.workbook.returned.read import read_sealed, seal_of
from generator.workbook.returned.tamper import Inspection
from generator.workbook.returned.verify import is_broken, signed_elsewhere, verified

TELL_US = "这是程序的错误，不一定是填报单位的问题：请把该文件和这段文字发给软件维护人员"
TOO_BIG = "读这个文件要用的内存超过了限度，已经停止"
SUSPECT = "请先向填报单位核实文件来源，再用 Excel 或 WPS 打开，删除表格以外的内容，另存后重新上报"
_LOG = logging.getLogger("jixiao")
_OUR_SHEETS = {"回收情况", "审核疑点", "催报名单"}  # a result workbook lying in the folder
_ROSTER_HEADINGS = {"编码", "名称"}


@dataclass(frozen=True)
class Brief:
    """What a merge asks of every file."""

    form: Form
    period: Period
    roster: Roster | None
    key: Key | None = None  # with which seals are verified; without it they are believed
    past: Past | None = None  # where earlier returns are looked up
    limits: Limits | None = None  # None: what the environment says is looked up for every file


@dataclass(frozen=True)
class Arrival:
    """What became of one file; it can travel between processes."""

    file: ReturnedFile
    department: Department | None
    findings: tuple[Finding, ...]
    filing: Filing | None = None
    mark: Mark | None = None  # what it says it is, whatever it was read as
    sealed: bool = True  # its seal is to be believed, or cannot be verified
    ours: bool = False  # no return: a result or a roster of ours that lies in the folder
    said: datetime | None = None  # when the workbook says it was saved
    lasting: bool = True  # read once more, the same would come of it
    reckoning: Reckoning | None = field(default=None, compare=False, repr=False)  # while at hand


def read_return(path: Path, name: str, brief: Brief) -> Arrival:
    """Return what a file is and what it says, whatever is wrong with it; it is only read.

    `name` is what findings call it.
    """
    content = contained(path, name, brief)
    if isinstance(content, Arrival):
        return content
    return arrive(content, digest_of(content), path, name, brief)


def contained(path: Path, name: str, brief: Brief) -> bytes | Arrival:
    """Return what is in a file, or what is to be said of one that cannot be opened."""
    try:
        return content_of(path, brief.limits)
    except Unreadable as error:
        return dated(_unread(name, brief, unreadable(name, error)), path)
    except MemoryError:
        return dated(lost(name, brief, TOO_BIG), path)


def digest_of(content: bytes) -> str:
    """Return what tells the content of a file from that of any other."""
    return hashlib.sha256(content).hexdigest()


def arrive(content: bytes, digest: str, path: Path, name: str, brief: Brief) -> Arrival:
    """Return what the content of a file says, whatever is wrong with it."""
    try:
        arrival = _read(content, path, name, brief)
    except Unreadable as error:
        arrival = _unread(name, brief, unreadable(name, error))
    except MemoryError:
        arrival = lost(name, brief, TOO_BIG)
    except Exception as error:
        arrival = failed(path, name, brief, error)
    file = replace(arrival.file, digest=bytes.fromhex(digest))
    said = arrival.said or said_in(content)
    return replace(arrival, file=_dated(file, path, said), said=said)


def dated(arrival: Arrival, path: Path) -> Arrival:
    """Return a file with its time, which is not known when it is gone by now."""
    return replace(arrival, file=_dated(arrival.file, path, arrival.said))


def _dated(file: ReturnedFile, path: Path, said: datetime | None) -> ReturnedFile:
    with suppress(OSError):
        return replace(file, saved=saved_at(path, said))
    return file


def lost(name: str, brief: Brief, why: str) -> Arrival:
    """Return what is known of a file that could not be read to its end."""
    return replace(_unread(name, brief, given_up(name, why)), lasting=False)


def failed(path: Path, name: str, brief: Brief, error: Exception) -> Arrival:
    """Return what is known of a file on which we failed ourselves."""
    _LOG.error("jixiao failed on %s", path, exc_info=error)
    return replace(_unread(name, brief, program_error(name, error)), lasting=False)


def given_up(name: str, why: str) -> Finding:
    """Return the finding for a file that could not be read to its end."""
    return unreadable(name, Unreadable(why, SUSPECT))


def unreadable(name: str, error: Unreadable) -> Finding:
    """Return the finding for a file that cannot be used."""
    return UNREADABLE.found(Place(name), f"{error.message}。", f"{error.remedy}。")


def program_error(name: str, error: Exception) -> Finding:
    """Return the finding for a file on which we failed ourselves."""
    message = f"处理该文件时程序出错（{type(error).__name__}：{error}），该文件没有汇总"
    return unreadable(name, Unreadable(message, TELL_US))


def _read(content: bytes, path: Path, name: str, brief: Brief) -> Arrival:
    book = read_book(content, brief.limits, on_demand=True)
    seal = seal_of(book)
    if seal is None and _is_ours(book):
        return Arrival(ReturnedFile(name, State.FORM), None, (), ours=True)
    mark = mark_in(book, seal, path.stem)
    odd = _mismatch(seal, name, brief) if seal else None
    if odd:
        owner = owner_of(seal, name, brief.roster, brief.form)
        doubt = verified(seal, brief.key, name) if seal else None
        told = (odd[1], *owner.findings, *([doubt] if doubt else []))
        arrival = _rejected(odd[0], told, owner.department, seal)
    else:
        return _examine(name, brief, book, seal, mark)
    return replace(arrival, mark=mark, said=book.saved)


def _examine(name: str, brief: Brief, book: Book, seal: Seal | None, mark: Mark | None) -> Arrival:
    """Read and check a file that is, or may be, the right form."""
    form, period, roster = brief.form, brief.period, brief.roster
    found = read_sealed(book, seal, form, period, name)
    genuine = found.seal is not None and not is_broken(found.seal, brief.key)
    owner = owner_of(found.seal, name, roster, form, found.filing, genuine=genuine)
    doubt = signed_elsewhere(found.seal, brief.key, name) if found.seal and genuine else None
    if not found.located or owner.department is None:
        state = State.STRANGER if found.located else State.FORM
        findings = (*found.findings, *owner.findings)
        rejected = _rejected(state, findings, owner.department, found.seal)
        return replace(rejected, mark=mark, said=book.saved)
    department = owner.department
    filing = replace(
        found.filing,
        version=form.version,
        department=department.code,
        department_name=department.name,
        period=period.id,
    )
    known = roster.find(department.code) if roster else None
    signed = found.seal if genuine and brief.key and not doubt else None
    others = roster.departments if roster else ()
    inspection = Inspection(found.plan, period, known, name, signed, others)
    waivers = roster.waivers if roster else ()
    altered = inspection.findings(found.located)
    about_file = [*found.findings, *owner.findings, *([doubt] if doubt else []), *altered]
    examined = Examined(form, filing, period, brief.past)
    checked = (finding for family in FAMILIES for finding in family(examined))
    found_all = settled([*about_file, *checked], filing, waivers)
    return Arrival(
        ReturnedFile(name, State.RETURNED),
        department,
        tuple(found_all),
        filing,
        mark,
        sealed=genuine,
        said=book.saved,
        reckoning=examined.reckoning,
    )


def _mismatch(seal: Seal, name: str, brief: Brief) -> tuple[State, Finding] | None:
    """Return why a sealed file is not what is merged, if it is not."""
    form, place = brief.form, Place(name)
    if seal.form != form.id:
        other = shelved(seal.form)
        called = f"“{other.name}”" if other else f"“{seal.form}”"
        message = f"这是{called}，本次处理的是“{form.name}”。"
        return State.FORM, FORM.found(place, message)
    if seal.version != form.version:
        message = f"表样版本是“{seal.version}”，本次下发的是“{form.version}”。"
        return State.VERSION, VERSION.found(place, message)
    if seal.period != brief.period.id:
        message = f"报告期是{_period_name(seal.period, form)}，本次汇总的是{brief.period.name}。"
        return State.PERIOD, PERIOD.found(place, message)
    return None


def _period_name(text: str, form: Form) -> str:
    try:
        return Period.parse(text, form.period_kind).name
    except ValueError:
        return f"“{text}”"


def _rejected(
    state: State,
    findings: Iterable[Finding],
    department: Department | None,
    seal: Seal | None,
) -> Arrival:
    name = next(each.place.file for each in findings)
    code = department.code if department else seal.department if seal else ""
    named = (each.concerning(code) for each in findings)
    return Arrival(ReturnedFile(name, state), department, _sorted(named))


def _unread(name: str, brief: Brief, finding: Finding) -> Arrival:
    """Attribute a file that cannot be read to a department by its name."""
    department = named_in(name, brief.roster.departments) if brief.roster else None
    finding = finding.concerning(department.code if department else "")
    return Arrival(ReturnedFile(name, State.UNREADABLE), department, (finding,))


def _sorted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda each: each.sort_key))


def _is_ours(book: Book) -> bool:
    if {each.title for each in book.sheets} >= _OUR_SHEETS:
        return True
    departments = book.sheet("部门")
    if departments is None:
        return False
    headings = {cell.value for (row, _), cell in departments.cells.items() if row == 1}
    return headings >= _ROSTER_HEADINGS


__all__ = ["Arrival", "Brief", "Owner", "lost", "program_error", "read_return"]
