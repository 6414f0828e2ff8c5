Option Explicit
Option Private Module
' What Insert Function shows, from a hidden sheet: name, category, description, help for arguments.

Private mDone As Boolean

Public Sub JxDescribe()
    ' Describes all functions, once; as long as Excel refuses, the next workbook is the next occasion.
    Dim rows As Variant, i As Long
    If mDone Then Exit Sub
    On Error GoTo refused
    rows = ThisWorkbook.Worksheets("Functions").UsedRange.Value2
    For i = LBound(rows, 1) To UBound(rows, 1)
        Application.MacroOptions Macro:="'" & ThisWorkbook.Name & "'!" & rows(i, 1), Category:=rows(i, 2), _
            Description:=rows(i, 3), ArgumentDescriptions:=JxArguments(rows, i)
    Next i
    ThisWorkbook.Saved = True
    mDone = True
    Exit Sub
refused:
    JxLog "MacroOptions", Err.Description
End Sub

Public Function JxArguments(ByVal rows As Variant, ByVal row As Long) As Variant
    ' Returns the help for the arguments of a function.
    Dim texts() As String, count As Long
    Do While count + 4 <= UBound(rows, 2)
        If Len(rows(row, count + 4)) = 0 Then Exit Do
        ReDim Preserve texts(0 To count)
        texts(count) = rows(row, count + 4)
        count = count + 1
    Loop
    JxArguments = texts
End Function
