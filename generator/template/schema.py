"""The template language as JSON Schema: for editors, and to name the nearest right word."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from pydantic import BaseModel

from generator.template import language
from generator.template.mistakes import KeyPath

Schema = dict[str, Any]

_USE: Schema = {"type": "string", "description": "用 templates/parts/ 里的哪个部件"}
_PART_ALONE: Schema = {"properties": {"use": _USE}, "additionalProperties": False}
_PART = "Part"  # ends the names of definitions whose required keys a part may bring
_HOLDING_SCHEMAS = ("items", "additionalProperties")


def json_schema() -> Schema:
    """Return the schema of a `form.yaml` as authors write it, `use` included.

    Where a mapping uses a part, the part may bring what is required in it and below.
    """
    schema = dict(_plain(language.Form))
    written: Schema = {}
    for name, each in schema.pop("$defs").items():
        written[name] = _written(each)
        if "properties" in each:
            written[name + _PART] = _completed(each)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_written(schema),
        "$defs": written,
    }


@cache
def _plain(model: type[BaseModel]) -> Schema:
    return model.model_json_schema(by_alias=True)


def at(path: KeyPath, model: type[BaseModel] = language.Form) -> Schema:
    """Return the schema of what stands at a key path; empty when nothing may stand there."""
    whole = schema = _plain(model)
    for key in path:
        schema = _resolved(_below(schema, key), whole)
    return schema


def _below(schema: Schema, key: str | int) -> Schema:
    if isinstance(key, int):
        items: Schema = schema.get("items", {})
        return items
    more = schema.get("additionalProperties")
    found: Schema = schema.get("properties", {}).get(key, more if isinstance(more, dict) else {})
    return found


def _resolved(schema: Schema, whole: Schema) -> Schema:
    """Return what a reference means, and of an optional thing the thing."""
    if "anyOf" in schema:
        schema = next(each for each in schema["anyOf"] if each.get("type") != "null")
    if "$ref" in schema:
        found: Schema = whole["$defs"][schema["$ref"].rpartition("/")[2]]
        return found
    return schema


def _written(schema: Schema) -> Schema:
    """Return a schema that also takes `use`, in mappings and as an item of a list."""
    whole = _deeper(schema, _written)
    if "properties" not in schema and "additionalProperties" not in schema:
        return whole
    part = _completed(schema)
    return {"if": {"required": ["use"]}, "then": part, "else": whole}


def _completed(schema: Schema) -> Schema:
    """Return the schema of what a part completes: nothing is required."""
    if "$ref" in schema:
        target = schema["$ref"].rpartition("/")[2]
        known = _plain(language.Form)["$defs"][target]
        return {**schema, "$ref": f"#/$defs/{target}{_PART if 'properties' in known else ''}"}
    schema = _deeper(schema, _completed)
    for limit in ("required", "minProperties", "minItems"):
        schema.pop(limit, None)
    if "properties" in schema or "additionalProperties" in schema:
        schema["properties"] = {**schema.get("properties", {}), "use": _USE}
    return schema


def _deeper(schema: Schema, change: Callable[[Schema], Schema]) -> Schema:
    """Return the schema with every schema in it changed."""
    new = dict(schema)
    if "properties" in new:
        new["properties"] = {name: change(each) for name, each in new["properties"].items()}
    for key in _HOLDING_SCHEMAS:
        if isinstance(new.get(key), dict):
            new[key] = change(new[key])
    if "anyOf" in new:
        new["anyOf"] = [change(each) for each in new["anyOf"]]
    if "items" in new:
        using = {"type": "object", "required": ["use"]}
        part = _completed(schema["items"]) if "$ref" in schema["items"] else _PART_ALONE
        new["items"] = {"if": using, "then": part, "else": new["items"]}
    return new
