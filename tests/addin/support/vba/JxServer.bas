Option Explicit
' In place of the module that starts Python: what is said goes to a cell.

Public Function JxPython() As Object
    Set JxPython = New FakePython
End Function

Public Sub JxRetry()
End Sub

Public Sub JxShow(ByVal sentence As String)
    ThisWorkbook.Worksheets("Jixiao").Range("Y1").Value = sentence
End Sub
