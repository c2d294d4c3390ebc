"""Labels: what people call the names and the values of a policy, in each language that it speaks.

A message to people says « Gravité » and « Haute », not ``severity`` and ``high``. A part without a label in the
reader's language is called by its id: a word of a third language would be no better. What is there without being
declared has a name here in the languages that the engine itself speaks; in English that is the word of the policy
language.

Source: DESIGN section 3, "Reasons are references until somebody asks for their text".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from upheld.core.condition.domain import Domain, Many, OneOf, Scalar
from upheld.core.policy.event_type import Field
from upheld.core.policy.policy import Policy
from upheld.core.policy.wording import Wording

_FRENCH: Final = {
    "severity": "gravité",
    "queue": "file",
    "channel": "canal",
    "state": "état",
    "core": "étape",
    "level": "niveau",
    "customer": "client",
    "actor": "acteur",
    "actor-id": "personne",
    "contract": "contrat",
    "flagged": "remarques",
}
"""Names that no policy declares."""
_BOOLEANS: Final = {True: Wording((("en", "yes"), ("fr", "oui"))), False: Wording((("en", "no"), ("fr", "non")))}
_NOTHING: Final = Wording()


class Labels:
    """What the names and values of one policy are called; an empty wording for what has no label."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        severities = {each.id: each.label for each in policy.severities}
        self._values: dict[str, Mapping[str, Wording]] = {
            "severity": severities,
            "channel": {name: each.label for name, each in policy.channels.items()},
            "state": {name: each.label for name, each in policy.states.items()},
            "actor": {name: each.label for name, each in policy.roles.items()},
            "contract": {name: each.label for name, each in policy.contracts.items()},
            **{name: fact.labels for name, fact in policy.facts.items()},
        }
        self._alike = {tuple(severities): "severity", tuple(policy.channels): "channel"}

    def name(self, name: str, event: str = "") -> Wording:
        """What a name such as ``event.minutes`` is called; the event says whose field is meant."""
        family, _, rest = name.partition(".")
        if family == "event" and rest:
            field = self._field(rest, event)
            return field.label if field is not None and field.label else self.name(rest)
        if family in ("before", "record") and rest:
            return self.name(rest)
        fact = self._policy.facts.get(name)
        if fact is not None:
            return fact.label
        return Wording((("fr", _FRENCH[name]),)) if name in _FRENCH else _NOTHING

    def value(self, name: str, value: Scalar, event: str = "") -> Wording:
        """What a value of a name is called."""
        family, _, rest = name.partition(".")
        if isinstance(value, bool):
            return _BOOLEANS[value]
        if family == "event" and rest:
            field = self._field(rest, event)
            if field is None or isinstance(value, int):
                return _NOTHING
            return self.of_field(field).get(str(value), _NOTHING)
        if family in ("before", "record") and rest:
            return self.value(rest, value)
        return self._values.get(name, {}).get(str(value), _NOTHING)

    def of_field(self, field: Field) -> Mapping[str, Wording]:
        """What the words that a field may hold are called: its own labels, else those of what it is like."""
        if field.labels:
            return field.labels
        return self._values.get(field.fact) or self._values.get(self._alike.get(_words(field.domain), ""), {})

    def _field(self, name: str, event: str) -> Field | None:
        declared = self._policy.events.get(event)
        return None if declared is None else declared.fields.get(name)


def _words(domain: Domain) -> tuple[str, ...]:
    element = domain.of if isinstance(domain, Many) else domain
    return element.values if isinstance(element, OneOf) else ()
