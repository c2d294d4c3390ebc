"""What Acme promises its customers: ``policy.yaml`` and its scenarios, as a plugin of upheld."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

from upheld import ProvidedCondition, ProvidedPolicy, Value, hookimpl


@hookimpl
def upheld_policies() -> list[ProvidedPolicy]:
    """Provide the one policy that lies in this package."""
    return [ProvidedPolicy(id="acme", folder=files(__name__))]


@hookimpl
def upheld_conditions() -> list[ProvidedCondition]:
    """Provide what the policy asks for as ``{hook: acme.looks-automatic}``."""
    return [ProvidedCondition(name="acme.looks-automatic", reads=["event.subject"], holds=looks_automatic)]


def looks_automatic(facts: Mapping[str, Value]) -> bool:
    """Tell an out-of-office reply from a request: text has to be looked into, which data cannot say.

    >>> looks_automatic({"event.subject": "Automatic reply: away until Monday"})
    True
    >>> looks_automatic({"event.subject": None})
    False
    """
    subject = facts["event.subject"]
    return isinstance(subject, str) and subject.casefold().startswith(("automatic reply", "out of office"))
