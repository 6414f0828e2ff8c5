"""The functions of the expression language, each with its Python and its Excel reading.

Both keep the rules of `generator.model.expression`: a text where a number is meant counts as
blank, and a blank argument gives a blank result unless the help says otherwise. In Excel a blank
is an empty cell or `""`; an argument's formula is a cell, a range, a name, a literal or any
nested formula. SUM, MIN and COUNT skip texts in references but fail on texts as arguments, hence
`N` and `ISNUMBER` around whatever is no reference.

The Excel reading of a function that returns a truth is a pair, joined by `PAIR`: whether the
question applies, and the answer. `sumif`, `countif` and `lookup` accept further formulas behind
the text: other wordings that count as the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations, pairwise

from generator.model.evaluate import number, rounded
from generator.model.expression import UNDEFINED, Function, Type, Value

PAIR = "\x00"

_EXACT_ENOUGH = Decimal("0.000001")
_REFERENCE = re.compile(r"(?:'(?:[^']|'')+'!|[^\W\d][\w.]*!)?[$\w.]+(?::[$\w.]+)?")
_LITERAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?|TRUE|FALSE")
_NUMBERING = re.compile(r"(?<![\d.])(\d{1,2})[.、](?!\d)")

Numbers = Sequence[Value]
Texts = Sequence[Value]


# --- what is blank, and what is a number ---------------------------------------------------


def _blank(value: Value) -> bool:
    return value is None or (isinstance(value, str) and value.strip() in ("", UNDEFINED))


def _numbers(arguments: Sequence[Value | Numbers]) -> list[Decimal]:
    """Return all numbers among values and columns."""
    flat: list[Value] = []
    for each in arguments:
        flat += each if isinstance(each, list) else [each]  # type: ignore[list-item]
    return [found for each in flat if (found := number(each)) is not None]


def _is_reference(formula: str) -> bool:
    return bool(_REFERENCE.fullmatch(formula)) and not _LITERAL.fullmatch(formula)


def _trimmed(formula: str) -> str:
    return f'TRIM(SUBSTITUTE({formula},"　",""))'


def _blank_excel(formula: str) -> str:
    return f'OR({_trimmed(formula)}="",{_trimmed(formula)}="{UNDEFINED}")'


def _unless_blank(text: str, formula: str) -> str:
    """Return a formula that is blank when the text is; a literal never is."""
    if text.startswith('"') and text != '""':
        return formula
    return f'IF({_blank_excel(text)},"",{formula})'


def _split(formulas: Sequence[str]) -> tuple[list[str], list[str]]:
    references = [each for each in formulas if _is_reference(each)]
    return references, [each for each in formulas if not _is_reference(each)]


def _how_many(formulas: Sequence[str]) -> str:
    """Return a formula for how many numbers there are; a lone truth would never equal 0."""
    references, others = _split(formulas)
    counted = [f"COUNT({','.join(references)})"] if references else ["0"]
    return "+".join(counted + [f"ISNUMBER({each})" for each in others])


# --- numbers ------------------------------------------------------------------------------


def _sum(*arguments: Value | Numbers) -> Value:
    found = _numbers(arguments)
    return sum(found, Decimal(0)) if found else None


def _sum_excel(*formulas: str) -> str:
    references, others = _split(formulas)
    addends = ",".join(references + [f"N({each})" for each in others])
    return f'IF({_how_many(formulas)}=0,"",SUM({addends}))'


def _min(*arguments: Value | Numbers) -> Value:
    return min(_numbers(arguments), default=None)


def _max(*arguments: Value | Numbers) -> Value:
    return max(_numbers(arguments), default=None)


def _min_excel(*formulas: str) -> str:
    return _extreme("MIN", "9.99E+307", formulas)


def _max_excel(*formulas: str) -> str:
    return _extreme("MAX", "-9.99E+307", formulas)


def _extreme(function: str, beyond: str, formulas: Sequence[str]) -> str:
    references, others = _split(formulas)
    candidates = ",".join(references + [f"IF(ISNUMBER({each}),{each},{beyond})" for each in others])
    return f'IF({_how_many(formulas)}=0,"",{function}({candidates}))'


def _abs(value: Value) -> Value:
    found = number(value)
    return None if found is None else abs(found)


def _abs_excel(formula: str) -> str:
    return f'IF(ISNUMBER({formula}),ABS(N({formula})),"")'


def _round(value: Value, digits: Value) -> Value:
    found, places = number(value), number(digits)
    if found is None or places is None:
        return None
    return rounded(found, int(places)) + 0  # + 0: no exponent above the units


def _round_excel(formula: str, digits: str) -> str:
    return f'IF(AND(ISNUMBER({formula}),ISNUMBER({digits})),ROUND(N({formula}),N({digits})),"")'


def _percent(value: Value, digits: Value) -> Value:
    found, places = number(value), number(digits)
    if found is None or places is None:
        return None
    return f"{rounded(found * 100, int(places)):f}%"


def _percent_excel(formula: str, digits: str) -> str:
    places = f'"0"&IF(N({digits})>0,"."&REPT("0",N({digits})),"")&"%"'
    if digits.isdecimal():
        places = f'"0.{"0" * int(digits)}%"' if int(digits) else '"0%"'
    value = f"TEXT(ROUND(N({formula}),N({digits})+2),{places})"
    return f'IF(AND(ISNUMBER({formula}),ISNUMBER({digits})),{value},"")'


def _last(*values: Value) -> Value:
    found = _numbers(values)
    return found[-1] if found else None


def _last_excel(*formulas: str) -> str:
    result = '""'
    for each in formulas:
        result = f"IF(ISNUMBER({each}),{each},{result})"
    return result


def _rising(*values: Value) -> Value:
    found = _numbers(values)
    if not found:
        return None
    return all(
        (after - before).quantize(_EXACT_ENOUGH, ROUND_HALF_UP) >= 0
        for before, after in pairwise(found)
    )


def _rising_excel(*formulas: str) -> str:
    applies = f"OR({','.join(f'ISNUMBER({each})' for each in formulas)})"
    steps = [
        f"IF(ISNUMBER({before})*ISNUMBER({after}),ROUND(N({after})-N({before}),6)>=0,TRUE)"
        for before, after in combinations(formulas, 2)
    ]
    return f"{applies}{PAIR}AND({','.join(steps) or 'TRUE'})"


# --- texts and what is filled -------------------------------------------------------------


def _count(column: Texts) -> Value:
    return Decimal(sum(not _blank(each) for each in column))


def _count_excel(column: str) -> str:
    trimmed = _trimmed(column)
    return f'SUMPRODUCT(({trimmed}<>"")*({trimmed}<>"{UNDEFINED}"))'


def _is_blank(value: Value) -> Value:
    return _blank(value)


def _is_blank_excel(formula: str) -> str:
    return f"TRUE{PAIR}{_blank_excel(formula)}"


def _is_filled(value: Value) -> Value:
    return not _blank(value)


def _is_filled_excel(formula: str) -> str:
    return f"TRUE{PAIR}NOT({_blank_excel(formula)})"


def _len(text: Value) -> Value:
    return None if _blank(text) else Decimal(len(str(text)))


def _len_excel(formula: str) -> str:
    return _unless_blank(formula, f"LEN({formula})")


def _items(text: Value) -> Value:
    """Count `1.` `2.` `3.` as long as each follows the one before."""
    if _blank(text):
        return None
    count = 0
    for match in _NUMBERING.finditer(unicodedata.normalize("NFKC", str(text))):
        count += int(match[1]) == count + 1
    return Decimal(count)


# --- by another column --------------------------------------------------------------------


def _sumif(numbers: Numbers, texts: Texts, text: Value) -> Value:
    if _blank(text) or not _numbers([numbers]):
        return None
    matching = [each for each, label in zip(numbers, texts, strict=True) if label == text]
    return sum(_numbers([matching]), Decimal(0))


def _sumif_excel(numbers: str, texts: str, *wordings: str) -> str:
    total = f"SUMPRODUCT({_matches(texts, wordings)},{numbers})"
    return _unless_blank(wordings[0], f'IF(COUNT({numbers})=0,"",{total})')


def _countif(texts: Texts, text: Value) -> Value:
    return None if _blank(text) else Decimal(sum(each == text for each in texts))


def _countif_excel(texts: str, *wordings: str) -> str:
    return _unless_blank(wordings[0], f"SUMPRODUCT({_matches(texts, wordings)})")


def _lookup(column: Sequence[Value], texts: Texts, text: Value) -> Value:
    if _blank(text):
        return None
    return next((found for found, each in zip(column, texts, strict=True) if each == text), None)


def _lookup_excel(column: str, texts: str, *wordings: str) -> str:
    matches = _matches(texts, wordings)
    first = f"SUMPRODUCT(MIN(ROW({texts})+10000000*(1-{matches})))"
    found = f"INDEX({column},{first}-ROW(INDEX({texts},1))+1)"
    some = f'IF(SUMPRODUCT({matches})=0,"",IF({found}="","",{found}))'
    return _unless_blank(wordings[0], some)


def _matches(texts: str, wordings: Sequence[str]) -> str:
    """Return an array formula of ones where a text is one of the wordings."""
    if len(wordings) == 1:
        return f"(0+EXACT({texts},{wordings[0]}))"
    return f"(0+({'+'.join(f'EXACT({texts},{each})' for each in wordings)}>0))"


_N, _T, _TRUTH = Type.NUMBER, Type.TEXT, Type.TRUTH
_NS, _TS = Type.NUMBERS, Type.TEXTS

FUNCTIONS = {
    each.name: each
    for each in (
        Function(
            "sum", (_NS,), _N, _sum, _sum_excel, "各数之和，空白跳过；全空为空", variadic=True
        ),
        Function(
            "min", (_NS,), _N, _min, _min_excel, "最小的数，空白跳过；全空为空", variadic=True
        ),
        Function(
            "max", (_NS,), _N, _max, _max_excel, "最大的数，空白跳过；全空为空", variadic=True
        ),
        Function("abs", (_N,), _N, _abs, _abs_excel, "绝对值"),
        Function("round", (_N, _N), _N, _round, _round_excel, "四舍五入到几位小数"),
        Function("percent", (_N, _N), _T, _percent, _percent_excel, "写成百分数，如 77.32%"),
        Function(
            *("last", (_N,), _N, _last, _last_excel, "最后一个填了的数；全空为空"), variadic=True
        ),
        Function(
            *("rising", (_N,), _TRUTH, _rising, _rising_excel),
            "填了的数从前到后不减少；全空时不适用",
            variadic=True,
        ),
        Function("count", (None,), _N, _count, _count_excel, "这一列填了几格"),
        Function("blank", (None,), _TRUTH, _is_blank, _is_blank_excel, "是否空白"),
        Function("filled", (None,), _TRUTH, _is_filled, _is_filled_excel, "是否填了"),
        Function("len", (_T,), _N, _len, _len_excel, "字数；空白为空"),
        Function("items", (_T,), _N, _items, None, "文字里编了号的有几条：1. 2. 3."),
        Function(
            *("sumif", (_NS, _TS, _T), _N, _sumif, _sumif_excel),
            "文字列等于所给文字的各行之和；没有这样的行为 0，数列全空为空",
        ),
        Function("countif", (_TS, _T), _N, _countif, _countif_excel, "文字列有几格等于所给文字"),
        Function(
            *("lookup", (_NS, _TS, _T), _N, _lookup, _lookup_excel),
            "文字列第一次等于所给文字的那一行的值；没有为空",
        ),
    )
}

COLUMN_ONLY = {"count"}  # functions whose argument of any type must be a column
OF_FIRST = {"lookup"}  # functions that look into a column of either type and yield its type
