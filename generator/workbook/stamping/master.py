"""The Blank of one shape with everything that its departments share put in for good.

Open is only what the bureau puts in beforehand, what is printed of a department, its seal, and
the results that depend on those. They are reckoned again only when the answers behind them are
not those of the department before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from generator.layout import Layout, seal
from generator.layout.plan import Plan
from generator.layout.sheet import (
    Given,
    Printed,
    Reckoned,
    Sealed,
    Slot,
    Status,
    Tally,
    WhereTo,
)
from generator.model.memory import Memory
from generator.model.roster import Department
from generator.workbook.keys import Key
from generator.workbook.stamping.depend import Dependence, Typed, kind_of
from generator.workbook.stamping.fill import Prefill, Values
from generator.workbook.stamping.splice import Blank, Filling, SlotValue


class Master:
    """Stamps the departments of one shape."""

    def __init__(self, layout: Layout, blank: Blank, key: Key) -> None:
        plan = layout.plan
        self.layout = layout
        self._blank = blank
        self._key = key
        self._lines = seal.shared_lines(plan.form, layout.period, plan.shape, layout.digest)
        self._filled = seal.filled_slots(layout.sheets, len(plan.copies))
        self._lean: _Lean | None = None

    def stamp(self, department: Department, memory: Memory | None = None) -> bytes:
        """Return the workbook of a department."""
        values = Values(self.layout, department, memory=memory)
        if self._lean is None:
            self._lean = _Lean(self.layout, self._blank, values)
        return self._lean.stamp(values, self._seal(values.value))

    def stamp_answered(self, values: Values) -> bytes:
        """Return the workbook of a department with answers typed into it, slot by slot."""
        filling = values.filling()
        lines = self._seal(filling.values.get)
        own: dict[Slot, SlotValue] = {Sealed(line): lines[line] for line in seal.OWN}
        return self._blank.splice(Filling({**filling.values, **own}, filling.tabs))

    def _seal(self, value_of: Callable[[Slot], SlotValue]) -> Mapping[str, str]:
        """Return the lines of the seal; some speak of the values of other slots."""
        digests = [seal.filled_digest(value_of(slot) for slot in each) for each in self._filled]
        lines = {
            **self._lines,
            "department": str(value_of(Sealed("department")) or ""),
            "name": str(value_of(Sealed("name")) or ""),
            "filled": " ".join(digests),
            "key": self._key.name,
        }
        lines["signature"] = seal.signature(self._key.secret, lines)
        return lines


class _Lean:
    """A Blank with only those slots open that differ from department to department."""

    def __init__(self, layout: Layout, blank: Blank, first: Values) -> None:
        slots = [cell.slot for sheet in layout.sheets for cell in sheet.cells if cell.slot]
        self._prefills = tuple(_prefills(layout.plan))
        self._printed = [slot for slot in dict.fromkeys(slots) if isinstance(slot, Printed)]
        given = [slot for prefill in self._prefills for slot in prefill.slots()]
        self._questions = list(_questions(layout, slots, given))
        self._tally = ""
        own = [Sealed(line) for line in seal.OWN]
        results = [slot for question in self._questions for slot in question.slots]
        open_ = [*given, *self._printed, *own, *results, Tally()]
        places = {slot: place for place, slot in enumerate(open_)}
        self._blank = blank.settle(
            {slot: first.value(slot) for slot in slots if slot not in places}
        )
        self._order = [places[slot] for slot in self._blank.slots]
        lines = {question.line for question in self._questions}
        self._truths = {
            each.number: first.truths_of(each.number)
            for each in layout.lines
            if each.check.live and each.number not in lines
        }

    def stamp(self, values: Values, lines: Mapping[str, str]) -> bytes:
        """Return the workbook of a department."""
        given = [each for prefill in self._prefills for each in values.prefilled(prefill)]
        values.truths.update(self._truths)
        kinds = [*map(kind_of, given)]
        changed = sum(question.ask(values, given, kinds) for question in self._questions)
        if changed or not self._tally:
            self._tally = str(values.value(Tally()))
        pool: list[SlotValue] = [
            *given,
            *(values.value(slot) for slot in self._printed),
            *(lines[line] for line in seal.OWN),
            *(result for question in self._questions for result in question.results),
            self._tally,
        ]
        tabs = values.tabs() if self._blank.takes_tabs else {}
        return self._blank.fill([pool[place] for place in self._order], tabs)


@dataclass
class _Question:
    """Results that depend on the same answers, and what they were for the department before."""

    slots: Sequence[Slot]
    exact: Sequence[int]  # the answers by number
    rough: Sequence[int]  # those of which only the kind matters
    line: int | None = None  # of the 校验 sheet
    results: Sequence[SlotValue] = ()
    _asked: object = None
    _truths: list[bool | None] = field(default_factory=list)

    def ask(self, values: Values, given: Sequence[SlotValue], kinds: Sequence[object]) -> bool:
        """Find the results of a department; say whether they had to be reckoned again."""
        asked = ([given[i] for i in self.exact], [kinds[i] for i in self.rough])
        again = asked != self._asked
        if again:
            self._asked = asked
            self.results = [values.value(slot) for slot in self.slots]
            if self.line is not None:
                self._truths = values.truths_of(self.line)
        elif self.line is not None:
            values.truths[self.line] = self._truths
        return again


def _prefills(plan: Plan) -> Iterator[Prefill]:
    for copy in plan.copies:
        yield Prefill.of_fields(copy)
        for name in copy.tables:
            yield Prefill.of_table(copy, name)


def _questions(
    layout: Layout, slots: Iterable[Slot], given: Sequence[Given]
) -> Iterator[_Question]:
    """Yield the results that depend on what is put in beforehand."""
    numbers: dict[Typed, list[int]] = {}
    for number, cell in enumerate(given):
        numbers.setdefault((cell.copy, cell.table, cell.name), []).append(number)
    for subject, results in _by_subject(slots).items():
        dependence = Dependence(layout.plan)
        if isinstance(subject, int):
            line = layout.lines[subject]
            dependence.of_check(line.check, line.copy)
        else:
            copy, table, name = subject
            dependence.of_cell(layout.plan.copies[copy], table, name)
        exact, rough = (
            [
                i
                for typed, is_exact in dependence.typed.items()
                if is_exact is wanted
                for i in numbers.get(typed, ())
            ]
            for wanted in (True, False)
        )
        if exact or rough:
            yield _Question(results, exact, rough, subject if isinstance(subject, int) else None)


def _by_subject(slots: Iterable[Slot]) -> Mapping[Typed | int, list[Slot]]:
    """Return the results of each line of the 校验 sheet, and of each computed field or column."""
    found: dict[Typed | int, list[Slot]] = {}
    for slot in slots:
        match slot:
            case Status(line) | WhereTo(line):
                found.setdefault(line, []).append(slot)
            case Reckoned(copy, name, table):
                found.setdefault((copy, table, name), []).append(slot)
    return found
