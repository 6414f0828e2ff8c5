Option Explicit
Option Private Module
' A formula keeps the path of the add-in it was typed with. On a colleague's PC that path is broken.

Private Const WORKBOOKS As Long = 1

Public Sub JxRelink(ByVal book As Workbook)
    ' Turns links to this add-in elsewhere into links to it here; without them nothing happens.
    Dim links As Variant, i As Long
    On Error Resume Next
    links = book.LinkSources(WORKBOOKS)
    If IsEmpty(links) Then Exit Sub
    For i = LBound(links) To UBound(links)
        If JxElsewhere(CStr(links(i)), ThisWorkbook.FullName) Then book.ChangeLink links(i), ThisWorkbook.FullName, WORKBOOKS
    Next i
End Sub

Public Function JxElsewhere(ByVal link As String, ByVal here As String) As Boolean
    ' Says whether a link leads to a file of our name in another folder.
    JxElsewhere = LCase$(JxFileName(link)) = LCase$(JxFileName(here)) And LCase$(link) <> LCase$(here)
End Function

Private Function JxFileName(ByVal path As String) As String
    JxFileName = Mid$(path, InStrRev(Replace(path, "/", "\"), "\") + 1)
End Function
