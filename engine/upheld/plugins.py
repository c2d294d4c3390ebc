"""The installed plugins: which policies and conditions there are, and who brought them.

Only entry points of the group ``upheld`` are loaded: a plugin is there because
somebody installed its distribution, never because a file lies in some folder.
Plugins are asked in the order of their entry points' names, so that the answer is
the same on every machine with the same installation.

    >>> installed_policies()[0].name
    'policies/base.yaml'
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib.metadata import EntryPoint, entry_points
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import TypeVar

import pluggy

from upheld import hookspecs
from upheld.core.errors import PluginError, UnknownPolicyError, UpheldError
from upheld.core.nearest import listed, nearest, quoted
from upheld.history.file import HistoryFile
from upheld.history.importer import Bad, Row
from upheld.hookspecs import GROUP, ProvidedCondition, ProvidedImporter, ProvidedPolicy, Value

Provided = TypeVar("Provided", ProvidedPolicy, ProvidedCondition, ProvidedImporter)

_NAME = re.compile("[a-z0-9]+(?:-[a-z0-9]+)*")
_CONDITION = re.compile(rf"{_NAME.pattern}\.{_NAME.pattern}")
_LONGEST_NAME = 64
# A plugin that calls `sys.exit` must not end our process with its own status and without a word.
_FAILURES = (Exception, SystemExit)
_TWICE: ContextVar[bool] = ContextVar("whether conditions are asked twice", default=False)


@contextmanager
def asked_twice() -> Iterator[None]:
    """Where policies are tested, a condition is asked twice with the same facts, and has to answer the same.

    One that does not would make every replay of a history another one. Source: THREATS F10.
    """
    before = _TWICE.set(True)
    try:
        yield
    finally:
        _TWICE.reset(before)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a plugin comes from: its entry point, and the distribution that declares it."""

    plugin: str
    distribution: str
    version: str

    def __str__(self) -> str:
        return f"plugin `{self.plugin}` of {self.distribution} {self.version}"


@dataclass(frozen=True, slots=True)
class InstalledPolicy:
    """A policy that an installed plugin provides; nothing of it is read yet.

    Attributes:
        id: What a person writes for it, as in ``upheld check ID``.
        folder: Where it lies, with its ``scenarios/`` beside it.
        file: The name of the policy's file in that folder.
        origin: Who provides it.
    """

    id: str
    folder: Traversable
    file: str
    origin: Origin

    @property
    def name(self) -> str:
        """What places in it are called, the same on every machine: ``package/policy.yaml``."""
        return f"{self.folder.name}/{self.file}"

    def read(self) -> bytes:
        """Return the policy's text.

        Raises: PluginError if the plugin has no such file.
        """
        try:
            return self.folder.joinpath(self.file).read_bytes()
        except OSError as error:
            reason = error.strerror or str(error)
            raise PluginError(f"{self.origin} cannot show its policy `{self.id}`: {self.name}: {reason}") from error


@dataclass(frozen=True, slots=True)
class InstalledCondition:
    """A condition that an installed plugin decides; it is opaque to the checker.

    Attributes:
        name: What ``when: {hook: NAME}`` calls it.
        reads: The names of the policy language that it reads.
        origin: Who provides it.
    """

    name: str
    reads: tuple[str, ...]
    origin: Origin
    _holds: Callable[[Mapping[str, Value]], bool]

    def holds(self, facts: Mapping[str, Value]) -> bool:
        """Ask the plugin, with the facts that it said it reads, read-only.

        Raises: PluginError if it raises, or answers with anything but true or false; within `asked_twice` also if it
            answers two ways.
        """
        seen = MappingProxyType({name: facts[name] for name in self.reads})
        answer = self._answer(seen)
        if _TWICE.get() and self._answer(seen) is not answer:
            raise PluginError(
                f"{self.origin} answered both true and false to the same facts in condition `{self.name}`; "
                "it may read nothing but these, no clock and no chance"
            )
        return answer

    def _answer(self, seen: Mapping[str, Value]) -> bool:
        try:
            answer = self._holds(seen)
        except _FAILURES as error:
            raise PluginError(f"{self.origin} failed in condition `{self.name}`: {_in_short(error)}") from error
        if answer is not True and answer is not False:
            raise PluginError(f"{self.origin} answered neither true nor false in condition `{self.name}`")
        return answer


@cache
def installed_policies() -> tuple[InstalledPolicy, ...]:
    """Return all installed policies, sorted by id.

    Raises: PluginError if a plugin is broken, or two provide the same id.
    """
    found = [
        InstalledPolicy(policy.id, policy.folder, policy.file, origin)
        for origin, policy in _provided("upheld_policies", ProvidedPolicy)
    ]
    for policy in found:
        origin = policy.origin
        _require(_is_name(policy.id), origin, f"gives a policy the id {quoted(policy.id)}, which is not kebab-case")
        plain = isinstance(policy.file, str) and not {"/", "\\", "\0"}.intersection(policy.file)
        _require(plain, origin, f"names the file {quoted(policy.file)}, which is not one in its folder")
        _require(isinstance(policy.folder, Traversable), origin, "gives a folder that cannot be read")
    _refuse_twins("policy", [(policy.id, policy.origin) for policy in found])
    return tuple(sorted(found, key=lambda policy: policy.id))


@cache
def installed_conditions() -> Mapping[str, InstalledCondition]:
    """Return all installed conditions by name, sorted.

    Raises: PluginError if a plugin is broken, or two provide the same name.
    """
    found = []
    for origin, condition in _provided("upheld_conditions", ProvidedCondition):
        name, reads = condition.name, condition.reads
        well_named = isinstance(name, str) and _CONDITION.fullmatch(name) and len(name) <= 2 * _LONGEST_NAME
        wish = "it has to be `vendor.name`, in kebab-case"
        _require(bool(well_named), origin, f"calls a condition {quoted(name)}; {wish}")
        listed = isinstance(reads, Sequence) and not isinstance(reads, str) and all(isinstance(r, str) for r in reads)
        _require(listed, origin, f"does not list the names that condition `{name}` reads")
        _require(callable(condition.holds), origin, f"gives condition `{name}` nothing to decide it")
        found.append(InstalledCondition(name, tuple(reads), origin, condition.holds))
    _refuse_twins("condition", [(condition.name, condition.origin) for condition in found])
    return MappingProxyType({condition.name: condition for condition in sorted(found, key=lambda c: c.name)})


@cache
def installed_importers() -> Mapping[str, ProvidedImporter]:
    """Return the formats of histories that installed plugins provide, by name, sorted.

    Raises: PluginError if a plugin is broken, or two provide the same name.
    """
    found = _provided("upheld_importers", ProvidedImporter)
    for origin, importer in found:
        name, suffixes = importer.name, importer.suffixes
        _require(_is_name(name), origin, f"calls a format {quoted(name)}, which is not kebab-case")
        listed = isinstance(suffixes, tuple) and all(isinstance(each, str) and each[:1] == "." for each in suffixes)
        _require(listed, origin, f"does not list the suffixes of format `{name}`, each with its dot")
        callables = callable(importer.rows) and (importer.begins is None or callable(importer.begins))
        _require(callables, origin, f"gives format `{name}` nothing to read it")
    _refuse_twins("format", [(importer.name, origin) for origin, importer in found])
    watched = [_watched(*each) for each in sorted(found, key=lambda each: each[1].name)]
    return MappingProxyType({importer.name: importer for importer in watched})


def _watched(origin: Origin, importer: ProvidedImporter) -> ProvidedImporter:
    """The same format, whose failures are told as its plugin's."""
    begins = None if importer.begins is None else partial(_begins, origin, importer.name, importer.begins)
    return replace(importer, rows=partial(_rows, origin, importer), begins=begins)


def _begins(origin: Origin, name: str, begins: Callable[[bytes], bool], head: bytes) -> bool:
    try:
        return bool(begins(head))
    except _FAILURES as error:
        raise PluginError(f"{origin} failed in what recognises format `{name}`: {_in_short(error)}") from error


def _rows(origin: Origin, importer: ProvidedImporter, file: HistoryFile) -> Iterator[Row | Bad]:
    """The rows of a format. Raises: PluginError where it fails, or gives something else; as the file does."""
    try:
        for each in importer.rows(file):
            what = f"gave something else than rows with texts for cells in format `{importer.name}`"
            _require(_is_row(each), origin, what)
            yield each
    except (UpheldError, OSError):
        raise
    except _FAILURES as error:
        raise PluginError(f"{origin} failed in the rows of format `{importer.name}`: {_in_short(error)}") from error


def _is_row(found: object) -> bool:
    if isinstance(found, Bad):
        return isinstance(found.place, str) and isinstance(found.problem, str)
    if not isinstance(found, Row) or not isinstance(found.place, str) or not isinstance(found.cells, Mapping):
        return False
    return all(isinstance(text, str) for cell in found.cells.items() for text in cell)


def installed_policy(policy_id: str) -> InstalledPolicy:
    """Return the installed policy of this id.

    Raises: UnknownPolicyError with the nearest ids if there is none; PluginError if a plugin is broken.
    """
    policies = {policy.id: policy for policy in installed_policies()}
    if policy_id in policies:
        return policies[policy_id]
    near = nearest(policy_id, policies)
    advice = f"did you mean `{near}`?" if near else f"installed are {listed(policies)}"
    raise UnknownPolicyError(f"no policy {quoted(policy_id)} is installed; {advice}")


def plugin_manager(points: Sequence[EntryPoint]) -> pluggy.PluginManager:
    """Load these entry points into a manager that knows the hooks.

    Raises: PluginError if one cannot be loaded, or implements a hook that does not exist.
    """
    manager = pluggy.PluginManager(GROUP)
    manager.add_hookspecs(hookspecs)
    for point in points:
        origin = _origin(point)
        try:
            plugin = point.load()
        except _FAILURES as error:
            raise PluginError(f"{origin} cannot be loaded: {_in_short(error)}") from error
        try:
            manager.register(plugin, name=point.name)
            manager.check_pending()
        except (pluggy.PluginValidationError, ValueError) as error:
            raise PluginError(f"{origin} does not fit: {_in_short(error)}") from error
    return manager


@cache
def _plugins() -> tuple[pluggy.PluginManager, tuple[Origin, ...]]:
    points = sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value))
    for first, second in zip(points, points[1:]):
        if first.name == second.name:
            raise PluginError(f"{_origin(first)} and {_origin(second)} have the same name; uninstall one of them")
    return plugin_manager(points), tuple(map(_origin, points))


def _provided(hook: str, kind: type[Provided]) -> list[tuple[Origin, Provided]]:
    """Call one hook, plugin by plugin in the order of their names, so that each answer has its origin."""
    manager, origins = _plugins()
    everybody = manager.get_plugins()
    answers: list[tuple[Origin, Provided]] = []
    for origin in origins:
        others = everybody - {manager.get_plugin(origin.plugin)}
        try:
            results = list(manager.subset_hook_caller(hook, others)())
            items = [item for result in results for item in result]
        except _FAILURES as error:
            raise PluginError(f"{origin} failed in `{hook}`: {_in_short(error)}") from error
        for item in items:
            _require(isinstance(item, kind), origin, f"returned something else than {kind.__name__} from `{hook}`")
        answers.extend((origin, item) for item in items)
    return answers


def _origin(point: EntryPoint) -> Origin:
    distribution = point.dist
    name, version = (distribution.name, distribution.version) if distribution else ("an unknown distribution", "")
    return Origin(point.name, name, version)


def _is_name(name: object) -> bool:
    return isinstance(name, str) and _NAME.fullmatch(name) is not None and len(name) <= _LONGEST_NAME


def _require(holds: bool, origin: Origin, complaint: str) -> None:
    if not holds:
        raise PluginError(f"{origin} {complaint}")


def _refuse_twins(what: str, named: Sequence[tuple[str, Origin]]) -> None:
    owners: dict[str, Origin] = {}
    for name, origin in named:
        if name in owners:
            raise PluginError(f"{owners[name]} and {origin} both provide the {what} `{name}`; uninstall one of them")
        owners[name] = origin


def _in_short(error: BaseException) -> str:
    """Say what an exception of somebody else's code was, on one line."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
