"""Conditions of objectives: the clocks that were decided as columns for which they hold.

A condition asks a ticket as it stands in the end, but for the severity, which is that of the clock; it is asked once
for tickets alike.

Source: DESIGN section 4, "Objectives"; `docs/decisions/0080-down-while-it-holds.md`.
"""

from __future__ import annotations

import numpy as np

from upheld.bulk.distinct import distinct_rows
from upheld.bulk.keys.records import Bools, Int64s
from upheld.bulk.verdicts.decided import DecidedTickets
from upheld.core.condition.condition import names_read
from upheld.core.condition.predicate import predicate_or_none
from upheld.core.policy.commitment import Objective
from upheld.core.population.objectives import with_severity


def counts(made: DecidedTickets, objective: Objective, rows: Int64s, as_of_s: int | None) -> Bools:
    """For which clocks an objective's condition holds: of their tickets, with the severity that each clock had."""
    clocks, promises = made.spells.clocks, made.promises
    assert objective.when is not None, "an objective with a condition"
    if "severity" not in names_read(objective.when):
        return _applies(made, objective, None, as_of_s)[clocks.ticket[rows]]
    severities = [promise.aim.severity for promise in promises]
    names = [*dict.fromkeys(severities)]
    severity = np.array([names.index(each) for each in severities])[clocks.promise[rows]]
    found = np.zeros(len(rows), bool)
    for place in np.unique(severity).tolist():
        at = severity == place
        found[at] = _applies(made, objective, names[place], as_of_s)[clocks.ticket[rows[at]]]
    return found


def _applies(made: DecidedTickets, objective: Objective, severity: str | None, as_of_s: int | None) -> Bools:
    """To which tickets an objective applies, as they stand in the end: asked once for tickets alike."""
    when, engine = predicate_or_none(objective.when), made.engine
    assert when is not None, "an objective with a condition"
    assert objective.when is not None, "the same"
    assert as_of_s is not None, "there are clocks where something was accepted"
    carried = sorted(set(names_read(objective.when)) & made.steps.fineness.carried)
    kept = np.flatnonzero(made.kept)
    columns = [made.walk.status.astype(np.int64), made.customers.astype(np.int64)]
    columns = [each[kept] for each in (*columns, *(made.fact_codes(name)[0] for name in carried))]
    first, place = distinct_rows(columns)
    held = []
    for row in np.stack(columns, axis=1)[first].tolist():
        standing = made.steps.standing(row[0])
        if standing is None:
            held.append(False)
            continue
        facts = {name: made.fact_codes(name)[1][code] for name, code in zip(carried, row[2:])}
        customer = str(made.records.words["customer"].values[row[1]] or "")
        standing = standing._replace(customer=customer, facts={**standing.facts, **facts})
        held.append(when(engine.names(with_severity(standing, severity), as_of_s)))
    found = np.zeros(len(made.kept), bool)
    found[kept] = np.array(held, bool)[place]
    return found
