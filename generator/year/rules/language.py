"""The language of a rule file: what keys there are and what may stand under them."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from generator.template.language import Constants, Text


def _as_result(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise PydanticCustomError("string_type", "no text")
    return value if isinstance(value, str) else str(value)


Result = Annotated[str, PlainValidator(_as_result), WithJsonSchema({"type": ["string", "number"]})]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Rule(_Strict):
    """A rule: when it applies, what then, and how it is quoted."""

    id: Text
    name: Text
    text: Text
    when: Text | None = None
    then: dict[str, Result] = Field(default_factory=dict)


class Edition(_Strict):
    """The rules that hold from a month on, in the order in which they are asked."""

    from_: Text = Field(alias="from")
    source: Text
    rules: list[Rule] = Field(min_length=1)


class RuleList(_Strict):
    """Rules that answer one question."""

    label: Text
    editions: list[Edition] = Field(min_length=1)


class RuleFile(_Strict):
    """A file of `templates/year/`."""

    rules: Text
    name: Text
    data: dict[str, Constants] = Field(default_factory=dict)
    lists: dict[str, RuleList] = Field(default_factory=dict)
