"""The pages of a report → a workbook of any length that finance officers read."""
