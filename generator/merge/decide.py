"""Which form and period a pile of returns is of."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from functools import partial
from hashlib import sha256
from pathlib import Path

from generator.check.rules import FORM, PERIOD, SEAL
from generator.merge.arrival import SUSPECT, TELL_US, TOO_BIG, unreadable
from generator.merge.cache import NOTHING_KEPT, Cache
from generator.merge.mark import Mark, mark_in, parsed, shelved
from generator.model.finding import Finding, Place
from generator.model.form import Form
from generator.model.period import Period
from generator.workbook.book import Unreadable
from generator.workbook.reader.formats import content_of, read_book
from generator.workbook.returned.read import seal_of

_LOG = logging.getLogger("jixiao")


class NothingToMergeError(ValueError):
    """No file tells which form or which period is to be merged."""


def mark_of(cache: Cache, path: Path) -> Mark | Unreadable | None:
    """Return what a file says it is by its seal, or by its labels and name; None if it does not.

    What keeps it from being read is returned: it is told where the file is read in full.
    """
    try:
        content = content_of(path)
        digest = sha256(content).hexdigest()
        return cache.marked(digest, path.stem, partial(_read_mark, content, path.stem))
    except Unreadable as error:
        return error
    except MemoryError:
        return Unreadable(TOO_BIG, SUSPECT)
    except Exception as error:
        _LOG.exception("jixiao failed on %s", path)
        return Unreadable(f"处理该文件时程序出错（{type(error).__name__}：{error}）", TELL_US)


def _read_mark(content: bytes, stem: str) -> Mark | None:
    book = read_book(content, on_demand=True)
    return mark_in(book, seal_of(book), stem)


def recognise(path: Path, name: str) -> tuple[Form, Period] | Finding:
    """Return the form and period of one file, or the finding that says why they are not known."""
    mark, place = mark_of(NOTHING_KEPT, path), Place(name)
    if isinstance(mark, Unreadable):
        return unreadable(name, mark)
    if mark is None:
        return SEAL.found(place, "文件里没有表样标识，也认不出是哪张表、哪个报告期。")
    form = shelved(mark.form)
    if form is None:
        return FORM.found(place, f"文件标识写的是表样“{mark.form}”，没有这个表样。")
    period = next(parsed(mark.period, form), None)
    if period is None:
        return PERIOD.found(place, f"文件标识写的报告期“{mark.period}”不是本表的报告期。")
    return form, period


def decide(marks: Iterable[Mark], form: Form | None = None) -> tuple[Form, Period]:
    """Return the form and period that most files are of; a form that is given is not asked for.

    Raises:
        NothingToMergeError: no file tells.
    """
    marks = list(marks)
    form = form or _form(marks)
    return form, _period(marks, form)


def _form(marks: list[Mark]) -> Form:
    votes = Counter(each.form for each in marks)
    for form_id in sorted(votes, key=lambda each: (-votes[each], each)):
        form = shelved(form_id)
        if form:
            return form
    raise NothingToMergeError(
        "文件夹里没有一个文件认得出是哪张表"
        "（文件里没有表样标识，或标识所指的表样不在 templates 里）。"
        "请检查文件夹是否选对，回收的文件是否已经解压。"
    )


def _period(marks: list[Mark], form: Form) -> Period:
    """Return the period of most files, of the form's own version first; of equals the latest."""
    for version in (form.version, None):
        votes: Counter[Period] = Counter()
        for each in marks:
            if each.form == form.id and version in (each.version, None):
                votes.update(parsed(each.period, form))
        if votes:
            return max(votes, key=lambda each: (votes[each], each.id))
    raise NothingToMergeError(
        f"文件夹里没有“{form.name}”的报表，看不出要汇总哪个报告期。请检查文件夹是否选对。"
    )
