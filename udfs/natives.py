"""Pieces of the Excel formulas that equal a function, with {argument} where a reference goes."""


def unless_blank(formula: str, *needed: str) -> str:
    """Answer a blank where a needed cell is blank.

    >>> unless_blank("{a}+{b}", "a", "b")
    'IF(OR({a}="",{b}=""),"",{a}+{b})'
    """
    blanks = ",".join(f'{{{name}}}=""' for name in needed)
    return f'IF({blanks},"",{formula})' if len(needed) == 1 else f'IF(OR({blanks}),"",{formula})'


def over(base: str, formula: str) -> str:
    """Answer a dash where the base is not positive."""
    return f'IF({{{base}}}<=0,"—",ROUND({formula},{{digits}}))'


def ratio(part: str, whole: str) -> str:
    """Divide one argument by another."""
    return unless_blank(over(whole, f"{{{part}}}/{{{whole}}}"), part, whole)
