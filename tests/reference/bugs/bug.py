"""A bug that is planted: what is changed in the engine, and which fixtures have to notice."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Bug:
    """A change of one module of `upheld.core`, and the file of fixtures that must notice it.

    Attributes:
        right: Text that stands exactly once in the module.
        wrong: What stands there instead.
    """

    name: str
    module: str
    right: str
    wrong: str
    noticed_by: str
