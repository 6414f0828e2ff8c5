"""What recording a merge keeps, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from generator.ledger import Ledger, Recorded
from generator.model.finding import Kind
from generator.model.merged import Merged, ReturnedFile, State
from generator.model.period import Period
from tests.ledger.dump import dump, rows_of
from tests.ledger.merges import (
    found,
    indicator,
    merge_of,
    project,
    returned,
    small_form,
)

FORM = small_form()
FIRST = returned(FORM, "101", {"project": [project("P1", indicators=[indicator("培训人次")])]})
SECOND = returned(FORM, "0302", {"project": [project("P9", 50, 50)]})
CORRECTED = returned(FORM, "101", {"project": [project("P1", 100, 95)]})
NOON = datetime(2025, 1, 31, 4, 0, tzinfo=UTC)


def used(ledger: Ledger) -> dict[str, Decimal | None]:
    """Return what is executed by department, as far as current filings say."""
    return {each.department: each.executed for each in ledger.outcomes("self-evaluation", 2024)}


def test_recording_the_same_merge_twice_changes_nothing(ledger: Ledger):
    merged = merge_of(FORM, [FIRST, SECOND], ["400"], [found("101")])
    assert ledger.record(merged, NOON) == Recorded(1, new=2)
    before = dump(ledger)
    assert ledger.record(merged) == Recorded(None, unchanged=2)
    assert dump(ledger) == before


def test_a_corrected_return_supersedes_and_the_old_one_stays(ledger: Ledger):
    ledger.record(merge_of(FORM, [FIRST, SECOND]), NOON)
    recorded = ledger.record(merge_of(FORM, [CORRECTED, SECOND]), NOON + timedelta(hours=1))
    assert recorded == Recorded(2, superseded=1, unchanged=1)
    assert used(ledger) == {"101": Decimal(950_000), "0302": Decimal(500_000)}
    history = ledger.ask("history", department="101").rows
    assert [(row[6], row[7], row[8]) for row in history] == [
        ("2025-01-31 12:00:00", "已更正", "2025-01-31 13:00:00"),
        ("2025-01-31 13:00:00", "采用", None),
    ]
    assert rows_of(ledger, "filing", "id", "department", "superseded_by") == [
        (1, "0302", None),
        (2, "101", 3),
        (3, "101", None),
    ]
    assert {row[0] for row in rows_of(ledger, "record", "filing")} == {1, 2, 3}


def test_what_is_unchanged_is_kept_once(ledger: Ledger):
    ledger.record(merge_of(FORM, [FIRST, SECOND]))
    ledger.record(merge_of(FORM, [CORRECTED, SECOND]))
    assert rows_of(ledger, "standing", "run", "department", "filing") == [
        (1, "0302", 1),
        (1, "101", 2),
        (2, "0302", 1),
        (2, "101", 3),
    ]


def test_the_old_file_put_back_counts_again(ledger: Ledger):
    for filing in (FIRST, CORRECTED):
        ledger.record(merge_of(FORM, [filing]))
    assert ledger.record(merge_of(FORM, [FIRST])) == Recorded(3, superseded=1)
    assert used(ledger) == {"101": Decimal(800_000)}


def test_merging_a_part_does_not_make_the_others_disappear(ledger: Ledger):
    ledger.record(merge_of(FORM, [FIRST], findings=[found("101")]))
    ledger.record(merge_of(FORM, [SECOND], missing=["101"], findings=[found("0302")]))
    assert used(ledger).keys() == {"101", "0302"}
    assert [row[2] for row in ledger.ask("findings").rows] == ["0302", "101"]
    assert ledger.ask("missing").rows == []
    assert ledger.record(merge_of(FORM, [FIRST], findings=[found("101")])).run is None


def test_findings_are_those_of_the_last_return(ledger: Ledger):
    ledger.record(merge_of(FORM, [FIRST], findings=[found("101"), found("101", "R", Kind.LOGIC)]))
    ledger.record(merge_of(FORM, [CORRECTED], findings=[found("101", "R", Kind.LOGIC)]))
    assert [row[5] for row in ledger.ask("findings").rows] == ["R"]
    assert len(rows_of(ledger, "finding", "rule")) == 3


def test_findings_about_nobody_are_those_of_the_last_merge(ledger: Ledger):
    ledger.record(merge_of(FORM, [FIRST], findings=[found("", "OWNER"), found("101")]))
    ledger.record(merge_of(FORM, [SECOND]))
    assert [row[5] for row in ledger.ask("findings").rows] == ["SUM"]


def test_a_file_that_cannot_be_used_does_not_replace_one_that_can(ledger: Ledger):
    ledger.record(merge_of(FORM, [FIRST]))
    ledger.record(unusable(merge_of(FORM, [FIRST]), State.UNREADABLE))
    assert used(ledger) == {"101": Decimal(800_000)}
    assert ledger.ask("recovery").rows[0][4:6] == (1, 1)
    assert rows_of(ledger, "standing", "run", "state", "current") == [
        (1, "已回收", False),
        (2, "无法读取", True),
    ]


def test_a_file_of_nobody_is_not_recorded(ledger: Ledger):
    merged = merge_of(FORM, [FIRST])
    stranger = ReturnedFile("外地.xlsx", State.STRANGER)
    ledger.record(replace(merged, strangers=(stranger,)))
    assert rows_of(ledger, "filing", "department") == [("101",)]


def test_totals_are_kept_as_recomputed_and_as_stated(ledger: Ledger):
    stated = returned(FORM, "101", {"project": [project("P1", 100, 80, left=25)]})
    ledger.record(merge_of(FORM, [stated, SECOND]))
    rows = {row[:4]: row[5:] for row in ledger.ask("totals", form="tiny", period="2024").rows}
    assert rows["项目", "", "全部", "全年预算数"] == (Decimal(1_500_000), None, None)
    # 50 of 50 and 80 of 100: never the mean of 80% and 100%
    assert rows["项目", "", "全部", "执行率"][0] == Decimal(13) / Decimal(15)
    assert rows["项目", "P1", "全部", "结余"] == (200_000, 250_000, 50_000)


def test_periods_stand_side_by_side(ledger: Ledger):
    before = Period(2023, 12, "year")
    old = returned(FORM, "101", {"project": [project("P1", 90, 45)]}, before)
    ledger.record(merge_of(FORM, [old], period=before))
    ledger.record(merge_of(FORM, [FIRST]))
    assert [row[3:6] for row in ledger.ask("recovery").rows] == [("2023", 1, 1), ("2024", 1, 1)]
    assert [row[8] for row in ledger.ask("across", department="101", field="budget").rows] == [
        "900000",
        "1000000",
    ]


def test_the_time_is_kept_in_utc_and_shown_as_in_beijing(ledger: Ledger):
    evening = datetime(2025, 3, 1, 1, 30, tzinfo=timezone(timedelta(hours=8)))
    ledger.record(merge_of(FORM, [FIRST]), evening)
    assert rows_of(ledger, "run", "recorded") == [(datetime(2025, 2, 28, 17, 30, tzinfo=UTC),)]
    assert ledger.ask("runs").rows[0][5] == "2025-03-01 01:30:00"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0.00000001", Decimal("0.0001")),  # 万元, to 0.0001 元
        ("12.34567850", Decimal("123456.785")),
        ("-3", Decimal(-30_000)),
        ("100000000", Decimal(10) ** 12),
        ("100000000.01", None),  # above 一万亿元: an error, whatever it was to be
        (None, None),
    ],
)
def test_amounts_are_exact(ledger: Ledger, typed: str | None, kept: Decimal | None):
    ledger.record(merge_of(FORM, [returned(FORM, "101", {"project": [project("P1", typed)]})]))
    outcome = next(each for each in ledger.outcomes("self-evaluation", 2024) if each.code)
    assert outcome.budget == kept


def test_text_of_departments_is_only_ever_data(ledger: Ledger):
    evil = "'); DROP TABLE filing; -- %s :x ? {{7*7}} \ud83d\0 \\"
    filing = returned(FORM, "101", {"whole": [{"note": evil}], "project": [project(evil)]})
    ledger.record(merge_of(FORM, [filing], findings=[found("101")._replace(message=evil)]))
    kept = evil.replace("\ud83d", "\ufffd").replace("\0", "\ufffd")
    assert [each.code for each in ledger.outcomes("self-evaluation", 2024)] == ["", kept]
    assert ledger.ask("outcomes", year=2024, code=kept).rows[0][3] == kept
    assert ledger.ask("findings", department=evil).rows == []
    assert ledger.ask("across", department="101", field="note").rows[0][8] == kept


def unusable(merged: Merged, state: State) -> Merged:
    """Return the merge with returns that cannot be used."""
    standings = tuple(replace(each, state=state, fetch=None) for each in merged.standings)
    return replace(merged, standings=standings)
