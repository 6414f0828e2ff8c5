"""Returns come back handled by people: what can still be read is read, what is wrong is found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.model.finding import Kind
from generator.template import find
from tests.stories.seeds import FORMS, OFFICIAL, Return, faultless, published, told
from tests.support.office import Book, Calc

Edit = Callable[[Book, Return], None]
INVENTED = [each for each in OFFICIAL if (find(each) / "demo.yaml").exists()]
MONEY = "department-targets"
TAB = "部门整体绩效目标表"


# -- what harms nothing --


def nothing(_: Book, __: Return) -> None:
    """Save it in LibreOffice, no more."""


def renamed_sheets(book: Book, one: Return) -> None:
    """Give every worksheet another name."""
    for number, copy in enumerate(one.plan.copies):
        book.rename_sheet(one.tab(copy), f"第{number + 1}张（改）")


def inserted_rows(book: Book, one: Return) -> None:
    """Insert empty rows inside every table, from the bottom up."""
    for copy in one.plan.copies:
        tables = [each for each in copy.tables.values() if not each.table.fixed]
        book.unprotect(one.tab(copy))
        for table in sorted(tables, key=lambda each: -each.top):
            book.insert_rows(one.tab(copy), table.starts[-1], 2 * table.stride)


def rows_on_top(book: Book, one: Return) -> None:
    """Insert two rows above everything."""
    for copy in one.plan.copies:
        book.unprotect(one.tab(copy))
        book.insert_rows(one.tab(copy), 1, 2)


def split_merges(book: Book, one: Return) -> None:
    """Split all merged cells."""
    for copy in one.plan.copies:
        book.unprotect(one.tab(copy))
        book.split_merges(one.tab(copy))


def deleted_names(book: Book, _: Return) -> None:
    """Delete every defined name."""
    book.delete_names()


def everything(book: Book, one: Return) -> None:
    """Split, insert and rename."""
    split_merges(book, one)
    rows_on_top(book, one)
    renamed_sheets(book, one)


HARMLESS: tuple[Edit, ...] = (
    nothing,
    renamed_sheets,
    inserted_rows,
    rows_on_top,
    split_merges,
    deleted_names,
    everything,
)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("edit", HARMLESS, ids=lambda each: each.__name__)
def test_what_harms_no_answer_is_read_through(calc: Calc, tmp_path: Path, edit: Edit, form: str):
    one = faultless(form)
    sent = one.filled(tmp_path)
    with calc.open(sent) as book:
        edit(book, one)
        back = one.read(book.save(tmp_path / "returned" / sent.name))
    assert told(back.findings) == Counter()
    assert one.answers(back.filing) == one.answers(one.read(sent).filing)


@pytest.mark.parametrize("form", [*FORMS, *INVENTED])
@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_other_formats_are_read_as_the_same(calc: Calc, tmp_path: Path, kind: str, form: str):
    one = faultless(form)
    sent = one.filled(tmp_path)
    with calc.open(sent) as book:
        back = one.read(book.save_as(tmp_path / "returned" / sent.name, kind))
    assert told(back.findings) == Counter()
    assert one.answers(back.filing) == one.answers(one.read(sent).filing)


# -- what must be found --


def test_a_cleared_cell_is_missed(calc: Calc, tmp_path: Path):
    one = faultless(MONEY)
    cell = one.address(TAB, "preparer")
    found = _found(calc, one, tmp_path, lambda book: book.put(TAB, {cell: None}))
    assert found == Counter({("REQUIRED", TAB, cell): 1})


def test_an_overwritten_formula_is_found_though_its_value_is_right(calc: Calc, tmp_path: Path):
    one = faultless(MONEY)
    cell = one.address(TAB, "funds.income_total.amount")

    def overwrite(book: Book) -> None:
        book.unprotect(TAB)
        book.put(TAB, {cell: 8620})

    assert _found(calc, one, tmp_path, overwrite) == Counter({("FORMULA", TAB, cell): 1})


def test_a_total_typed_over_its_formula_is_recomputed(calc: Calc, tmp_path: Path):
    one = faultless(MONEY)
    cell = one.address(TAB, "funds.income_total.last")

    def overwrite(book: Book) -> None:
        book.unprotect(TAB)
        book.put(TAB, {cell: 9000})

    assert _found(calc, one, tmp_path, overwrite) == Counter(
        {("FORMULA", TAB, cell): 1, ("TOTAL", TAB, cell): 1}
    )


def test_an_altered_label_is_found(calc: Calc, tmp_path: Path):
    one = faultless(MONEY)
    edited: list[str] = []

    def edit(book: Book) -> None:
        edited.extend(_cells_with(book, TAB, "部门职能概述"))
        book.unprotect(TAB)
        book.put(TAB, {edited[0]: "单位职能"})

    found = _found(calc, one, tmp_path, edit)
    assert found == Counter({("LOCKED", TAB, cell): 1 for cell in edited})


def test_an_altered_prefilled_answer_is_found(calc: Calc, tmp_path: Path):
    one = faultless("monthly-progress")
    cell = one.address("进度情况", "goals[2].goal")

    def edit(book: Book) -> None:
        book.unprotect("进度情况")
        book.put("进度情况", {cell: "自拟的目标"})

    found = _found(calc, one, tmp_path, edit)
    assert found[("LOCKED", "进度情况", cell)] == 1


def test_a_text_where_a_number_is_due_is_told(calc: Calc, tmp_path: Path):
    one = faultless("project-targets")
    tab = one.tab(one.plan.copies[1])
    cell = one.address(tab, "plan_6")
    found = _found(calc, one, tmp_path, lambda book: book.put(tab, {cell: "年中大约一半"}))
    assert found == Counter({("TYPE", tab, cell): 1})


def test_numbers_as_people_write_them_are_understood_and_told(calc: Calc, tmp_path: Path):
    one = faultless("project-targets")
    tab = one.tab(one.plan.copies[1])
    budget, plan = one.address(tab, "budget"), one.address(tab, "plan_6")
    sent = one.filled(tmp_path)
    with calc.open(sent) as book:
        book.put(tab, {budget: "０．０２６亿元", plan: "４０％"})
        back = one.read(book.save(tmp_path / "returned" / sent.name))
    assert told(back.findings) == Counter(
        {("NORMALISED", tab, budget): 1, ("NORMALISED", tab, plan): 1}
    )
    assert one.answers(back.filing) == one.answers(one.read(sent).filing)


def test_a_difference_that_is_explained_becomes_a_note(calc: Calc, tmp_path: Path):
    one = published("monthly-progress")
    sent = one.filled(tmp_path)
    with calc.open(sent) as book:
        (rule,) = _cells_with(book, "校验", "PRICE")
        book.type("校验", f"H{rule[1:]}", "有一名教师下半年才到岗。")
        back = one.read(book.save(tmp_path / "returned" / sent.name))
    (found,) = (each for each in back.findings if each.rule == "PRICE")
    assert found.kind is Kind.NOTE
    assert "有一名教师下半年才到岗。" in found.message
    assert told(back.findings) == one.expected()


def _cells_with(book: Book, sheet: str, text: str) -> list[str]:
    return [cell for cell, value in book.values(sheet).items() if value == text]


def _found(
    calc: Calc, one: Return, folder: Path, edit: Callable[[Book], None]
) -> Counter[tuple[str, str, str]]:
    sent = one.filled(folder)
    with calc.open(sent) as book:
        edit(book)
        book.recalculate()
        return told(one.read(book.save(folder / "returned" / sent.name)).findings)
