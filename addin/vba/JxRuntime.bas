Option Explicit
Option Private Module
' What stands between Excel and Python: a button, and a call from a cell.

Private Const FUNCTIONS As String = "udfs.registration"

Public Sub RunJx(ByVal macro As String)
    ' Runs what a button stands for. Python does the work and the talking.
    Dim python As Object
    On Error GoTo failed
    JxRetry
    Set python = JxPython()
    python.SetAttr python.Module("xlwings._xlwindows"), "BOOK_CALLER", ActiveWorkbook
    python.Exec "import addin.macros; addin.macros." & macro & "()"
    Exit Sub
failed:
    JxShow JxFailure(macro, Err.Number, Err.Description)
End Sub

Public Function JxCall(ByVal called As String, ByVal given As Variant) As Variant
    ' Answers a cell. A cell in error makes the answer that error, as with Excel's own functions. Who
    ' cannot answer says #VALUE!, which no sum overlooks, and writes the log.
    Dim values As Variant
    On Error GoTo failed
    values = JxValues(given)
    JxCall = JxFirstError(values)
    If Not IsError(JxCall) Then JxCall = JxPython().CallUDF(FUNCTIONS, called, values)
    Exit Function
failed:
    JxFailure called, Err.Number, Err.Description
    JxCall = CVErr(2015)
End Function

Public Function JxFailure(ByVal where As String, ByVal number As Long, ByVal reason As String) As String
    ' Logs what went wrong and returns it as a sentence; our own errors are sentences already.
    JxLog where, reason
    JxFailure = reason
    If number <> JX_ERROR Then JxFailure = JxText("unexpected", JxLastLine(reason), JxLogPath())
End Function

Private Function JxLastLine(ByVal text As String) As String
    ' Returns what matters of a traceback.
    Dim lines() As String, i As Long
    lines = Split(Replace(text, vbCr, ""), vbLf)
    For i = LBound(lines) To UBound(lines)
        If Len(Trim$(lines(i))) > 0 Then JxLastLine = Trim$(lines(i))
    Next i
End Function
