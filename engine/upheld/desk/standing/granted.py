"""Granted: what accounts were given stays given, whichever contracts are in force later.

A grant that was made is an entry of a ledger, which others rest on. Contracts that say another amount for it would not
change that entry: they would grant theirs besides. So would a policy by whose zone a day of a grant ends otherwise. So
such contracts and policies are told apart before they are in force. Neither may contracts add a grant to a statement
that is out: it is made on the next one, and the file says so.

Source: DESIGN section 9; section 10, "Policies"; decisions 0062 and 0078.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection

from upheld.core.billing.accounts import Accounts
from upheld.core.decision.engine import Engine
from upheld.core.errors import DeskError
from upheld.core.nearest import quoted
from upheld.core.policy.contracts import Contracts
from upheld.core.policy.policy import Policy
from upheld.core.time.instant import text_of
from upheld.desk.record.adoption import Edition, Editions, last_change
from upheld.desk.record.closing import closed_entries
from upheld.desk.standing.standings import Standings


def adopt(
    rows: Connection, editions: Editions, standings: Standings, policy: Policy | None, contracts: Contracts | None
) -> Edition:
    """Put a policy, contracts or both in force.

    Raises: DeskError for what lacks a grant that was made or stands on a closed statement, or changes it, and for
        contracts with one more that would stand there; else as `Editions.adopt` does.
    """
    edge_s, before = editions.closed_s(rows, last_change(rows)), editions.in_force(rows)
    made = editions.adopt(rows, policy, contracts)
    if before is None or made == before:
        return made
    engine, former = (editions.engine(rows, each.policy, each.contracts) for each in (made, before))
    for customer, grant in _gone(_given(rows, standings, former, edge_s), engine):
        if contracts is None:
            raise DeskError(
                f"by this policy customer {quoted(customer)} would be given a grant once more, whose last day ends"
                f" at another instant in zone {quoted(engine.policy.zone)}: {grant}; leave the zone as it was"
            )
        raise DeskError(
            f"these contracts lack a grant that customer {quoted(customer)} was given: {grant}, until the same"
            " end; leave it as it was, and grant what is to be added by itself"
        )
    if edge_s is not None and before.contracts != made.contracts:
        _keep_closed(rows, standings, former, editions.engine(rows, before.policy, made.contracts), edge_s)
    return made


def _keep_closed(rows: Connection, standings: Standings, former: Engine, engine: Engine, edge_s: int) -> None:
    """Raises: DeskError where a statement that is closed up to an instant would say otherwise by other contracts."""
    for customer in sorted({*former.contracts.customers, *engine.contracts.customers}):
        if former.contracts.customers.get(customer) == engine.contracts.customers.get(customer):
            continue
        accounts = standings.look_accounts(rows, customer) or engine.accounts(customer)
        booked, otherwise = ([*closed_entries(each.charging, accounts, edge_s)] for each in (former, engine))
        if booked != otherwise:
            name, entry = next((each for each in otherwise if each not in booked), (*booked, *otherwise)[-1])
            raise DeskError(
                f"these contracts would change a statement of customer {quoted(customer)} that is closed up to"
                f" {text_of(edge_s)}: a grant on account {quoted(name)} would be booked at {text_of(entry.at_s)}; say"
                f" that it is made at {text_of(edge_s)} or later, and it stands on the next statement"
            )


def _given(rows: Connection, standings: Standings, engine: Engine, edge_s: int | None) -> Iterator[Accounts]:
    """The accounts of all customers, with all grants that stand on statements which are closed up to an instant."""
    known = {each.customer: each.accounts for each in standings.every_account(rows)}
    for customer in sorted({*known, *engine.contracts.customers}):
        accounts = known.get(customer) or engine.accounts(customer)
        yield accounts if edge_s is None else engine.charging.pass_time(accounts, edge_s - 1)[0]


def _gone(given: Iterable[Accounts], engine: Engine) -> Iterator[tuple[str, str]]:
    """The customers who were given a grant that is not known any more, and which."""
    for accounts in given if engine.charging.bills else ():
        for account, due in engine.charging.grants.gone(accounts):
            made = account.told(due.amount).text("en")
            yield accounts.customer, f"{made} of account {quoted(account.id)} at {text_of(due.at_s)}"
