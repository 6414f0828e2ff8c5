"""The only place that knows what a workbook file is: OOXML, openpyxl, calamine, LibreOffice."""
