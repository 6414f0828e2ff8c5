"""What the commands share: how they speak, and how they refuse."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from generator.model.finding import Finding
    from generator.model.form import Form
    from generator.model.past import Past
    from generator.model.period import Period

UNUSABLE = 2

FormName = Annotated[str, typer.Argument(metavar="表样", help="表样名称或文件夹，见 jixiao forms")]
LedgerPlace = Annotated[
    str | None,
    typer.Option("--ledger", metavar="台账", help="台账：文件，或 postgresql:// 开头的地址"),
]
RosterFile = Annotated[Path, typer.Option("--roster", metavar="名册.xlsx", help="名册工作簿")]


def say(text: str) -> None:
    """Print a text, whatever is in it."""
    from generator.report.terminal import harmless

    print(harmless(text))


def say_json(document: object) -> None:
    """Print a document as JSON."""
    from generator.report.terminal import harmless_json

    print(harmless_json(json.dumps(document, ensure_ascii=False, indent=2)))


def the_form(name: str) -> Form:
    """Return the form of that name or in that folder, or leave with what is wrong with it."""
    from generator.template import load

    with clear_errors():
        return load(the_folder(name))


def the_folder(name: str) -> Path:
    """Return the folder of a form, or leave with the forms there are."""
    from generator.template import find

    with clear_errors():
        return find(name)


def the_period(text: str, form: Form) -> Period:
    """Return the period that a text means for a form."""
    from generator.model.period import Period

    return Period.parse(text, form.period_kind)


def the_past(ledger: str | None) -> Past | None:
    """Return the earlier returns of a ledger, or None where none is given."""
    if ledger is None:
        return None
    from generator.ledger import open_ledger

    with open_ledger(ledger, read_only=True) as opened:
        return opened.past()


def the_suggestions(ledger: str | None, form: Form, type_: str) -> Mapping[str, Sequence[str]]:
    """Return what a ledger's indicator library offers a form; nothing where it asks for nothing."""
    from generator.model.suggest import suggests

    if ledger is None or not suggests(form):
        return {}
    from generator.ledger import open_ledger
    from generator.year.library import suggestions

    with open_ledger(ledger, read_only=True) as opened:
        return suggestions(opened, type_)


def verdict(findings: Sequence[Finding]) -> int:
    """Return 0 for nothing but 提示, 1 for something to correct, 2 for a file of no use."""
    from generator.check.rules import FORM, UNREADABLE
    from generator.model.finding import Kind

    if any(each.rule in (UNREADABLE.id, FORM.id) for each in findings):
        return UNUSABLE
    return int(any(each.kind is not Kind.NOTE for each in findings))


def must_exist(paths: list[Path]) -> None:
    """Raise FileNotFoundError that names all paths that lead nowhere."""
    missing = [str(each) for each in paths if not each.exists()]
    if missing:
        raise FileNotFoundError(f"找不到：{'、'.join(missing)}。请检查路径。")


@contextmanager
def clear_errors() -> Iterator[None]:
    """Show what is wrong with the input as a Chinese sentence, and leave with status 2."""
    from generator.workbook.office import OfficeError
    from generator.workbook.refused import os_message

    try:
        yield
    except ValueError as error:
        if not _CHINESE.search(str(error)):
            raise  # none of those that we word for people: a bug of ours, with its traceback
        _give_up(str(error))
    except OfficeError as error:
        _give_up(str(error))
    except OSError as error:
        _give_up(os_message(error))


_CHINESE = re.compile("[\u4e00-\u9fff]")


def _give_up(message: str) -> None:
    from generator.report.terminal import harmless

    print(harmless(message), file=sys.stderr)
    raise typer.Exit(UNUSABLE)
