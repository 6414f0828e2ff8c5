"""The store of all filings, periods and results (台账)."""

from __future__ import annotations

from generator.ledger.ledger import Ledger, open_ledger
from generator.ledger.place import LedgerError
from generator.ledger.questions.query import Answer, Parameter, Query
from generator.ledger.recording.record import Recorded

__all__ = ["Answer", "Ledger", "LedgerError", "Parameter", "Query", "Recorded", "open_ledger"]
