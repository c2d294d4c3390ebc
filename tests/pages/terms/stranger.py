"""A policy that a stranger wrote, who tries whether any of his texts becomes more than text."""

from __future__ import annotations

from upheld.core.policy.policy import Policy
from upheld.loading import examine

HOSTILE = "</title></svg></style><script>alert(1)</script><img src=x onerror=alert(1)>\"'{{7*7}}{% raw %}&lt;"
STRANGER = """
upheld: 1
policy: stranger
version: 1.0.0
zone: Etc/UTC
vendor: {name: NAME, url: "javascript:alert(1)"}
title: NAME
sources: {s: {title: NAME, url: "https://example.org/?q=<script>"}}
clauses:
  S-1: {source: s, section: NAME, says: NAME, quote: NAME}
roles: {agent: {label: NAME}}
states: {open: {core: open, label: NAME, says: NAME, clauses: [S-1]}, shut: {core: closed, label: LONG}}
events: {ask: {by: agent, label: NAME}, shut: {by: agent, label: LONG}}
transitions:
  - {id: ask, on: ask, opens: true, to: open}
  - {id: shut, on: shut, from: open, to: shut, label: NAME}
"""


def stranger() -> Policy:
    """The policy, with a hostile text for every label, and a few that are 200 letters long."""
    quoted = '"' + HOSTILE.replace('"', '\\"') + '"'
    found = examine(STRANGER.replace("NAME", quoted).replace("LONG", "W" * 200).encode(), "stranger.yaml")
    assert found.policy is not None, found.findings
    return found.policy
