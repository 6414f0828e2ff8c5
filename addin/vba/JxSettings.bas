Option Explicit
Option Private Module
' Settings come from one file, which belongs to the add-in. A workbook cannot change them: whoever
' sends one back could otherwise name the program that a trusted add-in starts.

Private Const FILE As String = "jixiao.conf"
Private Const LONGEST_COMMAND As Long = 2000 ' the DLL keeps it in 2,048 bytes and ends Excel beyond

Public Function JxSettingsPath() As String
    ' In a folder of its own: Excel opens every file of XLSTART as a workbook, but enters no folder.
    Dim slash As String
    slash = Application.PathSeparator
    JxSettingsPath = ThisWorkbook.Path & slash & "jixiao" & slash & FILE
    If Len(Dir(JxSettingsPath)) = 0 Then JxSettingsPath = ThisWorkbook.Path & slash & FILE
End Function

Public Function JxSetting(ByVal key As String) As String
    ' Returns a setting, or nothing.
    Dim lines() As String, i As Long, equals As Long
    lines = Split(JxPlainText(JxSettingsPath()), vbLf)
    For i = LBound(lines) To UBound(lines)
        equals = InStr(lines(i), "=")
        If equals > 1 Then
            If LCase$(Trim$(Left$(lines(i), equals - 1))) = key Then JxSetting = Trim$(Mid$(lines(i), equals + 1))
        End If
    Next i
End Function

Public Function JxCommand() As String
    ' Returns the command that starts Python. Nothing in it depends on an open workbook, so that all
    ' share one process. -E and -P: neither the environment nor the current folder adds modules.
    JxCommand = """" & JxInterpreter() & """ -B -E -P -c ""import sys; sys.path[:0] = [p for p in '" & _
        JxModulePath() & "'.split(';') if p]; from addin import runtime; runtime.serve('$(CLSID)')"""
    If Len(JxCommand) > LONGEST_COMMAND Then JxRaise "path-too-long"
End Function

Public Function JxInterpreter() As String
    JxInterpreter = JxSetting("interpreter")
    If Len(JxInterpreter) = 0 Then JxRaise "not-installed", JxSettingsPath()
    JxRefuse JxInterpreter, "interpreter"
    If Len(Dir(JxInterpreter)) = 0 Then JxRaise "no-interpreter", JxInterpreter
    JxInterpreter = JxWindowless(JxInterpreter)
End Function

Private Function JxWindowless(ByVal interpreter As String) As String
    ' Returns pythonw.exe where it stands beside python.exe: the latter opens a black window.
    Dim quiet As String
    JxWindowless = interpreter
    quiet = JxParent(interpreter) & Application.PathSeparator & "pythonw.exe"
    If LCase$(Right$(interpreter, 11)) = Application.PathSeparator & "python.exe" And Len(Dir(quiet)) > 0 Then JxWindowless = quiet
End Function

Private Function JxModulePath() As String
    JxModulePath = JxSetting("pythonpath")
    JxRefuse JxModulePath, "pythonpath"
    JxModulePath = Replace(Replace(JxModulePath, "\", "/"), "'", "\'")
End Function

Public Function JxFolders() As String
    ' Returns where the DLL may be, parted by semicolons.
    Dim folder As String
    JxFolders = JxSetting("dll")
    JxRefuse JxFolders, "dll"
    If Len(JxFolders) > 0 Then Exit Function
    folder = JxParent(JxInterpreter())
    JxFolders = folder & ";" & JxParent(folder) ' an environment has its programs in a folder below
End Function

Private Function JxParent(ByVal path As String) As String
    Dim slash As Long
    slash = InStrRev(path, Application.PathSeparator)
    If slash > 1 Then JxParent = Left$(path, slash - 1)
End Function

Private Sub JxRefuse(ByVal path As String, ByVal key As String)
    ' Refuses what the DLL, which knows one code page only, would garble; and what would end a string.
    Dim i As Long, code As Long
    For i = 1 To Len(path)
        code = AscW(Mid$(path, i, 1))
        If code < 32 Or code > 126 Then JxRaise "path-not-plain", key, JxSettingsPath()
    Next i
    If InStr(path, """") > 0 Or InStr(path, "$(") > 0 Then JxRaise "path-not-plain", key, JxSettingsPath()
End Sub
