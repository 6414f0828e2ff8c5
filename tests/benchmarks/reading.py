"""Reading and checking returns beside the parsers: the department form, four worksheets.

Every return has other names, figures and texts, and few mistakes. Readers take turns. Ours with
checks does what a merge does with a file, once: it reads the answers, compares what is printed,
locked and computed with what was sent, verifies the seal and applies every rule. It never reads a
file a second time, since it remembers cells; the others remember nothing.
The parsers hand over the values of all cells of all sheets and nothing else.

The returns come as we stamped them, and as an office program (LibreOffice) saved them.
"""

from __future__ import annotations

import cProfile
import pstats
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from io import StringIO
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
from python_calamine import CalamineWorkbook

from generator.crew import ALONE
from generator.merge.arrival import Brief, read_return
from generator.model.form import Form
from generator.model.roster import Department, Roster
from generator.stamp import Stamper
from generator.template import find, load
from generator.template.examples import load_examples
from generator.workbook import office
from generator.workbook.book import Limits
from generator.workbook.keys import Key
from generator.workbook.reader import container
from generator.workbook.reader.container import Container
from generator.workbook.reader.formats import open_book
from generator.workbook.reader.limits import configured
from generator.workbook.roster import write_roster
from tests.benchmarks.departments import other_answers
from tests.benchmarks.measure import RUNS, Line, side_by_side

FORM = "department-targets"
OURS = "Jixiao, with every check"
READ, CALAMINE, FAST = "Jixiao, all that a file says", "calamine", "openpyxl, read-only"
SLOW, FLOOR = "openpyxl", "inflating alone"
PACKAGES = ("python-calamine", "openpyxl", "isal")
ROSTER = "名册.xlsx"
_KEY = Key(b"1" * 32)
_AT_ONCE = 40
_FILES = (RUNS + 1) * _AT_ONCE
_MOST_OF_CALAMINE, _TIMES_OPENPYXL = 3.0, 10.0
_Read = Callable[[Path], object]
_Value = Decimal | str


@dataclass(frozen=True)
class Pile:
    """A folder of returns, with what is needed to read them."""

    folder: Path
    files: tuple[Path, ...]
    brief: Brief


def pile(folder: Path, size: int) -> Pile:
    """Write so many returns, each of another department with other answers, and their roster."""
    path = find(FORM)
    form = load(path)
    example = load_examples(form, path)[0]
    stamper = Stamper(form, example.period, _KEY)
    departments = tuple(_other(form, example.department, number) for number in range(size))
    returned = folder / "回收"
    returned.mkdir(parents=True)
    files = []
    for number, each in enumerate(departments):
        files.append(returned / f"{each.code}.xlsx")
        answers = other_answers(form, example.entries, number)
        files[-1].write_bytes(stamper.stamp(each, answers, example.explanations))
    roster = Roster(departments)
    write_roster(form, roster, folder / ROSTER)
    return Pile(
        returned, tuple(files), Brief(form, example.period, roster, _KEY, limits=configured())
    )


def _other(form: Form, department: Department, number: int) -> Department:
    """Return a department whose records have other words, save those that a list asks for."""
    columns = (column for _, table in form.tables for column in table.columns)
    listed = {choice for column in columns for choice in column.choices}
    children = {
        child: tuple(
            {key: text if text in listed else f"{text}{number}" for key, text in record.items()}
            for record in records
        )
        for child, records in department.children.items()
    }
    code, name = f"{100_000 + number}", f"示例单位{number}"
    return replace(department, code=code, name=name, children=children)


@contextmanager
def piles() -> Iterator[dict[str, Pile]]:
    """Return the returns as stamped and, where LibreOffice is installed, as it saves them."""
    with TemporaryDirectory(prefix="jixiao-") as scratch:
        stamped = pile(Path(scratch, "stamped"), _FILES)
        found = {"as stamped": stamped}
        if office.find():
            saved = office.convert(stamped.files, "xlsx", Path(scratch, "saved"))
            found["as LibreOffice saves them"] = replace(stamped, files=tuple(saved))
        yield found


# -- the contenders; each reads one file --


def by_calamine(path: Path) -> None:
    """Read the values of all sheets."""
    with CalamineWorkbook.from_path(str(path)) as book:
        for number in range(len(book.sheet_names)):
            book.get_sheet_by_index(number).to_python()


def by_openpyxl(path: Path, *, read_only: bool = True) -> None:
    """Read the values of all sheets."""
    book = openpyxl.load_workbook(path, read_only=read_only)
    for sheet in book.worksheets:
        for _ in sheet.iter_rows(values_only=True):
            pass
    book.close()


def inflate(path: Path) -> None:
    """Unpack every part, also those that are as in the file before."""
    container._LAST.clear()
    parts = Container(path.read_bytes(), Limits())
    for name in parts.names:
        parts.read(name)


def checked(returns: Pile) -> _Read:
    """Return what a merge does with each file."""
    return lambda path: read_return(path, path.name, returns.brief)


def lines(returns: Pile) -> list[Line]:
    """Return what everyone takes for a return."""
    files, fresh = cycle(returns.files), iter(returns.files)

    def some(
        read: _Read, count: int, of: Iterator[Path] = files
    ) -> tuple[Callable[[], object], int]:
        return lambda: [read(next(of)) for _ in range(count)], count

    with ALONE.at_work():  # as a merge is
        return side_by_side(
            {
                OURS: some(checked(returns), _AT_ONCE, fresh),
                READ: some(open_book, _AT_ONCE),
                FLOOR: some(inflate, _AT_ONCE),
                CALAMINE: some(by_calamine, _AT_ONCE),
                FAST: some(by_openpyxl, 7),
                SLOW: some(lambda path: by_openpyxl(path, read_only=False), 3),
            }
        )


def verdicts(found: Sequence[Line]) -> list[str]:
    """Return the goals of reading, each with what was reached."""
    by_name: Mapping[str, float] = {line.name: line.median for line in found}
    to_calamine = by_name[OURS] / by_name[CALAMINE]
    to_openpyxl = by_name[FAST] / by_name[OURS]
    return [
        f"{_verdict(to_calamine <= _MOST_OF_CALAMINE)}: {to_calamine:.1f} × calamine"
        f" (goal: at most {_MOST_OF_CALAMINE:g})",
        f"{_verdict(to_openpyxl >= _TIMES_OPENPYXL)}: {to_openpyxl:.1f} times as fast as openpyxl"
        f" (goal: at least {_TIMES_OPENPYXL:g})",
    ]


def _verdict(reached: bool) -> str:  # noqa: FBT001 (what it says)
    return "reached" if reached else "MISSED"


def profile(returns: Pile) -> str:
    """Return where the time goes, by function."""
    read = checked(returns)
    for path in returns.files:
        read(path)
    profiler = cProfile.Profile()
    profiler.enable()
    for path in returns.files:
        read(path)
    profiler.disable()
    text = StringIO()
    pstats.Stats(profiler, stream=text).sort_stats("tottime").print_stats(15)
    return text.getvalue()
