"""YAML data against the template language: everything wrong with its keys, in Chinese.

What is wrong is put right for the moment, so that the rest can be examined and all mistakes of
a template come out at once.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from generator.template import language, schema
from generator.template.document import Document
from generator.template.mistakes import Complaints, KeyPath, hint, nearest

_ROUNDS = 12  # a mapping put in for a missing one misses keys itself


def validated(document: Document, complaints: Complaints) -> language.Form | None:
    """Return the form as it is written, mended where it is wrong, or None if beyond mending."""
    for _ in range(_ROUNDS):
        try:
            return language.Form.model_validate(document.data)
        except ValidationError as error:
            errors = error.errors(include_url=False)
        for each in sorted(errors, key=lambda each: each["type"] != "extra_forbidden"):
            path = tuple(key for key in each["loc"] if key != "[key]")
            if each["type"] == "extra_forbidden":
                _strange(document, path, complaints)
            else:
                _wrong(document, path, each, complaints)
    return None


def _strange(document: Document, path: KeyPath, complaints: Complaints) -> None:
    """Report an unknown key, and take it for the nearest one that is not there."""
    parent, key = _parent(document.data, path), str(path[-1])
    known = schema.at(path[:-1]).get("properties", {})
    complaints.add(path, f"不认识的键“{key}”{hint(key, known)}")
    meant = nearest(key, known)
    if meant and meant not in parent:
        document.rename(path, meant)
        parent[meant] = parent.pop(key)
    else:
        del parent[key]


def _wrong(document: Document, path: KeyPath, error: ErrorDetails, complaints: Complaints) -> None:
    """Report a missing or wrong value, and put one in that nobody will mind."""
    if not path:
        complaints.add(path, _message(error, path))
        document.data = {}
        return
    parent, last = _parent(document.data, path), path[-1]
    missing = not isinstance(parent, list) and last not in parent
    if error["type"] == "missing" and not missing:
        return  # a strange key turned out to be this one
    complaints.add(path, _message(error, path))
    complaints.excused.add(path)
    parent[last] = _sample(schema.at(path), None if missing else parent[last])


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


def _message(error: ErrorDetails, path: KeyPath) -> str:
    kind = error["type"]
    if kind == "missing":
        return f"缺少“{path[-1]}”"
    if kind in ("enum", "literal_error"):
        words = schema.at(path).get("enum", ())
        return f"不能写“{_given(error)}”{hint(str(error['input']), words)}"
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
