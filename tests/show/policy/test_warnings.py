"""Warnings: of several lengths of time each is told in full, since two of them read like one."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from upheld.cli import main

POLICY = """
upheld: 1
policy: warned
version: 1.0.0
zone: Europe/Paris
vendor: {name: Warned}
assumptions: {usual: {says: usual practice}}
roles: {agent: {}}
states: {open: {core: open}, closed: {core: closed}}
events: {submit: {by: agent}, close: {by: agent}}
transitions:
  - {id: submit, on: submit, opens: true, to: open, assumes: [usual]}
  - {id: close, on: close, from: open, to: closed, assumes: [usual]}
commitments:
  - id: end
    start: {on: submit}
    stop: {on: close}
    calendar: always
    within: 4h
    warn-before: [1h, 30min]
    assumes: [usual]
"""
TOLD = {
    "en": "Warning: with 1 h left and with 30 min left",
    "fr": "Alerte : quand il reste 1 h et quand il reste 30 min",
}


@pytest.mark.parametrize("language", TOLD)
def test_each_length_of_time_left_is_told_in_full(language: str, tmp_path: Path) -> None:
    """An hour and thirty minutes are two warnings, and not one an hour and a half before."""
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    shown = CliRunner().invoke(main, ["show", str(tmp_path / "policy.yaml"), "--lang", language])
    assert (0, True) == (
        shown.exit_code,
        TOLD[language] in shown.output.replace("\u00a0", " ").replace("\u202f", " "),
    ), shown.output
