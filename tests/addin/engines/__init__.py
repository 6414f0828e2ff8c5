"""xlwings without Excel: one engine for tests, over openpyxl or over a real LibreOffice.

`xlwings_on(program)` makes `xw.Book`, `xw.App` and `Book.caller()` work as they do on Windows, as
far as the macros use them. What xlwings leaves to Excel's own objects (`.api`) is here too, by the
names Excel gives it; the dialogs are answered by whom a test puts before the screen.
"""
