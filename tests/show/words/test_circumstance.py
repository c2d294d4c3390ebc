"""Conditions in words, every form in both languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from upheld.core.condition.grammar import parse_condition
from upheld.core.policy.policy import Policy
from upheld.loading import Examined
from upheld.show.words.circumstance import Circumstances
from upheld.show.words.locale import locale_of
from upheld.show.words.naming import Naming

FORMS = {
    "a word": ({"type": "defect"}, "Type is Defect", "Type = Défaut"),
    "one of several": ({"type": ["defect", "question"]}, "Type is Defect or Question", "Type = Défaut ou Question"),
    "another word": ({"type": {"not": "defect"}}, "Type is not Defect", "Type ≠ Défaut"),
    "true": ({"billable": True}, "Billable: yes", "Facturable : oui"),
    "false": ({"billable": False}, "Billable: no", "Facturable : non"),
    "not true": ({"billable": {"not": True}}, "Billable: no or unknown", "Facturable : non ou inconnu"),
    "not false": ({"billable": {"not": False}}, "Billable: yes or unknown", "Facturable : oui ou inconnu"),
    "a number": ({"seats": {"below": 5}}, "Seats: less than 5", "Postes : moins de 5"),
    "between": (
        {"seats": {"between": [5, 9]}},
        "Seats: at least 5 and Seats: at most 9",
        "Postes : au moins 5 et Postes : au plus 9",
    ),
    "a unit": ({"event.minutes": {"above": 30}}, "Minutes: more than 30 min", "Minutes : plus de 30 min"),
    "a date": (
        {"needed-by": {"at-most": "2024-01-01"}},
        "Needed by: no later than 1 January 2024",
        "Voulu pour : au plus tard le 1er janvier 2024",
    ),
    "an instant": (
        {"event.seen-at": {"at-least": "2024-01-01T12:00:00Z"}},
        "Seen at: no earlier than 1 January 2024, 12:00 UTC",
        "Vu le : au plus tôt le 1er janvier 2024, 12:00 UTC",
    ),
    "a severity": ({"severity": {"above": "minor"}}, "Severity: higher than Minor", "Gravité : plus haut que Mineure"),
    "a set": ({"topics": "import"}, "Topics is Import", "Sujets = Import"),
    "given": ({"order-number": {"set": True}}, "“Order number” is given", "« Numéro de commande » indiqué"),
    "not given": (
        {"order-number": {"set": False}},
        "“Order number” is not given",
        "« Numéro de commande » non indiqué",
    ),
    "state and core": (
        {"state": "waiting-for-customer", "core": ["closed"]},
        "State is Waiting for you and Stage is closed",
        "État = En attente de votre réponse et Étape = fermé",
    ),
    "channel and queue": (
        {"channel": "phone", "queue": "desk"},
        "Channel is Phone and Team is Help desk",
        "Canal = Téléphone et Équipe = Bureau",
    ),
    "level": ({"level": {"at-least": 2}}, "Level: at least 2", "Niveau : au moins 2"),
    "contract": (
        {"contract": ["silver", "gold"]},
        "active contract: Silver contract or Gold contract",
        "contrat en cours : Contrat Argent ou Contrat Or",
    ),
    "no contract": (
        {"contract": {"not": "gold"}},
        "no active contract: Gold contract",
        "pas de contrat en cours : Contrat Or",
    ),
    "any contract": ({"contract": {"set": True}}, "any active contract", "un contrat en cours"),
    "attribute": ({"contract.gold.sites": "Lyon"}, "Sites (Gold contract) is “Lyon”", "Sites (Contrat Or) = « Lyon »"),
    "actor": ({"actor": "agent"}, "done by Support", "fait par Support"),
    "another actor": ({"actor": {"not": "agent"}}, "not done by Support", "non fait par Support"),
    "flagged": (
        {"flagged": "no-late-work"},
        "remarked before: “work outside the desk’s days”",
        "déjà remarqué : « travail hors des jours du bureau »",
    ),
    "open": (
        {"opening": {"desk": "open"}},
        "within the opening hours of “Help desk”",
        "pendant les heures d’ouverture de « Bureau d’assistance »",
    ),
    "not open": (
        {"opening": {"desk": {"not": "open"}}},
        "outside the opening hours of “Help desk”",
        "hors des heures d’ouverture de « Bureau d’assistance »",
    ),
    "opening left": (
        {"opening-left": {"desk": {"at-most": "90min"}}},
        "at most 1 h 30 of opening time is left (“Help desk”)",
        "il reste au plus 1 h 30 d’ouverture (« Bureau d’assistance »)",
    ),
    "day": (
        {"day": {"desk": ["sat", "sun"]}},
        "on Saturday or Sunday (“Help desk”)",
        "samedi ou dimanche (« Bureau d’assistance »)",
    ),
    "hook": ({"hook": "acme.vip"}, "“acme.vip” (decided by a plugin)", "« acme.vip » (décidé par un module)"),
    "parameter": (
        {"parameter.training-rates": {"set": True}},
        "“Training rates” has a value for it",
        "« Tarifs de formation » le prévoit",
    ),
    "release": (
        {"release.latest": "5.2"},
        "latest release is 5.2",
        "dernière version = 5.2",
    ),
    "another name": (
        {"event.partner": {"ref": "order-number"}},
        "Partner: same as “Order number”",
        "Partenaire : comme « Numéro de commande »",
    ),
    "another name of the same label": (
        {"event.order-number": {"ref": "order-number"}},
        "Order number: same as “Order number of the ticket”",
        "Numéro de commande : comme « Numéro de commande du ticket »",
    ),
    "before": (
        {"severity": {"below": {"ref": "before.severity"}}},
        "Severity: lower than before",
        "Gravité : plus bas qu’avant",
    ),
    "named": ("urgent-defect", "Severity is Urgent and Type is Defect", "Gravité = Urgente et Type = Défaut"),
    "any of several": (
        {"any": [{"type": "defect"}, {"severity": "urgent", "billable": True}]},
        "Type is Defect or (Severity is Urgent and Billable: yes)",
        "Type = Défaut ou (Gravité = Urgente et Facturable : oui)",
    ),
    "none of several": (
        {"none": [{"type": "defect"}, {"type": "question", "severity": "minor"}]},
        "Type is not Defect and (Type is not Question or Severity is not Minor)",
        "Type ≠ Défaut et (Type ≠ Question ou Gravité ≠ Mineure)",
    ),
    "nothing of a hook": (
        {"none": [{"hook": "acme.vip"}]},
        "not “acme.vip” (decided by a plugin)",
        "non « acme.vip » (décidé par un module)",
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_form(form: str, examined: Examined) -> None:
    assembled = examined.assembled
    assert assembled is not None
    assert examined.resolved is not None
    data, *expected = FORMS[form]
    condition, problems = parse_condition(data, assembled.vocabulary.any_event, examined.resolved.root["conditions"])
    assert [] == problems
    assert condition is not None

    told = [Circumstances(Naming(assembled.policy, locale_of(language))).text(condition) for language in ("en", "fr")]

    assert expected == [text.replace("\u00a0", " ") for text in told]


def test_a_new_value_against_the_old_one(examined: Examined) -> None:
    """On an event that sets a fact from its own field, the field is the fact's new value."""
    assembled = examined.assembled
    assert assembled is not None
    rule = next(rule for rule in assembled.policy.rules if rule.id == "never-higher")
    circumstances = Circumstances(Naming(assembled.policy, locale_of("en"))).on(rule.on)

    assert "Severity: no higher than before" == circumstances.text(rule.requires[0].condition)


def test_fields_may_be_called_like_names(tiny: Callable[[str], Policy]) -> None:
    """A field that happens to be called `core` holds what it says; one that is like the channels has their names."""
    policy = tiny(
        """
channels: {post: {label: By post, accepts: all}}
events:
  ask: {by: customer, data: {core: {text: true}, state: {one-of: [open]}, by: {like: channel}}}
rules:
  - {id: no, on: ask, when: {event.core: open, event.state: open, event.by: post}, refuse: always}
"""
    )
    condition = policy.rules[0].when
    assert condition is not None

    told = Circumstances(Naming(policy, locale_of("en"))).on(("ask",)).text(condition)

    assert "core is “open”, state is open and by is By post" == told
