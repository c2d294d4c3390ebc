"""Webhooks of a desk: to whom it tells things by HTTP, what waits for them, and who tells it things.

Terms that live here: an *endpoint* is an address that was registered for what the desk tells; a *dispatch* is one
message of the outbox for one endpoint; a *source* is a tracker that sends its events here, with the mapping that says
what they mean. What speaks HTTP is the service's; which addresses may be dialled is known here, since it is asked when
one is registered as well.

May import: `telling` (the outbox), `people` (names of tokens), `storage`, and `history` (mappings).
"""

from __future__ import annotations

from upheld.desk.storage.database import Database
from upheld.desk.webhooks.dispatches import Dispatches
from upheld.desk.webhooks.endpoints import Endpoints
from upheld.desk.webhooks.sources import Sources


class Webhooks:
    """Those of one desk.

    Attributes:
        endpoints: The addresses that are told.
        dispatches: What waits for them.
        sources: The trackers that tell.
    """

    def __init__(self, database: Database) -> None:
        self.endpoints, self.dispatches, self.sources = Endpoints(database), Dispatches(database), Sources(database)
