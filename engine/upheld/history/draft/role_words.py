"""Words for roles: who acted, by what trackers call kinds of people, in English, German and French; and what is nobody.

>>> [side_of(text) for text in ("End-user", "agent", "Techniker", "demandeur", "system", "partner", "not customer")]
['customer', 'vendor', 'vendor', 'customer', 'system', '', '']
>>> is_nobody("Automation for Jira"), is_nobody("batch"), is_nobody("Simon Batchelor"), is_nobody("a-7")
(True, True, False, False)
"""

from __future__ import annotations

from typing import Final, Literal

from upheld.history.draft.plain_words import is_negated, words_of
from upheld.history.draft.status_words import CUSTOMERS, DESKS

RoleSide = Literal["", "customer", "vendor", "system"]

CUSTOMER: Final = CUSTOMERS | frozenset("end contact external guest self service besteller".split())
VENDOR: Final = DESKS | frozenset(
    "admin administrator administrateur employee engineer supporter owner assignee internal itil mitarbeiter "
    "service supportmitarbeiter agente conseiller intervenant gestionnaire".split()
)
SYSTEM: Final = frozenset(
    "system systeme automation automated automatic automatically automatik automate batch bot robot cron daemon "
    "scheduler scheduled trigger triggers workflow webhook integration import api root superuser".split()
)
"""Words of names under which a tracker writes down what nobody did."""
_BESIDE: Final = frozenset(
    "for of the jira user users account service servicenow zendesk rule rules job jobs task process script from import "
    "administrator".split()
)


def side_of(text: str) -> RoleSide:
    """On whose side somebody is who is called so; ``""`` where that is not certain."""
    words = words_of(text)
    if not words or is_negated(words):
        return ""
    sides: tuple[tuple[RoleSide, frozenset[str]], ...] = (
        ("customer", CUSTOMER),
        ("vendor", VENDOR),
        ("system", SYSTEM),
    )
    if words in (("customer", "service"), ("client", "service"), ("service", "client")):
        return "vendor"
    found = [side for side, known in sides if known.issuperset(words)]
    return found[0] if len(found) == 1 else ""


def is_nobody(name: str) -> bool:
    """Whether this is the name of something that runs by itself, and of no person."""
    words = words_of(name)
    return bool(SYSTEM.intersection(words)) and (SYSTEM | _BESIDE).issuperset(words)
