"""Promised times: which hours a cell means, what of it alone is assumed, and what stands below the table."""

from __future__ import annotations

from collections.abc import Callable

from upheld.core.policy.policy import Policy
from upheld.show import show_markdown

DESK = """
clauses: {A-1: {says: one}, A-2: {says: two}, A-4: {says: four}, B-7: {says: seven}}
assumptions: {guess: {says: guessed}}
roles: {customer: {label: Customer}, agent: {label: Support}}
facts: {awake: {boolean: true, default: false, label: Awake}}
severities: [{id: high, label: High}, {id: low, label: Low}]
calendars: {desk: {label: Desk, zone: Etc/UTC, weekly: {mon-fri: ["09:00-17:00"]}, clauses: [A-1]}}
states: {open: {core: open, label: Open}}
events:
  ask: {label: Ask, by: customer, data: {severity: {required: true}}, sets: {severity: event.severity}}
  wake: {label: Wake, by: customer, data: {awake: {required: true}, severity: {}}, sets: {awake: event.awake}}
  answer: {label: Answer, by: agent, data: {next: {instant: true, label: Next}}}
transitions: [{id: ask, on: ask, opens: true, to: open, clauses: [A-1]}]
parameters: {times: {label: Times, by: severity, values: [{high: 1h, low: 2h}]}}
commitments:
  - id: answer
    label: Answer
    start: {on: answer}
    stop: {on: answer}
    cycles: {every: stop}
    calendar: [{when: {severity: high, awake: true}, is: always, clauses: [A-2]}, {is: desk, clauses: [A-4]}]
    within:
      - {when: {event.next: {set: true}}, is: {at: {ref: event.next}}}
      - {when: {severity: low}, is: {parameter: times}, assumes: [guess]}
      - {is: {parameter: times}}
    on-change: restart
"""


def shown(tiny: Callable[[str], Policy], language: str = "en") -> str:
    return show_markdown(tiny(DESK), language).replace("\u00a0", " ")


def test_a_cell_tells_its_hours_and_a_note_when_others_count(tiny: Callable[[str], Policy]) -> None:
    """The note cites what it rests on; what is assumed of one cell stands in it alone, and each time in the name."""
    page = shown(tiny)

    assert " (when “Next” is given) | as agreed (“Next”) | as agreed (“Next”) | [A-4] |" in page
    assert "| **Answer, each time** (otherwise) | 1 h of opening time¹ | 2 h of opening time [≈guess] | [A-4] |" in page
    assert "¹ round the clock when Awake: yes [A-2]" in page
    assert "**Counts:**" not in page
    assert "¹ jour et nuit si Awake : oui [A-2]" in shown(tiny, "fr")


def test_what_starts_afresh_is_said_so(tiny: Callable[[str], Policy]) -> None:
    assert "its time starts afresh with the change" in shown(tiny)
    assert "le délai repart de zéro au changement" in shown(tiny, "fr")


def test_what_later_events_ask_for_is_told_in_a_line_each(tiny: Callable[[str], Policy]) -> None:
    """Of customers' events alone, and without the choices that have been told."""
    page = shown(tiny)

    assert "And later on:\n\n- **Wake:** Awake (required): yes or no; Severity\n" in page
    assert "- **Answer:** Next" not in page


def test_numbers_that_are_left_out_are_told(tiny: Callable[[str], Policy]) -> None:
    """Between the first and the last of a count; numbers far apart are none."""
    assert "Left out is what this policy does not execute: A-3." in shown(tiny)
    assert "n’exécute pas est omis : A-3." in shown(tiny, "fr")
    assert "Left out" not in show_markdown(tiny("clauses: {Y-1990: {says: a}, Y-2010: {says: b}}"), "en")
