"""The group 下发: workbooks for every department, and the roster that says who they are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from addin import settings
from addin.dialogs import Cancelled
from addin.excel import open_book, refuse_if_open
from addin.runtime import Desk, working
from generator.model.form import Form
from generator.model.period import Period
from generator.stamp import Run, file_names, stamp_all
from generator.template import catalogue, load
from generator.workbook.roster import read_roster, write_blank_roster

_STOPPED = "已按 Esc 取消；之前生成的 {done} 份留在文件夹里。"


def stamp_workbooks(desk: Desk) -> None:
    """Ask for form, roster, period and folder; write one workbook per department."""
    kept = desk.settings
    form = choose_form(desk)
    roster = desk.ask.file(f"请选择“{form.name}”的名册", kept.path(settings.ROSTER))
    period = ask_period(desk, form)
    people = read_roster(roster, form)
    folder = desk.ask.folder("生成的工作簿放在哪个文件夹", kept.path(settings.SENT))
    names = file_names(form, people.departments, period).values()
    there = sum(1 for each in names if (folder / each).exists())
    if there and not desk.ask.confirm(f"文件夹里已有 {there} 份同名的工作簿，要替换吗？"):
        raise Cancelled
    count = len(people.departments)
    with working(desk.app, "生成工作簿", _STOPPED) as step:
        run = Run(jobs=1, progress=lambda each: step(each.name, count))  # inside Excel: one process
        stamped = stamp_all(form, people, period, folder, run)
    desk.remember(ROSTER=roster, SENT=folder, PERIOD=period.id)
    desk.ask.say(f"已生成 {len(stamped)} 份“{form.name}”（{period.name}），在 {folder}")


def blank_roster(desk: Desk) -> None:
    """Ask for form and place; write an empty roster and open it."""
    form = choose_form(desk)
    path = desk.ask.target("空白名册保存为", Path.home() / f"名册-{form.name}.xlsx")
    refuse_if_open(desk.app, path)
    if path.exists() and not desk.ask.confirm(f"“{path.name}”已经存在，要替换吗？"):
        raise Cancelled
    with working(desk.app, "生成空白名册"):
        write_blank_roster(form, path)
    open_book(desk.app, path)


def choose_form(desk: Desk) -> Form:
    """Ask for one of the forms in `templates/`."""
    forms = [load(each) for each in catalogue()]
    return forms[desk.ask.choose("哪一张表", [each.name for each in forms])]


def ask_period(desk: Desk, form: Form) -> Period:
    """Ask for a period that fits the form; what is proposed is the last one, or last month's.

    Raises:
        ValueError: what was typed is no such period.
    """
    written = desk.ask.text(
        f"“{form.name}”的报告期，如 2018-09、2021Q2、2021H1、2024", _proposed(desk, form)
    )
    return Period.parse(written, form.period_kind)


def _proposed(desk: Desk, form: Form) -> str:
    months = {"month": 1, "quarter": 3, "half": 6, "year": 12}[form.period_kind]
    last = datetime.now(UTC).date().replace(day=1) - timedelta(days=1)
    ended = last.year * 12 + last.month - last.month % months  # months up to the last full period
    usual = Period((ended - 1) // 12, (ended - 1) % 12 + 1, form.period_kind)
    try:
        return Period.parse(desk.settings[settings.PERIOD], form.period_kind).id
    except ValueError:
        return usual.id
