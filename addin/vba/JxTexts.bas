Option Explicit
Option Private Module
' Sentences for people. They stand on a hidden sheet of the add-in, for source code is ASCII.

Public Const JX_VERSION As String = "@VERSION@"
Public Const JX_ERROR As Long = -2147220504 ' vbObjectError + 1000

Public Function JxText(ByVal key As String, Optional ByVal first As String, Optional ByVal second As String) As String
    ' Returns a sentence with its blanks filled in.
    Dim texts As Variant, i As Long
    texts = ThisWorkbook.Worksheets("Texts").UsedRange.Value2
    JxText = key
    For i = LBound(texts, 1) To UBound(texts, 1)
        If texts(i, 1) = key Then JxText = texts(i, 2)
    Next i
    JxText = Replace(Replace(JxText, "{1}", first), "{2}", second)
End Function

Public Sub JxRaise(ByVal key As String, Optional ByVal first As String, Optional ByVal second As String)
    ' Raises an error that is a sentence.
    Err.Raise JX_ERROR, "Jixiao", JxText(key, first, second)
End Sub
