"""Translation: the records that the rows of an export become, by a mapping and a policy.

    >>> from upheld import load_policy
    >>> from upheld.history.mapping.mapping_file import read_mapping
    >>> text = b'''
    ... upheld: 1
    ... mapping: desk
    ... columns: {ticket: id, at: time, actor: who}
    ... roles: [{role: agent}]
    ... statuses: [{when: {status: Fixed}, event: resolve}]
    ... '''
    >>> mapping, _ = read_mapping(text, "desk.yaml")
    >>> row = Row("log.csv:2", {"id": "T-1", "time": "2026-03-02T09:00Z", "who": "7", "status": "Fixed"})
    >>> next(records(mapping, iter([row]), load_policy("base")))
    ('log.csv:2', {'ticket': 'T-1', 'at': '2026-03-02T09:00:00Z', 'event': 'resolve', 'actor': 'agent:7'})

Row by row, for each ticket: is it a closing that nobody did? else, which status is it? Before
its record stand those that nobody wrote: what opened the ticket, and what ended a wait.

Source: DESIGN section 6; the traps of real exports, one rule each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from upheld.core.errors import DocumentError
from upheld.core.nearest import quoted
from upheld.core.policy.lifecycle import ENDED
from upheld.core.policy.policy import Policy
from upheld.history.arrival import LOOKED_AT, going_back
from upheld.history.importer import Bad, PlacedRecord, Row
from upheld.history.mapping.automatic_closing import Recogniser
from upheld.history.mapping.cell import Cell, Unknown
from upheld.history.mapping.cell_condition import FirstThatHolds
from upheld.history.mapping.mapping import INSTANT_COLUMN, HistoryMapping, Opening, Outcome
from upheld.history.mapping.mapping_names import mapping_findings
from upheld.history.mapping.record_form import Record, RecordForm
from upheld.history.mapping.tally import Tally
from upheld.history.mapping.timed_row import Timed, by_time, changes, once, timed, unfolded
from upheld.history.mapping.wall_clock import WallClock


def records(
    mapping: HistoryMapping, rows: Iterator[Row | Bad], policy: Policy, tally: Tally | None = None
) -> Iterator[PlacedRecord | Bad]:
    """The records that rows become, in the order in which they count, each with its place.

    Args:
        tally: Counts what becomes of the rows.

    Raises: DocumentError with every name of the mapping that the policy does not have.
    """
    findings = mapping_findings(mapping, policy)
    if findings:
        raise DocumentError(findings)
    return _Translation(mapping, policy, Tally() if tally is None else tally).records(rows)


@dataclass(slots=True)
class _Course:
    """What is known of a ticket so far.

    Attributes:
        since_s: For each kind of automatic closing, the instant from which its delay counts.
        state: The state last observed, for what goes back to it.
        waiting: What began the wait that lasts.
        back: The state before that.
        end: Where each ticket has one row: the place in the list of its instants of the first end that it has
            reached, a state that is resolved or closed; ``None`` before that.
    """

    since_s: list[int | None]
    is_open: bool = False
    state: str = ""
    waiting: Outcome | None = None
    back: str = ""
    end: int | None = None


class _Translation:
    def __init__(self, mapping: HistoryMapping, policy: Policy, tally: Tally) -> None:
        self._mapping = mapping
        self._tally = tally
        self._form = RecordForm(mapping, policy, tally)
        self._clock = WallClock(mapping.zone, mapping.overrides, mapping.dates, tally.notices)
        self._status = FirstThatHolds([(each.when, each.outcome) for each in mapping.statuses])
        self._moments = {
            column: FirstThatHolds([(each.when, each.outcome) for each in statuses])
            for column, statuses in mapping.rows_from.items()
        }
        self._places = {column: place for place, column in enumerate(mapping.rows_from)}
        self._ends = frozenset(name for name, each in policy.states.items() if each.core in ENDED)
        self._recognisers = [Recogniser(each, mapping.zone or policy.zone) for each in mapping.closings]
        self._since = [FirstThatHolds([(each.since, True)]) for each in mapping.closings]
        self._opens = frozenset(name for each in policy.transitions if each.opens for name in each.on)
        self._courses: dict[str, _Course] = {}
        self._is_grouped = mapping.by_time or bool(mapping.rows_from)
        self._remembers = mapping.remembers or self._is_grouped
        tally.recognisers, tally.clock = self._recognisers, self._clock
        tally.missing = set(mapping.columns())

    def records(self, rows: Iterator[Row | Bad]) -> Iterator[PlacedRecord | Bad]:
        """Every record, and what is bad."""
        tally = self._tally
        for row in self._timed(rows):
            if isinstance(row, Bad):
                tally.bad += 1
                tally.bad_rows += 1
                yield row
                continue
            tally.steps += 1
            name = row.ticket if self._remembers else ""
            course = self._courses.get(name)
            if course is None:
                if self._is_grouped:
                    self._courses.clear()
                course = self._courses[name] = _Course([None] * len(self._since))
            for record in self._understood(row, course):
                if isinstance(record, Bad):
                    tally.bad += 1
                    yield record
                else:
                    tally.records += 1
                    yield row.place, record

    def _timed(self, rows: Iterator[Row | Bad]) -> Iterator[Timed | Bad]:
        """The rows in the order in which they count, each once, or the changes between them."""
        mapping, tally = self._mapping, self._tally
        if mapping.rows_from:
            return unfolded(self._counted(rows), mapping, self._clock, tally)
        assert mapping.at is not None, "without it a row has several instants"
        found = timed(self._counted(rows), mapping.ticket, mapping.at, self._clock)
        if mapping.by_time:
            found = by_time(found, self._needed())
        elif not mapping.as_is:
            found = self._oldest_first(found)
        if mapping.drops_duplicates:
            found = once(found, tally)
        if mapping.snapshots:
            found = changes(found, mapping.snapshots, mapping.nulls, tally)
        return found

    def _needed(self) -> tuple[str, ...] | None:
        """The columns whose cells are still needed; ``None`` for all of them."""
        return None if self._mapping.drops_duplicates else tuple(self._mapping.columns())

    def _oldest_first(self, rows: Iterator[Timed | Bad]) -> Iterator[Timed | Bad]:
        """The rows as they stand, or by time where the first of them stand newest first.

        An instant that never was is read as a later one, which may lie behind the next of its ticket.
        """
        first = [*islice(rows, LOOKED_AT)]
        back = going_back((row.ticket, row.at_s) for row in first if not isinstance(row, Bad))
        if back <= self._clock.never_were:
            return chain(first, rows)
        self._tally.notices.note("newest-first", first[0].place)
        return by_time(chain(first, rows), self._needed(), newest_first=True)

    def _counted(self, rows: Iterator[Row | Bad]) -> Iterator[Row | Bad]:
        tally = self._tally
        for row in rows:
            tally.rows += 1
            if tally.missing and isinstance(row, Row):
                tally.seen = tally.seen or tuple(row.cells)
                tally.missing.difference_update([column for column in tally.missing if column in row.cells])
            yield row

    def _understood(self, row: Timed, course: _Course) -> Iterator[Record | Bad]:
        """The records that a row becomes: what opened its ticket, what ended a wait, and its own."""
        outcome = self._outcome(row, course)
        if outcome is None and self._moments:
            self._tally.unmeant += 1
            return
        if outcome is None:
            unknown = self._words(row)
            self._tally.unknown[unknown] += 1
            self._tally.skipped += self._mapping.skips_unknown
            if not self._mapping.skips_unknown:
                self._tally.bad_steps += 1
                yield Bad(row.place, _told(unknown))
            return
        record = self._form.record(outcome, row.ticket, row.at_s, row.cells)
        if isinstance(record, Unknown):
            self._tally.unknown[record] += 1
            self._tally.bad_steps += 1
            yield Bad(row.place, _told(record))
            return
        if record is None:
            self._note_nothing(row, outcome)
            self._tally.skipped += not self._moments
            self._tally.unmeant += bool(self._moments)
            return
        if self._moments and self._lies_behind(row, record, course):
            self._tally.left_out += 1
            return
        if not course.is_open:
            course.is_open = True
            yield from self._opening(row, record)
        if course.waiting is not None and course.waiting is not outcome:
            yield from self._wait_end(row, record, course)
        yield record
        self._note(record, outcome, course)

    def _note_nothing(self, row: Timed, outcome: Outcome) -> None:
        """Notice a row that is passed over since nothing stands where it should tell its state or event."""
        if isinstance(outcome.name, Cell) and not outcome.name.text(row.cells)[1]:
            self._tally.notices.note("nothing-said", row.place, column=" / ".join(outcome.name.columns))

    def _outcome(self, row: Timed, course: _Course) -> Outcome | None:
        """What the row is; and from when the delay of an automatic closing counts, from now on."""
        found = None
        for recogniser, since_s in zip(self._recognisers, course.since_s):
            found = found or recogniser.outcome(row.cells, row.at_s, since_s)
        for number, is_since in enumerate(self._since):
            if is_since(row.cells):
                course.since_s[number] = row.at_s
        status = self._moments[row.cells[INSTANT_COLUMN]] if self._moments else self._status
        return found or status(row.cells)

    def _lies_behind(self, row: Timed, record: Record, course: _Course) -> bool:
        """Whether a state is no move: it comes before the end in the list, and after it by time.

        A first response may be later than the resolution. Nobody reopened the ticket by it; what did so is listed
        behind the end.
        """
        if "state" not in record:
            return False
        place = self._places[row.cells[INSTANT_COLUMN]]
        if record["state"] in self._ends:
            course.end = place if course.end is None else min(course.end, place)
            return False
        return course.end is not None and place < course.end

    def _opening(self, row: Timed, record: Record) -> Iterator[Record | Bad]:
        """What opened the ticket, where its first record does not."""
        opening = self._mapping.opening
        if opening is None or record.get("event") in self._opens:
            return
        outcome = opening.outcome
        if outcome.kind == "state" and record.get("state") == outcome.name:
            return
        at_s = self._opened_at(row, opening)
        opened = at_s if isinstance(at_s, Bad) else self._form.record(outcome, row.ticket, at_s, row.cells)
        if isinstance(opened, Unknown):
            self._tally.unknown[opened] += 1
            opened = Bad(row.place, _told(opened))
        if opened is not None:
            self._tally.openings += not isinstance(opened, Bad)
            yield opened

    def _opened_at(self, row: Timed, opening: Opening) -> int | Bad:
        """The instant that the export tells, where it lies before the first row."""
        _, written = opening.at.text(row.cells) if opening.at is not None else ("", "")
        at_s = self._clock.instant(written, None, row.place) if written else row.at_s
        return Bad(row.place, at_s) if isinstance(at_s, str) else min(at_s, row.at_s)

    def _wait_end(self, row: Timed, record: Record, course: _Course) -> Iterator[Record]:
        """What ended the wait, where the record itself does not."""
        wait = course.waiting and course.waiting.wait
        assert wait is not None, "what begins a wait says what ends it"
        course.waiting = None
        name = course.back if wait.kind == "back" else str(wait.name)
        kind = "event" if wait.kind == "event" else "state"
        if not name or (kind in record and (kind == "state" or record[kind] == name)):
            return
        self._tally.wait_ends += 1
        end: Record = {"ticket": row.ticket, "at": record["at"], kind: name}
        actor = self._form.actor(wait.role, row.cells) if wait.role else record.get("actor", "")
        yield {**end, "actor": actor} if actor else end

    def _note(self, record: Record, outcome: Outcome, course: _Course) -> None:
        """What later rows of the ticket need to know of this one."""
        if outcome.wait is not None and course.waiting is not outcome:
            course.waiting, course.back = outcome, course.state
        if "state" in record:
            course.state = str(record["state"])

    def _words(self, row: Timed) -> Unknown:
        """What a row says that no status is about."""
        said = [(column, row.cells.get(column, "")) for column in self._status.columns]
        if len(said) == 1:
            return Unknown(*said[0])
        return Unknown("", " and ".join(f"{quoted(word)} in {quoted(column)}" for column, word in said if word))


def _told(unknown: Unknown) -> str:
    """Why a row is bad that holds a word nobody knows."""
    if unknown.column == "actor":
        return f"no role is known for {quoted(unknown.word)}: say under `roles:` which one it is"
    if not unknown.word:
        return "this row says nothing that the `statuses` of the mapping are about: add a line, or `unknown: skip`"
    said = f"{quoted(unknown.word)} in {quoted(unknown.column)}" if unknown.column else unknown.word
    return f"the mapping does not say what {said} means: add it, or say `unknown: skip` there"
