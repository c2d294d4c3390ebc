"""What Manao promises its customers: ``policy.yaml`` and its scenarios, as a plugin of upheld."""

from __future__ import annotations

from importlib.resources import files

from upheld.hookspecs import ProvidedPolicy, hookimpl


@hookimpl
def upheld_policies() -> list[ProvidedPolicy]:
    """Provide the one policy that lies in this package."""
    return [ProvidedPolicy(id="manao", folder=files(__name__))]
