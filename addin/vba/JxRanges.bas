Option Explicit
Option Private Module
' From references to values. A whole column ends where its sheet does, and where its partner does.

Public Function JxValues(ByVal given As Variant) As Variant
    ' Returns the arguments of one call with values for ranges. What is open at the end is cut for
    ' all of them at one distance from their first cell, so that pairs stay pairs.
    Dim values() As Variant, i As Long, height As Long, width As Long
    If UBound(given) < LBound(given) Then JxValues = given: Exit Function
    ReDim values(LBound(given) To UBound(given))
    For i = LBound(given) To UBound(given)
        If IsObject(given(i)) Then JxMeasure given(i), height, width
    Next i
    For i = LBound(given) To UBound(given)
        If IsObject(given(i)) Then values(i) = JxCut(given(i), height, width).Value2 Else values(i) = given(i)
    Next i
    JxValues = values
End Function

Public Function JxFirstError(ByVal values As Variant) As Variant
    ' Returns the first single value that is an error; in a range each cell counts for itself. An
    ' argument that was left out is marked by an error too, which is not meant here.
    Dim i As Long
    For i = UBound(values) To LBound(values) Step -1
        If IsError(values(i)) Then
            If Not IsMissing(values(i)) Then JxFirstError = values(i)
        End If
    Next i
End Function

Private Sub JxMeasure(ByVal cells As Range, ByRef height As Long, ByRef width As Long)
    ' Enlarges height and width to what this range needs.
    Dim used As Range, sheet As Worksheet
    If cells.Areas.Count > 1 Then JxRaise "areas"
    Set sheet = cells.Worksheet
    Set used = sheet.UsedRange
    height = JxLarger(height, JxNeed(cells.Row, cells.Rows.Count, sheet.Rows.Count, used.Row + used.Rows.Count))
    width = JxLarger(width, JxNeed(cells.Column, cells.Columns.Count, sheet.Columns.Count, used.Column + used.Columns.Count))
End Sub

Private Function JxNeed(ByVal first As Long, ByVal count As Long, ByVal all As Long, ByVal pastUsed As Long) As Long
    ' Returns how many rows are worth reading: all of them, unless the range goes on to the end.
    JxNeed = count
    If first + count > all Then JxNeed = JxLarger(pastUsed - first, 1)
End Function

Private Function JxCut(ByVal cells As Range, ByVal height As Long, ByVal width As Long) As Range
    Set JxCut = cells
    If cells.Rows.Count > height Or cells.Columns.Count > width Then
        Set JxCut = cells.Resize(JxSmaller(cells.Rows.Count, height), JxSmaller(cells.Columns.Count, width))
    End If
End Function

Private Function JxLarger(ByVal a As Long, ByVal b As Long) As Long
    JxLarger = a
    If b > a Then JxLarger = b
End Function

Private Function JxSmaller(ByVal a As Long, ByVal b As Long) As Long
    JxSmaller = a
    If b < a Then JxSmaller = b
End Function
