"""The check of a draft: it is read back as a mapping, and the export's first rows are replayed by it.

So a draft says itself what would come of it: how many promises began, what could not be understood, and what a person
has to answer first.

Source: DESIGN section 6; the command `upheld map`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from upheld.cli.drafting.source import DraftSource
from upheld.core.errors import UpheldError
from upheld.core.nearest import quoted
from upheld.core.policy.policy import Policy
from upheld.core.record.event import Event
from upheld.core.replay.replay import Replay
from upheld.engine import Engine
from upheld.history.draft.draft_text import draft_text
from upheld.history.draft.mapping_draft import MappingDraft
from upheld.history.draft.open_questions import open_questions
from upheld.history.importer import Bad
from upheld.history.mapping.mapping import HistoryMapping
from upheld.history.mapping.mapping_file import read_mapping
from upheld.history.mapping.tally import Tally
from upheld.history.mapping.translation import records
from upheld.history.reading import events_of

MOST_QUESTIONS: Final = 10
MOST_PROMISES: Final = 6
STATUSES: Final = "running paused upheld breached cancelled excused".split()


@dataclass(slots=True)
class DraftCheck:
    """What came of trying a draft.

    Attributes:
        problem: Why it could not be tried, ``""`` where it was.
        tickets, records, refused: How many there were of each.
        began: How many promises began, by the name of their commitment.
        bad: Rows that could not be understood.
        first_bad: The first of them.
        tally: What became of the rows.
        warnings: What the replay warns of.
    """

    problem: str = ""
    tickets: int = 0
    records: int = 0
    refused: int = 0
    began: Counter[str] = field(default_factory=Counter)
    bad: int = 0
    first_bad: Bad | None = None
    tally: Tally = field(default_factory=Tally)
    warnings: tuple[str, ...] = ()


def checked(draft: MappingDraft, policy: Policy, source: DraftSource) -> DraftCheck:
    """Try a draft on the first rows of its export. Raises: HistoryError; OSError."""
    check = DraftCheck()
    mapping, findings = read_mapping(draft_text(draft).encode(), "draft")
    if mapping is None:
        check.problem = f"{findings[0].message} (line {findings[0].place.line} of the draft)"
        return check
    run = Replay(Engine(policy, audit=mapping.audit))
    try:
        run.take_all(_events(mapping, policy, source, check))
    except UpheldError as error:
        check.problem = str(error)
        return check
    check.warnings = tuple(str(each) for each in run.warnings())
    for _ in run.verdicts():
        check.tickets += 1
    summary = run.summary()
    check.records, check.refused = summary["events"], summary["refused"]
    promised = {each.id for each in policy.commitments if each.promised}
    for each in summary["commitments"]:
        if each["id"] in promised:
            check.began[each["id"]] += sum(each[status] for status in STATUSES)
    return check


def check_lines(draft: MappingDraft, check: DraftCheck | None, most_tried: int) -> list[str]:
    """What came of trying a draft, and what to answer first, line by line.

    Args:
        check: What came of it; ``None`` where no policy was given to try it with.
    """
    lines = [] if check is None else [*_tried(draft, check, most_tried)]
    questions = list(open_questions(draft))
    if draft.names is None:
        questions = [each for each in questions if each.topic != "status" or not each.about]
    asked = [each.text + (f" ({_number(each.rows, 'row')})" if each.rows else "") for each in questions]
    if draft.names is None and (draft.statuses or draft.moments):
        asked.append("what do its words mean? give `--policy`, and most are proposed")
    if asked:
        lines.append("To answer first:")
        lines += [f"  {number}. {text}" for number, text in enumerate(asked[:MOST_QUESTIONS], 1)]
    if len(asked) > MOST_QUESTIONS:
        lines.append(f"  and {len(asked) - MOST_QUESTIONS} more, that stand below")
    return lines


def _tried(draft: MappingDraft, check: DraftCheck, most_tried: int) -> Iterator[str]:
    if not draft.found.guess.ticket or not draft.instants():
        if not draft.found.guess.ticket and not draft.found.guess.status and not draft.moments:
            yield "No column is like a ticket, and none like a status: is this the right file?"
        yield "It can be tried once it says which column is the ticket, and which says when it happened."
        return
    if check.problem:
        yield f"It cannot be replayed yet: {check.problem}"
        return
    total = draft.found.rows + draft.found.bad
    tried = f"the first {most_tried} of {total} rows" if total > most_tried else f"all {_number(total, 'row')}"
    began = f"{_number(sum(check.began.values()), 'promise')} began"
    each = [f"{name} {number}" for name, number in check.began.items() if number][:MOST_PROMISES]
    told = f"{began} ({', '.join(each)})" if each else began
    yield f"Tried on {tried}: {_number(check.tickets, 'ticket')}, {_number(check.records, 'record')}; {told}."
    if not _opens(draft):
        yield "No row says that a ticket was opened: what is promised from then on does not begin."
    if draft.moments and not any(draft.is_taken_up(column) for column in draft.moments):
        yield "No column tells when a ticket was taken up: a promise of that is judged at the next instant there is."
    if draft.is_of_last_changes:
        yield "Each ticket has one row, with its opening and its last change: what happened between cannot be told."
    elif draft.found.is_list and not draft.moments and check.tickets > 1:
        yield "Each ticket has one row with one instant: what happened before or after it cannot be told."
        at = draft.found.guess.at
        if _opens(draft) and draft.found.guess.moments.get(at) != "created":
            yield f"What is promised from the opening on counts from {quoted(at)}: export when it was opened, too."
    if check.tally.skipped:
        yield f"{_number(check.tally.skipped, 'row')} passed over, since nobody has said what they mean."
    if check.bad:
        first = f": {check.first_bad.place}: {check.first_bad.problem}" if check.first_bad is not None else ""
        yield f"{_number(check.bad, 'row')} could not be understood, the first{first}"
    if check.refused:
        yield f"{_number(check.refused, 'record')} refused by the policy: a replay tells why."
    for warning in check.warnings:
        yield f"Warning: {warning}"


def _opens(draft: MappingDraft) -> bool:
    """Whether something that it says opens a ticket."""
    assert draft.names is not None, "a draft is tried with a policy"
    policy = draft.names.policy
    opening = {name for each in policy.transitions if each.opens for name in each.on}
    opening |= {name for name, each in policy.states.items() if each.core == "open"}
    return draft.is_of_last_changes or any(
        each.name in opening for each in (*draft.statuses.values(), *draft.moments.values())
    )


def _events(mapping: HistoryMapping, policy: Policy, source: DraftSource, check: DraftCheck) -> Iterator[Event]:
    made = records(mapping, source.sample(), policy, check.tally)
    for found in events_of(made, audit=mapping.audit):
        if isinstance(found, Bad):
            check.bad += 1
            check.first_bad = check.first_bad or found
        else:
            yield found[1]


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
