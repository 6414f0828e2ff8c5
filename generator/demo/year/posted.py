"""Returns as real workbooks: sent out, filled in, sent back and merged."""

from __future__ import annotations

from pathlib import Path

from generator.demo.year.city import Returns
from generator.merge import merge_folder
from generator.model.merged import Merged
from generator.model.roster import Roster
from generator.stamp import Run, Stamper, file_names, stamp_all
from generator.workbook.result.write import write_result
from generator.workbook.roster import write_roster
from generator.workbook.save import write_bytes

ROSTER, SENT, RETURNED, RESULT = "名册.xlsx", "下发", "回收", "汇总.xlsx"


def posted(returns: Returns, folder: Path) -> Merged:
    """Do the whole job for a form in a folder, and return the merge."""
    form, period, answered = returns
    departments = tuple(each.department for each in answered)
    (folder / RETURNED).mkdir(parents=True, exist_ok=True)
    write_roster(form, Roster(departments), folder / ROSTER)
    stamp_all(form, Roster(departments), period, folder / SENT, Run(jobs=1))
    stamper, names = Stamper(form, period), file_names(form, departments, period)
    for each in answered:
        content = stamper.stamp(each.department, each.entries, dict(each.explanations))
        write_bytes(folder / RETURNED / names[each.department.code], content)
    merged = merge_folder(folder / RETURNED, folder / ROSTER, folder / RESULT)
    write_result(merged, folder / RESULT)
    return merged
