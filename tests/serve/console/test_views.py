"""The views: what each says, to whom, and in which language."""

from __future__ import annotations

from pages.markup import Element
from serve.console.conftest import Visitor, form_of
from small_desk import event, submit

PAGES = ("due", "ticket?id=T-1", "promises", "customers", "customer?id=acme", "policy", "try")


def texts(page: Element, name: str, **attributes: str) -> list[str]:
    return [each.text for each in page.all(name, **attributes)]


def test_a_page_has_a_title_a_heading_and_a_way_to_every_other(agent: Visitor) -> None:
    """And it can be read by those who do not see it: one heading, landmarks, a label for everything to fill in."""
    for path in PAGES:
        page = agent.see(f"/console/{path}")
        title = page.all("title")[0].text.partition(" · ")[0]

        assert page.the("h1").text.startswith(title)
        assert "en" == page.the("html").attributes["lang"]
        assert ["Due next", "Promises by month", "Customers", "Policy", "Try it"] == texts(
            page.the("nav", **{"class": "pages"}), "a"
        )
        labelled = {each.attributes["for"] for each in page.all("label") if "for" in each.attributes}
        fields = [*page.all("select"), *page.all("textarea"), *page.all("input")]
        shown = [each for each in fields if each.attributes.get("type") not in ("hidden", "checkbox")]
        assert {each.attributes["id"] for each in shown} <= labelled
        ids = [each.attributes["id"] for each in page.all() if "id" in each.attributes]
        assert len(ids) == len(set(ids)), path


def test_a_page_speaks_the_readers_language(agent: Visitor) -> None:
    """As the browser asks, until the reader chooses another."""
    asked = {"Accept-Language": "fr-CA, en;q=0.5"}
    for path in PAGES:
        french = agent.see(f"/console/{path}", headers=asked)
        assert "fr" == french.the("html").attributes["lang"]
        assert "À traiter" in texts(french, "a")
    agent.see(french.the("nav", **{"class": "languages"}).the("a").attributes["href"], headers=asked)
    for path in PAGES:
        assert "en" == agent.see(f"/console/{path}", headers=asked).the("html").attributes["lang"]


def test_what_is_due_first_stands_first(agent: Visitor) -> None:
    """With the time left by the desk's clock, and the promise that it is left for."""
    page = agent.see("/console/due")
    row = page.the("tbody").the("tr")

    assert "T-1" == row.the("th").text
    assert "open" == row.attributes["class"]
    assert "acme" in row.text


def test_a_customer_sees_its_own_tickets(acme: Visitor, other: Visitor) -> None:
    """And is not told that there are others."""
    acme.service.desk.submit(submit("04T11:00", ticket="T-2", customer="other"))

    for visitor, own, foreign in ((acme, "T-1", "T-2"), (other, "T-2", "T-1")):
        for path in ("due", "customers", "promises"):
            text = visitor.ask("GET", f"/console/{path}").text
            assert foreign not in text
        assert [own] == [each.text for each in visitor.see("/console/due").the("tbody").all("th")]
        assert "1" == visitor.see("/console/promises").all("dd", **{"class": "value"})[0].text
    assert ["acme"] == [each.text for each in acme.see("/console/customers").the("tbody").all("th")]
    assert 404 == other.ask("GET", "/console/customer?id=acme").status_code


def test_a_list_is_narrowed_and_divided(agent: Visitor) -> None:
    """By customer and by promise, on pages of fifty."""
    for number in range(60):
        agent.service.desk.submit(submit("04T11:00", ticket=f"N-{number:02}", customer=f"c{number % 2}"))
    page = agent.see("/console/due")
    ahead = page.the("a", rel="next").attributes["href"]

    assert 50 == len(page.the("tbody").all("tr"))
    assert "1 to 50 of 61" in page.text
    assert 11 == len(agent.see(ahead).the("tbody").all("tr"))
    assert {"c1"} == {
        next(cell.text for cell in row.all("td") if cell.text.startswith("c"))
        for row in agent.see("/console/due?customer=c1").the("tbody").all("tr")
    }
    assert 30 == len(agent.see("/console/due?customer=c1").the("tbody").all("tr"))
    assert 1 == len(agent.see("/console/due?commitment=resolve&customer=acme").the("tbody").all("tr"))
    assert "No ticket that waits is like that." in agent.see("/console/due?customer=nobody").text
    assert 11 == len(agent.see("/console/due?page=999999").the("tbody").all("tr"))


def test_a_ticket_says_why_each_promise_falls_due_when_it_does(agent: Visitor) -> None:
    """The table of promises leads there, and every line names its clause."""
    page = agent.see("/console/ticket?id=T-1")
    table = page.all("table")[0]
    where = {each.text: each.attributes["href"] for each in table.all("a")}

    assert {"answer", "resolve"} == set(where)
    account = page.the(id=where["resolve"].removeprefix("#"))
    assert "8 h" in account.text
    assert "[D-7]" in account.text
    assert page.all("svg")
    assert "D-7" in page.the(id="clause-D-7").text


def test_the_promises_of_a_month_have_figures_with_their_tables(agent: Visitor) -> None:
    page = agent.see("/console/promises")

    assert ["1", "0", "0", "1"] == texts(page, "dd", **{"class": "value"})
    assert page.all("figure")
    assert len(page.all("figure")) <= len(page.all("table"))


def test_a_customer_has_statements_and_tickets(agent: Visitor) -> None:
    """For a period, where one is asked for that is one."""
    sent = form_of(agent.see("/console/ticket?id=T-1"), "mark") | {"data.minutes": "7"}
    assert 303 == agent.send("/console/act", sent).status_code
    page = agent.see("/console/customer?id=acme")

    assert "7 min" in page.the("main").text.replace("\u00a0", " ")
    assert "T-1" in texts(page, "a")
    assert "Mark" not in agent.see("/console/customer?id=acme&since=2024-03-05").all("tbody")[0].text
    assert "This is no period" in agent.see("/console/customer?id=acme&since=tomorrow").text


def test_the_policy_is_its_published_terms(agent: Visitor) -> None:
    """With the drawing of its states, and every clause an anchor."""
    page = agent.see("/console/policy")

    assert page.the(id="clause-D-7")
    assert page.all("svg")
    assert "1.0.0" in page.the("footer").text


def test_what_is_asked_for_badly_is_as_if_it_was_not_asked(agent: Visitor) -> None:
    for path in (
        "due?page=x&policy=y&commitment=z",
        "due?page=-1",
        "promises?customer=x&policy=y",
        "ticket?id=T-1&seq=",
        "customer?id=acme&until=9999-12-31",
        "customer?id=acme&since=0001-01-01",
    ):
        assert 200 == agent.ask("GET", f"/console/{path}").status_code
    for path in ("ticket", "ticket?id=", "customer", "customer?id=%00", "ticket?id=%F0%9F%92%A9%00"):
        assert 404 == agent.ask("GET", f"/console/{path}").status_code


def test_a_customers_place_says_nothing_of_others(acme: Visitor, agent: Visitor) -> None:
    """How many of others wait before it, and which accounts they alone have, is not for it."""
    for number in range(3):
        acme.service.desk.submit(submit("04T09:00", ticket=f"O-{number}", customer="other"))
    acme.service.desk.submit(event("04T11:00", "mark", ticket="O-1", data={"minutes": 5}))

    assert ["4."] == [row.all("td")[0].text for row in agent.see("/console/due").the("tbody").all("tr")][-1:]
    assert ["1."] == [row.all("td")[0].text for row in acme.see("/console/due").the("tbody").all("tr")]
    assert "Hours" in agent.see("/console/customers").the("thead").text
