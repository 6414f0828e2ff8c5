"""The rules of the year: figures and decisions that documents lay down, read from YAML.

A file of `templates/year/` holds dated figures under `data`, as forms do, and dated lists of rules
under `lists`: a condition in the expression language of forms, what follows, and the sentence that
is quoted where the rule is applied. What a file must hold, its `Subject` says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.model.constants import Constants
from generator.model.expression import Literal, Node, Type
from generator.template.constants import starts, tables
from generator.template.document import read
from generator.template.expression.names import Known, KnownSheet, Names, figures
from generator.template.expression.parse import parse, parse_message
from generator.template.mistakes import Complaints, KeyPath, Mistake, TemplateError, hint
from generator.template.shelf import forms_folder
from generator.template.validate import validated_as
from generator.year.rules import language
from generator.year.rules.ruling import (
    Applied,
    Edition,
    Facts,
    InForce,
    Message,
    Rule,
    RuleList,
    Rules,
    Subject,
)

__all__ = [
    "Applied",
    "Edition",
    "Facts",
    "InForce",
    "Rule",
    "RuleList",
    "Rules",
    "Subject",
    "load_rules",
    "rules_folder",
]


def rules_folder() -> Path:
    """Return the folder of the rules that come with the program."""
    return forms_folder() / "year"


def load_rules(subject: Subject, folder: Path | None = None) -> Rules:
    """Return the rules of a subject: a bureau's own, if its folder has the file, or ours.

    Raises:
        TemplateError: with all that is wrong with the file, or with the names in the folder.
    """
    name = f"{subject.file}.yaml"
    if folder is not None:
        _complain_of_strangers(folder)
    own = folder / name if folder is not None else None
    file = own if own is not None and own.is_file() else rules_folder() / name
    document = read(file, forms_folder() / "parts")
    complaints = Complaints(document.mark)
    written = validated_as(language.RuleFile, document, complaints)
    rules = _Building(subject, file, complaints).rules(written) if written else None
    if complaints.mistakes or rules is None:
        raise TemplateError(complaints.mistakes)
    return rules


def _complain_of_strangers(folder: Path) -> None:
    """Refuse a folder in which a misspelt file would silently change nothing."""
    known = {each.name for each in rules_folder().glob("*.yaml")}
    if not folder.is_dir():
        raise TemplateError([Mistake(str(folder), 1, "", "没有这个文件夹")])
    strange = sorted(each.name for each in folder.glob("*.y*ml") if each.name not in known)
    if strange:
        raise TemplateError(
            Mistake(str(folder / each), 1, "", f"没有叫这个名字的规则文件{hint(each, known)}")
            for each in strange
        )
    if not any((folder / each).is_file() for each in known):
        message = f"文件夹里没有规则文件{hint('', known)}"
        raise TemplateError([Mistake(str(folder), 1, "", message)])


@dataclass(frozen=True)
class _Building:
    """A file on its way to rules."""

    subject: Subject
    file: Path
    complaints: Complaints

    def rules(self, written: language.RuleFile) -> Rules:
        if written.rules != self.subject.file:
            message = f"应与文件名相同，写“{self.subject.file}”"
            self.complaints.add(("rules",), message)
        data = tables(written.data, self.complaints)
        self._complain_of_figures(data)
        _compare(self.subject.lists, written.lists, ("lists",), self.complaints)
        known = {name: Known(each) for name, each in self.subject.names.items()}
        names = Names((), KnownSheet("", known, {}, repeated=False), data=data)
        lists = {
            name: RuleList(name, each.label, tuple(self._editions(name, each, names)))
            for name, each in written.lists.items()
        }
        return Rules(written.name, self.file, data, lists)

    def _complain_of_figures(self, data: Mapping[str, Constants]) -> None:
        """Report figures that are missing; a bureau's conditions may speak of more."""
        kinds = figures(data)
        for table, wanted in self.subject.data.items():
            place: KeyPath = ("data", table, "editions", 0, "values")
            if table not in data:
                self.complaints.add(("data",), f"缺少“{table}”")
                continue
            for name, kind in wanted.items():
                given = kinds.get(f"{table}.{name}")
                if given is None:
                    self.complaints.add(place, f"缺少“{name}”")
                elif given is not kind:
                    self.complaints.add((*place, name), f"这里应写{_WORDS[kind]}")

    def _editions(self, name: str, written: language.RuleList, names: Names) -> Iterator[Edition]:
        path: KeyPath = ("lists", name)
        froms = starts((each.from_ for each in written.editions), path, self.complaints)
        for i, (each, since) in enumerate(zip(written.editions, froms, strict=True)):
            place = (*path, "editions", i, "rules")
            wanted = self.subject.lists.get(name, {})
            reading = _RuleReading(wanted, names, each.source, self.complaints)
            rules = tuple(reading.rule(rule, (*place, j)) for j, rule in enumerate(each.rules))
            _complain_of_repeats(rules, place, self.complaints)
            yield Edition(since, each.source, rules)


def _compare(
    wanted: Iterable[str], given: Iterable[str], path: KeyPath, complaints: Complaints
) -> None:
    """Report what is missing and what nobody asks for."""
    wanted, given = list(wanted), list(given)
    for name in wanted:
        if name not in given:
            complaints.add(path, f"缺少“{name}”")
    for name in given:
        if name not in wanted:
            complaints.add((*path, name), f"不认识“{name}”{hint(name, wanted)}")


def _complain_of_repeats(rules: Sequence[Rule], path: KeyPath, complaints: Complaints) -> None:
    seen: set[str] = set()
    for i, rule in enumerate(rules):
        if rule.id in seen:
            complaints.add((*path, i, "id"), f"编号“{rule.id}”重复")
        seen.add(rule.id)


_WORDS = {Type.NUMBER: "数", Type.TEXT: "文字"}
_NOTHING = Literal("")


@dataclass(frozen=True)
class _RuleReading:
    """The rules of one edition on their way."""

    wanted: Mapping[str, Type]
    names: Names
    source: str
    complaints: Complaints

    def rule(self, written: language.Rule, path: KeyPath) -> Rule:
        text: Message = (written.text,)
        when = None
        with self.complaints.at(*path, "text"):
            text = parse_message(written.text, self.names)
        if written.when is not None:
            with self.complaints.at(*path, "when"):
                when = parse(written.when, self.names, Type.TRUTH)
        then = dict(self._results(written, (*path, "then")))
        outcome = "，".join(written.then.values())
        return Rule(
            *(written.id, written.name, text, when, then),
            *(self.source, written.when or "", outcome),
        )

    def _results(self, written: language.Rule, path: KeyPath) -> Iterator[tuple[str, Node]]:
        _compare(self.wanted, written.then, path, self.complaints)
        for name, text in written.then.items():
            if name in self.wanted:
                yield name, self._result(text, self.wanted[name], (*path, name))

    def _result(self, text: str, wanted: Type, path: KeyPath) -> Node:
        """Return what follows: a text as it is written, or a number by an expression."""
        if wanted is Type.TEXT:
            return Literal(text)
        with self.complaints.at(*path):
            return parse(text, self.names, wanted)
        return _NOTHING
