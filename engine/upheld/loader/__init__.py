"""The loader: from a document with the schema's shape to a policy.

``overlay`` lays a policy over the one it extends, ``vocabulary`` collects the names
that conditions may read, ``assembly`` makes the policy, section by section.
"""

from __future__ import annotations

from upheld.loader.assembly import Assembled, assemble, digest

__all__ = ["Assembled", "assemble", "digest"]
