"""addin/README.md knows every button and command, and shows the ribbon as it is."""

import re
from pathlib import Path

from PIL import Image

from tests.addin.support.draw_ribbon import ADDIN, PICTURE, RIBBON, draw, groups_of

README = (ADDIN / "README.md").read_text("utf-8")


def test_every_button_is_explained():
    table = README.partition("## ")[0]
    labels = [each.label for group in groups_of(RIBBON).values() for each in group]
    assert [label for label in labels if label not in table] == []


def test_every_command_is_explained():
    commands = ("install", "status", "doctor", "uninstall")
    assert [each for each in commands if f"`jixiao addin {each}`" not in README] == []


def test_the_checklist_says_what_must_be_seen():
    lines = re.findall(r"^\| \d+ \| (.+) \| (.+) \|$", README, re.MULTILINE)
    assert 20 <= len(lines) <= 30


def test_the_picture_is_drawn_from_the_ribbon(tmp_path: Path):
    draw(RIBBON, tmp_path / "ribbon.png")
    with Image.open(tmp_path / "ribbon.png") as drawn, Image.open(PICTURE) as kept:
        assert drawn.height == kept.height
        assert abs(drawn.width - kept.width) < kept.width / 20  # another release of the font
