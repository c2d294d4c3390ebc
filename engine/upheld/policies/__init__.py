"""The policies that come with the engine, for vendors to extend.

They are found like everybody else's: this package is a plugin, with an entry point.
"""

from __future__ import annotations

from importlib.resources import files

from upheld.hookspecs import ProvidedPolicy, hookimpl


@hookimpl
def upheld_policies() -> list[ProvidedPolicy]:
    """Provide ``base``: a plain lifecycle, so that a vendor's first policy is a page long."""
    return [ProvidedPolicy(id="base", folder=files(__name__), file="base.yaml")]
