"""Arrival: events of Jira and Zendesk, as they are sent, in whatever order and however often."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest
from serve.conftest import Serve, Service

from upheld import ArgumentError, Desk, load_policy
from upheld.core.errors import DocumentError
from upheld.history.importer import Bad
from upheld.history.mapping.mapping_file import load_mapping
from upheld.history.mapping.translation import records
from upheld.history.reading import read_history
from upheld.serve.problems import TYPES
from upheld.serve.webhooks.sender_check import zendesk as is_of_zendesk

STAMP = "X-Zendesk-Webhook-Signature-Timestamp"
SECRET = "canary-canary-canary"
MAPPINGS = Path(__file__).parents[3] / "examples" / "mappings"
NOW = datetime(2026, 3, 3, tzinfo=UTC)
MILLISECONDS = 1772442000000  # 2026-03-02T09:00Z

FIELDS = {
    "created": "2026-03-02T09:00:00.000+0000", "status": {"name": "Open"}, "priority": {"name": "High"},
    "project": {"key": "UT"}, "reporter": {"accountId": "7"}, "creator": {"accountId": "7"},
    "comment": {"total": 7, "comments": []},
}  # fmt: skip
DETAIL = {
    "id": "35", "status": "NEW", "priority": "HIGH", "type": None, "actor_id": "7", "requester_id": "7",
    "submitter_id": "7", "organization_id": "10", "created_at": "2026-03-02T09:00:00Z", "tags": ["a", "b"],
    "via": {"channel": "web_service"},
}  # fmt: skip


def opened(**changed: Any) -> dict[str, Any]:
    issue = {"id": "1", "key": "UT-1", "fields": {**FIELDS, **changed}}
    user = {"accountId": "7", "displayName": "Kim"}
    return {"webhookEvent": "jira:issue_created", "timestamp": MILLISECONDS, "user": user, "issue": issue}


def moved(before: str, after: str, minutes: int, id: int = 10) -> dict[str, Any]:
    made = opened(status={"name": after})
    item = {"field": "status", "fieldtype": "jira", "fromString": before, "toString": after}
    told = {"webhookEvent": "jira:issue_updated", "timestamp": MILLISECONDS + minutes * 60_000 + 250}
    return {**made, **told, "user": {"accountId": "9"}, "changelog": {"id": str(id), "items": [item]}}


def commented(author: str, minutes: int = 20) -> dict[str, Any]:
    comment = {
        "id": "55",
        "author": {"accountId": author},
        "body": "x",
        "created": f"2026-03-02T09:{minutes}:00.000+0000",
    }
    return {**opened(), "webhookEvent": "comment_created", "comment": comment}


def zen(
    kind: str, said: dict[str, Any] | None = None, at: str = "10:00:00.123456789", **changed: Any
) -> dict[str, Any]:
    told = {"type": f"zen:event-type:ticket.{kind}", "account_id": 1, "id": f"{kind}-{at}", "subject": "zen:ticket:35"}
    return {**told, "time": f"2026-03-02T{at}Z", "detail": {**DETAIL, **changed}, "event": said or {}}


def zen_commented(staff: bool, at: str = "10:00:00") -> dict[str, Any]:
    author = {"id": 9 if staff else 7, "is_staff": staff, "name": "K"}
    return zen("comment_added", {"comment": {"id": 5, "body": "x", "is_public": True, "author": author}}, at)


def signed_by_jira(body: bytes, secret: str = SECRET) -> dict[str, str]:
    return {"X-Hub-Signature": f"sha256={hmac.new(secret.encode(), body, sha256).hexdigest()}"}


def signed_by_zendesk(body: bytes, secret: str = SECRET, at: str = "2026-03-03T00:00:30Z") -> dict[str, str]:
    digest = base64.b64encode(hmac.new(secret.encode(), at.encode() + body, sha256).digest()).decode()
    return {"X-Zendesk-Webhook-Signature": digest, STAMP: at}


SIGNED = {"jira": signed_by_jira, "zendesk": signed_by_zendesk}
Send = Callable[..., httpx.Response]


@pytest.fixture
def shop(serve: Serve, tmp_path: Path) -> Service:
    """A service of the usual desk, told by both trackers."""
    url = f"sqlite:///{tmp_path / 'usual.db'}"
    policy = load_policy(str(MAPPINGS / "policy.yaml"))
    made = serve(now=lambda: NOW)
    desk = Desk.open(url, policy=policy, upgrade=True)
    for name, tracker, file in (("issues", "jira", "jira-live.yaml"), ("support", "zendesk", "zendesk.yaml")):
        desk.webhooks.sources.put(name, tracker, (MAPPINGS / file).read_bytes(), SECRET, policy)
    made.desk.close()
    made.app.state.desk = made.desk = desk
    return made


@pytest.fixture
def send(shop: Service) -> Send:
    """Sends an event as its tracker does."""

    def send(event: Any, tracker: str = "jira", **headers: str) -> httpx.Response:
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        source = "issues" if tracker == "jira" else "support"
        sent = {"Content-Type": "application/json", **SIGNED[tracker](body), **headers}
        return shop.ask("POST", f"/v1/webhooks/{tracker}/{source}", content=body, headers=sent)

    return send


def told(answer: httpx.Response) -> list[tuple[Any, ...]]:
    """What became of an event: of each record its event, and why it was refused, if it was."""
    assert 200 == answer.status_code, answer.text
    return [(each["event"], each["code"]) for each in answer.json()["records"]]


def test_an_issue_is_followed_as_it_happens(shop: Service, send: Send) -> None:
    """As the same mapping reads its export: `High` is `high`, who reported it is the customer."""
    events = [opened(), moved("Open", "Analysis Active", 10), commented("9"), moved("Analysis Active", "Done", 60, 11)]
    answers = [told(send(each)) for each in events]

    assert [[("submit", None)], [("qualify", None)], [("reply", None)], [("resolve", None)]] == answers
    ticket = shop.desk.ticket("UT-1")
    assert ticket is not None
    assert ("resolved", "high", "UT") == (ticket.state, ticket.facts["severity"], ticket.customer)
    assert () == shop.desk.verify()


def test_a_ticket_is_followed_as_it_happens(shop: Service, send: Send) -> None:
    """A comment that came with the opening is part of it; words that are written large are read small."""
    events = [
        zen("created", at="09:00:01"), zen_commented(False, "09:00:01"),
        zen("status_changed", {"previous": "NEW", "current": "OPEN"}, "09:10:00", status="OPEN", actor_id="9"),
        zen_commented(True),
        zen("priority_changed", {"previous": "HIGH", "current": "LOW"}, "10:30:00", priority="LOW"),
        zen("status_changed", {"previous": "OPEN", "current": "SOLVED"}, "11:00:00", status="SOLVED", actor_id="9"),
        zen("tags_changed"),
    ]  # fmt: skip
    answers = [told(send(each, "zendesk")) for each in events]

    expected = ["submit", "", "qualify", "reply", "set-severity", "resolve", ""]
    assert [[(name, None)] if name else [] for name in expected] == answers
    ticket = shop.desk.ticket("35")
    assert ticket is not None
    assert ("resolved", "low", "10") == (ticket.state, ticket.facts["severity"], ticket.customer)


@pytest.mark.parametrize("tracker, event", [("jira", opened()), ("zendesk", zen("created"))])
def test_what_is_sent_again_counts_once(send: Send, tracker: str, event: dict[str, Any]) -> None:
    answers = [send(event, tracker).json()["records"][0] for _ in range(3)]

    assert [False, True, True] == [each["repeated"] for each in answers]
    assert [1, 1, 1] == [each["seq"] for each in answers]


def test_what_comes_in_another_order_ends_as_if_it_had_not(shop: Service, send: Send) -> None:
    """A record before the ticket is there is refused; once its opening comes, it counts."""
    events = [opened(), moved("Open", "In Progress", 10), moved("In Progress", "Done", 60, 11)]
    answers = [told(send(each)) for each in (events[2], events[0], events[1])]
    assert [[("resolve", "no-ticket")], [("submit", None)], [("start-fix", None)]] == answers
    ticket = shop.desk.ticket("UT-1")
    assert ticket is not None
    assert "resolved" == ticket.state
    assert () == shop.desk.verify()


def test_what_the_desk_does_not_know_is_told(shop: Service, send: Send) -> None:
    """A ticket that was opened before is a refusal; a status that the mapping does not know, a problem; neither is lost
    unseen."""
    assert [("resolve", "no-ticket")] == told(send(moved("Open", "Done", 5)))
    send(opened())
    answer = send(moved("Open", "Odd", 6, 12))
    assert (422, f"{TYPES}bad-record") == (answer.status_code, answer.json()["type"])
    assert "`Odd` in `to`" in answer.json()["detail"]
    ignored = send({"webhookEvent": "sprint_started"}).json()
    assert ([], True) == (ignored["records"], "sprint_started" in ignored["ignored"])
    unchanged = {**moved("Open", "Open", 7, 13), "changelog": {"id": "14", "items": []}}
    assert [] == told(send(unchanged))


WRONG: dict[str, Any] = {
    "no object": b"[]", "nothing": {}, "an empty issue": {"webhookEvent": "jira:issue_created", "issue": {}},
    "an issue that is a text": {"webhookEvent": "jira:issue_created", "issue": "UT-1"},
    "no instant": {**opened(created=None)}, "another instant": opened(created="yesterday"),
    "one to come": opened(created="2027-03-02T09:00:00.000+0000"),
    "items that are none": {**moved("a", "b", 1), "changelog": {"id": "1", "items": {"field": "status"}}},
    "no id of what changed": {**moved("a", "b", 1), "changelog": {"items": [{"field": "status"}]}},
    "a status that is a list": opened(status={"name": ["Open", {"x": 1}]}),
}  # fmt: skip


@pytest.mark.parametrize("event", WRONG.values(), ids=WRONG.keys())
def test_an_event_that_is_none_is_a_problem_and_nothing_is_kept(shop: Service, send: Send, event: Any) -> None:
    answer = send(event)

    assert (422, f"{TYPES}bad-record") == (answer.status_code, answer.json()["type"])
    assert shop.desk.ticket("UT-1") is None


@pytest.mark.parametrize("body, status", [(b"{", 400), (b'{"a":1,"a":2}', 400), (b"[" * 100 + b"]" * 100, 400),
                                          (b"\xff", 400), (b'{"a": NaN}', 400), (b" " * 1_000_001, 413)])  # fmt: skip
def test_a_body_that_is_no_json_or_too_large_is_a_problem(send: Send, body: bytes, status: int) -> None:
    assert status == send(body).status_code


BODY = json.dumps(opened()).encode()
FORGED: dict[str, tuple[str, dict[str, str]]] = {
    "nothing": ("jira", {}),
    "another secret": ("jira", signed_by_jira(BODY, "another-another")),
    "another body": ("jira", signed_by_jira(BODY + b" ")),
    "an older method": ("jira", {"X-Hub-Signature": f"sha1={hmac.new(SECRET.encode(), BODY, 'sha1').hexdigest()}"}),
    "no method": ("jira", {"X-Hub-Signature": hmac.new(SECRET.encode(), BODY, sha256).hexdigest()}),
    "a text that is none": ("jira", {"X-Hub-Signature": "sha256=é".encode().decode("latin-1")}),
    "no source of this name": ("zendesk", signed_by_zendesk(BODY)),
    "a stamp of long ago": ("zendesk", signed_by_zendesk(BODY, at="2026-03-02T23:00:00Z")),
    "a stamp to come": ("zendesk", signed_by_zendesk(BODY, at="2026-03-03T01:00:00Z")),
    "a stamp that is none": ("zendesk", signed_by_zendesk(BODY, at="now")),
    "the stamp of another": ("zendesk", {**signed_by_zendesk(BODY), STAMP: "2026-03-03T00:00:31Z"}),
}  # fmt: skip


@pytest.mark.parametrize("tracker, headers", FORGED.values(), ids=FORGED.keys())
def test_what_nobody_signed_is_refused_and_which_of_it_is_not_told(
    shop: Service, tracker: str, headers: dict[str, str]
) -> None:
    """The same answer for a wrong signature and for a source that is not there."""
    encoded = {name: value.encode("latin-1") for name, value in headers.items()}
    sent = {"Content-Type": "application/json", **encoded}
    source = "issues" if tracker == "jira" or headers == FORGED["no source of this name"][1] else "support"
    answer = shop.ask("POST", f"/v1/webhooks/{tracker}/{source}", content=BODY, headers=sent)

    assert (401, f"{TYPES}bad-signature") == (answer.status_code, answer.json()["type"])
    assert SECRET not in answer.text
    assert shop.desk.ticket("UT-1") is None


def test_a_stamp_within_tolerance_is_good_and_one_without_an_offset_is_none() -> None:
    at = [("2026-03-02T23:55:00Z", True), ("2026-03-03T00:05:00Z", True), ("2026-03-03T00:05:01Z", False)]
    for stamp, is_good in [*at, ("2026-03-03T00:00:00", False), ("", False)]:
        headers = {name.lower(): value for name, value in signed_by_zendesk(b"x", at=stamp).items()}
        assert is_good == is_of_zendesk(SECRET.encode(), headers, b"x", NOW), stamp


@pytest.mark.parametrize(
    "mapping, says",
    [
        ("jira.yaml", "an observed state"), ("zendesk.yaml", "this mapping is for `zendesk`"),
        ("jira-csv.yaml", "this mapping is for `csv`"), ("policy.yaml", "policy.yaml|x:"),
    ],
)  # fmt: skip
def test_a_mapping_that_no_live_event_can_be_read_by_is_refused(shop: Service, mapping: str, says: str) -> None:
    """When it is registered, with what to do."""
    with pytest.raises((ArgumentError, DocumentError), match=says):
        shop.desk.webhooks.sources.put("x", "jira", (MAPPINGS / mapping).read_bytes(), SECRET, shop.desk.policy())


def test_no_secret_of_a_source_stands_in_a_text_of_it(shop: Service) -> None:
    assert SECRET not in repr(shop.desk.webhooks.sources.list())


PAYLOADS = Path(__file__).parents[4] / "shared" / "data" / "payloads"


@pytest.mark.skipif(not PAYLOADS.exists(), reason="the payloads lie beside the checkout, in ../shared")
def test_issues_sent_change_by_change_are_what_their_export_says(shop: Service, send: Send) -> None:
    """Real issues: each change of their changelog sent as the event that Jira would have sent, against the export."""
    file = PAYLOADS / "jira" / "search_expand_changelog.json"
    issues = json.loads(file.read_text(encoding="utf-8"))["issues"][:8]
    mapping, policy = load_mapping(MAPPINGS / "jira-live.yaml"), shop.desk.policy()
    found = read_history(str(file), policy, "jira", lambda rows, known: records(mapping, rows, known))
    wanted = {each["key"] for each in issues}
    read = [each[1] for each in found if not isinstance(each, Bad) and each[1].ticket in wanted]
    exported = [(each.ticket, each.at.isoformat(), each.event, each.actor) for each in read]
    for issue in issues:
        assert 200 == send({**_opened(issue), "timestamp": 0}).status_code
        for entry in sorted(issue["changelog"]["histories"], key=lambda each: each["created"]):
            assert 200 == send(_changed(issue, entry)).status_code
    sent = [(each.ticket, each.at.isoformat(), each.event, each.actor) for each in shop.desk.events()]

    assert len(sent) > 20
    assert sorted(exported) == sorted(sent)


def _opened(issue: dict[str, Any]) -> dict[str, Any]:
    """The event that Jira would have sent of an opening: the issue as it was then."""
    changes = sorted(issue["changelog"]["histories"], key=lambda each: each["created"])
    items = [item for each in changes for item in each["items"] if item["field"] == "status"]
    status = {"name": items[0]["fromString"]} if items else issue["fields"]["status"]
    made = {**issue, "fields": {**issue["fields"], "status": status}}
    made.pop("changelog")
    return {"webhookEvent": "jira:issue_created", "issue": made, "user": issue["fields"]["creator"]}


def _changed(issue: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    """That of a change, whose author and instant are the event's."""
    at = int(datetime.fromisoformat(entry["created"]).timestamp() * 1000)
    told = {"webhookEvent": "jira:issue_updated", "timestamp": at, "user": entry["author"]}
    made = {name: held for name, held in issue.items() if name != "changelog"}
    return {**told, "issue": made, "changelog": {"id": entry["id"], "items": entry["items"]}}


WRONG = (None, [], {}, "\0", "\ud800", -1, "9999-12-31T23:59:59Z", "9" * 25)
"""What stands where something else is meant, and beyond what clocks tell."""


def broken(event: Any, wrong: Any) -> list[Any]:
    """An event with a wrong value in one place, for each of its places."""
    places = event.items() if isinstance(event, dict) else enumerate(event) if isinstance(event, list) else ()
    made = []
    for name, held in places:
        for each in (wrong, *broken(held, wrong)):
            copy = event.copy()
            copy[name] = each
            made.append(copy)
    return made


@pytest.mark.parametrize(
    "tracker, event",
    [
        ("jira", moved("Open", "Done", 10)),
        ("jira", commented("9")),
        ("zendesk", zen("status_changed", {"previous": "NEW", "current": "OPEN"})),
        ("zendesk", zen_commented(staff=True)),
    ],
    ids=["changed issue", "comment on it", "changed ticket", "comment on that"],
)
def test_whoever_signs_may_send_anything(send: Send, tracker: str, event: dict[str, Any]) -> None:
    """It is an answer, or a problem that says what is wrong; never a mistake of ours (THREATS H02)."""
    found = {
        send(each, tracker).status_code
        for number, wrong in enumerate(WRONG)
        for each in broken(event, wrong)[number % 4 :: 4]
    }

    assert found <= {200, 400, 409, 422}
