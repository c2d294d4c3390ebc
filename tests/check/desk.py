"""The desk of these tests: a policy that checks without a finding, section by section, for tests to change."""

from __future__ import annotations

from pathlib import Path

from upheld.core.finding import Finding
from upheld.core.policy.policy import Policy
from upheld.loading import Examined, examine

SECTIONS = {
    "upheld": "1",
    "policy": "desk",
    "version": "1.0.0",
    "zone": "Europe/Paris",
    "vendor": "{name: Desk, language: en}",
    "assumptions": "{usual: {says: usual practice}}",
    "roles": "{agent: {}}",
    "states": "{open: {core: open}, closed: {core: closed}}",
    "events": "{submit: {by: agent}, close: {by: agent}}",
    "transitions": "[{id: submit, on: submit, opens: true, to: open, assumes: [usual]},"
    " {id: close, on: close, from: open, to: closed, assumes: [usual]}]",
}
SUPPORT = '{support: {zone: Europe/Paris, weekly: {mon-fri: ["09:00-17:00"]}, assumes: [usual]}}'
"""A calendar, eight hours on each weekday."""


def desk(**sections: str) -> str:
    """The desk's policy with these sections instead of its own, or besides; an empty one is left out."""
    return "".join(f"{name}: {text}\n" for name, text in {**SECTIONS, **sections}.items() if text)


def commitment(text: str) -> str:
    """One commitment of the desk, with what a test does not care about."""
    said = {"start": "{on: submit}", "stop": "{on: close}", "calendar": "always", "within": "4h", "assumes": "[usual]"}
    own = "".join(f", {key}: {value}" for key, value in said.items() if f"{key}:" not in text)
    return f"{{id: answer{own}{', ' if text else ''}{text}}}"


def examined(text: str, *, texts: tuple[Path, ...] = ()) -> Examined:
    """What is known of a policy's text."""
    return examine(text.encode(), "desk.yaml", texts=texts)


def found(text: str) -> tuple[Finding, ...]:
    """What is found in a policy's text."""
    return examined(text).findings


def told(text: str) -> list[str]:
    """What is said of a policy's text: code and message of each finding."""
    return [f"{finding.code} {finding.message}" for finding in found(text)]


def hints(text: str) -> list[str]:
    """What its author is told to do, finding by finding."""
    return [finding.hint for finding in found(text)]


def policy_of(text: str) -> Policy:
    """The policy that a text says, without findings."""
    result = examined(text)
    assert () == result.findings
    assert result.policy is not None
    return result.policy
