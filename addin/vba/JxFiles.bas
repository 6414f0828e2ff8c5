Option Explicit
Option Private Module
' Small files: settings are read, the log grows.

Private mLastLine As String

Public Function JxPlainText(ByVal path As String) As String
    ' Returns the text of a file, its lines parted by line feeds; what is not ASCII is U+FFFD.
    Dim bytes() As Byte, handle As Integer, i As Long
    If Len(Dir(path)) = 0 Then Exit Function
    If FileLen(path) = 0 Then Exit Function
    handle = FreeFile
    ReDim bytes(0 To FileLen(path) - 1)
    Open path For Binary Access Read As #handle
    Get #handle, , bytes
    Close #handle
    For i = LBound(bytes) To UBound(bytes)
        JxPlainText = JxPlainText & JxCharacter(bytes(i))
    Next i
End Function

Private Function JxCharacter(ByVal code As Byte) As String
    JxCharacter = ChrW(&HFFFD)
    If code < 128 Then JxCharacter = Chr$(code)
    If code = 13 Then JxCharacter = ""
End Function

Public Function JxLogPath() As String
    JxLogPath = Environ$("LOCALAPPDATA") & Application.PathSeparator & "jixiao" & Application.PathSeparator & "jixiao.log"
End Function

Public Sub JxLog(ByVal where As String, ByVal what As String)
    ' Adds a line to the log, once for a thousand cells that fail alike. A log that cannot be written is no news.
    Dim entry As String
    On Error Resume Next
    entry = where & vbTab & Replace(Replace(what, vbCr, " "), vbLf, " ")
    If entry = mLastLine Then Exit Sub
    mLastLine = entry
    JxAppend JxLogPath(), Format$(Now, "yyyy-mm-dd hh:mm:ss") & vbTab & "vba " & JX_VERSION & vbTab & entry & vbCrLf
End Sub

Private Sub JxAppend(ByVal path As String, ByVal text As String)
    Dim handle As Integer, bytes() As Byte, folder As String
    folder = Left$(path, InStrRev(path, Application.PathSeparator) - 1)
    If Len(Dir(folder, vbDirectory)) = 0 Then MkDir folder
    JxEncode text, bytes
    handle = FreeFile
    Open path For Binary Access Write As #handle
    Put #handle, LOF(handle) + 1, bytes
    Close #handle
End Sub

Private Sub JxEncode(ByVal text As String, ByRef bytes() As Byte)
    ' Fills bytes with text in UTF-8, so that Python and Notepad read the log too.
    Dim count As Long, i As Long, code As Long
    ReDim bytes(0 To 3 * Len(text))
    For i = 1 To Len(text)
        code = AscW(Mid$(text, i, 1)) And &HFFFF&
        If code >= &HD800& And code <= &HDFFF& Then code = 63
        If code < &H80& Then
            bytes(count) = code
            count = count + 1
        ElseIf code < &H800& Then
            bytes(count) = &HC0& Or code \ &H40&
            bytes(count + 1) = &H80& Or (code And &H3F&)
            count = count + 2
        Else
            bytes(count) = &HE0& Or code \ &H1000&
            bytes(count + 1) = &H80& Or (code \ &H40& And &H3F&)
            bytes(count + 2) = &H80& Or (code And &H3F&)
            count = count + 3
        End If
    Next i
    ReDim Preserve bytes(0 To count - 1)
End Sub
