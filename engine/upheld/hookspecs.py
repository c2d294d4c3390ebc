"""The hooks: what a plugin may give the engine, one docstring each.

A plugin is an ordinary distribution with an entry point in the group ``upheld``
that names a module; the module defines some of the functions below, each marked
with ``@hookimpl``. ``examples/third-party-vendor`` is one to copy.

A plugin is Python code and runs with the rights of whoever runs upheld: install
only those you trust. A *policy file* is data, and safe to load from a stranger.

Plugins are asked in the order of their entry points' names. What they return is
validated; a plugin that raises, or returns something else, ends the command with
one line that names it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources.abc import Traversable
from typing import TypeAlias

import pluggy

from upheld.history.importer import ProvidedImporter as ProvidedImporter

GROUP = "upheld"
"""The group of entry points in which plugins are declared, and the prefix of every hook."""

hookspec = pluggy.HookspecMarker(GROUP)
hookimpl = pluggy.HookimplMarker(GROUP)

Value: TypeAlias = str | int | bool | date | datetime | frozenset[str] | frozenset[int] | None
"""What a plugin sees of a name of the policy language; instants are aware datetimes, ``None`` is unset."""


@dataclass(frozen=True, slots=True)
class ProvidedPolicy:
    """A policy that a plugin brings along.

    Attributes:
        id: What the policy's own ``policy:`` key says: kebab-case, ASCII, at most 64 characters.
        folder: Where it lies, with its ``scenarios/`` beside it: ``importlib.resources.files(__name__)``.
        file: The name of the policy's file in that folder.
    """

    id: str
    folder: Traversable
    file: str = "policy.yaml"


@dataclass(frozen=True, slots=True)
class ProvidedCondition:
    """A condition that data cannot say, written in Python.

    Attributes:
        name: What ``when: {hook: NAME}`` calls it: the vendor's id, a dot, a kebab-case name.
        reads: The names of the policy language it reads, as a condition in YAML would write them.
        holds: Decides. Gets the names in ``reads`` and nothing else, read-only. Must be pure: same
            arguments, same answer, on any machine; no clock, file, network or randomness. Called at most
            once per event for each place that asks. Returns ``True`` or ``False``, nothing else.
    """

    name: str
    reads: Sequence[str]
    holds: Callable[[Mapping[str, Value]], bool]


@hookspec
def upheld_policies() -> Sequence[ProvidedPolicy]:
    """Provide policies, to be used by their ids: ``upheld check acme``, ``extends: acme@1.2.0``.

    Called at most once in a process, when the first policy is asked for by its
    id. No file is read before its policy is asked for. Ids are unique among all
    installed plugins; two plugins with the same id are an error that names both.

    :return: the plugin's policies; an empty list when there is none
    """
    raise NotImplementedError


@hookspec
def upheld_conditions() -> Sequence[ProvidedCondition]:
    """Provide conditions that data cannot say, ``when: {hook: acme.is-vip}``.

    Called at most once in a process, before the first policy is checked. Each
    condition declares what it reads, so that a verdict can tell the facts that
    decided; what it does with them cannot be seen, so the checker reports a
    policy that uses one as opaque there, and proves nothing about it. The same facts
    must always get the same answer: ``upheld test`` asks twice, and says who changes
    their mind. Names are unique among all installed plugins.

    :return: the plugin's conditions; an empty list when there is none
    """
    raise NotImplementedError


@hookspec
def upheld_importers() -> Sequence[ProvidedImporter]:
    """Provide formats of histories: ``upheld replay export.xml --from acme --map acme.yaml``.

    Called at most once in a process, when the first history is read. A format makes
    rows of a file, cells by column as the tracker wrote them; it neither knows a policy
    nor judges. Names are unique among all installed plugins, and none is that of a
    format upheld has itself. Where several formats claim a suffix, the first bytes decide.

    :return: the plugin's formats; an empty list when there is none
    """
    raise NotImplementedError
