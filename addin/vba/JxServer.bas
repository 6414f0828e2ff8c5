Option Explicit
Option Private Module
' The Python process, started and kept by the DLL of xlwings @XLWINGS@; and what else only Windows has.

#If Win64 Then
Private Declare PtrSafe Function Activate Lib "xlwings64-@XLWINGS@.dll" Alias "XLPyDLLActivateAuto" (ByRef result As Variant, Optional ByVal command As String = "", Optional ByVal mode As Long = 1) As Long
Private Const DLL As String = "xlwings64-@XLWINGS@.dll"
#Else
Private Declare PtrSafe Function Activate Lib "xlwings32-@XLWINGS@.dll" Alias "XLPyDLLActivateAuto" (ByRef result As Variant, Optional ByVal command As String = "", Optional ByVal mode As Long = 1) As Long
Private Const DLL As String = "xlwings32-@XLWINGS@.dll"
#End If
Private Declare PtrSafe Function LoadLibrary Lib "kernel32" Alias "LoadLibraryA" (ByVal path As String) As LongPtr
Private Declare PtrSafe Function MessageBox Lib "user32" Alias "MessageBoxW" (ByVal window As LongPtr, ByVal text As LongPtr, ByVal title As LongPtr, ByVal kind As Long) As Long

Private Const XLWINGS As String = "@XLWINGS@"
Private Const START As Long = 1
Private Const WARNING As Long = &H30&

Private mCommand As String ' built once: settings are not read for every cell
Private mFailure As String ' why Python did not start; cells do not try again, a button does

Public Function JxPython() As Object
    ' Returns Python's side, starting the process if it does not run, or no longer runs.
    Dim answer As Variant
    If Len(mFailure) > 0 Then Err.Raise JX_ERROR, "Jixiao", mFailure
    On Error GoTo failed
    If Len(mCommand) = 0 Then JxPrepare
    If Activate(answer, mCommand, START) <> 0 Then JxRaise "not-started", CStr(answer), JxLogPath()
    Set JxPython = answer
    Exit Function
failed:
    mFailure = Err.Description
    mCommand = ""
    Err.Raise JX_ERROR, "Jixiao", mFailure
End Function

Public Sub JxRetry()
    ' Forgets the last failure.
    mFailure = ""
End Sub

Private Sub JxPrepare()
    Dim command As String, folders() As String, i As Long
    command = JxCommand()
    If JxSetting("xlwings") <> XLWINGS Then JxRaise "other-xlwings", XLWINGS, JxSetting("xlwings")
    folders = Split(JxFolders(), ";")
    For i = LBound(folders) To UBound(folders)
        If LoadLibrary(folders(i) & "\" & DLL) <> 0 Then mCommand = command
        If Len(mCommand) > 0 Then Exit Sub
    Next i
    JxRaise "no-dll", DLL, JxFolders()
End Sub

Public Sub JxShow(ByVal sentence As String)
    ' Shows a sentence. VBA's own MsgBox knows one code page only.
    Dim title As String
    title = JxText("title")
    MessageBox Application.Hwnd, StrPtr(sentence), StrPtr(title), WARNING
End Sub
