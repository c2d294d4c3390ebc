"""Columns by their names: whatever stands before them, and never a deadline for an instant."""

from __future__ import annotations

import pytest

from upheld.history.draft.column_names import AT, CHANGED_TO, STATUS, TICKET, ColumnNames

TICKETS = (
    "case:concept:name|CaseID|case_id|inc_number|issue_id|bug_id|Issue key|callNumber|Ticket ID|ticket_number|key|id|"
    "fields.key|data.id|attributes.number|Vorgangsnummer|Ticketnummer|Numéro de ticket|Incident Number|"
    "trace concept:name|#|Ticket#|Unique Key|o_id|"
    "N° de ticket|N° demande|Numéro de l'incident|Vorgang-Nr.|tkt_id|idReadable|Clé de ticket|Vorgangsschlüssel"
)
STATUSES = (
    "concept:name|Status|inc_state|incident_state|ActivityID|fields.status|ticket_status|activity.status|Statut|État|"
    "Zustand|Activity|fields.System.State"
)
INSTANTS = {
    "created": "created_at|Created|sys_created_on|opened_at|Date Opened|callDate|creationDate|Submitted On|"
    "fields.created|Erstellt am|Eröffnungsdatum|Date de création|Créé le|inc_opened_at|Reported Date|Created Time|"
    "createdat|createdate|opendate|Erstellzeit|Eröffnungszeitpunkt|Saisi le|created_ms",
    "first-response": "first_response_at|First Response Time|responseDate|First Reply At|Acknowledged At|Erstantwort|"
    "Première réponse|First agent email response date|First Customer Reply|"
    "Date de première réponse|Responded|Zeit der ersten Antwort|"
    "Champs personnalisés (Date of First Response)|Benutzerdefiniertes Feld (Erste Reaktion)",
    "assigned": "assigned_at|Assigned Date|Zugewiesen am|Date d'affectation|initially_assigned_at",
    "resolved": "resolved_at|Resolved|Resolution Date|completedDate|Solved At|Gelöst am|Date de résolution|fixed_on|"
    "fields.resolutiondate|Lösungszeit|Resolved Time (Ticket)",
    "closed": "closed_at|Closed|Date Closed|Geschlossen am|Date de clôture|sys_closed_at|closure_date",
}
DEADLINES = (
    "targetDate|due_at|Due Date|deadline|planned_end|Expected Resolution|sla_due|SLA Target|followup_date|next_update|"
    "warranty_until|birth_date|Fällig am|Frist|Lösungsfrist|Solltermin|Geplant am|Échéance|Date prévue|date limite|"
    "resolution_due|first_response_due_at|expires_at|Scheduled Start|estimated_resolution|reminder_at|closed_by|"
    "Resolve before|Resolution goal|Lösungsziel|ETA|À résoudre avant le|Délai de résolution|Zugesagt am|Latest|"
    "fields.duedate"
)
OTHER_TIMES = (
    "Birthdate|Hire date|Purchase date|Invoice date|Contract start|Valid from|Report date|Export date|Auto close|"
    "Survey responded|Account created|Parent resolved|Customer response|Vendor responded|Escalation|Exported"
)


@pytest.mark.parametrize("name", TICKETS.split("|"))
def test_tickets_are_found(name: str) -> None:
    """Beside columns that are none."""
    assert name == ColumnNames(["Summary", name, "Assignee"]).of(TICKET)


@pytest.mark.parametrize("name", STATUSES.split("|"))
def test_statuses_are_found(name: str) -> None:
    """Likewise."""
    assert name == ColumnNames(["Summary", name, "Assignee"]).of(STATUS)


@pytest.mark.parametrize("role", INSTANTS)
def test_instants_tell_what_happened(role: str) -> None:
    """In three languages, whatever says that they are dates."""
    names = INSTANTS[role].split("|")

    assert dict.fromkeys(names, role) == {name: ColumnNames(["x", name]).instant(name) for name in names}


def test_deadlines_are_no_instants() -> None:
    """What shall be has not been."""
    names = ColumnNames(DEADLINES.split("|"))

    assert {} == {name: names.instant(name) for name in DEADLINES.split("|") if names.instant(name)}
    assert [] == [name for name in DEADLINES.split("|") if name in names.every(AT)]


def test_the_only_instant_tells_when_something_happened() -> None:
    """Every word of its name is known: an export may have no other date than a customer's birthday."""
    names = ColumnNames(
        [*OTHER_TIMES.split("|"), *DEADLINES.split("|"), "Start time", "Entered on", "Ende", "Status date"]
    )

    assert [] == [name for name in (*OTHER_TIMES.split("|"), *DEADLINES.split("|")) if names.is_when(name)]
    assert [] == [name for name in OTHER_TIMES.split("|") if names.instant(name)]
    assert all(map(names.is_when, ("Start time", "Entered on", "Ende", "Status date")))


def test_what_all_columns_begin_with_says_nothing() -> None:
    """A report puts its own name before each."""
    names = ColumnNames(["rpt_number", "rpt_state", "rpt_opened_at"])

    assert ("rpt_number", "rpt_state", "created") == (
        names.of(TICKET),
        names.of(STATUS),
        names.instant("rpt_opened_at"),
    )


def test_changes_have_a_new_value() -> None:
    """Under the names of several tools."""
    for name in ("to", "added", "newvalue", "new_value", "NewValue", "value", "toString", "value_to"):
        assert name == ColumnNames(["field", name]).of(CHANGED_TO)
