"""Retention: what leaves a desk, what stays, and what becomes of records of tickets that left."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from desk.commands.shop import BILLED, CLOSED, NEXT, STORY, TOLD, records, run, started, written
from desk.storage.test_faults import Killed, dying_before
from sqlalchemy import func, insert, select, text

from upheld import Desk, DeskError, Event, TicketError, load_policy, replay
from upheld.desk.storage.database import Database
from upheld.desk.storage.tables import DISPATCHES, JOURNAL, LEFT, MESSAGES, TICKETS

Opened = Callable[..., Desk]
LATER = "2024-04-01T00:00Z"


@pytest.fixture
def desk(opened: Opened) -> Desk:
    """The shop's desk, with its story, and nothing due."""
    made = opened(load_policy("policy.yaml"))
    made.submit_many([(Event.from_record(each), Desk.content) for each in STORY])
    made.run_due(LATER)
    return made


def _verdicts(folder: Path, *files: Path) -> list[dict[str, object]]:
    """Of the tickets of such files, by the policy of the shop."""
    lines = [json.loads(line) for file in files for line in file.read_text().splitlines()]
    found: list[dict[str, object]] = replay(load_policy("policy.yaml"), lines, as_of=LATER)["tickets"]
    return found


def test_what_left_and_what_stays_are_the_whole(desk: Desk, folder: Path) -> None:
    """The files replay to the verdicts that the desk gave before, together with what it exports by now."""
    before = desk.verdicts(LATER)
    told = desk.retention.run("old", LATER)
    desk.export("rest.jsonl")

    assert (2, 10, {"shop@1.0.0.jsonl": 10}, {}, False) == (
        told.tickets, told.records, told.files, told.stay, told.more,
    )  # fmt: skip
    left, rest = folder / "old" / "shop@1.0.0.jsonl", folder / "rest.jsonl"
    assert json.dumps(before["tickets"]) == json.dumps(_verdicts(folder, left, rest))
    assert json.dumps(desk.verdicts(LATER)) == json.dumps(
        replay(load_policy("policy.yaml"), desk.events(), as_of=LATER)
    )
    assert () == desk.verify()
    assert 2 == desk.rebuild()
    assert () == desk.verify()


@pytest.mark.parametrize("state, stays", [("waiting", 1), ("dead", 1), ("done", 0)])
def test_a_ticket_stays_while_an_endpoint_is_still_to_be_told(
    desk: Desk, database: Database, state: str, stays: int
) -> None:
    """What was sent of one that leaves goes with it."""
    closed = select(TICKETS.c.ticket).where(TICKETS.c.core == "closed").order_by(TICKETS.c.ticket)
    ticket = database.read(lambda rows: rows.scalars(closed).first())
    row = {"endpoint": "ep", "message": "m", "ticket": ticket, "position": 1, "tries": 1, "next_s": 0, "why": ""}
    database.transact(lambda rows: rows.execute(insert(DISPATCHES).values(**row, state=state)))
    told = desk.retention.run("old", LATER)
    left = database.read(lambda rows: rows.scalar(select(func.count()).select_from(DISPATCHES)))

    assert (2 - stays, {"message": 1} if stays else {}, stays) == (told.tickets, told.stay, left)


def test_a_file_without_people_has_the_end_of_each_chain(desk: Desk, database: Database, folder: Path) -> None:
    """So it can be seen later on that nobody changed it; and whoever is forgotten is forgotten there too."""
    desk.retention.run("old", LATER, people=False)
    lines = [json.loads(line) for line in (folder / "old" / "shop@1.0.0.jsonl").read_text().splitlines()]
    found = replay(load_policy("policy.yaml"), lines, journal=True)["tickets"]
    kept = database.read(
        lambda rows: {row.ticket: f"sha256:{bytes(row.link).hex()}" for row in rows.execute(select(LEFT))}
    )

    assert kept == {each["ticket"]: each["journal"] for each in found}
    assert not any("kim" in each["actor"] for each in lines)


def test_a_record_of_a_ticket_that_left_opens_none(desk: Desk) -> None:
    """A known key has its first answer; whatever else names the ticket is told where its records are."""
    desk.retention.run("old", LATER)
    answers = desk.submit_many([(Event.from_record(each), Desk.content) for each in STORY])
    again = Event.from_record({**STORY[0], "at": "2024-05-01T09:00Z"})

    assert [(True, None), (True, "no-transition")] == [(each.repeated, each.code) for each in answers[:2]]
    for work in (
        lambda: desk.submit(again),
        lambda: desk.submit_many([Event.from_record({**STORY[0], "ticket": "T-9"}), again]),
        lambda: desk.story("T-1"),
        lambda: answers[0].decision,
    ):
        with pytest.raises(TicketError, match="ticket `T-1` left the desk: its records are in `old`"):
            work()
    assert None is desk.ticket("T-1")
    assert None is desk.ticket("T-9")
    assert ["there is no record of it"] == [each.obstacle for each in desk.move(["T-1"], load_policy("next.yaml"))]
    assert () == desk.verify()


def test_what_is_not_over_stays(desk: Desk, folder: Path, database: Database) -> None:
    """A ticket that is open, that had a record since, that is due, or of which somebody is still to be told."""
    assert 1 == desk.retention.look("2024-03-05T09:00Z").tickets
    assert 2 == desk.retention.look(LATER).tickets
    database.transact(lambda rows: rows.execute(text("UPDATE upheld_tickets SET due_s = 1 WHERE ticket = 'T-1'")))
    message = "UPDATE upheld_messages SET ticket = 'T-2', state = 'dead' WHERE position = 1"
    database.transact(lambda rows: rows.execute(text(message)))
    told = desk.retention.run("old", LATER)

    assert (0, {"due": 1, "message": 1}) == (told.tickets, told.stay)
    assert not (folder / "old").exists()


def test_what_was_charged_stays_and_balances_stand(opened: Opened, folder: Path) -> None:
    """Of two tickets as old the one leaves on which nobody worked; a third has work that was refused, and stays too."""
    (folder / "billed.yaml").write_text(BILLED)
    desk = opened(load_policy("billed.yaml"))
    story = [{**each, "customer": "acme"} for each in records(("T-1", CLOSED), ("T-2", CLOSED), ("T-3", CLOSED))]
    for ticket, at, minutes in (("T-1", "2024-03-04T09:50Z", 45), ("T-3", "2024-03-07T12:00Z", 30)):
        work = {"ticket": ticket, "at": at, "event": "work", "actor": "agent:a1", "data": {"minutes": minutes}}
        story.append(work)
    story.sort(key=lambda each: str(each["at"]))
    desk.submit_many(Event.from_record(each) for each in story)
    desk.run_due(LATER)
    before, statement = desk.verdicts(LATER)["summary"]["balances"], desk.statement("acme")
    told = desk.retention.run("old", LATER)

    assert (1, {"charged": 2}) == (told.tickets, told.stay)
    assert before == desk.verdicts(LATER)["summary"]["balances"]
    assert statement == desk.statement("acme")
    assert () == desk.verify()
    assert 2 == desk.rebuild()
    assert statement == desk.statement("acme")
    assert () == desk.verify()


def test_each_policy_has_a_file_and_a_run_takes_no_more_than_asked(desk: Desk, folder: Path) -> None:
    """Tickets of two versions leave together; those that were left over leave in the next run."""
    (folder / "policy2.yaml").write_text(NEXT)
    desk.adopt(load_policy("policy2.yaml"))
    desk.submit_many(Event.from_record(each) for each in records(("U-1", CLOSED), ("U-2", TOLD)))
    desk.run_due(LATER)
    first, second = (desk.retention.run(f"old-{number}", LATER, 2) for number in (1, 2))

    assert ({"shop@1.0.0.jsonl": 10}, True) == (first.files, first.more)
    assert ({"shop@1.1.0.jsonl": 5}, False) == (second.files, second.more)
    assert () == desk.verify()


def test_a_ticket_that_was_changed_by_hand_does_not_leave(desk: Desk, database: Database, folder: Path) -> None:
    """Nothing does then, and no folder is left behind."""
    change = JOURNAL.update().where(JOURNAL.c.ticket == "T-1", JOURNAL.c.seq == 2).values(at_s=JOURNAL.c.at_s - 1)
    database.transact(lambda rows: rows.execute(change))
    with pytest.raises(DeskError, match="nothing left the desk, since ticket `T-1`, record 2: it is not as it was"):
        desk.retention.run("old", LATER)

    assert not (folder / "old").exists()
    assert desk.ticket("T-2") is not None


def test_a_death_before_any_statement_loses_nothing(opened: Opened, database: Database, folder: Path) -> None:
    """Either all is still in the desk, or the files are whole; run again, it is as if nobody had died."""
    desk, doomed, alive = opened(load_policy("policy.yaml")), 0, True
    desk.submit_many([(Event.from_record(each), Desk.content) for each in STORY])
    desk.run_due(LATER)
    whole = sorted(f"{each.ticket} {each.at} {each.event}" for each in desk.events())
    while alive:
        doomed, target = doomed + 1, folder / f"old-{doomed}"
        with suppress(Killed), dying_before(desk, doomed) as seen:
            desk.retention.run(target, LATER)
        alive = len(seen) >= doomed
        files = [json.loads(line) for file in target.glob("*.jsonl") for line in file.read_text().splitlines()]
        left = [Event.from_record(each) for each in files] if not alive else []
        told = [*desk.events(), *left]
        assert whole == sorted(f"{each.ticket} {each.at} {each.event}" for each in told)
        assert () == desk.verify()
    counts = database.read(lambda rows: [len(rows.execute(select(each)).all()) for each in (LEFT, TICKETS, MESSAGES)])
    assert [2, 2, 2] == counts
    assert doomed > 8


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_kill_loses_nothing(told: str, folder: Path) -> None:
    """At any moment: what left is in a file that is whole, and else still in the desk; then it is run once more."""
    made = [{**each, "ticket": f"{each['ticket']}-{n}"} for n in range(150) for each in records(("M", CLOSED))]
    written(folder / "more.jsonl", made)
    assert 0 == run("submit", "more.jsonl", "--batch", "1000", url=told).exit_code
    process = started("retain", "old", "--older-than", "1d", url=told)
    while process.poll() is None and not (folder / "old").exists():
        time.sleep(0.002)
    time.sleep(random.Random(3).random() / 20)
    process.kill()
    process.communicate(timeout=60)
    again = run("retain", "old-2", "--older-than", "1d", url=told)
    kept = [json.loads(line)["ticket"] for line in run("export", url=told).stdout.splitlines()]
    gone = [
        json.loads(line)["ticket"] for file in folder.glob("old*/*.jsonl") for line in file.read_text().splitlines()
    ]

    assert 0 == again.exit_code
    assert 0 == run("verify", url=told).exit_code
    assert {each["ticket"] for each in [*made, *STORY]} == {*kept, *gone}
    assert 5 * 152 <= len(gone)


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_record_that_comes_meanwhile_keeps_its_ticket(desk: Desk, opened: Opened, folder: Path) -> None:
    """Nothing leaves then, no file is left behind, and the next run leaves that ticket where it is."""
    other = opened()
    late = Event.from_record({**STORY[0], "at": "2024-04-02T09:00Z", "event": "reopen"})

    def come(done: int, most: int) -> None:
        other.submit(late)

    with pytest.raises(DeskError, match="nothing left the desk, since ticket `T-1` had a record meanwhile: try again"):
        desk.retention.run("old", LATER, on_progress=come)
    assert not (folder / "old").exists()
    assert 4 == desk.status().tickets
    assert 1 == desk.retention.run("old", LATER).tickets
    assert () == desk.verify()
