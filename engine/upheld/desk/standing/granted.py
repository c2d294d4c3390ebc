"""Granted: what accounts were given stays given, whichever contracts are in force later.

A grant that was made is an entry of a ledger, which others rest on. Contracts that say another amount for it would not
change that entry: they would grant theirs besides. So such contracts are told apart before they are in force.

Source: DESIGN section 9; section 10, "Policies"; decision 0062.
"""

from __future__ import annotations

from sqlalchemy import Connection

from upheld.core.decision.engine import Engine
from upheld.core.errors import DeskError
from upheld.core.nearest import quoted
from upheld.core.policy.contracts import Contracts
from upheld.core.policy.policy import Policy
from upheld.core.time.instant import text_of
from upheld.desk.record.adoption import Edition, Editions
from upheld.desk.standing.standings import Standings


def adopt(
    rows: Connection, editions: Editions, standings: Standings, policy: Policy | None, contracts: Contracts | None
) -> Edition:
    """Put a policy, contracts or both in force.

    Raises: DeskError for contracts that lack a grant that was made, or change it; else as `Editions.adopt` does.
    """
    made = editions.adopt(rows, policy, contracts)
    if contracts is not None:
        _check(rows, standings, editions.engine(rows, made.policy, made.contracts))
    return made


def _check(rows: Connection, standings: Standings, engine: Engine) -> None:
    if not engine.charging.bills:
        return
    for each in standings.every_account(rows):
        for account, due in engine.charging.grants.gone(each.accounts) if each.accounts is not None else ():
            made = f"{account.told(due.amount).text('en')} of account {quoted(account.id)} at {text_of(due.at_s)}"
            raise DeskError(
                f"these contracts lack a grant that customer {quoted(each.customer)} was given: {made}, until the same"
                " end; leave it as it was, and grant what is to be added by itself"
            )
