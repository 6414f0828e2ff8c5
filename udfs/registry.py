"""What there is to know about every worksheet function, said once.

Excel's registration, the VBA wrapper, the texts of Insert Function, the listing, the handbook and
the test of the examples all read `FUNCTIONS`; none keeps a list of its own.
"""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property
from typing import TypeVar

from udfs.natives import asking_for_blanks, unrounded

Reader = Callable[[object], object]
Kernel = TypeVar("Kernel", bound=Callable[..., object])


class Required(Enum):
    """The default of an argument that has none."""

    REQUIRED = "必填"


REQUIRED = Required.REQUIRED
BLANK_CELL, NO_NUMBER = '{}=""', "NOT(ISNUMBER({}))"  # how a formula asks for a blank
_CONSTANT = re.compile(r'-?[0-9.]+|TRUE|FALSE|"[^"]*"|\{.*\}')


class Span(Enum):
    """How much of a range one call of the function wants."""

    CELL = "cell"  # each cell by itself
    SERIES = "series"  # a row or a column together; of a block, each row
    WHOLE = "whole"  # all cells together
    TABLE = "table"  # all rows together, for the argument's own `read` to understand
    TOTALLED = "totalled"  # the rows, the columns or all cells, as the total given with it asks


class Shape(Enum):
    """What one call answers."""

    CELL = "cell"  # one value
    ROW = "row"  # several values, side by side
    RANGE = "range"  # one value for each cell of the first argument


@dataclass(frozen=True)
class Argument:
    """One argument: its name and help for people, and how a cell becomes its value.

    `read` returns None for a blank cell and raises Unreadable. A blank stands for the default;
    where there is none it makes the answer blank, unless the function `keeps_blank` as None.
    """

    name: str
    help: str
    read: Reader
    keeps_blank: bool = False
    span: Span = Span.CELL
    default: object = REQUIRED

    @property
    def optional(self) -> bool:
        """Whether the argument may be left out."""
        return self.default is not REQUIRED


@dataclass(frozen=True)
class Example:
    """A call and what it answers, with one line that says what it is about."""

    args: tuple[object, ...]
    expected: object
    note: str
    kwargs: Mapping[str, object] = field(default_factory=dict)


def example(*args: object, gives: object, note: str, **kwargs: object) -> Example:
    """Return an example, written much like the call: `example(9, gives=0.75, note="三季度末")`."""
    return Example(args, gives, note, kwargs)


def _no_kernel(*_: object) -> object:
    raise NotImplementedError("a function is registered by decorating its kernel")


@dataclass(frozen=True)
class Function:
    """A worksheet function: what people read about it, and the pure function that computes it.

    `native` is an Excel formula that gives the same answer for cells that hold numbers or are
    empty, with {argument} where a reference goes; empty where Excel has no equal. See `formula`.
    """

    name: str
    category: str
    help: str
    arguments: tuple[Argument, ...]
    examples: tuple[Example, ...]
    source: str
    native: str = ""
    shape: Shape = Shape.CELL
    kernel: Callable[..., object] = _no_kernel

    @cached_property
    def cellwise(self) -> bool:
        """Whether every argument is one cell."""
        return all(argument.span is Span.CELL for argument in self.arguments)

    @cached_property
    def native_arguments(self) -> frozenset[str]:
        """The arguments that the native formula knows; another one given, it is no equal."""
        return frozenset(re.findall(r"\{(\w+)\}", self.native))

    def formula(self, blank: str = BLANK_CELL, /, **references: str) -> str:
        """Return the native formula on references: `formula(cum="B2", target="C2")`.

        What may be left out has its default where it is left out, and where its cell is blank;
        `blank` says how to ask for that.
        """
        operands = {
            argument.name: _operand(argument, references.get(argument.name), blank)
            for argument in self.arguments
        }
        rounds = any(a.name == "digits" and a.default is not None for a in self.arguments)
        pattern = self.native if rounds or "digits" in references else unrounded(self.native)
        return asking_for_blanks(pattern, blank).format(**operands)


FUNCTIONS: dict[str, Function] = {}


def register(entry: Function) -> Callable[[Kernel], Kernel]:
    """Enter a function with the kernel below it, whose defaults become the arguments'."""

    def enter(kernel: Kernel) -> Kernel:
        parameters = inspect.signature(kernel).parameters.values()
        arguments = tuple(
            argument
            if parameter.default is inspect.Parameter.empty
            else replace(argument, default=parameter.default)
            for argument, parameter in zip(entry.arguments, parameters, strict=True)
        )
        FUNCTIONS[entry.name] = replace(entry, arguments=arguments, kernel=kernel)
        return kernel

    return enter


def _operand(argument: Argument, reference: str | None, blank: str) -> str:
    if reference is None:
        return literal(argument.default) if argument.optional else "#N/A"
    if not argument.optional or argument.span is not Span.CELL or _CONSTANT.fullmatch(reference):
        return reference
    return f"IF({blank.format(reference)},{literal(argument.default)},{reference})"


def literal(default: object) -> str:
    """Return a value as a formula writes it; 15 decimals, for none said, are as many as it keeps.

    >>> literal((1, 0.8)), literal(True), literal("step")
    ('{1,0.8}', 'TRUE', '"step"')
    """
    if isinstance(default, str):
        return f'"{default}"'
    if isinstance(default, tuple):
        return "{" + ",".join(map(str, default)) + "}"
    return "15" if default is None else str(default).upper()
