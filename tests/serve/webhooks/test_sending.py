"""Sending: receivers that fail, hang and lie, on real sockets; nothing is lost, and nothing doubled but by a death."""

from __future__ import annotations

import logging
import socket
import ssl
from contextlib import suppress
from datetime import UTC, datetime
from itertools import pairwise
from threading import Thread
from time import monotonic, sleep

import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_http_event
from serve.webhooks import receiver as receivers
from serve.webhooks.conftest import Shop, ask
from serve.webhooks.receiver import Behaviour, receiving, says
from sqlalchemy import text
from standardwebhooks import Webhook

from upheld.desk.webhooks.dispatches import Dispatch, Outcome
from upheld.desk.worker import Worker
from upheld.serve.background import Background
from upheld.serve.webhooks.dialling import Within
from upheld.serve.webhooks.sending import Sender, signed

TOLD = sorted(f"{ticket} upheld.{kind}" for ticket in ("T-1", "T-2") for kind in ("notify", "notify", "route"))
"""What the shop tells."""


def test_signatures_are_those_of_the_published_vector() -> None:
    """Standard Webhooks, the vector of its reference libraries; and one for each secret that is good."""
    secret, other = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"
    at, body = datetime.fromtimestamp(1614265330, UTC), b'{"test": 2432232314}'
    headers = signed([secret, other], "msg_p5jXN8AQM9LWM0D4loKWxJek", at, body)
    first, second = headers["webhook-signature"].split(" ")

    assert "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" == first
    assert second == signed([other], "msg_p5jXN8AQM9LWM0D4loKWxJek", at, body)["webhook-signature"]
    assert ("1614265330", "msg_p5jXN8AQM9LWM0D4loKWxJek") == (headers["webhook-timestamp"], headers["webhook-id"])


def test_a_receiver_verifies_what_it_is_sent_and_reads_it_as_a_cloud_event(shop: Shop) -> None:
    with receiving() as receiver:
        secret = shop.add(receiver.url)
        done = shop.work()

    assert (TOLD, 6, ()) == (sorted(receiver.told), done.sent, done.failed)
    for each in receiver.requests:
        assert each.event == Webhook(secret).verify(each.body, each.headers)
        read = from_http_event(HTTPMessage(each.headers, each.body))
        assert (each.event["id"], each.event["data"]) == (read.get_id(), read.get_data())
    assert "POST /hook?a=1 HTTP/1.1" == receiver.requests[0].head
    assert f"127.0.0.1:{receiver.port}" == receiver.requests[0].headers["host"]
    assert 6 == len({*receiver.ids})


def test_while_a_secret_is_exchanged_both_verify(shop: Shop) -> None:
    """Until the earlier one has run out."""
    with receiving() as receiver:
        secret = shop.add(receiver.url)
        (endpoint,) = shop.desk.webhooks.endpoints.list()
        new = shop.desk.webhooks.endpoints.rotate(endpoint.id)
        shop.work(1)
        for each in (secret, new):
            Webhook(each).verify(receiver.requests[0].body, receiver.requests[0].headers)
        shop.run("UPDATE upheld_endpoints SET earlier_until_s = 1")
        shop.work(3)

    last = receiver.requests[-1]
    assert [new] == [each for each in (secret, new) if _verifies(each, last)]


def _verifies(secret: str, request: receivers.Request) -> bool:
    with suppress(Exception):
        Webhook(secret).verify(request.body, request.headers)
        return True
    return False


FAILING: dict[str, tuple[Behaviour, str]] = {
    "it fails": (says(500), "says 500"),
    "it refuses": (says(400, body=b"secret of theirs"), "says 400"),
    "it redirects": (says(302, "Location: http://127.0.0.1:1/"), "redirects are not followed"),
    "it redirects for good": (says(308, "Location: https://example.com/"), "redirects are not followed"),
    "it says so and goes on": (says(103), "no answer of HTTP"),
    "it hangs": (receivers.hangs, "took too long"),
    "it drips": (receivers.drips, "took too long"),
    "it floods": (receivers.floods, "no answer of HTTP"),
    "it hangs up": (receivers.hangs_up, "no answer of HTTP"),
    "it speaks something else": (receivers.babbles, "no answer of HTTP"),
}
RECEIVING: dict[str, Behaviour] = {
    "it says 204": says(204),
    "it lies: 200, then it closes": receivers.cut_short,
    "it says so twice": receivers.twice,
    "it has more to say than anybody reads": receivers.huge,
}


@pytest.mark.parametrize("behaviour, says_why", FAILING.values(), ids=FAILING.keys())
def test_a_receiver_that_fails_is_told_again_and_nothing_is_lost(
    shop: Shop, behaviour: Behaviour, says_why: str
) -> None:
    """By the same id and the same bytes, and what comes after it of the ticket waits (THREATS D07)."""
    with receiving(behaviour, says(200)) as receiver:
        shop.add(receiver.url)
        failed = shop.work(1)
        (endpoint,) = shop.desk.webhooks.endpoints.list()
        assert 1 == endpoint.failures
        done = shop.work()

    assert [says_why] == [says_why for _, _, why in failed.failed if says_why in why], failed.failed
    assert "theirs" not in failed.failed[0][2]
    assert (6, 0) == (done.sent, shop.waiting)
    assert (6, 7) == (len({*receiver.ids}), len(receiver.ids))
    again = [place for place, id in enumerate(receiver.ids) if id == receiver.ids[0]]
    assert 2 == len(again)
    assert receiver.requests[0].body == receiver.requests[again[1]].body
    _in_order(receiver)


@pytest.mark.parametrize("behaviour", RECEIVING.values(), ids=RECEIVING.keys())
def test_what_a_receiver_does_after_2xx_is_its_own_affair(shop: Shop, behaviour: Behaviour) -> None:
    """It has been told, and is told nothing again (THREATS D07)."""
    with receiving(behaviour) as receiver:
        shop.add(receiver.url)
        done = shop.work()

    assert (6, (), TOLD) == (done.sent, done.failed, sorted(receiver.told))


def _in_order(receiver: receivers.Receiver) -> None:
    """Of each ticket, what was asked for first comes first."""
    for ticket in ("T-1", "T-2"):
        instants = [each.event["time"] for each in receiver.requests if each.event["subject"] == ticket]
        assert instants == sorted(instants)


def test_one_that_hangs_holds_back_nobody_else(shop: Shop) -> None:
    """Each has its own tries; the one that hangs is asked, and then rests."""
    with receiving(receivers.hangs) as bad, receiving() as good:
        shop.add(bad.url)
        shop.add(good.url)
        worker = Worker(shop.desk, shop.desk.webhooks.dispatches.fan_out, send=shop.sender().turn)
        for _ in range(12):
            worker.turn()

    assert TOLD == sorted(good.told)
    assert len(bad.told) < len(good.told)


def test_what_nobody_answers_or_is_no_tls_is_told_in_our_words(shop: Shop) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with receiving() as plain:
        shop.add(f"http://127.0.0.1:{port}/")
        shop.add(f"https://127.0.0.1:{plain.port}/")
        found = shop.desk.webhooks.endpoints.list()
        whys = {shop.sender().test(each).why.partition(": ")[2] for each in found}

    assert {"nobody answers there", "it does not speak TLS"} == whys


def test_a_certificate_of_nobody_is_refused(shop: Shop, certificate: tuple[str, str]) -> None:
    """And one that is trusted, of the name that was registered, is not."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    with receiving(context=context) as receiver:
        secret = shop.add(f"https://localhost:{receiver.port}/")
        (endpoint,) = shop.desk.webhooks.endpoints.list()
        trusting = ssl.create_default_context(cafile=certificate[0])
        outcome = Sender(shop.desk, within=Within()).test(endpoint)
        assert "its certificate" in outcome.why
        assert Outcome() == Sender(shop.desk, within=Within(), context=trusting).test(endpoint)
        other = shop.add(f"https://127.0.0.1:{receiver.port}/")
        wrong = next(each for each in shop.desk.webhooks.endpoints.list() if each.id != endpoint.id)
        assert "its certificate" in Sender(shop.desk, within=Within(), context=trusting).test(wrong).why

    (request,) = receiver.requests
    assert "upheld.test" == Webhook(secret).verify(request.body, request.headers)["type"]
    assert other


def test_a_death_between_the_answer_and_its_note_sends_again_by_the_same_id(shop: Shop) -> None:
    """At least once, as the desk delivers everything."""

    class Killed(BaseException):
        pass

    class Dying(Sender):
        def tried(self, dispatch: Dispatch) -> Outcome:
            super().tried(dispatch)
            raise Killed

    with receiving() as receiver:
        shop.add(receiver.url)
        worker = Worker(shop.desk, shop.desk.webhooks.dispatches.fan_out, send=Dying(shop.desk).turn)
        with suppress(Killed):
            worker.turn()
        done = shop.work()

    assert 6 == done.sent
    assert (7, 6) == (len(receiver.ids), len({*receiver.ids}))
    _in_order(receiver)


def test_gone_is_the_end_of_an_endpoint_and_enabling_it_a_new_beginning(shop: Shop) -> None:
    """What waited is dead, what comes is not kept for it, and nothing is sent."""
    with receiving(says(410), says(200)) as receiver:
        shop.add(receiver.url)
        shop.work(2)
        (endpoint,) = shop.desk.webhooks.endpoints.list()
        assert endpoint.disabled_at is not None
        ask(shop.desk, "T-3")
        shop.work(3)
        assert (1, 0) == (len(receiver.told), shop.waiting)
        dead = sum(each["dead"] for each in shop.desk.webhooks.endpoints.counts().values())
        assert dead == shop.desk.webhooks.endpoints.enable(endpoint.id)
        done = shop.work()

    assert (dead, 0) == (done.sent, shop.waiting)


def test_one_that_wants_to_be_asked_later_is(shop: Shop) -> None:
    with receiving(says(429, "Retry-After: 7200")) as receiver:
        shop.add(receiver.url)
        shop.work(1)
        asked = text("SELECT max(d.next_s) - max(e.made_s) FROM upheld_dispatches d, upheld_endpoints e")
        after_s = shop.database.read(lambda rows: rows.scalar(asked))

    assert 7200 <= after_s <= 7260


def test_no_secret_and_no_body_stands_in_a_log_a_text_or_an_export(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    """A canary: the secrets of endpoints and sources."""
    caplog.set_level(logging.DEBUG)
    with receiving(says(500)) as receiver:
        secret = shop.add(receiver.url)
        (endpoint,) = shop.desk.webhooks.endpoints.list()
        new = shop.desk.webhooks.endpoints.rotate(endpoint.id)
        failed = shop.work(2).failed
        found = shop.desk.webhooks.endpoints.get(endpoint.id)
        dispatches = shop.desk.webhooks.dispatches
        shop.later()
        texts = [repr(found), str(found.as_document()), repr(dispatches.claim()), str(failed), caplog.text]

    for each in (secret, new):
        assert [] == [found for found in texts if each.removeprefix("whsec_") in found]


def test_nothing_of_a_ticket_overtakes_with_several_workers(shop: Shop) -> None:
    """Three workers at once, and a receiver that fails now and then: order per ticket, each once."""
    behaves = [says(500) if number % 3 == 1 else says(200) for number in range(9)]
    with receiving(*behaves, says(200)) as receiver:
        shop.add(receiver.url)
        ask(shop.desk, "T-3")
        threads = [Thread(target=shop.work, args=(7,)) for _ in range(3)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        shop.work()

    assert (0, 9) == (shop.waiting, len({*receiver.ids}))
    for ticket in {each.event["subject"] for each in receiver.requests}:
        instants = [each.event["time"] for each in receiver.requests if each.event["subject"] == ticket]
        assert all(before <= after for before, after in pairwise(instants))


def test_a_name_that_leads_here_once_it_is_dialled_reaches_nobody(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """It led elsewhere when it was registered; the receiver that listens here hears nothing (THREATS H03)."""
    leads = ["93.184.215.14"]
    ask_system = socket.getaddrinfo

    def resolve(host: str, port: int, *rest: object, **named: object) -> object:
        if host != "hooks.example.com":
            return ask_system(host, port, *rest, **named)  # type: ignore[arg-type] # as it was called
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (leads[0], port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with receiving() as receiver:
        shop.desk.webhooks.endpoints.add(f"https://hooks.example.com:{receiver.port}/")
        leads[0] = "127.0.0.1"
        failed = shop.work(2).failed

    assert ([], True) == (receiver.requests, "no open address" in failed[0][2])


def test_a_service_sends_in_a_thread_of_its_own(shop: Shop) -> None:
    """So that a receiver that hangs keeps no timer waiting."""
    with receiving() as receiver:
        shop.add(receiver.url)
        shop.later()
        deliver, send = shop.desk.webhooks.dispatches.fan_out, shop.sender().turn
        with Background(shop.desk, deliver, send=send):
            until = monotonic() + 20
            while len(receiver.requests) < len(TOLD) and monotonic() < until:
                sleep(0.05)

    assert TOLD == sorted(receiver.told)
