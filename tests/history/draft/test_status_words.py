"""What statuses mean, by lists of words: never the opposite, whatever stands beside a word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upheld.history.draft.plain_words import NEGATIONS
from upheld.history.draft.status_words import CUSTOMERS, OTHERS, STATUSES, WAITS, meaning_of

PHRASES = [(text, meaning) for meaning, texts in STATUSES.items() for text in texts.split("|")]

MEANT = {
    "en": {
        "new": "New|Open|To Do|Created|Submitted|1 - New|NEW|Backlog|Ticket opened|status: new",
        "qualified": "Assigned|Accepted|Acknowledged|Triaged|Under investigation|Take in charge ticket|CONFIRMED",
        "in-progress": "In Progress|2 - In Progress|inProgress|in_progress|Work in progress|WIP|Active|Escalated|"
        "Waiting for support|Pending - Support|Awaiting agent reply|Customer responded|New - In Progress",
        "waiting-for-customer": "Waiting for customer|Waiting on Customer Reply|Pending - User|Awaiting User Info|"
        "On Hold (Customer)|Awaiting end-user feedback|Waiting for requester|Wait - Customer|NEEDINFO|With customer",
        "waiting": "Pending|On hold|On-Hold|Waiting|Suspended|Awaiting response",
        "resolved": "Resolved|Done|Fixed|Solved|Completed|6 - Resolved|Resolve ticket|Resovled|Resolved by agent",
        "closed": "Closed|Closed - Resolved|Closed Complete|Closed by user|Closed/Resolved by Caller|CLOSED",
        "cancelled": "Cancelled|Canceled|Withdrawn|Duplicate|Rejected|Closed - Cancelled|Declined",
        "reopened": "Reopened|Re-opened|RE-OPEN|Reopened by customer",
        "reply": "Replied|First response|Response sent",
    },
    "fr": {
        "new": "Nouveau|Ouvert|À faire|Créé|Ouverte",
        "qualified": "Affecté|Pris en charge|Assignée|Qualifié",
        "in-progress": "En cours|En cours de traitement|En cours (Attribué)|Démarré|En attente du support",
        "waiting-for-customer": "En attente client|En attente du client|Retour client|"
        "En attente de réponse du demandeur",
        "waiting": "En attente|Suspendu|En pause",
        "resolved": "Résolu|Traité|Terminé|Corrigée",
        "closed": "Clos|Fermé|Clôturé|CLOTURE",
        "cancelled": "Annulé|Rejeté|Abandonné",
        "reopened": "Rouvert|Réouvert",
    },
    "de": {
        "new": "Neu|Offen|Eröffnet|Angelegt",
        "qualified": "Zugewiesen|Angenommen|Bestätigt",
        "in-progress": "In Bearbeitung|In Arbeit|Laufend|Wartet auf Support",
        "waiting-for-customer": "Wartet auf Kunde|Warten auf Rückmeldung des Kunden|Wartend auf Anwender|Rückfrage",
        "waiting": "Wartend|Zurückgestellt|Pausiert",
        "resolved": "Gelöst|Geloest|Erledigt|Behoben",
        "closed": "Geschlossen|Abgeschlossen",
        "cancelled": "Storniert|Abgelehnt|Zurückgezogen",
        "reopened": "Wiedereröffnet",
    },
}
LEFT_OPEN = (
    "Unresolved|Won't Fix|Wont fix|Not fixed|Not urgent|Unconfirmed|Unassigned|Not started|Can't reproduce|"
    "Waiting for vendor|Waiting for supplier|Pending third party|Waiting on 3rd Party|Awaiting Code|Awaiting Problem|"
    "Pending Change|Waiting for approval|Waiting for customer support|Waiting for customer approval|Problem solved|"
    "Change completed|Escalated to vendor|In development|Customer waiting|User waiting for support|Awaiting resolution|"
    "Partially resolved|To be closed|Cloned|Closed by vendor|Ready|"
    "Non résolu|Pas résolu|Sans suite|En attente d'un tiers|En attente fournisseur|En attente de validation|"
    "Rejected by customer|Rejected by customer - rework|Refusé par le client|Abgelehnt durch Kunde|Request closure|"
    "Waiting for reply to customer|Pending answer to requester|Done?|Gelöst?|Draft|Brouillon|Start|"
    "Nicht gelöst|Ungelöst|Kein Fehler|Wartet auf Lieferant|Wartet auf Genehmigung|Kunde wartet|secondLine|"
)


@pytest.mark.parametrize("language", MEANT)
def test_words_mean_what_they_say(language: str) -> None:
    """In any case and spelling, with numbers and fillers beside them."""
    meant = {text: meaning for meaning, texts in MEANT[language].items() for text in texts.split("|")}

    assert meant == {text: meaning_of(text) for text in meant}


def test_what_is_not_certain_is_left_to_a_person() -> None:
    """Negations, other parties, words that nobody listed."""
    assert {} == {text: meaning_of(text) for text in LEFT_OPEN.split("|") if meaning_of(text)}


@pytest.mark.parametrize("negation", sorted(NEGATIONS))
def test_a_negation_means_nothing(negation: str) -> None:
    """Before every text of the lists, and after it."""
    found = [text for text, _ in PHRASES for said in (f"{negation} {text}", f"{text} {negation}") if meaning_of(said)]

    assert [] == found


@pytest.mark.parametrize("prefix", ["un", "non", "in", "dis", "de", "not ", "un-", "mis"])
def test_a_prefix_never_keeps_the_meaning(prefix: str) -> None:
    """`Unresolved` lies two letters from `Resolved`."""
    assert [] == [text for text, meaning in PHRASES if meaning_of(prefix + text) == meaning]


def test_nobody_else_is_the_customer() -> None:
    """Whoever is waited for besides the desk and its customer: that is asked."""
    found = [
        f"{wait} for {other}"
        for wait in sorted(WAITS)
        for other in sorted(OTHERS)
        if meaning_of(f"{wait} for {other}") or meaning_of(f"{wait} {other}") or meaning_of(f"{wait} customer {other}")
    ]

    assert [] == found


def test_every_word_for_a_customer_is_waited_for() -> None:
    """By its own name, whoever he is called."""
    assert {"waiting-for-customer"} == {meaning_of(f"Pending {customer}") for customer in CUSTOMERS}
    assert {"waiting-for-customer"} == {meaning_of(f"Waiting for {customer}") for customer in CUSTOMERS}


def test_a_slip_of_the_pen_never_changes_the_meaning() -> None:
    """A letter too many, one missing, two changed about: the same meaning, or one that is asked for."""
    own = dict(PHRASES)
    found = {}
    for text, meaning in PHRASES:
        slips = {text[:at] + text[at + 1 :] for at in range(len(text))}
        slips |= {text[:at] + text[at + 1 :][:1] + text[at] + text[at + 2 :] for at in range(len(text) - 1)}
        slips |= {text[:at] + letter + text[at:] for at in range(len(text) + 1) for letter in "aensrt"}
        slips = {slip for slip in slips if slip[:1] == text[0] and slip not in own and "  " not in slip}
        found.update({slip: text for slip in slips if meaning_of(slip) not in ("", "waiting", meaning)})

    assert {} == found


@given(st.text(max_size=200))
def test_any_text_has_a_meaning_or_none(text: str) -> None:
    """Whatever strangers write; and the same one in capitals, where it has any."""
    assert meaning_of(text) in {"", *STATUSES}
