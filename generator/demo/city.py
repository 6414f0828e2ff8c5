"""The invented city of a form: `demo.yaml` beside it, in the shape of `examples.yaml`.

A case may stand for several departments: `each` lists them, one line of values per department,
and `{{ … }}` in the case stands for the line's values. How its return comes back is said in the
line (or the case) as well: `arrives`, `file` (another file name) and `earlier` (values of the line
that stood differently in a first return, which a second one corrected).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from generator.model.form import Form
from generator.template.document import read
from generator.template.examples import Example, read_example
from generator.template.expression.text import leaf
from generator.template.mistakes import Complaints, KeyPath, TemplateError, Wrong

FILE = "demo.yaml"
_HOW = ("arrives", "file", "earlier")


class Arrives(StrEnum):
    """How a department's return comes back."""

    AS_SENT = "as-sent"  # saved by Excel under the name it was sent with
    MISSING = "missing"
    OLD_VERSION = "old-version"  # on last year's form
    BROKEN = "broken"  # the file is cut off
    BY_LIBREOFFICE = "libreoffice"
    AS_ODS = "ods"
    AS_XLS = "xls"


@dataclass(frozen=True)
class Sent:
    """One department: what it answers, and how its return comes back."""

    example: Example
    arrives: Arrives = Arrives.AS_SENT
    file: str = ""  # the name it was given, if another one than we gave
    earlier: Example | None = None  # a first return, before corrections


def load_city(form: Form, folder: Path) -> tuple[Sent, ...]:
    """Return the departments of a form's `demo.yaml`.

    Raises:
        TemplateError: with all that is wrong with it.
    """
    document = read(folder / FILE, folder.absolute().parent / "parts")
    complaints = Complaints(document.mark)
    reader = _Reader(form, complaints)
    cases = document.data if isinstance(document.data, list) else []
    found = [sent for number, case in enumerate(cases) for sent in reader.read((number,), case)]
    if not cases:
        complaints.add((), "这里应写一个列表（每项前面写“- ”）")
    if complaints.mistakes:
        raise TemplateError(complaints.mistakes)
    return tuple(found)


@dataclass(frozen=True)
class _Reader:
    """Departments under way: what does not fit the form is reported."""

    form: Form
    complaints: Complaints

    def read(self, path: KeyPath, case: object) -> Iterator[Sent]:
        """Yield the departments that a case stands for."""
        if not isinstance(case, dict):
            self.complaints.add(path, "这里应写一组键（每行“键: 值”）")
            return
        case = dict(case)
        common = {key: case.pop(key) for key in _HOW if key in case}
        for place, line in self._lines(path, case.pop("each", None)):
            how = common | {key: line[key] for key in _HOW if key in line}
            values = {key: each for key, each in line.items() if key not in _HOW}
            yield from self._sent(path, place, case, values, how)

    def _lines(
        self, path: KeyPath, lines: object
    ) -> Iterator[tuple[KeyPath, Mapping[str, object]]]:
        if lines is None:
            yield path, {}
            return
        for number, line in enumerate(lines if isinstance(lines, list) else [lines]):
            place = (*path, "each", number)
            if isinstance(line, dict):
                yield place, line
            else:
                self.complaints.add(place, "这里应写一个单位的各项值：{code: …, name: …}")

    def _sent(
        self,
        path: KeyPath,
        place: KeyPath,
        case: object,
        values: Mapping[str, object],
        how: Mapping[str, object],
    ) -> Iterator[Sent]:
        example = self._example(path, case, values)
        changes = how.get("earlier")
        before = {**values, **changes} if isinstance(changes, dict) else None
        earlier = self._example(path, case, before) if before else None
        arrives = str(how.get("arrives", Arrives.AS_SENT))
        if arrives not in list(Arrives):
            known = "、".join(Arrives)
            self.complaints.add((*place, "arrives"), f"没有“{arrives}”，可以写：{known}")
        elif example:
            yield Sent(example, Arrives(arrives), str(how.get("file", "")), earlier)

    def _example(self, path: KeyPath, case: object, values: Mapping[str, object]) -> Example | None:
        return read_example(self.form, self._filled(path, case, values), path, self.complaints)

    def _filled(self, path: KeyPath, data: object, values: Mapping[str, object]) -> object:
        """Return a piece of a case with a line's values put in."""
        if isinstance(data, dict):
            return {
                self._filled(path, key, values): self._filled((*path, key), each, values)
                for key, each in data.items()
            }
        if isinstance(data, list):
            return [self._filled((*path, i), each, values) for i, each in enumerate(data)]
        if not isinstance(data, str) or "{{" not in data:
            return data
        try:
            return leaf(data, dict.fromkeys(values, frozenset())).render(values)
        except Wrong as wrong:
            for message in wrong.messages:
                self.complaints.add(path, message)
            return data
