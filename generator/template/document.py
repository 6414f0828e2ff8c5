"""The YAML of a template, with the file and line of every key, and the parts that it uses.

YAML is read more plainly than its standard allows: `0301`, `yes` and `2020-01-31` are texts,
numbers are exact, and anchors, aliases and tags are refused (`use` does what they would do).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

import yaml

from generator.template.mistakes import Complaints, KeyPath, Mark, Mistake, TemplateError, hint

Scalar = str | int | Decimal | bool | None

PART_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_MOST_BYTES = 1_000_000
_MOST_NODES = 50_000
_MOST_DEPTH = 40
_WORDS: dict[str, Scalar] = {"": None, "~": None, "null": None, "true": True, "false": False}
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,30})")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,30})\.[0-9]{1,30}(?:[eE][+-]?[0-9]{1,2})?")
_LOADER: type[yaml.CSafeLoader | yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Tree:
    """A piece of YAML; `mark` is where its key or list item begins."""

    mark: Mark
    value: Scalar | dict[str, Tree] | list[Tree]


@dataclass
class Document:
    """What a file says, parts put in, and where it says so."""

    data: object
    marks: dict[KeyPath, Mark]

    def mark(self, path: KeyPath) -> Mark:
        """Return where a key path stands, or the nearest path above it that exists."""
        while path not in self.marks:
            path = path[:-1]
        return self.marks[path]

    def rename(self, path: KeyPath, key: str) -> None:
        """Let the last key of a path be known by another name as well."""
        size = len(path)
        for known, mark in list(self.marks.items()):
            if known[:size] == path:
                self.marks[(*path[:-1], key, *known[size:])] = mark


def read(file: Path, parts: Path) -> Document:
    """Read a YAML file and put in the parts it uses.

    Raises:
        TemplateError: it cannot be read as a tree of keys; all that can be told at once.
    """
    reading = _Reading(parts)
    tree = reading.tree(file)
    if tree is not None:
        tree = reading.expanded(tree, (), ())
    if tree is None or reading.mistakes:
        raise TemplateError(reading.mistakes)
    document = Document(None, {(): tree.mark})
    document.data = _flat(tree, (), document.marks)
    return document


@dataclass
class _Reading:
    """One document under way, with the mistakes found so far."""

    parts: Path
    mistakes: list[Mistake] = field(default_factory=list)
    nodes: int = 0
    trees: dict[str, Tree | None] = field(default_factory=dict)  # of the parts

    def complain(self, mark: Mark, path: KeyPath, message: str) -> None:
        complaints = Complaints(lambda _: mark)
        complaints.add(path, message)
        self.mistakes += complaints.mistakes

    def tree(self, file: Path) -> Tree | None:
        start = Mark(str(file), 1, 1)
        text = self._text(file, start)
        if text is None:
            return None
        try:
            return _Composer(self, str(file), text).compose()
        except yaml.YAMLError as error:
            mark, message = _syntax(error, start, text)
            if all((each.file, each.line) != (mark.file, mark.line) for each in self.mistakes):
                self.complain(mark, (), message)
            return None

    def _text(self, file: Path, start: Mark) -> str | None:
        try:
            with file.open("rb") as stream:
                data = stream.read(_MOST_BYTES + 1)
        except OSError as error:
            self.complain(start, (), f"文件打不开：{error.strerror}")
            return None
        if len(data) > _MOST_BYTES:
            self.complain(start, (), "文件太大，表样文件不应超过 1 MB")
            return None
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            self.complain(Mark(str(file), line, 1), (), "文件不是 UTF-8 编码，请另存为 UTF-8")
            return None

    def expanded(self, tree: Tree, path: KeyPath, under: tuple[str, ...]) -> Tree:
        """Return the tree with every `use` replaced by the part it names."""
        self.nodes += 1
        if self.nodes > _MOST_NODES:
            self.complain(tree.mark, path, "内容太多，多半是部件用得太多层")
            raise TemplateError(self.mistakes)
        if isinstance(tree.value, list):
            return Tree(tree.mark, list(self._items(tree.value, path, under)))
        if not isinstance(tree.value, dict):
            return tree
        if "use" in tree.value:
            return self._used(tree, tree.value, path, under)
        mapping = {
            key: self.expanded(each, (*path, key), under) for key, each in tree.value.items()
        }
        return Tree(tree.mark, mapping)

    def _items(self, items: list[Tree], path: KeyPath, under: tuple[str, ...]) -> Iterator[Tree]:
        for i, item in enumerate(items):
            new = self.expanded(item, (*path, i), under)
            if isinstance(item.value, dict) and isinstance(new.value, list):
                yield from new.value
            else:
                yield new

    def _used(
        self, tree: Tree, mapping: dict[str, Tree], path: KeyPath, under: tuple[str, ...]
    ) -> Tree:
        use = mapping["use"]
        own = Tree(tree.mark, {key: each for key, each in mapping.items() if key != "use"})
        own = self.expanded(own, path, under)
        part = self._part(use, (*path, "use"), under)
        if part is None:
            return own
        part = self.expanded(part, path, (*under, str(use.value)))
        if isinstance(part.value, dict):
            return Tree(tree.mark, _merged(part, own).value)
        if len(mapping) > 1:
            message = f"部件“{use.value}”不是一组键，旁边不能再写其他键"
            self.complain(use.mark, (*path, "use"), message)
        return part

    def _part(self, use: Tree, path: KeyPath, under: tuple[str, ...]) -> Tree | None:
        name = use.value
        if not isinstance(name, str) or not PART_NAME.fullmatch(name):
            message = "use 后面写 templates/parts/ 里的文件名（小写字母、数字、连字符，不带 .yaml）"
            self.complain(use.mark, path, message)
            return None
        if name in under:
            circle = " → ".join([*under[under.index(name) :], name])
            self.complain(use.mark, path, f"部件循环引用：{circle}")
            return None
        file = self.parts / f"{name}.yaml"
        if not file.is_file():
            known = [each.stem for each in self.parts.glob("*.yaml")]
            self.complain(use.mark, path, f"没有部件“{name}”{hint(name, known)}")
            return None
        if name not in self.trees:  # a part that is used a thousand times is read once
            self.trees[name] = self.tree(file)
        return self.trees[name]


def _merged(below: Tree, above: Tree) -> Tree:
    """Return the two as one; where both speak, the one above is heard."""
    if not (isinstance(below.value, dict) and isinstance(above.value, dict)):
        return above
    merged = dict(below.value)
    for key, each in above.value.items():
        merged[key] = _merged(merged[key], each) if key in merged else each
    return Tree(above.mark, merged)


def _flat(tree: Tree, path: KeyPath, marks: dict[KeyPath, Mark]) -> object:
    marks[path] = tree.mark
    if isinstance(tree.value, dict):
        return {key: _flat(each, (*path, key), marks) for key, each in tree.value.items()}
    if isinstance(tree.value, list):
        return [_flat(each, (*path, i), marks) for i, each in enumerate(tree.value)]
    return tree.value


class _Composer:
    """Turns the events of one YAML file into a tree."""

    def __init__(self, reading: _Reading, file: str, text: str) -> None:
        self.reading = reading
        self.file = file
        self.events: Iterator[yaml.Event] = iter(yaml.parse(text, Loader=_LOADER))

    def compose(self) -> Tree | None:
        tree = None
        for event in self.events:
            if not isinstance(event, yaml.NodeEvent):
                continue
            if tree is not None:
                self._complain(event, (), "一个文件只写一份内容，不要用“---”分成几份")
                break
            tree = self._tree(event, self._mark(event), ())
        if tree is None:
            self.reading.complain(Mark(self.file, 1, 1), (), "文件是空的")
        return tree

    def _mark(self, event: yaml.Event) -> Mark:
        mark: yaml.Mark = event.start_mark  # type: ignore[assignment]  # events have one
        return Mark(self.file, mark.line + 1, mark.column + 1)

    def _complain(self, event: yaml.Event, path: KeyPath, message: str) -> None:
        self.reading.complain(self._mark(event), path, message)

    def _tree(self, event: yaml.NodeEvent, mark: Mark, path: KeyPath) -> Tree:
        if len(path) > _MOST_DEPTH:
            self._complain(event, path[:3], "层次太深")
            raise TemplateError(self.reading.mistakes)
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            self._complain(
                event, path, "不能用锚点（&）和别名（*），重复的内容请放进部件，用 use 引用"
            )
        elif tag := getattr(event, "tag", None):
            self._complain(event, path, f"不能用标签“{tag}”")
        if isinstance(event, yaml.MappingStartEvent):
            return Tree(mark, self._mapping(path))
        if isinstance(event, yaml.SequenceStartEvent):
            return Tree(mark, self._sequence(path))
        return Tree(mark, _scalar(event))

    def _sequence(self, path: KeyPath) -> list[Tree]:
        items: list[Tree] = []
        while isinstance(event := next(self.events), yaml.NodeEvent):
            items.append(self._tree(event, self._mark(event), (*path, len(items))))
        return items

    def _mapping(self, path: KeyPath) -> dict[str, Tree]:
        mapping: dict[str, Tree] = {}
        while isinstance(event := next(self.events), yaml.NodeEvent):
            key, mark = self._key(event, path), self._mark(event)
            follows: yaml.NodeEvent = next(self.events)  # type: ignore[assignment]  # a value does
            value = self._tree(follows, mark, (*path, key))
            if key in mapping:
                before = mapping[key].mark.line
                self._complain(event, (*path, key), f"“{key}”写了两次，前一次在第 {before} 行")
            mapping[key] = value
        return mapping

    def _key(self, event: yaml.NodeEvent, path: KeyPath) -> str:
        if isinstance(event, yaml.ScalarEvent):
            return str(event.value)
        self._complain(event, path, '以“{”开头的文字要加引号，例如 "{{ period.year }}年"')
        self._tree(event, self._mark(event), (*path, "{"))
        return "{"


def _scalar(event: yaml.Event) -> Scalar:
    if not isinstance(event, yaml.ScalarEvent):
        return None
    text = str(event.value)
    if event.style is not None and event.style != "":
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return Decimal(text) if _DECIMAL.fullmatch(text) else text


_REASONS = (
    (
        "mapping values are not allowed",
        "这里多了一个冒号：文字里有“: ”的要加引号，或者上一行缩进不对",
    ),
    ("cannot start any token", "这里的字符不能开头：缩进要用空格，以 @ % ` 等开头的文字要加引号"),
    ("could not find expected ':'", "键的后面缺少冒号和空格（要用半角冒号）"),
    ("did not find expected ',' or", "括号里的内容没有写完：各项之间用半角逗号，最后要有右括号"),
    ("did not find expected <document start>", "这一行多出了内容，或者缩进不对"),
    ("did not find expected key", "缩进不对，或者上面的引号、括号没有写完"),
    ("did not find expected '-'", "列表的各项没有对齐"),
    ("block sequence entries are not allowed", "列表的“-”要另起一行，并且对齐"),
    ("unexpected end of stream", "引号没有写完"),
    ("unknown escape character", "双引号里的“\\”要写成“\\\\”，或者改用单引号"),
    ("tab character", "缩进要用空格，不能用制表符（Tab）"),
    ("undefined alias", "以 * 开头的文字要加引号"),
    ("control characters are not allowed", "文件里有看不见的控制字符，请删去"),
)


def _syntax(error: yaml.YAMLError, start: Mark, text: str) -> tuple[Mark, str]:
    """Return where YAML stopped and why, in words of the author."""
    place = getattr(error, "problem_mark", None)
    mark = Mark(start.file, place.line + 1, place.column + 1) if place else start
    problem = str(getattr(error, "problem", None) or error)
    lines = ["", *text.splitlines()]
    line = lines[mark.line] if mark.line < len(lines) else ""
    for number in (mark.line, mark.line - 1):
        if re.match(r"[\s-]*[\w-]+：", lines[min(number, len(lines) - 1)]):
            return replace(mark, line=number), "键后面的冒号要用半角的“:”，后面空一格"
    if re.search(r"(?:: |- |[\[,] ?)\{\{", line):
        return mark, '以“{{”开头的文字要加引号，例如 "{{ period.year }}年"'
    reason = next((chinese for english, chinese in _REASONS if english in problem), "")
    return mark, reason or f"YAML 写法有误（{problem}）"
