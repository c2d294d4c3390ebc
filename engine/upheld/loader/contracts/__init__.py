"""Files of contracts: what customers have signed, in whichever form somebody keeps it.

`file` is the door. `rows` reads a table in CSV, `lines` a customer a line of JSON, and each gives a `part` of the
document that a YAML file is; `plain` takes what is right beyond doubt, `customer` makes contracts and grants of it.

May import: the other modules of the loader, `schema`, `document` and the core.
"""

from __future__ import annotations

from upheld.loader.contracts.file import contracts_from, load_contracts, read_contracts

__all__ = ["contracts_from", "load_contracts", "read_contracts"]
