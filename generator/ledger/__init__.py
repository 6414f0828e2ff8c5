"""The store of all filings, periods and results (台账)."""
