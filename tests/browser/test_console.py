"""The console in a real browser: without a script, by keyboard, on a phone, and with what strangers wrote."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from browser.looks import LOOKS, PHONE, WIDER_THAN_THE_WINDOW, Look, unfolded, violations
from pages.hostile import PAYLOADS
from serve.console.hostile_desk import NOW, customers, hostile_desk, tickets

from upheld import Desk, load_contracts, load_policy
from upheld.serve import Settings, create_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

MONTH = Path(__file__).parents[2] / "examples" / "greenmash"
PAGES = ("due", "ticket?id=GM-131", "promises", "customers", "customer?id=alveo", "policy", "try", "problem")


@contextmanager
def served(desk: Desk, now: datetime) -> Iterator[str]:
    """The address of a service of this desk, whose clock goes on from an instant."""
    import uvicorn

    begun = time.monotonic()
    settings = Settings(now=lambda: now + timedelta(seconds=time.monotonic() - begun))
    server = uvicorn.Server(uvicorn.Config(create_app(desk, settings), port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://localhost:{port}/console"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def month(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    """A vendor's month: the console's address, and the tokens of one who works there and of a customer."""
    policy = load_policy("greenmash")
    file = tmp_path_factory.mktemp("console") / "desk.db"
    desk = Desk.open(
        f"sqlite:///{file}", policy=policy, contracts=load_contracts(MONTH / "contracts.yaml", policy), upgrade=True
    )
    desk.load(json.loads(each) for each in (MONTH / "history.jsonl").read_text(encoding="utf-8").splitlines())
    tokens = {
        "agent": desk.tokens.make(["agent"], name="agent").text,
        "alveo": desk.tokens.make(["customer"], customer="alveo", name="alveo").text,
    }
    with served(desk, datetime(2024, 4, 12, 10, 40, tzinfo=UTC)) as address:
        yield address, tokens
    desk.close()


@contextmanager
def signed_in(
    browser: Browser, address: str, token: str, look: Look = LOOKS[0], *, scripts: bool = True, locale: str = "en-GB"
) -> Iterator[tuple[Page, list[str]]]:
    """A page of somebody who signed in, and what it asks for elsewhere, says, or opens."""
    context = browser.new_context(
        viewport={"width": look.width, "height": 900},
        color_scheme=look.scheme,
        java_script_enabled=scripts,
        locale=locale,
    )
    try:
        page, heard = context.new_page(), list[str]()
        origin = address.removesuffix("/console")
        page.emulate_media(color_scheme=look.scheme, media=look.media)
        page.on("request", lambda each: heard.append(each.url) if not each.url.startswith(origin) else None)
        page.on("console", lambda each: heard.append(each.text) if each.type in ("error", "warning") else None)
        page.on("dialog", lambda each: heard.append(each.message))
        page.on("pageerror", lambda each: heard.append(str(each)))
        page.goto(address)
        page.fill("#token", token)
        page.press("#token", "Enter")
        page.wait_for_selector("nav.pages", state="attached")
        yield page, heard
    finally:
        context.close()


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_page_fits_and_everybody_can_read_it(
    browser: Browser, month: tuple[str, dict[str, str]], look: Look
) -> None:
    """Nothing is wider than the window, nothing is fetched from elsewhere, and axe finds nothing; nor in French."""
    for locale in ("en-GB", "fr-FR") if look is PHONE else ("en-GB",):
        with signed_in(browser, month[0], month[1]["agent"], look, locale=locale) as (page, heard):
            for path in PAGES:
                if path == "problem":
                    page.goto(f"{month[0]}/ticket?id=none-such")
                    heard.clear()  # that there is none, the browser says too
                else:
                    page.goto(f"{month[0]}/{path}")
                assert locale[:2] == page.get_attribute("html", "lang")
                unfolded(page)
                assert [] == page.evaluate(WIDER_THAN_THE_WINDOW), path
                if look.media == "screen" and locale == "en-GB":
                    assert [] == violations(page), path
            assert [] == heard


def test_the_way_of_work_needs_no_script(browser: Browser, month: tuple[str, dict[str, str]]) -> None:
    """Sign in, open what is due first, act on it, and read why it falls due when it does."""
    with signed_in(browser, month[0], month[1]["agent"], scripts=False) as (page, heard):
        assert "Due next" == page.inner_text("h1")
        page.locator("tr.open th a, tr.late th a").first.click()
        assert page.inner_text("h1").startswith("Ticket GM-131")

        page.get_by_role("link", name="Resolution", exact=True).click()
        account = page.locator(f"[id='{page.url.partition('#')[2]}']")
        assert "Due:" in account.inner_text()
        assert "[GM-" in account.inner_text()

        page.locator("summary", has_text="Comment").first.click()
        page.locator("details[open] button").first.click()
        assert page.locator("#answer").inner_text().startswith(("Accepted: Comment", "Refused: Comment"))
        page.locator("summary", has_text="Set the severity").click()
        page.locator("details[open] select").first.select_option("4")
        page.locator("details[open] button").first.click()
        assert "4" in page.locator("#answer").inner_text()

        page.click("text=Français")
        assert page.locator("#answer").inner_text().startswith(("Accepté", "Refusé"))
        page.click("text=Se déconnecter")
        assert "Se connecter" == page.inner_text("h1")
        assert [] == heard


def test_a_customer_opens_a_ticket(browser: Browser, month: tuple[str, dict[str, str]]) -> None:
    """And finds it among its own, which are all that it sees."""
    with signed_in(browser, month[0], month[1]["alveo"], scripts=False) as (page, _):
        page.click("a.button")
        page.fill("input[name=ticket]", "W-1")
        page.locator("select[name='data.type']").select_option("support-request")
        page.locator("select[name='data.severity']").select_option("2")
        page.click("details[open] button")
        assert page.locator("#answer").inner_text().startswith("Accepted")

        page.goto(f"{month[0]}/due")
        assert "W-1" in page.locator("tbody").inner_text()
        assert "GM-132" not in page.content()
        page.goto(f"{month[0]}/ticket?id=GM-132")
        assert "There is none" == page.inner_text("h1")


def test_by_keyboard_alone(browser: Browser, month: tuple[str, dict[str, str]]) -> None:
    """The first key leads past what stands on every page; what is focused can be seen."""
    with signed_in(browser, month[0], month[1]["agent"]) as (page, _):
        page.keyboard.press("Tab")
        assert "Skip to the content" == page.evaluate("document.activeElement.textContent")
        page.keyboard.press("Enter")
        for _ in range(8):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.className") == "ticket-id":
                break
        assert "solid" == page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        page.keyboard.press("Enter")
        page.wait_for_selector(".ticket-title")


def test_findings_come_as_one_types(browser: Browser, month: tuple[str, dict[str, str]]) -> None:
    """With their line, which a click leads to; and they go once they are mended."""
    with signed_in(browser, month[0], month[1]["agent"]) as (page, heard):
        page.goto(f"{month[0]}/try?start=base")
        page.wait_for_selector(".notice.kept")
        text = page.input_value("#policy")
        at = text.index("to: qualified") + len("to: qualif")
        page.evaluate("at => { policy.focus(); policy.setSelectionRange(at, at); }", at)
        page.keyboard.press("Delete")
        page.wait_for_selector(".findings li.error")
        line = text[:at].count("\n") + 1
        assert "did you mean `qualified`?" in page.inner_text(".findings")
        assert str(line) == page.inner_text(".gutter b")

        page.evaluate("policy.setSelectionRange(0, 0)")
        page.click(".findings a")
        assert line == page.evaluate("policy.value.slice(0, policy.selectionStart).split('\\n').length")
        page.evaluate("at => policy.setSelectionRange(at, at)", at)
        page.keyboard.type("i")
        page.wait_for_selector(".notice.kept")

        page.goto(f"{month[0]}/try?start=greenmash")
        page.click("summary >> nth=0")
        page.fill("#known", "severity=2\nchannel=phone")
        page.click("button[value=due]")
        page.wait_for_selector("#tried table")
        assert "Resolution" in page.inner_text("#tried table")
        page.click("summary >> text=Scenarios")
        page.click("button[value=scenario]")
        page.wait_for_selector("#tried .findings, #tried h2")
        assert [] == heard


def test_whatever_strangers_wrote_nothing_comes_of_it(browser: Browser, tmp_path: Path) -> None:
    """No script runs, nothing is fetched from elsewhere, nobody is asked, and every page fits a phone (THREATS H04)."""
    desk = hostile_desk(tmp_path / "desk.db")
    token = desk.tokens.make(["agent", "customer"], name="agent").text
    paths = ["due", "new", "promises", "customers", "policy"]
    paths += [f"ticket?{urlencode({'id': id})}" for id in tickets()]
    paths += [f"customer?{urlencode({'id': id})}" for id in customers()]
    paths += [f"due?{urlencode({'customer': text, 'commitment': text})}" for text in PAYLOADS]
    with (
        served(desk, NOW) as address,
        signed_in(browser, address, token, PHONE) as (page, heard),
    ):
        for path in paths:
            page.goto(f"{address}/{path}")
            page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
            page.evaluate("document.querySelectorAll('a, input, summary').forEach(each => each.focus())")
            assert [] == page.evaluate(WIDER_THAN_THE_WINDOW), path
            assert "undefined" == page.evaluate("typeof window.fired"), path
        page.goto(f"{address}/try")
        for text in PAYLOADS:
            page.fill("#policy", text)
            page.click("button[value=check]")
            page.wait_for_selector("#tried:not(.waiting) .notice.broken")
            assert "undefined" == page.evaluate("typeof window.fired"), text
        assert [] == heard
    desk.close()
