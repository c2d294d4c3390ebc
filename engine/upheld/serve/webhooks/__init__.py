"""Webhooks: what the desk tells others, and what others tell the desk.

Out: `sending` takes a dispatch, makes a `cloud_event` of it and signs it; `dialling` carries it to an address that was
checked. In: `sender_check` knows who sends, `jira_event` and `zendesk_event` make of a `live_event` what exports of the
tracker say, and `arrival` submits what a mapping makes of that.

May import: the rest of `serve` but the console, the desk, `history` (formats and mappings), httpcore, standardwebhooks.
"""
