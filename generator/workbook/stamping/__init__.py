"""A layout → its Blank, drawn once, and from that the workbook of each department."""
