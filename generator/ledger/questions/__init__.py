"""What can be asked of a ledger, each question by its name."""
