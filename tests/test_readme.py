"""What the READMEs tell people to type is there."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from generator.cli import app

ROOT = Path(__file__).parents[1]
PAGES = [*ROOT.glob("README*.md"), *ROOT.glob("*/README.md")]
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")


def typed(page: Path) -> Iterator[str]:
    """Yield the commands in a page's blocks of code, and those quoted in its text."""
    text = page.read_text(encoding="utf-8")
    for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL):
        yield from (line for line in block.splitlines() if line.startswith("jixiao "))


@pytest.mark.parametrize("page", PAGES, ids=lambda each: str(each.relative_to(ROOT)))
def test_every_command_of_a_page_is_one(page: Path):
    wrong = []
    for line in typed(page):
        words = shlex.split(line, comments=True)[1:]
        command = get_command(app)
        while words and words[0] in getattr(command, "commands", ()):
            command = command.commands[words.pop(0)]
        known = {option for each in command.params for option in each.opts}
        options = {each for each in words if each.startswith("--")}
        needed = {
            each.opts[0]
            for each in command.params
            if each.required and each.opts[0].startswith("--")
        }
        if (getattr(command, "commands", ()) and words) or options - known or needed - options:
            wrong.append(line)
    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=lambda each: str(each.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page: Path):
    links = LINK.findall(page.read_text(encoding="utf-8"))
    assert [each for each in links if not (page.parent / each).exists()] == []
