"""All questions that a ledger answers, in the order in which they are listed."""

from __future__ import annotations

from collections.abc import Mapping

from generator.ledger.questions import annual, results, returns
from generator.ledger.questions.query import Query

QUERIES: Mapping[str, Query] = {
    each.name: each
    for each in (
        *(returns.RECOVERY, returns.MISSING, returns.HISTORY),
        *(returns.FINDINGS, returns.BY_RULE, returns.BY_DEPARTMENT),
        *(results.OUTCOMES, results.STAGES, results.SCORES, results.GRADES),
        *(results.ACROSS, results.YEARLY, returns.TOTALS, results.INDICATORS),
        *(results.PROJECTS, returns.RUNS),
        *annual.QUERIES,
    )
}
