"""Group commit: records that come together are taken together, and each is told what it would be told alone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from random import Random
from threading import Event
from typing import Any

import httpx
import pytest
from serve.conftest import MARK, Serve, Service

from upheld import Desk

OPENING = {**MARK, "event": "submit", "channel": "portal", "data": {"type": "fault", "severity": "low"}}


class Watched:
    """A desk's door for records: how many came at once, the first of which may be held up."""

    def __init__(self, desk: Desk, monkeypatch: pytest.MonkeyPatch, *, holds: bool = False) -> None:
        self._real, self.came = desk.submit_many, list[int]()
        self.began, self.may_go_on = Event(), Event()
        if not holds:
            self.may_go_on.set()
        monkeypatch.setattr(desk, "submit_many", self)

    def __call__(self, sent: Sequence[Any], **named: Any) -> Any:
        self.came.append(len(sent))
        if len(self.came) == 1:
            self.began.set()
            self.may_go_on.wait(10)
        return self._real(sent, **named)


def asked(service: Service, record: Any, key: str, who: str = "acme", query: str = "") -> Any:
    """What will be answered to a record."""
    headers = {"Authorization": f"Bearer {service.tokens[who]}", "Idempotency-Key": key}
    return service.client.post(f"/v1/events{query}", json=record, headers=headers)


def together(service: Service, watched: Watched, asking: Sequence[Any]) -> list[httpx.Response]:
    """The answers to what is asked while one record, which is of no other's affair, is being taken."""

    async def run() -> list[httpx.Response]:
        first = asyncio.ensure_future(asked(service, {**OPENING, "ticket": "FIRST"}, "first"))
        await asyncio.to_thread(watched.began.wait, 10)
        others, waiting = list[asyncio.Future[httpx.Response]](), service.app.state.group_commit._waiting
        for each in asking:
            others.append(asyncio.ensure_future(each))
            while len(waiting) < len(others) and not others[-1].done():  # they come in this order
                await asyncio.sleep(0.001)
        watched.may_go_on.set()
        await first
        return [await each for each in others]

    return service.runner.run(run())


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is impatient, however slow the machine."""
    monkeypatch.setattr("upheld.serve.api.group_commit.PATIENCE_S", 60.0)


def test_records_that_come_together_are_one_transaction(
    service: Service, monkeypatch: pytest.MonkeyPatch, patient: None
) -> None:
    """Those that came while one was taken; what is no record is none of them."""
    watched = Watched(service.desk, monkeypatch, holds=True)
    asking = [asked(service, {**OPENING, "ticket": f"N-{each}"}, f"n-{each}") for each in range(5)]
    answers = together(service, watched, [*asking, asked(service, {"ticket": "N-9"}, "none")])

    assert [1, 5] == watched.came
    assert [200] * 5 + [422] == [each.status_code for each in answers]
    assert [f"N-{each}" for each in range(5)] == [each.json()["ticket"] for each in answers[:5]]


def test_what_one_is_told_depends_on_none_beside_it(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, patient: None
) -> None:
    """Of records that come together, each has the answer that it has where they come one after the other.

    Among them: keys sent again with the same record and with another one, another's tickets, what is late, what is
    no record, and what the policy refuses.
    """
    random, found, sizes = Random(11), set[int](), list[int]()
    for wild in (False, False, True, True):
        sent = [some(random, place, wild=wild) for place in range(16)]
        one, many = serve(), serve()
        alone = [one.runner.run(asked(one, *each)) for each in sent]
        with monkeypatch.context() as patched:
            watched = Watched(many.desk, patched, holds=True)
            beside = together(many, watched, [asked(many, *each) for each in sent])

        assert [(each.status_code, each.json()) for each in alone] == [
            (each.status_code, each.json()) for each in beside
        ]
        assert () == many.desk.verify()
        found |= {each.status_code for each in alone}
        sizes.append(len(watched.came))
    assert {200, 404, 409, 422} == found
    assert [2, 2] == sizes[:2]  # nothing was spoilt, and all were one transaction
    assert min(sizes[2:]) > 2


def some(random: Random, place: int, *, wild: bool) -> tuple[dict[str, Any], str, str, str]:
    """A record, its key, who sends it and how; where it is wild, one that may undo what those beside it do."""
    record = dict(random.choice([OPENING, MARK, {**MARK, "event": "take", "data": {}}, {**MARK, "event": "none"}]))
    record |= {"ticket": random.choice(["T-1", "N-1", "N-2"]), "at": f"2024-03-04T{random.randint(9, 12):02}:00+01:00"}
    who = random.choice(["acme", "acme", "acme", "agent", *(["other"] if wild else [])])
    record |= {"actor": "agent:lee", "customer": "acme"} if who == "agent" else {}
    record |= {"at": "yesterday"} if random.random() < 0.1 else {}
    key = f"key-{place - random.randint(1, 3)}" if wild and random.random() < 0.4 else f"key-{place}"
    return record, key, who, random.choice(["", "?late=insert"])


def test_a_mistake_of_ours_is_of_one_record(
    service: Service, monkeypatch: pytest.MonkeyPatch, patient: None, caplog: Any
) -> None:
    """Whatever is raised of one, the others are kept."""
    watched = Watched(service.desk, monkeypatch, holds=True)

    def broken(sent: Sequence[Any], **named: Any) -> Any:
        if any(each.event.ticket == "N-1" for each in sent):
            raise ValueError("nobody thought of this")
        return watched(sent, **named)

    monkeypatch.setattr(service.desk, "submit_many", broken)
    answers = together(
        service, watched, [asked(service, {**OPENING, "ticket": f"N-{each}"}, f"n-{each}") for each in range(3)]
    )

    assert [200, 500, 200] == [each.status_code for each in answers]
    assert "nobody thought" not in caplog.text


def test_nobody_waits_for_long_for_others(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody may hold the ticket of one; the others are taken by another thread."""
    watched = Watched(service.desk, monkeypatch, holds=True)

    async def run() -> tuple[bool, httpx.Response]:
        first = asyncio.ensure_future(asked(service, {**OPENING, "ticket": "FIRST"}, "first"))
        await asyncio.to_thread(watched.began.wait, 10)
        second = await asked(service, {**OPENING, "ticket": "N-1"}, "second")
        was_waiting = not first.done()
        watched.may_go_on.set()
        await first
        return was_waiting, second

    was_waiting, second = service.runner.run(run())

    assert (True, 200) == (was_waiting, second.status_code)


def test_lines_beside_a_closed_statement_have_their_answers(service: Service) -> None:
    """One that would be charged on it spoils no other."""
    late = {"Content-Type": "application/x-ndjson", "Authorization": f"Bearer {service.tokens['agent']}"}
    marks = [{**MARK, "actor": "agent:lee", "key": f"m-{each}"} for each in range(3)]
    service.desk.close_statements("2024-03-05T00:00:00+01:00")
    comments = [{**each, "event": "take", "data": {}, "at": "2024-03-04T11:30:00+01:00"} for each in marks]
    lines = [comments[0], {**marks[1], "at": "2024-03-04T12:00:00+01:00"}, comments[2]]
    body = "".join(json.dumps(each) + "\n" for each in lines)
    answer = service.ask("POST", "/v1/events", content=body, headers=late)

    assert [1, 2, 3] == [json.loads(each)["line"] for each in answer.text.splitlines()]
    assert ["problem" in json.loads(each) for each in answer.text.splitlines()] == [False, True, False]
