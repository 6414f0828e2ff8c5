"""The returns of the invented city, as departments would send them back."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from generator.demo.city import Arrives, Sent
from generator.model.form import Form
from generator.stamp import Stamper, file_names
from generator.template.examples import Example
from generator.workbook import office
from generator.workbook.save import write_bytes

_CORRECTED = "（更正）"
_DAYS = 24 * 60 * 60
_SAVED_AS = {
    Arrives.BY_LIBREOFFICE: "xlsx",
    Arrives.AS_ODS: "ods",
    Arrives.AS_XLS: "xls",
}


@dataclass
class Post:
    """Fills returns in; what LibreOffice is to save goes there in one batch at the end."""

    _waiting: list[tuple[str, bytes, Path]] = field(default_factory=list)

    def deliver(self, form: Form, city: Sequence[Sent], folder: Path) -> None:
        """Write the returns of a form's departments into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        period = city[0].example.period
        names = file_names(form, [each.example.department for each in city], period)
        stampers = {old: Stamper(_older(form) if old else form, period) for old in (False, True)}
        for sent in city:
            path = folder / names[sent.example.department.code]
            stamper = stampers[sent.arrives is Arrives.OLD_VERSION]
            if sent.arrives is not Arrives.MISSING:
                self._send(sent, stamper, path)

    def collect(self) -> None:
        """Let LibreOffice save what departments save with it; without it, files stay as sent."""
        for kind in sorted({each for each, _, _ in self._waiting}):
            files = [(content, path) for to, content, path in self._waiting if to == kind]
            for _, path in files:
                path.with_suffix(f".{kind}").unlink(missing_ok=True)  # of an earlier demo
            try:
                _save_by_office(kind, files)
            except office.OfficeError:
                for content, path in files:
                    write_bytes(path, content)
        self._waiting.clear()

    def _send(self, sent: Sent, stamper: Stamper, path: Path) -> None:
        content = _filled(stamper, sent.example)
        if sent.file:
            path = path.with_name(sent.file)
        if sent.earlier:
            write_bytes(path, _filled(stamper, sent.earlier))
            saved = path.stat().st_mtime - 2 * _DAYS
            os.utime(path, (saved, saved))
            path = path.with_stem(path.stem + _CORRECTED)
        if sent.arrives in _SAVED_AS:
            self._waiting.append((_SAVED_AS[sent.arrives], content, path))
            return
        if sent.arrives is Arrives.BROKEN:
            content = content[: len(content) // 2]
        write_bytes(path, content)


def _filled(stamper: Stamper, example: Example) -> bytes:
    return stamper.stamp(example.department, example.entries, example.explanations)


def _older(form: Form) -> Form:
    """Return the form as it was a year before, by its version alone."""
    year, _, rest = form.version.partition(".")
    return replace(form, version=f"{int(year) - 1}.{rest}")


def _save_by_office(kind: str, files: Iterable[tuple[bytes, Path]]) -> None:
    with tempfile.TemporaryDirectory(prefix="jixiao-") as scratch:
        sources = list(_numbered(files, Path(scratch)))
        saved = office.convert([source for source, _ in sources], kind, Path(scratch, "saved"))
        for (_, path), made in zip(sources, saved, strict=True):
            path.unlink(missing_ok=True)  # of an earlier demo
            write_bytes(path.with_suffix(made.suffix), made.read_bytes())


def _numbered(files: Iterable[tuple[bytes, Path]], folder: Path) -> Iterator[tuple[Path, Path]]:
    for number, (content, path) in enumerate(files):
        source = folder / f"{number}.xlsx"
        source.write_bytes(content)
        yield source, path
