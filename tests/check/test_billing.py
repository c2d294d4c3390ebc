"""Billing: amounts in the account's unit, holds that end, and no minute billed twice."""

from __future__ import annotations

import pytest
from check.desk import desk, found, told

EVENTS = (
    "{submit: {by: agent, data: {type: {}}, sets: {type: event.type}}, work: {by: agent, data: {minutes:"
    " {integer: true, unit: min, required: true}, pieces: {integer: true}, note: {text: true}, euros:"
    " {integer: true, unit: EUR}}}, invoice: {by: agent}, close: {by: agent}}"
)
FACTS = "{type: {one-of: [fault, question], assumes: [usual]}}"
ACCOUNTS = "{tma: {unit: min, overdraft: warn}, budget: {unit: EUR, overdraft: warn}}"
RATES = "{rates: {by: type, values: [{fault: 90min, question: 30}], assumes: [usual]}}"


def billed(*charges: str, accounts: str = ACCOUNTS, parameters: str = "", **sections: str) -> str:
    """A desk that bills by these charges."""
    lines = [f"{{id: c{at}, {text}, assumes: [usual]}}" for at, text in enumerate(charges)]
    used = any("rates" in text for text in charges)
    return desk(
        facts=FACTS,
        events=EVENTS,
        accounts=accounts,
        charges=f"[{', '.join(lines)}]",
        parameters=parameters or (RATES if used else ""),
        checks="[{waive: UP202, reason: not every test bills from every account}]",
        **sections,
    )


def said(text: str) -> list[str]:
    """What is said beside unused accounts."""
    return [each for each in told(text) if not each.startswith(("UP202", "UP905"))]


AMOUNTS = {
    "minutes from minutes": ("tma", "{ref: event.minutes}", []),
    "a time from minutes": ("tma", "90min", []),
    "minor units from minutes": ("tma", "90", []),
    "minor units from money": ("budget", "500", []),
    "a number without a unit from money": ("budget", "{ref: event.pieces}", []),
    "euros from money": ("budget", "{ref: event.euros}", []),
    "a time from money": ("budget", "90min", ["UP602 `90min` is a time, and this account counts in EUR"]),
    "minutes from money": (
        "budget",
        "{ref: event.minutes}",
        ["UP602 `event.minutes` is in min, and this account counts in EUR"],
    ),
    "euros from minutes": (
        "tma",
        "{ref: event.euros}",
        ["UP602 `event.euros` is in EUR, and this account counts in min"],
    ),
    "seconds from minutes": ("tma", "90s", ["UP602 `90s` is no whole number of minutes, in which this account counts"]),
    "whole minutes in seconds": ("tma", "120s", []),
    "a text": ("tma", "{ref: event.note}", ["UP605 `event.note` holds no whole number"]),
    "a misspelt field": ("tma", "{ref: event.minuets}", ["UP204 `event.minuets` is not a name that can be read here"]),
    "a table of minutes": ("tma", "{parameter: rates}", []),
    "a table of minutes from money": (
        "budget",
        "{parameter: rates}",
        ["UP602 `90min` is a time, and this account counts in EUR"],
    ),
    "a table by a name with other values": (
        "tma",
        "{parameter: rates, by: {ref: actor}}",
        ["UP409 `actor` can be `agent`, and `rates` is a table by `type`"],
    ),
    "a table by another name": ("tma", "{parameter: rates, by: {ref: before.type}}", []),
    "a table by a misspelt name": (
        "tma",
        "{parameter: rates, by: {ref: tpye}}",
        ["UP204 `tpye` is not a name that can be read here"],
    ),
    "two amounts": (
        "tma",
        "{parameter: rates, ref: event.minutes}",
        ["UP603 this amount does not say exactly one thing"],
    ),
}


@pytest.mark.parametrize("account, amount, expected", AMOUNTS.values(), ids=AMOUNTS)
def test_amounts_fit_their_account(account: str, amount: str, expected: list[str]) -> None:
    assert expected == said(billed(f"on: work, debit: {{account: {account}, amount: {amount}}}"))


def test_no_charge_bills_what_no_account_takes() -> None:
    """Beyond 10^15 every event that is charged would be refused: written so, converted to it, or from a table."""
    more = "bills more than 1000000000000000 at one time, which no account takes"
    table = "{rates: {by: type, values: [{fault: 99999999999999999, question: 30}], assumes: [usual]}}"
    from_table = "on: work, debit: {account: tma, amount: {parameter: rates}}"

    assert ["UP108 `99999999999999999` is too large"] == said(
        billed("on: work, debit: {account: tma, amount: 99999999999999999}")
    )
    assert [f"UP603 charge `c0` {more}"] == said(
        billed("on: work, debit: {account: budget, amount: 600000000000000, factor: 2}")
    )
    assert [f"UP603 charge `c0` {more}"] == said(billed(from_table, parameters=table))


def test_a_factor_converts() -> None:
    """Minutes at a price; what is converted is counted in minutes."""
    assert [] == said(billed("on: work, debit: {account: budget, amount: {ref: event.minutes}, factor: 150}"))
    assert ["UP602 `event.euros` is in EUR, and this account counts in min"] == said(
        billed("on: work, debit: {account: budget, amount: {ref: event.euros}, factor: 2}")
    )


def test_a_table_of_words_holds_no_amounts() -> None:
    parameters = "{rates: {by: type, values: [{fault: plenty, question: 1bd}], assumes: [usual]}}"

    assert [
        "UP605 `plenty` is no amount, and charge `c0` takes its amount from here",
        "UP605 `1bd` is no amount, and charge `c0` takes its amount from here",
    ] == said(billed("on: work, debit: {account: tma, amount: {parameter: rates}}", parameters=parameters))


RATINGS = {
    "rounding, blocks and bounds": ("first-block: 15, round: {up-to: 15min, scope: day}, minimum: 30min, cap: 8h", []),
    "rounding to nothing": ("round: {up-to: 0, scope: entry}", ["UP603 this rounds to multiples of nothing"]),
    "rounding nothing": ("round: {scope: ticket}", []),
    "rounding two ways": ("round: {up-to: 5, to-nearest: 5, scope: entry}", ["UP603 this rounds more than one way"]),
    "a cap below the minimum": ("minimum: 1h, cap: 59", ["UP603 `c0` bills at least 1h, and at most 59"]),
    "a cap as high as the minimum": ("minimum: 1h, cap: 60", []),
    "half a minute": ("minimum: 30s", ["UP602 `30s` is no whole number of minutes, in which this account counts"]),
}


@pytest.mark.parametrize("text, expected", RATINGS.values(), ids=RATINGS)
def test_ratings(text: str, expected: list[str]) -> None:
    assert expected == said(billed(f"on: work, debit: {{account: tma, amount: {{ref: event.minutes}}, {text}}}"))


def test_accounts_count_in_their_own_unit() -> None:
    """And a limit goes with a balance that may be overdrawn."""
    account = "{tma: {unit: %s, overdraft: %s, limit: %s, low-balance: 30}}"

    assert [] == said(billed(accounts=account % ("min", "warn", "10h")))
    assert ["UP602 `10h` is a time, and this account counts in EUR"] == said(
        billed(accounts=account % ("EUR", "allow", "10h"))
    )
    assert ["UP603 `tma` is never overdrawn, so a limit says nothing"] == said(
        billed(accounts=account % ("min", "refuse", "600"))
    )


HOLD = "on: work, hold: {account: tma, amount: {ref: event.minutes}}"
HOLDS = {
    "settled": ((HOLD, "on: invoice, settle: c0"), []),
    "released": ((HOLD, "on: invoice, release: c0"), []),
    "for ever": ((HOLD,), ["UP604 what `c0` holds is never settled and never released"]),
    "settled at one end and released at the other": ((HOLD, "on: invoice, settle: c0", "on: close, release: c0"), []),
    "settled and released at once": (
        (HOLD, "on: invoice, settle: c0", "on: invoice, release: c0"),
        ["UP601 one `invoice` may end what `c0` holds by `c1` and by `c2`"],
    ),
    "settled or released by what the ticket is": (
        (HOLD, "on: invoice, when: {type: fault}, settle: c0", "on: invoice, when: {type: question}, release: c0"),
        [],
    ),
    "of what holds nothing": (
        ("on: work, debit: {account: tma, amount: 5}", "on: invoice, settle: c0"),
        ["UP603 `c1` ends the holds of `c0`, which hold nothing"],
    ),
}


@pytest.mark.parametrize("charges, expected", HOLDS.values(), ids=HOLDS)
def test_holds_come_to_an_end(charges: tuple[str, ...], expected: list[str]) -> None:
    assert expected == said(billed(*charges))


@pytest.mark.parametrize(
    "when, expected",
    {
        "": ["UP604 what `c0` holds on `work` is never settled where there is no ticket"],
        "when: {state: open}, ": [],
    }.items(),
)
def test_a_hold_needs_a_ticket_that_remembers_it(when: str, expected: list[str]) -> None:
    """An event that needs no ticket may set something aside that no other event finds again."""
    text = billed(f"{when}{HOLD}", "on: invoice, settle: c0")

    assert expected == said(text.replace("work: {by: agent,", "work: {by: agent, ticket: not-needed,"))


def test_a_charge_does_one_thing() -> None:
    assert ["UP603 charge `c0` does nothing"] == said(billed("on: work"))
    assert ["UP603 charge `c0` does more than one thing"] == said(
        billed("on: work, debit: {account: tma, amount: 5}, waive: {account: tma, amount: 5}")
    )


DEBIT = "debit: {account: tma, amount: {ref: event.minutes}}"
TWICE = {
    "conditions that exclude one another": (("type: fault", "type: question"), []),
    "a special case before the general one": (("type: fault", ""), []),
    "the general one first": (("", "type: fault"), ["UP405 on `work`, charge `c1` is never reached: `c0` holds first"]),
    "some of each": (
        ("type: fault", "actor-id: ann"),
        ["UP601 one `work` may be charged by `c1` and by `c0`, which comes first and bills it"],
    ),
}


@pytest.mark.parametrize("conditions, expected", TWICE.values(), ids=TWICE)
def test_one_effort_is_billed_once(conditions: tuple[str, str], expected: list[str]) -> None:
    charges = [f"on: work{f', when: {{{each}}}' if each else ''}, {DEBIT}" for each in conditions]

    assert expected == said(billed(*charges))


def test_different_efforts_may_both_be_billed() -> None:
    """Minutes, and pieces besides."""
    pieces = "debit: {account: budget, amount: {ref: event.pieces}}"

    assert [] == said(
        billed(f"on: work, when: {{type: fault}}, {DEBIT}", f"on: work, when: {{actor-id: ann}}, {pieces}")
    )


def test_fees_are_owed_besides() -> None:
    """Two of the same height, and the minutes before them, whatever holds."""
    fee = "on: work, debit: {account: budget, amount: 500}"

    assert [] == said(billed(f"on: work, {DEBIT}", fee, fee))


PRICED = {
    "a price an hour in the hours and another outside": ("[{in: always, factor: 500/3}, {factor: 250}]", False),
    "a price in the hours, and minutes outside": ("[{in: always, factor: 500/3}, {factor: 1}]", True),
}


@pytest.mark.parametrize("split, is_told", PRICED.values(), ids=PRICED)
def test_money_for_worked_time_has_a_price_in_every_case(split: str, is_told: bool) -> None:
    """100 euros an hour are 500/3 cents a minute; a minute itself is no money."""
    ends = "{from: {instant: true, required: true}, until: {instant: true, required: true}}"
    events = f"{{submit: {{by: agent}}, work: {{by: agent, data: {ends}}}, close: {{by: agent}}}}"
    effort = f"effort: {{from: {{ref: event.from}}, until: {{ref: event.until}}}}, split: {split}"
    charges = f"[{{id: work, on: work, debit: {{account: budget, {effort}}}, assumes: [usual]}}]"

    told_codes = {each.split()[0] for each in told(desk(events=events, accounts=ACCOUNTS, charges=charges))}
    assert is_told == ("UP602" in told_codes)


def test_an_effort_billed_twice_is_shown_with_an_event() -> None:
    charges = [f"on: work, when: {{{each}}}, {DEBIT}" for each in ("type: fault", "actor-id: ann")]
    [finding] = [each for each in found(billed(*charges)) if each.code == "UP601"]

    assert (("event", "work"), ("type", "fault"), ("actor-id", "ann")) == finding.example
