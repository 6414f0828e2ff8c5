"""What comes of the small form when a piece of it is replaced."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from generator.model.form import Form
from generator.template import TemplateError, load
from tests.template.small_form import BASE


@pytest.fixture
def form_of(tmp_path: Path) -> Callable[..., Form]:
    """Load the small form, with one piece of its text replaced by another."""

    def load_with(old: str = "", new: str = "", **parts: str) -> Form:
        assert old in BASE
        folder = tmp_path / "demo"
        folder.mkdir(exist_ok=True)
        (tmp_path / "parts").mkdir(exist_ok=True)
        for name, text in parts.items():
            (tmp_path / "parts" / f"{name}.yaml").write_text(text, encoding="utf-8")
        text = BASE.replace(old, new, 1) if old else BASE
        (folder / "form.yaml").write_text(text, encoding="utf-8")
        return load(folder)

    return load_with


@pytest.fixture
def mistakes_of(form_of: Callable[..., Form]) -> Callable[..., list[str]]:
    """Return the mistakes of the small form with a piece replaced, as `line path：message`."""

    def mistakes(old: str, new: str, **parts: str) -> list[str]:
        with pytest.raises(TemplateError) as caught:
            form_of(old, new, **parts)
        return [f"{each.line} {each.path}：{each.message}" for each in caught.value.mistakes]

    return mistakes
