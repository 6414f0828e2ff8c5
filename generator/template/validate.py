"""YAML data against the template language: everything wrong with its keys, in Chinese.

What is wrong is put right for the moment, so that the rest can be examined and all mistakes of
a template come out at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from generator.template import language, schema
from generator.template.document import Document
from generator.template.mistakes import Complaints, KeyPath, hint, nearest

_ROUNDS = 12  # a mapping put in for a missing one misses keys itself


_Model = TypeVar("_Model", bound=BaseModel)


def validated(document: Document, complaints: Complaints) -> language.Form | None:
    """Return the form as it is written, mended where it is wrong, or None if beyond mending."""
    return validated_as(language.Form, document, complaints)


def validated_as(model: type[_Model], document: Document, complaints: Complaints) -> _Model | None:
    """Return what is written as what it should be, mended, or None if beyond mending."""
    return _Mending(model, document, complaints).mended()


@dataclass(frozen=True)
class _Mending(Generic[_Model]):
    """A document on its way to what it should be."""

    model: type[_Model]
    document: Document
    complaints: Complaints

    def mended(self) -> _Model | None:
        for _ in range(_ROUNDS):
            try:
                return self.model.model_validate(self.document.data)
            except ValidationError as error:
                errors = error.errors(include_url=False)
            for each in sorted(errors, key=lambda each: each["type"] != "extra_forbidden"):
                path = tuple(key for key in each["loc"] if key != "[key]")
                if each["type"] == "extra_forbidden":
                    self._strange(path)
                else:
                    self._wrong(path, each)
        return None

    def _strange(self, path: KeyPath) -> None:
        """Report an unknown key, and take it for the nearest one that is not there."""
        parent, key = _parent(self.document.data, path), str(path[-1])
        known = schema.at(path[:-1], self.model).get("properties", {})
        self.complaints.add(path, f"不认识的键“{key}”{hint(key, known)}")
        meant = nearest(key, known)
        if meant and meant not in parent:
            self.document.rename(path, meant)
            parent[meant] = parent.pop(key)
        else:
            del parent[key]

    def _wrong(self, path: KeyPath, error: ErrorDetails) -> None:
        """Report a missing or wrong value, and put one in that nobody will mind."""
        wanted = schema.at(path, self.model)
        message = _message(error, path, wanted)
        if not path:
            self.complaints.add(path, message)
            self.document.data = {}
            return
        parent, last = _parent(self.document.data, path), path[-1]
        missing = not isinstance(parent, list) and last not in parent
        if error["type"] == "missing" and not missing:
            return  # a strange key turned out to be this one
        self.complaints.add(path, message)
        self.complaints.excused.add(path)
        parent[last] = _sample(wanted, None if missing else parent[last])


def _parent(data: object, path: KeyPath) -> Any:  # noqa: ANN401 (a mapping or a list)
    parent: Any = data
    for key in path[:-1]:
        parent = parent[key]
    return parent


def _sample(wanted: schema.Schema, present: object) -> object:
    """Return a value that fits the schema, close to what is present."""
    if "enum" in wanted:
        return nearest(str(present), wanted["enum"]) or wanted["enum"][0]
    if "const" in wanted:
        return wanted["const"]
    kind = wanted.get("type", "object")
    return _SAMPLES[kind[0] if isinstance(kind, list) else kind](wanted)


_SAMPLES: dict[str, Any] = {
    "string": lambda _: "？",
    "integer": lambda wanted: min(9, wanted.get("maximum", 9)),
    "number": lambda wanted: Decimal(wanted.get("minimum", 0)),
    "boolean": lambda _: False,
    "array": lambda wanted: [_sample(wanted["items"], None)] if wanted.get("minItems") else [],
    "object": lambda _: {},
}


def _message(error: ErrorDetails, path: KeyPath, wanted: schema.Schema) -> str:
    kind = error["type"]
    if kind == "missing":
        return f"缺少“{path[-1]}”"
    if kind in ("enum", "literal_error"):
        return f"不能写“{_given(error)}”{hint(str(error['input']), wanted.get('enum', ()))}"
    if kind in _BOUNDS:
        return _BOUNDS[kind].format(*error.get("ctx", {}).values(), given=_given(error))
    return _wrong_type(error)


_BOUNDS = {
    "greater_than_equal": "“{given}”太小，不能小于 {0}",
    "less_than_equal": "“{given}”太大，不能大于 {0}",
    "too_short": "不能是空的",
    "too_long": "太多，最多 {1} 项",
}
_WANTED = {
    "string": "文字",
    "int": "整数",
    "decimal": "数",
    "is": "数",  # is_instance_of: Decimal
    "bool": "true 或 false",
    "list": "一个列表（每项前面写“- ”，或者写在方括号里）",
    "dict": "一组键（每行“键: 值”）",
    "model": "一组键（每行“键: 值”）",
}


def _wrong_type(error: ErrorDetails) -> str:
    kind = error["type"].split("_")[0]
    given = error["input"]
    wanted = _WANTED.get(kind, "其他内容")
    colon = "；冒号要用半角的“:”，后面空一格" if isinstance(given, str) and "：" in given else ""
    if kind in ("dict", "model") and colon:
        return f"这里应写{wanted}，现在是“{_given(error)}”{colon}"
    return f"这里应写{wanted}，现在是{_kind_of(given)}"


def _given(error: ErrorDetails) -> str:
    text = str(error["input"])
    return text if len(text) <= 30 else f"{text[:29]}…"


def _kind_of(value: object) -> str:
    if isinstance(value, dict):
        return "一组键"
    if isinstance(value, list):
        return "一个列表"
    if value is None:
        return "空的"
    if isinstance(value, bool):
        return f"“{str(value).lower()}”"
    return f"“{str(value)[:30]}”"
