"""Pieces of the Excel formulas that equal a function, with {argument} where a reference goes.

A pattern asks `{argument}=""` whether a cell is blank, and rounds with `ROUND(…,{digits})`, which
goes where no digits are given.
"""

import re

_ROUNDED = re.compile(r"ROUND\((.*?),\{digits\}\)")
MONTH, POINT = "OR({0}<1,{0}>13,N({0})<>INT(N({0})))", "OR({0}<0,{0}>13,N({0})<>INT(N({0})))"
LEVEL = "OR({0}<1,{0}>3,N({0})<>INT(N({0})))"
PART, WEIGHT, STEP = "OR({0}<0,{0}>1)", "{0}<0", "{0}<=0"


def unless_blank(formula: str, *needed: str) -> str:
    """Answer a blank where a needed cell is blank.

    >>> unless_blank("{a}+{b}", "a", "b")
    'IF(OR({a}="",{b}=""),"",{a}+{b})'
    """
    blanks = ",".join(f'{{{name}}}=""' for name in needed)
    return f'IF({blanks},"",{formula})' if len(needed) == 1 else f'IF(OR({blanks}),"",{formula})'


def unless_wrong(formula: str, **wrong: str) -> str:
    """Answer a warning where a number is none that the argument can be.

    >>> unless_wrong("{weight}/2", weight=WEIGHT)
    'IF(AND({weight}<>"",{weight}<0),"⚠无法识别:"&{weight},{weight}/2)'
    """
    for name, condition in reversed(wrong.items()):
        asked = condition.format(f"{{{name}}}")
        formula = f'IF(AND({{{name}}}<>"",{asked}),"⚠无法识别:"&{{{name}}},{formula})'
    return formula


def over(base: str, formula: str) -> str:
    """Answer a dash where the base is not positive."""
    return f'IF({{{base}}}<=0,"—",ROUND({formula},{{digits}}))'


def ratio(part: str, whole: str) -> str:
    """Divide one argument by another."""
    return unless_blank(over(whole, f"{{{part}}}/{{{whole}}}"), part, whole)


def unrounded(pattern: str) -> str:
    """Return a pattern without its rounding to digits.

    >>> unrounded(ratio("part", "whole"))
    'IF(OR({part}="",{whole}=""),"",IF({whole}<=0,"—",({part}/{whole})))'
    """
    return _ROUNDED.sub(r"(\1)", pattern)


def asking_for_blanks(pattern: str, blank: str) -> str:
    """Return a pattern that asks otherwise whether a cell is blank.

    >>> asking_for_blanks('IF({v}="","",{v})', "NOT(ISNUMBER({}))")
    'IF(NOT(ISNUMBER({v})),"",{v})'
    """
    negated = {'{}=""': '{}<>""', "NOT(ISNUMBER({}))": "ISNUMBER({})"}[blank]
    pattern = re.sub(r'\{(\w+)\}=""', lambda match: blank.format(f"{{{match[1]}}}"), pattern)
    return re.sub(r'\{(\w+)\}<>""', lambda match: negated.format(f"{{{match[1]}}}"), pattern)
