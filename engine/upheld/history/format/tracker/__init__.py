"""Trackers: what each of them writes down of a ticket, as its own API gives it, in JSON.

A module is one tracker; `jira_issue` is what an issue of Jira holds beside its changelog, `zendesk_events` the other
shape of Zendesk's audits. All tell an entry for each `change`, and their rows have the same columns, so that mappings
read alike. Where a file has issues and what happened to them apart, an `issue` gathers both. Each tracker is recognised
by what only it has.

May import: `format`, `file` and `importer` of histories, and the core's records and instants.
"""
