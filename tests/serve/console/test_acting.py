"""Acting: what a reader may do of a ticket, and what came of it."""

from __future__ import annotations

from datetime import timedelta

from pages.markup import Element, parsed
from serve.conftest import Service
from serve.console.conftest import Visitor, form_of

T_1 = "/console/ticket?id=T-1"


def events(page: Element) -> set[str]:
    """Those that there is a form for."""
    return {each.attributes["value"] for each in page.all("input", name="event")}


def test_a_reader_may_do_what_the_state_and_the_role_allow(agent: Visitor, acme: Visitor) -> None:
    """T-1 is being worked on: `take` leads nowhere, and an answer is the customer's."""
    assert {
        "set-severity", "retype", "tag", "untag", "mark", "ask", "resolve", "split", "escalate", "excuse",
    } == events(agent.see(T_1))  # fmt: skip
    assert {"ask-anything", "mark", "answer", "escalate", "rate"} == events(acme.see(T_1))
    assert {"submit"} == events(acme.see("/console/new"))


def test_what_was_done_is_told_first(agent: Visitor) -> None:
    """On the ticket's page, which also tells the rest."""
    answer = agent.send("/console/act", form_of(agent.see(T_1), "ask"))
    assert (303, "/console/ticket?id=T-1&seq=3#answer") == (answer.status_code, answer.headers["location"])
    told = agent.see(answer.headers["location"].partition("#")[0]).the(id="answer")

    assert "notice kept" == told.attributes["class"]
    assert told.text.startswith("Accepted: ask")
    assert "asked" == agent.service.desk.ticket("T-1").state  # type: ignore[union-attr]  # it is there


def test_a_refusal_is_an_answer_with_its_clause(agent: Visitor) -> None:
    """In the reader's language."""
    sent = form_of(agent.see(T_1), "set-severity") | {"data.severity": "high"}
    seen = agent.see(agent.send("/console/act", sent).headers["location"].partition("#")[0])
    told = seen.the(id="answer")

    assert "notice broken" == told.attributes["class"]
    assert told.text.startswith("Refused: set-severity")
    assert "[D-3]" in told.text
    french = agent.see("/console/ticket?id=T-1&seq=3", headers={"Accept-Language": "fr"}).the(id="answer")
    assert french.text.startswith("Refusé")


def test_a_form_that_is_sent_twice_counts_once(agent: Visitor) -> None:
    """And one that is sent again with something else in it is told apart."""
    sent = form_of(agent.see(T_1), "mark") | {"data.minutes": "5"}
    first, again = (agent.send("/console/act", sent).headers["location"] for _ in range(2))
    other = agent.send("/console/act", sent | {"data.minutes": "6"})

    assert first == again
    assert 422 == other.status_code
    assert "This form was sent before" in other.text
    assert 3 == len([each for each in agent.service.desk.story("T-1").episodes if each.seq])


def test_what_is_filled_in_becomes_what_the_policy_declares(agent: Visitor, service: Service) -> None:
    """Numbers, days, instants, yes and no; an empty field is no field."""
    page = agent.see(T_1)
    kinds = {each.attributes["name"]: each.attributes["type"] for each in page.all("input")}
    assert ("number", "date", "text") == (kinds["data.minutes"], kinds["data.on"], kinds["data.at"])
    sent = form_of(page, "mark") | {"data.minutes": "60", "data.on": "2024-03-02", "data.at": "", "data.urgent": "true"}
    agent.send("/console/act", sent)
    (found,) = [each.event for each in service.desk.story("T-1").episodes if each.seq == 3]

    assert found is not None
    assert {"minutes": 60, "on": "2024-03-02", "urgent": True} == dict(found.data)
    assert "agent:agent" == found.actor
    assert service.clock.at == found.at


def test_a_customer_opens_a_ticket_of_its_own(acme: Visitor, service: Service) -> None:
    """Whosever it says that it is."""
    form = form_of(acme.see("/console/new"), "submit")
    sent = form | {"ticket": "A/1 ?&#", "data.type": "fault", "customer": "other", "channel": "portal"}
    answer = acme.send("/console/act", sent)

    assert "Accepted: submit" in acme.see(answer.headers["location"].partition("#")[0]).the(id="answer").text
    found = service.desk.ticket("A/1 ?&#")
    assert found is not None
    assert "acme" == found.customer


def test_nobody_acts_on_what_is_anothers_or_in_a_role_of_others(acme: Visitor, other: Visitor) -> None:
    """The first is as if it was not there."""
    sent = form_of(acme.see(T_1), "mark") | {"data.minutes": "5"}

    assert 404 == other.send("/console/act", sent | {"csrf": other.csrf}).status_code
    assert 403 == acme.send("/console/act", sent | {"role": "agent"}).status_code
    assert 2 == len(acme.service.desk.story("T-1").episodes)


def test_what_is_no_record_is_not_kept(acme: Visitor) -> None:
    """And the page says what is wrong with it."""
    form = form_of(acme.see("/console/new"), "submit")
    answer = acme.send("/console/act", form | {"ticket": "two\nlines"})

    assert 422 == answer.status_code
    assert "This cannot be a record" in answer.text
    for wrong in ({"key": ""}, {"key": "short"}):
        assert 400 == acme.send("/console/act", form | wrong).status_code


def test_a_clock_that_is_behind_refuses_and_still_tells(agent: Visitor, service: Service) -> None:
    """A record of the desk may be later than the service's own time; its ticket is told up to its last."""
    service.clock.at -= timedelta(hours=3)
    answer = agent.send("/console/act", form_of(agent.see(T_1), "ask"))

    seen = agent.see(answer.headers["location"].partition("#")[0])

    assert "notice broken" == seen.the(id="answer").attributes["class"]


def test_what_was_filled_in_and_refused_is_put_back(agent: Visitor) -> None:
    """In its form alone, which is open; under a new key."""
    sent = form_of(agent.see(T_1), "set-severity") | {"data.severity": "high"}
    seen = agent.see(agent.send("/console/act", sent).headers["location"].partition("#")[0])
    again = form_of(seen, "set-severity")

    assert "high" == again["data.severity"]
    assert sent["key"] != again["key"]
    assert ["set-severity"] == [
        each.the("input", name="event").attributes["value"] for each in seen.all("details", open="") if each.all("form")
    ]


def test_what_was_filled_in_and_is_no_record_is_put_back(acme: Visitor) -> None:
    """Texts and choices as they were sent; what cannot be seen is written out."""
    form = form_of(acme.see("/console/new"), "submit")
    answer = acme.send("/console/act", form | {"ticket": "<b>\nx", "data.type": "fault"})
    again = form_of(parsed(answer.text.removeprefix("<!doctype html>")), "submit")

    assert (422, "<b>\\nx", "fault") == (answer.status_code, again["ticket"], again["data.type"])
