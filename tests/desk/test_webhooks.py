"""Webhooks of the desk: what becomes a dispatch of whom, whose turn it is, and which addresses may be dialled."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_desk import contracts, desk, event, submit
from sqlalchemy import text

from upheld import ArgumentError, Desk
from upheld.core.errors import DeskError
from upheld.desk.storage.database import Database
from upheld.desk.telling.outbox import MOST_TRIES
from upheld.desk.webhooks.address import address_of, is_open
from upheld.desk.webhooks.dispatches import Outcome

Opened = Callable[..., Desk]
FAILED = Outcome("it fails")
LOCAL = "http://127.0.0.1:9/"


@pytest.fixture
def told(opened: Opened) -> Iterator[Desk]:
    """A ticket of acme and one of another customer, each with a message from a record."""
    made = opened(desk(), contracts=contracts())
    for ticket, customer in (("T-1", "acme"), ("T-2", "other")):
        made.submit(submit(customer=customer, ticket=ticket))
        made.submit(event("04T10:30", "set-severity", ticket=ticket, data={"severity": "low"}))
    return made


def add(made: Desk, *kinds: str, customer: str = "") -> str:
    return made.webhooks.endpoints.add(LOCAL, kinds, customer=customer, allow_loopback=True)[1].id


def fan_out(made: Desk) -> None:
    """Everything that the outbox holds, in its order."""
    while claimed := made.outbox.claim():
        for message in claimed:
            assert "" == made.webhooks.dispatches.fan_out(message)
            assert "" == made.webhooks.dispatches.fan_out(message)
            made.outbox.done(message)


def later(database: Database) -> None:
    """All delays, rests and leases are over."""
    for table in ("endpoints", "dispatches"):
        database.transact(lambda rows, table=table: rows.execute(text(f"UPDATE upheld_{table} SET next_s = 0")))  # type: ignore[misc] # bound


def test_each_endpoint_is_told_what_it_asked_for(told: Desk) -> None:
    """By kind, and by the customer of the ticket; handed over twice, it is there once."""
    everything, routes, others = add(told), add(told, "route"), add(told, customer="other")
    fan_out(told)

    counts = {name: each["waiting"] for name, each in told.webhooks.endpoints.counts().items()}
    assert {everything: 3, routes: 1, others: 1} == counts


def test_a_ticket_has_one_dispatch_under_way_and_an_endpoint_one_worker(told: Desk) -> None:
    add(told)
    fan_out(told)
    claimed = told.webhooks.dispatches.claim()
    assert [("T-1", "route"), ("T-2", "notify")] == [
        (each.message.ticket, each.message.document["kind"]) for each in claimed
    ]
    assert () == told.webhooks.dispatches.claim()
    for each in claimed:
        assert told.webhooks.dispatches.settle(each, Outcome())
    told.webhooks.dispatches.release(claimed[0].endpoint)
    (after,) = told.webhooks.dispatches.claim()
    assert ("T-1", "notify") == (after.message.ticket, after.message.document["kind"])


def test_a_lease_that_ran_out_goes_to_another_worker(told: Desk, database: Database) -> None:
    """Whoever had it before can settle nothing any more; the id is the same, and another one for each endpoint."""
    add(told)
    fan_out(told)
    first = told.webhooks.dispatches.claim()[0]
    later(database)
    again = told.webhooks.dispatches.claim()[0]
    settled = [told.webhooks.dispatches.settle(each, Outcome()) for each in (first, again, again)]
    assert (first.id, 1, 2, [False, True, False]) == (again.id, first.tries, again.tries, settled)


def test_what_was_not_tried_is_given_back_as_it_was(told: Desk, database: Database) -> None:
    add(told)
    fan_out(told)
    claimed = told.webhooks.dispatches.claim()
    told.webhooks.dispatches.release(claimed[0].endpoint, claimed)
    assert [1, 1] == [each.tries for each in told.webhooks.dispatches.claim()]


def test_a_dispatch_that_fails_too_often_is_dead_and_lets_the_next_pass(told: Desk, database: Database) -> None:
    """Enabling its endpoint begins anew with it."""
    endpoint = add(told)
    fan_out(told)
    for _ in range(MOST_TRIES):
        later(database)
        claimed = told.webhooks.dispatches.claim()
        for each in claimed:
            told.webhooks.dispatches.settle(each, FAILED if each.message.ticket == "T-1" else Outcome())
        told.webhooks.dispatches.release(claimed[0].endpoint)
    assert {"dead": 1, "waiting": 1, "done": 1} == told.webhooks.endpoints.counts()[endpoint]
    assert 1 == told.webhooks.endpoints.enable(endpoint)


def test_an_endpoint_that_fails_for_days_is_disabled(told: Desk, database: Database) -> None:
    """One success in between, and it is not."""
    endpoint = add(told)
    fan_out(told)
    for outcome, is_disabled in ((FAILED, False), (Outcome(), False), (FAILED, False), (FAILED, True)):
        later(database)
        each = told.webhooks.dispatches.claim()[0]
        if is_disabled:
            database.transact(lambda rows: rows.execute(text("UPDATE upheld_endpoints SET failing_s = 1")))
        told.webhooks.dispatches.settle(each, outcome)
        assert is_disabled == (told.webhooks.endpoints.get(endpoint).disabled_at is not None)
    assert 0 == told.webhooks.endpoints.counts()[endpoint]["waiting"]


def test_what_is_removed_is_told_nothing_and_forgotten(told: Desk) -> None:
    endpoint = add(told)
    fan_out(told)
    told.webhooks.endpoints.remove(endpoint)
    assert ((), {}, ()) == (
        told.webhooks.endpoints.list(), told.webhooks.endpoints.counts(), told.webhooks.dispatches.claim(),
    )  # fmt: skip
    with pytest.raises(DeskError, match="no endpoint"):
        told.webhooks.endpoints.remove(endpoint)


def test_a_correction_goes_to_whoever_was_told(told: Desk) -> None:
    """By the kind of what it takes back."""
    told.webhooks.endpoints.add(LOCAL, ["notify"], allow_loopback=True)
    (endpoint,) = told.webhooks.endpoints.list()
    was = {"kind": "correction", "was": {"kind": "notify"}, "of": "m"}
    assert [True, False] == [endpoint.is_told({**was, "was": {"kind": kind}}, "acme") for kind in ("notify", "route")]


REFUSED = """
https://127.0.0.1/ https://127.1/ https://127.0.1/ https://2130706433/ https://0x7f000001/ https://0x7f.0.0.1/
https://0177.0.0.1/ https://017700000001/ https://127.0.0.1./ https://127.0.0.01/ https://0/ https://0.0.0.0/
https://10.0.0.1/ https://100.64.0.1/ https://169.254.169.254/latest https://172.16.0.1/ https://192.168.1.1/
https://192.0.0.1/ https://192.0.2.1/ https://192.88.99.1/ https://198.18.0.1/ https://198.51.100.1/
https://203.0.113.1/ https://224.0.0.1/ https://239.255.255.250/ https://240.0.0.1/ https://255.255.255.255/
https://[::1]/ https://[::]/ https://[0:0:0:0:0:0:0:1]/ https://[::ffff:127.0.0.1]/ https://[::ffff:7f00:1]/
https://[::ffff:8.8.8.8]/ https://[::127.0.0.1]/ https://[64:ff9b::7f00:1]/ https://[64:ff9b::808:808]/
https://[64:ff9b:1::1]/ https://[2002:7f00:1::]/ https://[2002:808:808::]/ https://[2001:0:4136:e378::1]/
https://[2001:db8::1]/ https://[3fff::1]/ https://[fc00::1]/ https://[fd12::1]/ https://[fe80::1]/
https://[fe80::1%25eth0]/ https://[fec0::1]/ https://[ff02::1]/ https://[100::1]/ https://[5f00::1]/
https://[::1%25lo]/ https://[127.0.0.1]/ https://[v1.x]/ https://[::1
https://localhost/ https://LOCALHOST/ https://localhost./ https://a.localhost/ https://localhost.localdomain/
https://printer.local/ https://host.docker.internal/ https://metadata.google.internal/ https://router.lan/
https://intranet/ https://a.home.arpa/ https://x.onion/ https://x.invalid/
https://user@example.com/ https://user:pass@example.com/ https://example.com@127.0.0.1/ https://@example.com/
https://example.com#@127.0.0.1/ https://example.com/# https://example.com\\@127.0.0.1/ https://example.com.
https://①②⑦.⓪.⓪.①/ https://１２７.0.0.1/ https://127。0。0。1/ https://exämple.com/ https://ⓛocalhost/
https://exa%6dple.com/ https://-a.com/ https://a_b.com/ https://a..com/ https:///x https:example.com https://
https://example.com:0/ https://example.com:99999/ https://example.com:x/ https://.example.com/
http://example.com/ ftp://example.com/ file:///etc/passwd gopher://example.com/ //example.com/ example.com
javascript:alert(1) https://1.2.3/ https://1.2.3.4.5/ https://0x.com.0x1/ https://example.com.1/
""".split()  # fmt: skip
OTHERS = [
    "", "https://example.com/a b", "https://exa\tmple.com/", "https://example.com/\r\nX: y", "https://exam\x00ple.com/",
    "https://" + "a." * 1_100 + "com/", " https://example.com/",
]  # fmt: skip


@pytest.mark.parametrize("url", [*REFUSED, *OTHERS])
def test_an_address_of_ours_is_refused_in_every_spelling(url: str) -> None:
    """Before anything is resolved: none of these asks anybody (THREATS H03)."""
    with pytest.raises(ArgumentError):
        address_of(url)


@pytest.mark.parametrize(
    "url", ["https://example.com", "https://hooks.example.co.uk:8443/a?b=c", "https://93.184.215.14/",
            "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/", "https://xn--exmple-cua.com/", "https://1e100.net/"],
)  # fmt: skip
def test_an_address_of_the_open_internet_is_none_of_them(url: str) -> None:
    assert url == address_of(url).url


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/", "https://localhost:1/", "http://[::1]:1/"])
def test_this_machine_is_an_address_only_for_whoever_asks_for_it(url: str) -> None:
    """And then nothing but this machine is."""
    assert address_of(url, allow_loopback=True).numbers()
    with pytest.raises(ArgumentError):
        address_of(url)
    with pytest.raises(ArgumentError):
        address_of("https://93.184.215.14/", allow_loopback=True).numbers()


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_what_is_open_is_global_by_what_python_knows_too(number: object) -> None:
    """Our lists are shorter to read than the registries; they may refuse more, and never less."""
    found = ip_address(str(number))
    assert not is_open(str(number)) or (found.is_global and not found.is_multicast)


@pytest.mark.parametrize(
    "numbers", [["10.0.0.1"], ["93.184.215.14", "127.0.0.1"], ["::ffff:10.0.0.1"], ["fe80::1%eth0"]]
)
def test_a_name_that_leads_inside_is_refused_when_registered_and_when_dialled(
    told: Desk, monkeypatch: pytest.MonkeyPatch, numbers: list[str]
) -> None:
    """Whatever it said before: it is resolved once for each try, and what was checked is what is dialled."""
    leads = ["93.184.215.14"]

    def resolve(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in leads]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    _, endpoint = told.webhooks.endpoints.add("https://hooks.example.com/")
    assert ("93.184.215.14",) == endpoint.address.numbers()
    leads[:] = numbers
    with pytest.raises(ArgumentError, match="which is no open address"):
        endpoint.address.numbers()
    with pytest.raises(ArgumentError, match="which is no open address"):
        told.webhooks.endpoints.add("https://hooks.example.com/")
