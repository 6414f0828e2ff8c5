"""What the buttons of the ribbon do: one function each, named as the VBA sub that calls it.

Each takes the workbook, or without one that from which Excel calls. What it needs is imported when
it runs: a click must not wait for what another button needs.
"""

from __future__ import annotations

from addin.runtime import Desk, button

# -- 下发 --


@button
def stamp_workbooks(desk: Desk) -> None:
    """生成部门工作簿：choose form, roster, period and folder; one workbook per department."""
    from addin import distribution

    distribution.stamp_workbooks(desk)


@button
def blank_roster(desk: Desk) -> None:
    """生成空白名册：choose a form; an empty roster with its columns opens."""
    from addin import distribution

    distribution.blank_roster(desk)


# -- 回收 --


@button
def merge_returns(desk: Desk) -> None:
    """合并回收表：choose the folder; the result opens."""
    from addin import returns

    returns.merge_returns(desk)


@button
def chase_list(desk: Desk) -> None:
    """催报名单：who must return or correct."""
    from addin import returns

    returns.chase_list(desk)


@button
def open_source(desk: Desk) -> None:
    """打开出处：from a row of 明细 or 审核疑点 to the cell in the returned file."""
    from addin import returns

    returns.open_source(desk)


# -- 审核 --


@button
def check_workbook(desk: Desk) -> None:
    """检查当前工作簿：findings as a list, and as coloured cells with notes."""
    from addin import audit

    audit.check_workbook(desk)


@button
def clear_marks(desk: Desk) -> None:
    """清除标记：fills and notes as they were."""
    from addin import audit

    audit.clear_marks(desk)


@button
def recheck_shares(desk: Desk) -> None:
    """复核占比：the printed shares of the selected table."""
    from addin import audit

    audit.recheck_shares(desk)


# -- 分析 --


@button
def insert_cumulative(desk: Desk) -> None:
    """插入累计列：months added up beside the selected table."""
    from addin import columns

    columns.insert_cumulative(desk)


@button
def insert_shares(desk: Desk) -> None:
    """插入占比列：shares of the total beside the selected table."""
    from addin import columns

    columns.insert_shares(desk)


@button
def insert_gap(desk: Desk) -> None:
    """插入进度差列：how far progress is ahead of the calendar."""
    from addin import columns

    columns.insert_gap(desk)


@button
def progress_chart(desk: Desk) -> None:
    """进度图：progress against the calendar, on a new worksheet."""
    from addin import charts

    charts.progress_chart(desk)


@button
def share_chart(desk: Desk) -> None:
    """占比图：the parts of a total, on a new worksheet."""
    from addin import charts

    charts.share_chart(desk)


# -- 帮助 --


@button
def handbook(desk: Desk) -> None:
    """函数手册：every worksheet function, with examples."""
    from addin import pages

    pages.handbook(desk)


@button
def settings(desk: Desk) -> None:
    """设置：interpreter, folders, thresholds."""
    from addin import preferences

    preferences.change(desk)


@button
def diagnose(desk: Desk) -> None:
    """诊断：what is installed, what is wrong, and how to mend it."""
    from addin import pages

    pages.diagnose_machine(desk)


@button
def about(desk: Desk) -> None:
    """关于：version and places."""
    from addin import pages

    pages.about(desk)
