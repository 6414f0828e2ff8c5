"""The template language as JSON Schema: for editors, and to name the nearest right word."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any

from generator.template import language
from generator.template.mistakes import KeyPath

Schema = dict[str, Any]

_USE: Schema = {"type": "string", "description": "用 templates/parts/ 里的哪个部件"}


def json_schema() -> Schema:
    """Return the schema of a `form.yaml` as authors write it, `use` included."""
    schema = deepcopy(_plain())
    definitions = schema.pop("$defs")
    schema = _with_use(schema)
    schema["$defs"] = {name: _with_use(each) for name, each in definitions.items()}
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return schema


@cache
def _plain() -> Schema:
    return language.Form.model_json_schema(by_alias=True)


def at(path: KeyPath) -> Schema:
    """Return the schema of what stands at a key path; empty when nothing may stand there."""
    schema = _plain()
    for key in path:
        schema = _below(schema, key)
    return schema


def _below(schema: Schema, key: str | int) -> Schema:
    if isinstance(key, int):
        return _resolved(schema.get("items", {}))
    more = schema.get("additionalProperties")
    found = schema.get("properties", {}).get(key, more if isinstance(more, dict) else {})
    return _resolved(found)


def _resolved(schema: Schema) -> Schema:
    """Return what a reference means, and of an optional thing the thing."""
    if "anyOf" in schema:
        schema = next(each for each in schema["anyOf"] if each.get("type") != "null")
    if "$ref" in schema:
        found: Schema = _plain()["$defs"][schema["$ref"].rpartition("/")[2]]
        return found
    return schema


def _with_use(schema: Schema) -> Schema:
    """Allow `use` wherever a mapping or a list item stands."""
    schema = {key: _deeper(key, each) for key, each in schema.items()}
    mapping = "properties" in schema or isinstance(schema.get("additionalProperties"), dict)
    if mapping:
        schema["properties"] = {**schema.get("properties", {}), "use": _USE}
        if required := schema.pop("required", None):
            schema["anyOf"] = [{"required": required}, {"required": ["use"]}]
    if "items" in schema and not _scalar(schema["items"]):
        part = {"type": "object", "properties": {"use": _USE}, "required": ["use"]}
        schema["items"] = {"anyOf": [schema["items"], part]}
    return schema


def _deeper(key: str, value: Any) -> Any:  # noqa: ANN401 (a schema is any JSON)
    if key in ("properties", "$defs"):
        return {name: _with_use(each) for name, each in value.items()}
    if key in ("items", "additionalProperties") and isinstance(value, dict):
        return _with_use(value)
    if key == "anyOf":
        return [_with_use(each) for each in value]
    return value


def _scalar(schema: Schema) -> bool:
    return "$ref" not in schema and schema.get("type") not in ("array", "object")
