"""A merge → rows of the ledger."""
