Option Explicit
' One line for each button of the ribbon; the work is in addin/macros.py.

Public Sub jx_stamp_workbooks(control As Object): RunJx "stamp_workbooks": End Sub
Public Sub jx_blank_roster(control As Object): RunJx "blank_roster": End Sub
Public Sub jx_merge_returns(control As Object): RunJx "merge_returns": End Sub
Public Sub jx_chase_list(control As Object): RunJx "chase_list": End Sub
Public Sub jx_open_source(control As Object): RunJx "open_source": End Sub
Public Sub jx_check_workbook(control As Object): RunJx "check_workbook": End Sub
Public Sub jx_clear_marks(control As Object): RunJx "clear_marks": End Sub
Public Sub jx_recheck_shares(control As Object): RunJx "recheck_shares": End Sub
Public Sub jx_insert_cumulative(control As Object): RunJx "insert_cumulative": End Sub
Public Sub jx_insert_shares(control As Object): RunJx "insert_shares": End Sub
Public Sub jx_insert_gap(control As Object): RunJx "insert_gap": End Sub
Public Sub jx_progress_chart(control As Object): RunJx "progress_chart": End Sub
Public Sub jx_share_chart(control As Object): RunJx "share_chart": End Sub
Public Sub jx_handbook(control As Object): RunJx "handbook": End Sub
Public Sub jx_settings(control As Object): RunJx "settings": End Sub
Public Sub jx_diagnose(control As Object): RunJx "diagnose": End Sub
Public Sub jx_about(control As Object): RunJx "about": End Sub
