"""Where forms lie, and taking one from there."""

from __future__ import annotations

import sysconfig
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from generator.model.form import Form
from generator.template.building.form import build
from generator.template.document import read
from generator.template.mistakes import Complaints, Mistake, TemplateError, hint
from generator.template.validate import validated

_FILE = "form.yaml"
_MOST = 64  # forms that are kept


def load(path: Path) -> Form:
    """Return the form that a folder, or the form.yaml in it, describes.

    As long as neither it nor a part has changed, it is the one that was returned before: Excel
    keeps one process all day, and what follows from a form is kept by it.

    Raises:
        TemplateError: with all that is wrong with it.
    """
    file = path if path.suffix == ".yaml" else path / _FILE
    folder = file.absolute().parent
    parts = folder.parent / "parts"
    written = _written(file, parts)
    known = _LOADED.get(folder / file.name)
    if known and known.written == written:
        return known.form
    document = read(file, parts)
    complaints = Complaints(document.mark)
    told = validated(document, complaints)
    form = build(told, folder.name, complaints) if told else None
    if complaints.mistakes or form is None:
        raise TemplateError(complaints.mistakes)
    if len(_LOADED) >= _MOST:
        _LOADED.clear()
    _LOADED[folder / file.name] = _Loaded(written, form)
    return form


class _Loaded(NamedTuple):
    """A form, and all that it may have been made of."""

    written: Sequence[bytes]
    form: Form


_LOADED: dict[Path, _Loaded] = {}


def _written(file: Path, parts: Path) -> Sequence[bytes]:
    """Return what stands in a form's file and in all parts; nothing for one that cannot be read."""
    found = list[bytes]()
    for each in (file, *sorted(parts.glob("*.yaml"))):
        with suppress(OSError):
            found += each.name.encode(), each.read_bytes()
    return found


def forms_folder() -> Path:
    """Return the folder of all forms: the repository's, or the installed one."""
    beside = Path(__file__).parents[2] / "templates"
    installed = Path(sysconfig.get_path("data")) / "share" / "jixiao" / "templates"
    return beside if beside.is_dir() else installed


def catalogue() -> list[Path]:
    """Return the folders of all forms, by name."""
    return sorted(each.parent for each in forms_folder().glob(f"*/{_FILE}"))


def find(name_or_path: str) -> Path:
    """Return the folder of a form known by its id, its folder or its file.

    Raises:
        TemplateError: there is no such form; names the nearest there is.
    """
    path = Path(name_or_path)
    if path.name == _FILE and path.is_file():
        return path.parent
    if (path / _FILE).is_file():
        return path
    known = {each.name: each for each in catalogue()}
    if name_or_path in known:
        return known[name_or_path]
    message = f"没有表样“{name_or_path}”{hint(name_or_path, known)}"
    raise TemplateError([Mistake(name_or_path, 1, "", message)])
