Option Explicit
' Calls what a test cannot call itself: functions that raise, and such as need an object.

Public Function Command() As String
    On Error GoTo failed
    Command = JxCommand()
    Exit Function
failed:
    Command = "refused: " & Err.Description
End Function

Public Function Folders() As String
    On Error GoTo failed
    Folders = JxFolders()
    Exit Function
failed:
    Folders = "refused: " & Err.Description
End Function

Public Function Arguments(ByVal row As Variant) As String
    Dim rows As Variant
    rows = ThisWorkbook.Worksheets("Functions").UsedRange.Value
    Arguments = Join(JxArguments(rows, CLng(row)), "|")
End Function

Public Sub Press()
    Dim control As Object
    Set control = New FakePython
    jx_merge_returns control
End Sub
