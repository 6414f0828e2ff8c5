"""The colours of kinds and states, the same on every page."""

from __future__ import annotations

from collections.abc import Mapping

from generator.model.finding import Kind
from generator.model.merged import State
from generator.report.pages import Tone

KINDS: Mapping[str, Tone] = {
    Kind.BALANCE.value: Tone.BAD,
    Kind.LOGIC.value: Tone.BAD,
    Kind.VERIFY.value: Tone.DOUBT,
    Kind.NOTE.value: Tone.FAINT,
}
STATES: Mapping[str, Tone] = {
    **{state.value: Tone.BAD for state in State},
    State.RETURNED.value: Tone.GOOD,
    State.DUPLICATE.value: Tone.DOUBT,
}
