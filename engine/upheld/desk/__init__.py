"""The desk: the engine with a database behind it, so that a product need not build one.

Every record that is submitted is decided and kept in one transaction: the record in the journal, the ticket's
standing, the customer's accounts, the next due instant, and what is to be told. The `journal` is the truth, and all
else a cache of it, which `verification` decides anew and `rebuild` writes again.

Its rooms, the lowest first: `storage` is the database, `migrations` bring its tables up to date; `record` is what came
and `people` who sent it; `standing` is how things stand; `telling` lets time pass and tells the world; `redecision`
decides anew; `webhooks` speak of who is told by HTTP; `intake` takes records in. The doors are `desk`, `worker`,
`export` and `retention`.

Terms that live here: a *record* is an event as it is kept; an *answer* is what became of one; a *key* makes a record
count once; an *edition* is the policy and the contracts in force from one adoption to the next; *told* is what was put
into the outbox; *ahead* is how a ticket stands once time has passed after its last record.

May import: the core, `engine`, `loading`, `replaying`, `explaining`, sqlalchemy; alembic in `migrations` alone.
It asks no clock: instants come in as arguments, or from the database.
"""

from __future__ import annotations

from upheld.desk.desk import Desk
from upheld.desk.intake.sent import Answer, Late, Sent
from upheld.desk.redecision.readings import Status
from upheld.desk.redecision.revision import Moved
from upheld.desk.telling.due import Due, Ran
from upheld.desk.telling.outbox import Message
from upheld.desk.worker import Turn, Worker

__all__ = ["Answer", "Desk", "Due", "Late", "Message", "Moved", "Ran", "Sent", "Status", "Turn", "Worker"]
