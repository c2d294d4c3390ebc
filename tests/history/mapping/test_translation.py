"""Translation: each rule by which a mapping makes records of rows, one by one."""

from __future__ import annotations

import pytest
from small_desk import desk

from upheld import load_policy
from upheld.core.policy.policy import Policy
from upheld.core.record.event import Event
from upheld.history.importer import Bad, Row
from upheld.history.mapping.mapping_file import read_mapping
from upheld.history.mapping.tally import Tally
from upheld.history.mapping.translation import records

HEAD = "upheld: 1\nmapping: desk\n"
COLUMNS = "columns: {ticket: id, at: time, actor: who}\nroles: [{when: {who: bot}, role: system}, {role: agent}]\n"
STATUSES = "statuses:\n  - {when: {status: New}, event: submit}\n  - {when: {status: Done}, event: resolve}\n"
MONDAY = "2026-03-02T"


@pytest.fixture(scope="module")
def base() -> Policy:
    return load_policy("base")


class Told(list[object]):
    """What rows become, and the tally."""

    tally: Tally

    @property
    def bad(self) -> list[Bad]:
        return [each for each in self if isinstance(each, Bad)]

    def column(self, name: str) -> list[object]:
        """What the records hold under a name."""
        return [each[1].get(name) for each in self if isinstance(each, tuple)]


def told(text: str, table: str, policy: Policy) -> Told:
    """What the rows of a table become; cells are separated by bars, `.` is an empty one, and times are on one day."""
    mapping, findings = read_mapping((HEAD + text).encode(), "desk.yaml")
    assert mapping is not None, findings
    head, *lines = [line.split("|") for line in table.strip().splitlines()]
    names = [name.strip() for name in head]
    rows = [
        Row(f"log.csv:{number}", {name: "" if cell.strip() == "." else cell for name, cell in zip(names, line)})
        for number, line in enumerate(lines, 2)
    ]
    tally = Tally()
    found = Told(records(mapping, iter(rows), policy, tally))
    found.tally = tally
    for each in found:
        if isinstance(each, tuple):
            Event.from_record(each[1])
    return found


def test_a_row_becomes_a_record(base: Policy) -> None:
    """With its place, the role and who in it; spaces around a cell are none of it."""
    found = told(COLUMNS + STATUSES, f"id|time|who|status\nT-1| {MONDAY}09:00+01:00 |7 | New ", base)
    record = {"ticket": "T-1", "at": f"{MONDAY}08:00:00Z", "event": "submit", "actor": "agent:7"}

    assert [("log.csv:2", record)] == found
    assert ["1 row read, 1 record made of them"] == found.tally.lines()


def test_a_word_that_nobody_listed_is_a_bad_row(base: Policy) -> None:
    """It says what to add, and the others are read."""
    found = told(COLUMNS + STATUSES, f"id|time|who|status\nT-1|{MONDAY}09:00Z|7|Odd\nT-1|{MONDAY}09:01Z|7|New", base)
    advice = "the mapping does not say what `Odd` in `status` means: add it, or say `unknown: skip` there"

    assert Bad("log.csv:2", advice) == found[0]
    assert ["submit"] == found.column("event")
    assert "unknown `Odd` in `status`: 1 row" in found.tally.lines()


def test_unknown_words_are_skipped_where_the_mapping_says_so(base: Policy) -> None:
    """And counted, with those that were meant to be passed over."""
    text = COLUMNS + STATUSES + "  - {when: {status: Spam}, skip: true}\nunknown: skip\n"
    table = f"id|time|who|status\nT-1|{MONDAY}09:00Z|7|Odd\nT-1|{MONDAY}09:00Z|7|Spam\nT-1|{MONDAY}09:00Z|7|Odd"
    found = told(text, table, base)

    assert [] == found
    assert 3 == found.tally.skipped
    assert [("Odd", 2)] == [(unknown.word, count) for unknown, count in found.tally.unknown.items()]


@pytest.mark.parametrize(
    "table, advice",
    [
        (f"id|time|who|status\n.|{MONDAY}09:00Z|7|New", "`id` holds nothing: a record needs its ticket"),
        ("id|time|who|status\nT-1|.|7|New", "`time` holds nothing: a record needs its ticket"),
        (
            "id|times|who|status\nT-1|x|7|New",
            "this row has no `time` (did you mean `times`?): a record needs its ticket",
        ),
        (
            f"key|time|who\nT-1|{MONDAY}09:00Z|7",
            "this row has no `id` (there are `key`, `time`, `who`): a record needs",
        ),
        (f"id|time|who|status\nT-1|{MONDAY}09:00|7|New", "say which under `zone: {assume: …}`"),
        (
            "id|time|who|status\nT-1|02/03/2026 09:00|7|New",
            "is no instant written as `iso`: mend it, or say under `dates:`",
        ),
        ("id|time|who|status\nT-1|2026-03-02|7|New", "is no instant written as `iso`"),
        ("id|time|who|status\nT-1|1970-01-01T00:00Z|7|New", "lies too far away"),
        (f"id|time|who\nT-1|{MONDAY}09:00Z|7", "this row says nothing that the `statuses` of the mapping are about"),
    ],
)
def test_a_row_without_what_a_record_needs_is_bad(table: str, advice: str, base: Policy) -> None:
    """The column is named as the export calls it."""
    found = told(COLUMNS + STATUSES, table, base)

    assert 1 == len(found)
    assert advice in found.bad[0].problem


def test_words_of_several_columns_decide_together(base: Policy) -> None:
    """The first line that applies; `*` stands for any letters, `not` and `set` for what must not be, and must."""
    text = COLUMNS + (
        "statuses:\n"
        '  - {when: {status: Accepted, sub: "Wait*"}, event: request-information}\n'
        "  - {when: {status: Accepted, sub: {not: [Assigned, Queued], set: true}}, event: start-fix}\n"
        "  - {when: {status: [Accepted, Queued], sub: {set: false}}, event: qualify}\n"
        "  - {event: comment}\n"
    )
    cases = "Accepted|Wait - User", "Accepted|Busy", "Accepted|.", "Queued|.", "Accepted|Queued", "Queued|Busy"
    table = "id|time|who|status|sub\n" + "\n".join(f"T-1|{MONDAY}09:00Z|7|{case}" for case in cases)

    assert [
        "request-information",
        "start-fix",
        "qualify",
        "qualify",
        "comment",
        "comment",
    ] == told(text, table, base).column("event")


def test_a_column_may_tell_the_name_itself(base: Policy) -> None:
    """Through its words, or as it is: in kebab-case where the policy has that; a word for `null` is passed over."""
    words = "statuses: [{event: {column: did, words: {Fixed: resolve, Seen: null}, unknown: as-is}}]\n"
    table = "id|time|who|did\n" + "\n".join(
        f"T-1|{MONDAY}09:00Z|7|{word}" for word in ("Fixed", "Seen", "Start fix", "close", "Odd")
    )
    found = told(COLUMNS + words, table, base)

    assert ["resolve", "start-fix", "close"] == found.column("event")
    assert ["log.csv:6"] == [bad.place for bad in found.bad]
    assert 1 == found.tally.skipped

    skipping = told(COLUMNS + words.replace("as-is", "skip"), table, base)
    assert (["resolve"], 4, 3) == (skipping.column("event"), skipping.tally.skipped, skipping.tally.unknown.total())


def test_who_it_was_is_left_out_where_no_record_can_hold_it(base: Policy) -> None:
    """A name with signs that do not print; the role is known all the same."""
    found = told(COLUMNS + STATUSES, f"id|time|who|status\nT-1|{MONDAY}09:00Z|7\x07|New", base)

    assert ["agent"] == found.column("actor")


def test_names_and_words_are_taken_as_people_see_them(base: Policy) -> None:
    """Spaces that do not break, hyphens that do, marks of direction: what copies and web pages leave in an export."""
    columns = "columns: {ticket: id, at: time, actor: who, customer: whose}\nroles: [{role: agent}]\n"
    statuses = "statuses:\n  - {when: {status: En attente}, event: submit}\n"
    row = f"\u200eT\u00ad-1|\u200e{MONDAY}09:00Z|Le\u0301a\u202fB|Dupont\u00a0\tSA|En\u00a0attente"
    found = told(columns + statuses, f"id|time|who|whose|status\n{row}", base)

    assert [["T-1"], ["agent:Le\u0301a B"], ["Dupont SA"], ["submit"]] == [
        found.column(name) for name in ("ticket", "actor", "customer", "event")
    ]


def test_no_word_of_a_customer_or_channel_is_passed_over(base: Policy) -> None:
    """An unknown one is bad, unless the mapping skips such; then the record goes without."""
    words = "words: {A: acme}, unknown: error"
    text = f"columns: {{ticket: id, at: time, customer: {{column: firm, {words}}}}}\n" + STATUSES
    table = f"id|time|status|firm\nT-1|{MONDAY}09:00Z|New|A\nT-1|{MONDAY}09:00Z|Done|B"
    found = told(text, table, base)

    assert ["acme"] == found.column("customer")
    assert ["the mapping does not say what `B` in `firm` means: add it, or say `unknown: skip` there"] == [
        bad.problem for bad in found.bad
    ]
    assert ["acme", None] == told(text.replace("error", "skip"), table, base).column("customer")


def test_roles_are_told_by_the_first_line_that_applies(base: Policy) -> None:
    """One that none applies to is bad; a status may know better; without `roles` the column is the role."""
    roles = 'roles: [{when: {who: ["bot*", cron]}, role: system}, {when: {who: "c-*"}, role: customer}]\n'
    text = (
        "columns: {ticket: id, at: time, actor: who}\n" + roles + STATUSES.replace("resolve}", "resolve, role: agent}")
    )
    table = "id|time|who|status\n" + "\n".join(
        f"T-1|{MONDAY}09:00Z|{who}|{status}"
        for who, status in (("bot-2", "New"), ("c-9", "New"), ("7", "New"), ("7", "Done"), (".", "Done"))
    )
    found = told(text, table, base)

    assert ["system:bot-2", "customer:c-9", "agent:7", "agent"] == found.column("actor")
    assert ["no role is known for `7`: say under `roles:` which one it is"] == [bad.problem for bad in found.bad]

    plain = told(text.replace(roles, ""), table.replace("bot-2", "agent:5").replace("c-9", "nobody"), base)
    assert ["agent:5", "agent:7", "agent"] == plain.column("actor")
    assert 2 == len(plain.bad)


def test_instants_are_read_in_the_zone_that_the_mapping_says(base: Policy) -> None:
    """Trap 1: a zone is assumed where none is written, or stands for what is written, digits kept."""
    times = f"{MONDAY}09:00", f"{MONDAY}09:00Z", "2026-07-02 09:00:00.500+0000"
    table = "id|time|who|status\n" + "\n".join(f"T-{n}|{time}|7|New" for n, time in enumerate(times))

    assumed = told(COLUMNS + STATUSES + "zone: {assume: Europe/Rome}\n", table, base)
    assert [f"{MONDAY}08:00:00Z", f"{MONDAY}09:00:00Z", "2026-07-02T09:00:00Z"] == assumed.column("at")
    overridden = told(COLUMNS + STATUSES + "zone: {override: Europe/Rome}\n", table, base)
    assert [f"{MONDAY}08:00:00Z", f"{MONDAY}08:00:00Z", "2026-07-02T07:00:00Z"] == overridden.column("at")


def test_an_hour_that_comes_twice_goes_on_in_time(base: Policy) -> None:
    """The first one is meant, unless the row before on the ticket lies after it."""
    times = "02:50", "02:10", "02:30", "03:10"
    table = "id|time|who|status\n" + "\n".join(f"T-1|2026-10-25T{time}|7|New" for time in times)
    found = told(COLUMNS + STATUSES + "zone: {assume: Europe/Rome}\n", table, base)

    assert ["00:50", "01:10", "01:30", "02:10"] == [str(at)[11:16] for at in found.column("at")]

    behind = told(COLUMNS + STATUSES + "zone: {assume: Europe/Rome}\n", table.replace("02:50", "03:50"), base)
    assert ["02:50", "00:10", "00:30", "02:10"] == [str(at)[11:16] for at in behind.column("at")]


@pytest.mark.parametrize(
    "form, text",
    [
        ("DD/MM/YYYY HH:mm", "02/03/2026 09:05"),
        ("D.M.YY H:mm", "2.3.26 9:05"),
        ("MMM D, YYYY h:mm A", "Mar 2, 2026 9:05 AM"),
        ("YYYYMMDDTHHmmss", "20260302T090500"),
        ("YYYY-MM-DD HH:mm:ss.S Z", "2026-03-02 10:05:00.123 +0100"),
        ("epoch-s", "1772442300"),
        ("epoch-ms", "1772442300999"),
        ("epoch-us", "1772442300999999"),
        ("epoch-ns", "1772442300999999999"),
        ("iso", "2026-03-02T10:05:00.000+0100"),
    ],
)
def test_dates_are_read_in_the_forms_that_the_mapping_says(form: str, text: str, base: Policy) -> None:
    """Whatever stands in the list before it."""
    dates = f'dates: ["YYYY/MM/DD HH:mm", "{form}"]\nzone: {{assume: Etc/UTC}}\n'
    found = told(COLUMNS + STATUSES + dates, f"id|time|who|status\nT-1|{text}|7|New", base)

    assert [f"{MONDAY}09:05:00Z"] == found.column("at")


def test_an_instant_may_stand_in_two_columns(base: Policy) -> None:
    """The date in one and the time of day in the other; a row that lacks either is bad."""
    mapping = COLUMNS.replace("at: time", "at: [day, time]") + STATUSES
    mapping += 'dates: [iso, "DD/MM/YYYY H[h]mm"]\nzone: {assume: Etc/UTC}\n'
    table = "id|day|time|who|status\nT-1|2026-03-02|09:05|7|New\nT-2|02/03/2026|9h05|7|New\nT-3|2026-03-02||7|New"
    found = told(mapping, table, base)

    assert [f"{MONDAY}09:05:00Z", f"{MONDAY}09:05:00Z"] == found.column("at")
    assert ["`day` or `time` holds nothing: a record needs its ticket and its instant"] == [
        each.problem for each in found.bad
    ]


@pytest.mark.parametrize(
    "text", ["31/02/2026 09:00", "02/13/2026 09:00", "2/3/2026 09:00", "02/03/2026 24:01", "", "x" * 99]
)
def test_a_date_of_no_form_is_bad(text: str, base: Policy) -> None:
    """Also one that the calendar does not have."""
    found = told(
        COLUMNS + STATUSES + "dates: [DD/MM/YYYY HH:mm]\nzone: {assume: Etc/UTC}\n",
        f"id|time|who|status\nT-1|{text}|7|New",
        base,
    )

    assert 1 == len(found.bad) == len(found)


def test_spellings_of_nothing_are_nothing(base: Policy) -> None:
    """Trap 8: everywhere, or in one column; then the next column is asked."""
    text = (
        'nulls: ["?", -100]\ncolumns:\n  {ticket: id, at: time, actor: who,\n'
        '   customer: {first-of: [firm, site], nulls: ["0"]}}\n'
        "roles: [{role: agent}]\nstatuses: [{when: {status: {set: false}}, event: comment}, {event: close}]\n"
    )
    rows = "?|?|lyon", "-100|0|.", "a|acme|lyon"
    table = "id|time|who|status|firm|site\n" + "\n".join(f"T-1|{MONDAY}09:00Z|0|{row}" for row in rows)
    found = told(text, table, base)

    assert ["comment", "comment", "close"] == found.column("event")
    assert ["lyon", None, "acme"] == found.column("customer")
    assert ["agent:0"] * 3 == found.column("actor")


def test_an_event_gets_the_fields_that_it_takes() -> None:
    """Others would have it refused; a status may read one from elsewhere; numbers and truth are read as such."""
    policy = load_policy("proconcept")
    text = (
        "columns:\n  ticket: id\n  at: time\n  data:\n    type: {constant: assistance}\n"
        "    severity: {column: prio, words: {1: critical}, unknown: as-is}\n    authenticated: login\n"
        "statuses:\n  - {when: {status: New}, event: submit, role: customer, channel: portal}\n"
        "  - {when: {status: Prio}, event: set-severity, role: agent, data: {severity: {column: new, unknown: as-is,"
        " words: {1: critical}}}}\n  - {event: comment, role: agent}\n"
    )
    table = (
        f"id|time|status|prio|new|login\nT-1|{MONDAY}09:00Z|New|1|.|True\nT-1|{MONDAY}09:00Z|Prio|1|LOW|true\n"
        f"T-1|{MONDAY}09:00Z|Talk|1|.|true\nT-1|{MONDAY}09:00Z|New|huge|.|true"
    )
    found = told(text, table, policy)

    assert [
        {"type": "assistance", "severity": "critical", "authenticated": True},
        {"severity": "low"},
        None,
    ] == found.column("data")
    assert ["portal", None, None] == found.column("channel")
    assert ["the mapping does not say what `huge` in `prio` means: add it, or say `unknown: skip` there"] == [
        bad.problem for bad in found.bad
    ]


def test_rows_are_sorted_by_time_where_the_mapping_says_so(base: Policy) -> None:
    """Within a ticket; those of one instant as they stand (trap 4). Else the file's order is kept."""
    statuses = "statuses: [{event: {column: did, unknown: as-is, words: {x: close}}}]\n"
    table = "id|time|who|did\n" + "\n".join(
        f"{ticket}|{MONDAY}{time}Z|7|{did}"
        for ticket, time, did in (
            ("T-1", "10:00", "resolve"),
            ("T-2", "08:00", "submit"),
            ("T-1", "09:00", "submit"),
            ("T-1", "10:00", "close"),
            ("T-1", "09:00", "qualify"),
        )
    )

    kept = told(COLUMNS + statuses, table, base)
    assert ["resolve", "submit", "submit", "close", "qualify"] == kept.column("event")
    in_time = told(COLUMNS + statuses + "order: by-time\n", table, base)
    assert ["submit", "qualify", "resolve", "close", "submit"] == in_time.column("event")
    assert ["T-1"] * 4 + ["T-2"] == in_time.column("ticket")


def test_exact_duplicates_are_dropped_where_the_mapping_says_so(base: Policy) -> None:
    """Trap 4: the same cells at the same instant, also with another row between; all others stay."""
    rows = ("T-1", "09:00", "New"), ("T-1", "09:00", "Done"), ("T-1", "09:00", "New"), ("T-2", "09:00", "New")
    rows += (("T-1", "09:01", "New"),)
    table = "id|time|who|status\n" + "\n".join(f"{id_}|{MONDAY}{time}Z|7|{status}" for id_, time, status in rows)

    assert 5 == len(told(COLUMNS + STATUSES, table, base))
    found = told(COLUMNS + STATUSES + "duplicates: drop\n", table, base)
    assert ["submit", "resolve", "submit", "submit"] == found.column("event")
    assert "1 exact duplicate dropped" in found.tally.lines()


def test_an_opening_is_put_before_a_first_row_that_is_none(base: Policy) -> None:
    """Trap 5: at the instant that the export tells, and never after the row; a ticket that opens itself needs none."""
    text = COLUMNS + STATUSES + "  - {skip: true}\nopening: {event: submit, role: customer, at: opened}\n"
    table = (
        f"id|time|who|status|opened\nT-1|{MONDAY}09:00Z|7|Spam|{MONDAY}08:00Z\nT-1|{MONDAY}09:00Z|7|Done|{MONDAY}08:00Z\n"
        f"T-1|{MONDAY}10:00Z|7|Done|.\nT-2|{MONDAY}09:00Z|7|Done|{MONDAY}11:00Z\nT-3|{MONDAY}09:00Z|7|Done|.\n"
        f"T-4|{MONDAY}09:00Z|7|New|.\nT-5|{MONDAY}09:00Z|7|Done|once"
    )
    found = told(text, table, base)

    assert ["submit", "resolve", "resolve", "submit", "resolve", "submit", "resolve", "submit", "resolve"] == (
        found.column("event")
    )
    assert ["08:00", "09:00", "10:00", "09:00", "09:00", "09:00", "09:00", "09:00", "09:00"] == [
        str(at)[11:16] for at in found.column("at")
    ]
    assert ["customer:7", "agent:7"] == found.column("actor")[:2]
    assert ["log.csv:8"] == [bad.place for bad in found.bad]
    assert (1, 1, 3) == (found.tally.skipped, found.tally.bad, found.tally.openings)


def test_an_opening_may_be_a_state(base: Policy) -> None:
    """Where the first row is in that state already, none is put before it."""
    text = "audit: true\n" + COLUMNS + "statuses: [{state: {column: status, unknown: as-is, words: {x: open}}}]\n"
    table = f"id|time|who|status\nT-1|{MONDAY}09:00Z|7|Resolved\nT-2|{MONDAY}09:00Z|7|Open"

    assert ["open", "resolved", "open"] == told(text + "opening: {state: open}\n", table, base).column("state")
    assert ["resolved", "open"] == told(text, table, base).column("state")


def test_the_end_of_a_wait_is_put_before_what_ends_it(base: Policy) -> None:
    """Trap 6: by an event, once, whoever does what comes next; one that stands there itself is enough."""
    text = COLUMNS + (
        "statuses:\n  - {when: {did: wait}, event: request-information, wait: {event: answer, role: customer}}\n"
        "  - {when: {did: note}, skip: true}\n  - {event: {column: did, words: {fix: start-fix, answer: answer}}}\n"
    )
    table = "id|time|who|did\n" + "\n".join(
        f"T-1|{MONDAY}{time}Z|7|{did}"
        for time, did in (
            ("09:00", "wait"),
            ("09:01", "note"),
            ("09:02", "wait"),
            ("09:03", "fix"),
            ("09:04", "wait"),
            ("09:05", "answer"),
            ("09:06", "fix"),
        )
    )
    found = told(text, table, base)
    asked = "request-information"

    assert [asked, asked, "answer", "start-fix", asked, "answer", "start-fix"] == found.column("event")
    assert ["09:03", "09:03"] == [str(at)[11:16] for at in found.column("at")[2:4]]
    assert "customer:7" == found.column("actor")[2]
    assert (1, 1) == (found.tally.wait_ends, found.tally.skipped)


def test_a_wait_that_is_a_state_goes_back_to_the_state_before(base: Policy) -> None:
    """Unless the next row is a state itself, which ends it too."""
    text = (
        "audit: true\n"
        + COLUMNS
        + (
            "statuses:\n  - {when: {did: Wait}, state: waiting-for-customer, wait: {back: true}}\n"
            "  - {when: {did: Note}, event: comment}\n  - {state: {column: did, unknown: as-is, words: {x: open}}}\n"
        )
    )
    did = "Wait", "Note", "In fix", "Wait", "Note", "Note", "Wait", "Resolved"
    table = "id|time|who|did\n" + "\n".join(f"T-1|{MONDAY}09:0{n}Z|7|{word}" for n, word in enumerate(did))
    found = told(text, table, base)
    waiting = "waiting-for-customer"

    assert [waiting, None, "in-fix", waiting, "in-fix", None, None, waiting, "resolved"] == found.column("state")
    assert 1 == found.tally.wait_ends


def test_snapshots_tell_what_changed_since_the_row_before(base: Policy) -> None:
    """Trap 9: row by row for each ticket, column by column; what holds nothing is spelled in several ways."""
    text = (
        "nulls: [NULL]\nsnapshots: [state, prio]\n" + COLUMNS + "statuses:\n"
        "  - {when: {field: state, from: {set: false}}, event: submit, role: customer}\n"
        "  - {when: {field: state}, event: {column: to, words: {Busy: start-fix, Done: resolve}}}\n"
        "  - {when: {field: prio, to: {set: false}}, skip: true}\n  - {when: {field: prio}, event: comment}\n"
    )
    rows = (
        ("T-1", "New", "."),
        ("T-2", "New", "NULL"),
        ("T-1", "New", "NULL"),
        ("T-1", "Busy", "2"),
        ("T-2", "New", "."),
        ("T-1", "Done", "."),
    )
    table = "id|time|who|state|prio\n" + "\n".join(
        f"{ticket}|{MONDAY}09:0{n}Z|7|{state}|{prio}" for n, (ticket, state, prio) in enumerate(rows)
    )
    found = told(text, table, base)

    assert ["submit", "submit", "start-fix", "comment", "resolve"] == found.column("event")
    assert ["T-1", "T-2", "T-1", "T-1", "T-1"] == found.column("ticket")
    assert (6, 2, 1) == (found.tally.rows, found.tally.unchanged, found.tally.skipped)


CLOSING = (
    "audit: true\nzone: {assume: Europe/Rome}\n" + COLUMNS + "statuses:\n  - {when: {did: Done}, state: resolved}\n"
    "  - {when: {did: Shut}, state: closed}\n  - {event: comment}\nautomatic-closing:\n"
    "  - {when: {did: Shut, who: bot}, since: {did: Done}, DELAY, event: close, role: agent}\n"
)


@pytest.mark.parametrize(
    "delay, since, closed, recognised",
    [
        ("local-days: 15, tolerance: 2min", "2026-03-20T12:00", "2026-04-04T12:02", True),
        ("local-days: 15, tolerance: 2min", "2026-03-20T12:00", "2026-04-04T11:58", True),
        ("local-days: 15, tolerance: 2min", "2026-03-20T12:00", "2026-04-04T12:03", False),
        ("local-days: 15, tolerance: 2min", "2026-03-20T12:00", "2026-04-04T13:00", False),
        ("elapsed: 360h", "2026-03-20T12:00", "2026-04-04T13:00", True),
        ("elapsed: 360h", "2026-03-20T12:00", "2026-04-04T12:00", False),
        ('local-days: 7, batch: "01:00", tolerance: 59min', "2026-03-02T12:00", "2026-03-10T01:30", True),
        ('local-days: 7, batch: "01:00", tolerance: 59min', "2026-03-02T00:30", "2026-03-09T01:00", True),
        ('local-days: 7, batch: "01:00", tolerance: 59min', "2026-03-02T12:00", "2026-03-09T12:00", False),
        ('local-days: 0, batch: "01:00", tolerance: 59min', "2026-03-02T12:00", "2026-03-03T01:10", True),
        ('elapsed: 48h, batch: "01:00"', "2026-03-02T12:00", "2026-03-05T01:00", True),
        ("local-days: 1, tolerance: 0s, zone: Asia/Tokyo", "2026-03-28T12:00", "2026-03-29T13:00", True),
    ],
)
def test_an_automatic_closing_is_known_by_its_delay(
    delay: str, since: str, closed: str, recognised: bool, base: Policy
) -> None:
    """Trap 2: days of the calendar across summer time, a batch at night, elapsed time, and how far off one may be."""
    table = f"id|time|who|did\nT-1|{since}|7|Done\nT-1|{since}|7|Talk\nT-1|{closed}|bot|Shut"
    found = told(CLOSING.replace("DELAY", delay), table, base)

    assert ["close" if recognised else None] == found.column("event")[2:]
    assert ["agent:bot" if recognised else "system:bot"] == found.column("actor")[2:]
    assert int(recognised) == found.tally.automatic_closings
    assert f"{int(recognised)} of 1 closing" in found.tally.lines()[1]


def test_a_closing_by_somebody_else_is_none_of_them(base: Policy) -> None:
    """Nor is one on a ticket that was never resolved, nor a row that is no closing."""
    table = (
        "id|time|who|did\nT-1|2026-03-02T12:00|7|Done\nT-1|2026-03-17T12:00|7|Shut\nT-2|2026-03-17T12:00|bot|Shut\n"
        "T-3|2026-03-02T12:00|7|Done\nT-3|2026-03-17T12:00|bot|Talk"
    )
    found = told(CLOSING.replace("DELAY", "local-days: 15"), table, base)

    assert ["resolved", "closed", "closed", "resolved", None] == found.column("state")
    assert (0, 1) == (found.tally.recognisers[0].fitting, found.tally.recognisers[0].others)


def test_a_closing_may_count_from_the_last_row_whatever_it_was(base: Policy) -> None:
    """And may mean nothing, where the policy's own timer closes the ticket."""
    text = CLOSING.replace("since: {did: Done}, DELAY, event: close, role: agent", "elapsed: 24h, skip: true")
    table = "id|time|who|did\nT-1|2026-03-02T12:00|7|Done\nT-1|2026-03-03T12:00|7|Talk\nT-1|2026-03-04T12:00|bot|Shut"
    found = told(text, table, base)

    assert 2 == len(found)
    assert (1, 1) == (found.tally.automatic_closings, found.tally.skipped)


def test_a_column_that_no_row_has_is_told(base: Policy) -> None:
    """With the one that was perhaps meant, once everything was read."""
    found = told(COLUMNS + STATUSES, f"id|time|Who|status\nT-1|{MONDAY}09:00Z|7|New", base)

    assert ["no row has the column `who`; did you mean `Who`?"] == found.tally.lines()[1:]
    assert ["agent"] == found.column("actor")


def test_many_unknown_words_are_told_most_frequent_first(base: Policy) -> None:
    """Twenty of them, and how many more there are."""
    rows = "\n".join(f"T-1|{MONDAY}09:00Z|7|word-{n}" for n in [*range(25), 7, 7, 9])
    lines = told(COLUMNS + STATUSES + "unknown: skip\n", f"id|time|who|status\n{rows}", base).tally.lines()

    assert ["unknown `word-7` in `status`: 3 rows", "unknown `word-9` in `status`: 2 rows"] == lines[2:4]
    assert "and 5 more unknown words" == lines[-1]


def test_rows_that_say_nothing_are_told_as_such(base: Policy) -> None:
    """Where the columns of the statuses hold nothing there is no word to list."""
    lines = told(COLUMNS + STATUSES, f"id|time|who|status\nT-1|{MONDAY}09:00Z|7|.", base).tally.lines()

    assert "unknown because nothing is said of the status: 1 row" in lines


def test_bad_rows_of_the_format_are_passed_on(base: Policy) -> None:
    """In their place among the others, and counted."""
    mapping, _ = read_mapping((HEAD + COLUMNS + STATUSES).encode(), "desk.yaml")
    assert mapping is not None
    tally = Tally()
    bad = Bad("log.csv:2", "this is no row")

    assert [bad] == list(records(mapping, iter([bad]), base, tally))
    assert (1, 1, 0) == (tally.rows, tally.bad, tally.records)


def test_fields_hold_what_the_policy_says_they_hold() -> None:
    """Whole numbers, truth, several values in JSON or one alone; what is none is left for the engine to refuse."""
    policy = desk()
    text = (
        "columns: {ticket: id, at: time, data: {minutes: min, urgent: urgent, tags: tags, type: {constant: fault}}}\n"
        "statuses:\n  - {when: {did: New}, event: submit, role: customer}\n  - {event: mark, role: agent}\n"
    )
    rows = 'New|5|true|["a", "b"]', "New|5|x|a, b", 'New|.|.|["a"', "Mark|45|TRUE|a", "Mark|-7|false|a", "Mark|4.5|no|a"
    table = "id|time|did|min|urgent|tags\n" + "\n".join(f"T-1|{MONDAY}09:00Z|{row}" for row in rows)

    assert [
        {"type": "fault", "tags": ["a", "b"]},
        {"type": "fault", "tags": "a, b"},
        {"type": "fault", "tags": '["a"'},
        {"minutes": 45, "urgent": True},
        {"minutes": -7, "urgent": False},
        {"minutes": "4.5", "urgent": "no"},
    ] == told(text, table, policy).column("data")


def test_another_event_that_opens_a_ticket_is_its_opening() -> None:
    """Whichever of the policy's it is: none is put before it."""
    text = (
        "columns: {ticket: id, at: time}\nopening: {event: submit, role: customer}\n"
        "statuses: [{when: {did: Release}, event: release, role: vendor}, {event: comment, role: customer}]\n"
    )
    policy = load_policy("manao")
    vendor = policy.events["release"].by[0]
    table = f"id|time|did\nT-1|{MONDAY}09:00Z|Release\nT-2|{MONDAY}09:00Z|Note"
    found = told(text.replace("role: vendor", f"role: {vendor}"), table, policy)

    assert ["release", "submit", "comment"] == found.column("event")


def test_a_wait_that_goes_on_goes_back_to_what_was_before_all_of_it(base: Policy) -> None:
    """The state before the first of several rows that wait."""
    text = (
        "audit: true\n"
        + COLUMNS
        + (
            "statuses:\n  - {when: {did: Wait}, state: waiting-for-customer, wait: {back: true}}\n"
            "  - {when: {did: Note}, event: comment}\n  - {state: {column: did, unknown: as-is, words: {x: open}}}\n"
        )
    )
    table = "id|time|who|did\n" + "\n".join(
        f"T-1|{MONDAY}09:0{n}Z|7|{word}" for n, word in enumerate(("In fix", "Wait", "Wait", "Note"))
    )
    waiting = "waiting-for-customer"

    assert ["in-fix", waiting, waiting, "in-fix", None] == told(text, table, base).column("state")


def test_the_first_kind_of_closing_that_fits_counts(base: Policy) -> None:
    """And no other is asked."""
    second = "  - {when: {did: Shut}, elapsed: 1h, skip: true}\n"
    text = CLOSING.replace("DELAY", "elapsed: 24h") + second
    table = "id|time|who|did\nT-1|2026-03-02T12:00|7|Done\nT-1|2026-03-03T12:00|bot|Shut\nT-1|2026-03-03T13:00|7|Shut"
    found = told(text, table, base)

    assert [None, "close"] == found.column("event")
    assert [(1, 0), (1, 0)] == [(each.fitting, each.others) for each in found.tally.recognisers]


def test_a_status_knows_the_channel_better_than_the_column() -> None:
    """What the column says then does not matter, known or not."""
    text = (
        "columns: {ticket: id, at: time, channel: {column: by, words: {Web: portal}}, customer: firm}\n"
        "statuses:\n  - {when: {did: New}, event: submit, role: customer, channel: portal}\n"
        "  - {event: comment, role: customer}\n"
    )
    table = f"id|time|by|did|firm\nT-1|{MONDAY}09:00Z|Fax|New|acme\nT-1|{MONDAY}09:00Z|Web|Note|acme"
    found = told(text, table, load_policy("proconcept"))

    assert ["portal", "portal"] == found.column("channel")
    assert ["acme", "acme"] == found.column("customer")
