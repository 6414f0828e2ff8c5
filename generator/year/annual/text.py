"""The annual report as a text: a template whose only numbers are figures.

A template may name `figure.…` and `report.…` and nothing else: it reckons nothing, and digits of
its own are refused, so that every number in the text can be traced.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from jinja2 import nodes

from generator.template.expression.syntax import parse_text
from generator.template.expression.text import leaf
from generator.template.mistakes import Mistake, TemplateError, Wrong, hint
from generator.template.shelf import forms_folder
from generator.year.annual import Annual
from generator.year.annual.figures import IDS

FILE = "annual.md"
_REPORT = frozenset({"year", "last_year", "next_year", "bureau", "monitored"})
_KNOWN = {"figure": IDS, "report": _REPORT}
_MOST_BYTES = 1_000_000
_LIST_MARK = re.compile(r"\s*[(（]?\d{1,2}[)）.、]\s*")
_NAMED = re.compile(r"《[^《》]*》|〔\d{4}〕(?:第?\d+号)?")  # documents and their numbers
_DIGITS = re.compile(r"[\d０-９]+(?:[.．,，][\d０-９]+)*[%％]?")
_HEADING, _BOLD = re.compile(r"^#+\s*", re.MULTILINE), re.compile(r"\*\*(.+?)\*\*")


def annual_text(annual: Annual, file: Path | None = None) -> str:
    """Return the report in the words of a template, ours or a bureau's own.

    Raises:
        TemplateError: with every mistake in the template and its line.
    """
    file = file or forms_folder() / "year" / FILE
    mistakes: list[Mistake] = []
    lines = [_line(each, _context(annual), mistakes, _at(file, i)) for i, each in _lines(file)]
    if mistakes:
        raise TemplateError(mistakes)
    return "\n".join(lines) + "\n"


def plain(text: str) -> str:
    """Return a text without the marks of Markdown.

    >>> plain("## 一、**自评。** 覆盖")
    '一、自评。 覆盖'
    """
    return _BOLD.sub(r"\1", _HEADING.sub("", text))


def _at(file: Path, line: int) -> tuple[str, int]:
    return (str(file), line)


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    try:
        with file.open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
        if len(content) > _MOST_BYTES:
            raise TemplateError([Mistake(str(file), 1, "", "文件太大，文字模板不应超过 1 MB")])
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise TemplateError([Mistake(str(file), 1, "", f"文件打不开：{error.strerror}")]) from error
    except UnicodeDecodeError as error:
        message = "文件不是 UTF-8 编码，请另存为 UTF-8"
        raise TemplateError([Mistake(str(file), 1, "", message)]) from error
    return enumerate(text.splitlines(), 1)


def _context(annual: Annual) -> Mapping[str, object]:
    return {
        "figure": {each.id: each.text for each in annual.figures},
        "report": {
            "year": str(annual.year),
            "last_year": str(annual.year - 1),
            "next_year": str(annual.year + 1),
            "bureau": " ".join(annual.bureau.split()),
            "monitored": annual.monitored,
        },
    }


def _line(
    source: str, context: Mapping[str, object], mistakes: list[Mistake], at: tuple[str, int]
) -> str:
    messages: list[str] = []
    try:
        compiled = leaf(source, _KNOWN)
        messages += _refused(source)
        if not messages:
            return str(compiled.render(context))
    except Wrong as wrong:
        messages += wrong.messages
        with suppress(Wrong):
            messages += _refused(source)
    mistakes += (Mistake(*at, "", message) for message in dict.fromkeys(messages))
    return ""


def _refused(source: str) -> Iterator[str]:
    """Yield why a line could say a number that nobody can trace."""
    for number, piece in enumerate(parse_text(source)):
        if isinstance(piece, str):
            text = _LIST_MARK.sub("", piece, count=1) if number == 0 and _starts(piece) else piece
            for digits in _DIGITS.findall(_NAMED.sub("", text)):
                yield (
                    f"文字里直接写了“{digits}”：报告里的数只能写成 {{{{ figure.… }}}}，"
                    f"年份写成 {{{{ report.year }}}}"
                )
        elif not _is_look_up(piece):
            yield "这里只能引用数，例如 {{ figure.projects }}，不能计算" + hint("", IDS)


def _starts(text: str) -> bool:
    return _LIST_MARK.match(text) is not None


def _is_look_up(piece: nodes.Expr) -> bool:
    return isinstance(piece, nodes.Getattr) and isinstance(piece.node, nodes.Name)
