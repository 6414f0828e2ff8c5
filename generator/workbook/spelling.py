"""How texts, numbers and tabs are spelled in a package, so that Excel shows them to the letter."""

from __future__ import annotations

import re
from decimal import Decimal

LONGEST_NUMBER = 15  # as it is written; what is longer may be more exact than a cell
_LONGEST_TAB = 31
_NO_TAB = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0d\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_SPECIAL = re.compile('[&<>"_\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]')


def escape(text: str) -> str:
    """Return a text as XML content that Excel shows to the letter."""
    if not _SPECIAL.search(text):
        return text
    text = shown_text(text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;")


def shown_text(text: str) -> str:
    """Return what a cell must hold for Excel to show a text to the letter.

    What XML cannot hold is written `_x0001_`, and what looks like that already is escaped itself.
    """
    text = _ESCAPED.sub("_x005F_", text.replace("\r\n", "\n"))
    return _FORBIDDEN.sub(lambda match: f"_x{ord(match[0]):04X}_", text)


def number_text(value: Decimal) -> str:
    """Return a number as a cell stores it; what is longer than Excel's precision as its double."""
    if not value.is_finite():
        raise ValueError(f"{value} is no number that a cell can hold")
    text = f"{value:f}"
    return text if len(text) <= LONGEST_NUMBER else repr(float(value))


def tab_name(wanted: str, taken: set[str]) -> str:
    """Return a tab that Excel accepts and that no other sheet has.

    >>> tab_name("一/二", {"一_二"})
    '一_二(2)'
    """
    clean = _NO_TAB.sub("_", wanted).strip() or "表"
    name, number = clean[:_LONGEST_TAB], 1
    while name.casefold() in taken:
        number += 1
        suffix = f"({number})"
        name = clean[: _LONGEST_TAB - len(suffix)] + suffix
    return name
