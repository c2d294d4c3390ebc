"""Open questions: what a person has to say of a draft before it is a mapping."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from upheld.core.nearest import listed, quoted
from upheld.history.draft.column_guess import can_be_written
from upheld.history.draft.mapping_draft import MOST_STATUSES, MappingDraft
from upheld.history.draft.proposal import SKIP, Topic, Words


class Question(NamedTuple):
    """What a person has to say.

    Attributes:
        about: What it is about: a column's word, ``""`` for all.
        rows: How many rows it is about, 0 for all.
    """

    topic: Topic
    about: str
    rows: int
    text: str


def open_questions(draft: MappingDraft) -> Iterator[Question]:
    """What a person has to say, the first things first."""
    guess, reading = draft.found.guess, draft.reading
    if not guess.ticket:
        yield Question("ticket", "", 0, "which column is the ticket?")
    if not draft.instants():
        there = f"there are dates in {listed(guess.dated)}" if guess.dated else draft.found.undated
        yield Question("at", "", 0, f"which column says when it happened? {there}")
    if draft.names is not None and draft.names.degrees and not draft.severity and not draft.is_settled("severity"):
        supposed = f" `{draft.constant}` is a guess" if draft.constant else ""
        yield Question("severity", "", 0, f"no column tells the severity: which one has every ticket?{supposed}")
    if draft.zone and not draft.is_settled("zone"):
        yield Question("zone", "", 0, f"in which zone was the clock read? `{draft.zone}` is a guess")
    if reading.other and not draft.is_settled("dates"):
        either = " or ".join(f"`{form}`" for form in reading.ways)
        yield Question("dates", "", 0, f"which day is {quoted(reading.example)}: {either}?")
    has_degrees = draft.names is not None and bool(draft.names.degrees)
    for column, role in guess.moments.items() if draft.moments and draft.names is not None else ():
        if role == "waiting" and draft.moments[column] == SKIP and ("status", column) not in draft.settled:
            text = f"for whom does a ticket wait since its {quoted(column)}?"
            yield Question("status", column, draft.found.columns[column].filled, text)
    if not guess.status and not draft.moments:
        yield Question("status", "", 0, "which column tells the status?")
    for words, count in draft.counts()[:MOST_STATUSES] if not draft.moments else ():
        if draft.is_unknown(words) and all(map(can_be_written, words)):
            text = f"what is {told_words(draft, words)}? {hint_on(draft, words)}".rstrip()
            yield Question("status", "\0".join(words), count, text)
    for word, degree in draft.degrees.items() if has_degrees else ():
        if not degree and ("severity", word) not in draft.settled and word not in guess.nulls:
            count = draft.found.columns[draft.severity].counts[word]
            yield Question("severity", word, count, f"which severity is {quoted(word)}?")


def told_words(draft: MappingDraft, words: Words) -> str:
    """Words of a status, for people."""
    return " ".join(quoted(word) for word in (words[-1:] if draft.found.guess.is_change else words) if word)


def hint_on(draft: MappingDraft, words: Words) -> str:
    """What is to be thought of with words that nobody has explained."""
    if draft.meaning(words[-1]) != "waiting":
        return ""
    waiting = draft.names.waiting("customer") if draft.names is not None else []
    unsaid = "it does not say for whom"
    return f"{unsaid}; for the customer it is `{waiting[0]}`" if waiting else unsaid
