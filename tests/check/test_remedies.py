"""Remedies: what the checker asks of them, case by case beside the documents that show each finding."""

from __future__ import annotations

import pytest

from upheld.loading import examine

POLICY = """
upheld: 1
policy: acme
version: 1.0.0
zone: Europe/Paris
vendor: {name: Acme}
assumptions: {usual: {says: usual practice}}
parameters: {fees: {by: severity, values: [{high: 500, low: 100}], assumes: [usual]}}
contracts: {hosting: {attributes: {fee: {integer: true, unit: EUR}, hours: {integer: true, unit: min}}}}
calendars: {office: {zone: Europe/Paris, weekly: {mon-fri: ["09:00-17:00"]}, assumes: [usual]}}
roles: {agent: {}}
severities: [{id: high, assumes: [usual]}, {id: low, assumes: [usual]}]
states: {open: {core: open}, closed: {core: closed}}
events: {submit: {by: agent, data: {severity: {required: true}}, sets: {severity: event.severity}}, close: {by: agent}}
transitions:
  - {id: submit, on: submit, opens: true, to: open, assumes: [usual]}
  - {id: close, on: close, from: open, to: closed, assumes: [usual]}
commitments:
  - {id: solve, start: {on: submit}, stop: {on: close}, calendar: office, within: 8h, assumes: [usual]}
  - {id: answer, start: {on: submit}, stop: {on: close}, calendar: always, within: 4h, assumes: [usual]}
objectives: [{id: most, of: solve, share: 90%, within: 4h, assumes: [usual]}]
availability: [{id: up, down: {in: open}, calendar: always, share: 99.9%, per: month, assumes: [usual]}]
accounts: {credits: {unit: EUR, kind: owed-to-customer}, time: {unit: min, kind: owed-to-customer}}
remedies:
  - {id: base, of: solve, amount: {parameter: fees}, account: credits, assumes: [usual]}
  - {id: hours, of: solve, amount: {share: 10%, of: contract.hosting.hours}, account: time, assumes: [usual]}
  - {id: fee, of: answer, amount: {share: 10%, of: contract.hosting.fee}, account: credits, assumes: [usual]}
"""


def codes(remedy: str) -> list[str]:
    """What is found of a policy with one remedy more."""
    text = f"{POLICY}  - {{id: tried, {remedy}, assumes: [usual]}}\n"
    found = examine(text.encode(), "policy.yaml").findings
    return [each.code for each in found if each.item == "remedies/tried"]


SHARE = "{share: 5%, of: contract.hosting.fee}"
RIGHT = {
    "a time on an account of time": "of: solve, amount: 90min, account: time",
    "a table by severity": "of: [solve, answer], amount: {parameter: fees}, account: credits",
    "for each hour, capped by the month": f"of: solve, amount: {SHARE}, per: {{each: 1h}}, "
    "cap: {share: 100%, of: contract.hosting.fee, per: month}, account: credits",
    "below alone": f"of: up, steps: [{{below: 99.9%, is: {SHARE}}}, {{below: 99%, is: 5.00}}], account: credits",
    "ranges that meet": "of: up, steps: [{from: 95%, below: 99.9%, is: 1}, {below: 95%, is: 2}], account: credits",
    "a wider step before a narrower one": "of: solve, by: count, steps: [{at-least: 1, is: 1}, {at-least: 3, is: 2}], "
    "account: credits",
    "numbers from three on": "of: solve, by: count, per-period: year, steps: [{at-least: 3, is: 1}], account: credits",
    "a cap that differs from its steps": "of: solve, by: count, per-period: month, steps: [{at-least: 1, is: 9.00}], "
    "cap: {amount: 20.00, per: year}, account: credits",
    "a cap in another measure": f"of: solve, by: count, steps: [{{at-least: 1, is: {SHARE}}}], "
    "cap: {amount: 20.00, per: month}, account: credits",
    "by the overrun": f"of: solve, by: overrun, steps: [{{is: 1.00}}, {{above: 4h, is: {SHARE}}}], account: credits",
    "by the overrun, none at first": "of: [solve, answer], by: overrun, steps: [{above: 0h, is: {parameter: fees}}, "
    "{at-least: 4h, is: 9.00}], account: credits",
    "a cap by the year of its contract": f"of: solve, amount: {SHARE}, "
    "cap: {share: 10%, of: contract.hosting.fee, per: contract-year}, account: credits",
    "a cap that a thirteenth month may reach": "of: solve, by: count, steps: [{at-least: 1, is: 1.00}], "
    "cap: {amount: 12.00, per: contract-year, contract: hosting}, account: credits",
    "nothing owed in a range": "of: most, steps: [{below: 90%, is: 0}, {below: 50%, is: 1.00}], account: credits",
}
WRONG = {
    "both amount and steps": ("of: up, amount: 1.00, steps: [{below: 99.9%, is: 1.00}], account: credits", "UP640"),
    "steps of shares for numbers": ("of: solve, by: count, steps: [{below: 99%, is: 1.00}], account: credits", "UP640"),
    "the overrun of a period": ("of: most, amount: 1.00, per: {each: 1h, at-most: 2}, account: credits", "UP640"),
    "a ticket's condition on a period": ("of: most, when: {severity: high}, amount: 1.00, account: credits", "UP640"),
    "numbers of a period": ("of: most, by: count, steps: [{at-least: 1, is: 1.00}], account: credits", "UP640"),
    "an amount by numbers": (
        "of: solve, by: count, amount: 1.00, steps: [{at-least: 1, is: 1.00}], account: credits",
        "UP640",
    ),
    "a number for the overrun": ("of: solve, by: overrun, steps: [{at-least: 3, is: 1.00}], account: credits", "UP640"),
    "a share for the overrun": ("of: solve, by: overrun, steps: [{below: 9%, is: 1.00}], account: credits", "UP640"),
    "a time for shares": ("of: up, steps: [{above: 4h, is: 1.00}], account: credits", "UP640"),
    "a later step that says no time": (
        "of: solve, by: overrun, steps: [{is: 1.00}, {is: 2.00}], account: credits",
        "UP640",
    ),
    "an amount by the overrun": ("of: solve, by: overrun, amount: 1.00, account: credits", "UP640"),
    "the overrun of an objective": ("of: most, by: overrun, steps: [{is: 1.00}], account: credits", "UP640"),
    "steps that go back": (
        "of: solve, by: overrun, steps: [{above: 4h, is: 1.00}, {at-least: 4h, is: 2.00}], account: credits",
        "UP645",
    ),
    "a step of no one length": (
        "of: solve, by: overrun, steps: [{at-least: 1mo, is: 1.00}], account: credits",
        "UP526",
    ),
    "an hour of no time": ("of: solve, amount: 1.00, per: {each: 0h, at-most: 2}, account: credits", "UP640"),
    "a day in closed time": ("of: solve, amount: 1.00, per: {each: 1d, at-most: 2}, account: credits", "UP513"),
    "a business day of no length": ("of: solve, amount: 1.00, per: {each: 1bd, at-most: 2}, account: credits", "UP506"),
    "a share of hours in euros": (
        "of: solve, amount: {share: 5%, of: contract.hosting.hours}, account: credits",
        "UP642",
    ),
    "a table by severity for a period": ("of: most, amount: {parameter: fees}, account: credits", "UP204"),
    "decimals of a time": ("of: solve, amount: 1.50, account: time", "UP642"),
    "a cap of a time in euros": ("of: solve, amount: 1.00, cap: {amount: 1h, per: month}, account: credits", "UP642"),
    "a cap by the years of no contract": (
        "of: solve, amount: 1.00, cap: {amount: 9.00, per: contract-year}, account: credits",
        "UP640",
    ),
    "a contract for nothing": (
        "of: solve, amount: 1.00, cap: {amount: 9.00, per: year, contract: hosting}, account: credits",
        "UP640",
    ),
    "years of a contract that there is not": (
        "of: solve, amount: 1.00, cap: {amount: 9.00, per: contract-year, contract: hostign}, account: credits",
        "UP201",
    ),
    "a hole below all steps": ("of: up, steps: [{from: 90%, below: 99.9%, is: 1.00}], account: credits", "UP646"),
    "a hole just below the promise": ("of: up, steps: [{below: 99.5%, is: 1.00}], account: credits", "UP646"),
    "a hole at one value": (
        "of: up, steps: [{from: 95.001%, below: 99.9%, is: 1.00}, {below: 95%, is: 2.00}], account: credits",
        "UP646",
    ),
    "an end to numbers": ("of: solve, by: count, steps: [{at-least: 1, at-most: 4, is: 1}], account: credits", "UP646"),
    "a step where the promise is kept": (
        "of: up, steps: [{from: 99.95%, to: 100%, is: 1.00}, {below: 99.9%, is: 1.00}], account: credits",
        "UP645",
    ),
    "numbers that overlap": (
        "of: solve, by: count, steps: [{at-least: 1, at-most: 3, is: 1}, {at-least: 3, at-most: 5, is: 2}, "
        "{at-least: 6, is: 3}], account: credits",
        "UP645",
    ),
    "units bounded below their cap": (
        "of: solve, amount: 1.00, per: {each: 1h, at-most: 5}, cap: {amount: 5.00, per: breach}, account: credits",
        "UP648",
    ),
    "one share below its cap for a year": (
        f"of: up, amount: {SHARE}, cap: {{share: 60%, of: contract.hosting.fee, per: year}}, account: credits",
        "UP648",
    ),
}


@pytest.mark.parametrize("remedy", RIGHT.values(), ids=RIGHT)
def test_what_is_right_is_left_alone(remedy: str) -> None:
    """Each form that a contract may take."""
    assert [] == codes(remedy)


@pytest.mark.parametrize(("remedy", "code"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_found_once(remedy: str, code: str) -> None:
    """One mistake, one finding."""
    assert [code] == codes(remedy)
