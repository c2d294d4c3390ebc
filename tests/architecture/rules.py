"""The rules that the architecture tests enforce, each a function from a module to what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from architecture.source import Module

# What the core may import from the standard library: values and computing, nothing that reaches outside.
PURE = frozenset(
    "__future__ array abc bisect calendar collections contextlib copy dataclasses datetime decimal difflib enum "
    "fractions functools hashlib heapq itertools json math operator re string types typing unicodedata".split()
)

# A library stands in the modules of the core that are about it, so that it can be judged, or replaced, there.
LIBRARIES: Mapping[str, frozenset[str]] = {
    "transitions": frozenset({"upheld.core.lifecycle.machine"}),
    "zoneinfo": frozenset({"upheld.core.time.timeline", "upheld.core.time.zone"}),
}

# A library outside the core stands in the part that is about it, or in these modules of it.
EDGE_LIBRARIES: Mapping[str, str] = {
    "sqlalchemy": "upheld.desk",
    "psycopg": "upheld.desk.storage.pipeline",
    "alembic": "upheld.desk.migrations",
    "jinja2": "upheld.pages.templates",
    "markupsafe": "upheld.pages",
    "altair": "upheld.pages.plots",
    "vl_convert": "upheld.pages.plots",
    "fastapi": "upheld.serve",
    "starlette": "upheld.serve",
    "httpcore": "upheld.serve.webhooks",
    "standardwebhooks": "upheld.serve.webhooks",
    "prometheus_client": "upheld.serve.metrics",
    "uvicorn": "upheld.cli.serve",
}

# What would make the same input give another answer, or reach outside, or end in a traceback of somebody's choosing.
IMPURE_CALLS = frozenset(
    "open print input now utcnow today monotonic perf_counter getenv "
    "read_text read_bytes write_text write_bytes".split()
)
EVALUATING_CALLS = frozenset({"eval", "exec", "__import__"})

# Which part may import which. A new part needs a line here, and with it a moment's thought.
EDGES: Mapping[str, frozenset[str]] = {
    unit: frozenset(others.split())
    for unit, others in {
        "core": "",
        "hookspecs": "history",
        "document": "core",
        "calendars": "core",
        "schema": "core document",
        "loader": "calendars core document schema",
        "check": "calendars core document loader schema",
        "report": "core document loading",
        "loading": "check core document loader plugins schema",
        "scenario": "check core document engine loader loading plugins replaying schema",
        "testing": "scenario",
        "show": "calendars core document loader",
        "pages": "core show",
        "starter": "core schema",
        "engine": "calendars core plugins",
        "replaying": "core engine",
        "explaining": "core engine replaying",
        "desk": "core engine explaining history loading replaying",
        "serve": "calendars core desk engine history loader loading pages plugins report replaying "
        "scenario schema show simulation",
        "history": "core document schema",
        "jobs": "core history plugins report",
        "bulk": "core engine history jobs replaying report",
        "spark": "bulk core engine history jobs replaying",
        "simulation": "core document engine schema",
        "drafting": "calendars core engine history loading schema",
        "policies": "hookspecs",
        "plugins": "core history hookspecs",
        "upheld": "calendars core desk engine hookspecs loader loading replaying",
        "__main__": "cli",
    }.items()
}
EVERYTHING = frozenset({"cli"})
"""The parts that may import all others; nothing but `__main__` imports them."""

# The wings of a part, the lowest first: each imports from those before it, so no arrow runs up. A wing is a folder, or
# a module that lies in none and is named here; `""` are all other modules, and the part's own `__init__`: the ground of
# the core, the doors of the others.
WINGS: Mapping[str, tuple[str, ...]] = {
    part: tuple("" if wing == "-" else wing for wing in wings.split())
    for part, wings in {
        "core": "- time condition policy proof change record lifecycle clocks billing decision "
        "population remedies replay versions story",
        "bulk": "distinct schemas reading scalar_tables clocks keys answers automaton verdicts -",
        "check": "inspection vocabulary time condition lifecycle commitment billing - scenarios",
        "cli": "misuse failure lazy_group output history change drafting desk -",
        "desk": "storage migrations record people standing telling redecision webhooks intake -",
        "history": "notice part arrival file importer sorting event_record spilled_logs foreign format recurring "
        "mapping draft canonical formats reading -",
        "loader": "- contracts",
        "pages": "theme templates single_file parts lifecycle figures plots timeline -",
        "report": "files findings -",
        "serve": "settings json_answer problems metrics request middleware health api openapi background demo "
        "webhooks console doors -",
        "spark": "asking rows together frames files -",
        "show": "page words policy change ticket replay -",
    }.items()
}
STRANGERS = frozenset(
    {frozenset({"clocks", "billing"}), frozenset({"files", "findings"}), frozenset({"ticket", "replay"})}
)
"""Pairs of wings that do not know each other, though one stands before the other in the list."""

MOST_MODULES = 16
"""Modules of a wing: a newcomer takes them in at one look."""

NO_NOUNS = frozenset("util utils helper helpers manager misc common stuff tools lib".split())

LONGEST_MODULE = 400
LONGEST_FUNCTION = 60
LONG: Mapping[str, str] = {}
"""Modules and functions (`module.function`) that may be longer, each with the reason."""


def core_is_pure(module: Module) -> Iterator[str]:
    """The core imports the pure part of the standard library, and each library in the module meant for it."""
    if module.unit != "core":
        return
    for imported in module.imports:
        top = imported.partition(".")[0]
        if top in LIBRARIES:
            if module.name not in LIBRARIES[top]:
                yield f"imports {top}, which belongs in {', '.join(sorted(LIBRARIES[top]))}"
        elif top != "upheld" and top not in PURE:
            yield f"imports {imported}, which the core may not"
    for called in IMPURE_CALLS.intersection(module.calls):
        yield f"calls {called}(), which the core may not"


def nothing_is_evaluated(module: Module) -> Iterator[str]:
    """No text ever becomes code (THREATS F08)."""
    for called in EVALUATING_CALLS.intersection(module.calls):
        yield f"calls {called}()"


def edges_are_known(module: Module) -> Iterator[str]:
    """A part imports only the parts that the table allows it."""
    if module.unit in EVERYTHING:
        return
    if module.unit not in EDGES:
        yield f"part `{module.unit}` is not in the table of edges"
        return
    for imported in module.imports:
        top, _, rest = imported.partition(".")
        other = rest.partition(".")[0] if rest else top
        if top == "upheld" and other != module.unit and other not in EDGES[module.unit]:
            yield f"part `{module.unit}` imports `{other}`"


def wings_import_downwards(module: Module) -> Iterator[str]:
    """A wing imports from those below it in its part; strangers do not know each other."""
    wings, wing = WINGS.get(module.unit), wing_of(module)
    if wings is None:
        return
    if wing not in wings:
        yield f"wing `{wing}` is not in the list of wings"
        return
    for imported in module.imports:
        found = Module(imported, "")
        other = wing_of(found)
        if found.unit != module.unit or other == wing:
            continue
        if other not in wings:
            yield f"wing `{wing}` imports `{imported}`, which no wing holds"
        elif wings.index(other) > wings.index(wing) or {other, wing} in STRANGERS:
            yield f"wing `{wing}` imports `{imported}`, which is not below it"


def wing_of(module: Module) -> str:
    """The wing of a module: the folder within a folder, the module or the folder that the table names."""
    wings, own = WINGS.get(module.unit, ()), module.name.split(".")[2:3]
    if "." in module.wing and module.wing in wings:
        return module.wing
    return own[0] if own and own[0] in wings else module.wing


def libraries_have_a_home(module: Module) -> Iterator[str]:
    """What a library is about is known in one place."""
    for imported in module.imports:
        homes = EDGE_LIBRARIES.get(imported.partition(".")[0], "")
        if homes and not any(f"{module.name}.".startswith(f"{home}.") for home in homes.split()):
            yield f"imports {imported}, which belongs in {homes}"


def names_are_nouns(module: Module) -> Iterator[str]:
    """A module has the name of an idea; these say that none was found."""
    for word in NO_NOUNS.intersection(re.split(r"[._]", module.name)):
        yield f"has `{word}` in its name"


def lengths_are_bounded(module: Module, long: Mapping[str, str] = LONG) -> Iterator[str]:
    """A module is one idea and a function one look, unless there is a reason."""
    lines = len(module.text.splitlines())
    if lines > LONGEST_MODULE and module.name not in long:
        yield f"has {lines} lines"
    for function, length in module.functions:
        if length > LONGEST_FUNCTION and f"{module.name}.{function}" not in long:
            yield f"{function} has {length} lines"


RULES: tuple[Callable[[Module], Iterator[str]], ...] = (
    core_is_pure,
    nothing_is_evaluated,
    edges_are_known,
    wings_import_downwards,
    libraries_have_a_home,
    names_are_nouns,
    lengths_are_bounded,
)
