"""The shape of the engine: who imports whom, what the core never does, how long things are."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from architecture.rules import EDGES, LIBRARIES, LONG, MOST_MODULES, RULES, WINGS, lengths_are_bounded, wing_of
from architecture.source import ENGINE, Module, engine_modules

MODULES = engine_modules()

BAD = {
    "the core reads files": ("upheld.core.x", "import pathlib", "core_is_pure"),
    "the core draws lots": ("upheld.core.x", "def f():\n    from random import choice", "core_is_pure"),
    "the core logs": ("upheld.core.x", "import logging.handlers", "core_is_pure"),
    "the core asks the clock": ("upheld.core.x", "import datetime\ndatetime.datetime.now()", "core_is_pure"),
    "the core opens": ("upheld.core.x", "open('policy.yaml')", "core_is_pure"),
    "the core prints": ("upheld.core.x", "print('here')", "core_is_pure"),
    "a library in the wrong module": ("upheld.core.clocks.clock", "from transitions import Machine", "core_is_pure"),
    "YAML in the core": ("upheld.core.lifecycle.machine", "import yaml", "core_is_pure"),
    "text becomes code": ("upheld.document.x", "eval('1')", "nothing_is_evaluated"),
    "the core knows an edge": ("upheld.core.x", "from upheld.document import read_document", "edges_are_known"),
    "the core knows the package": ("upheld.core.x", "from upheld import Finding", "edges_are_known"),
    "by a relative import": ("upheld.core.x", "from ..document import source", "edges_are_known"),
    "an edge knows another": ("upheld.document.x", "import upheld.plugins", "edges_are_known"),
    "an edge knows the command line": ("upheld.plugins", "from upheld.cli import failure", "edges_are_known"),
    "an edge nobody listed": ("upheld.newcomer", "", "edges_are_known"),
    "a wing knows one above it": (
        "upheld.core.time.x",
        "from upheld.core.policy.policy import Policy",
        "wings_import_downwards",
    ),
    "the ground knows a wing": ("upheld.core.x", "from upheld.core.time import day", "wings_import_downwards"),
    "clocks know billing": (
        "upheld.core.clocks.x",
        "from upheld.core.billing.ledger import Ledger",
        "wings_import_downwards",
    ),
    "billing knows clocks": ("upheld.core.billing.x", "import upheld.core.clocks.clock", "wings_import_downwards"),
    "billing knows remedies": (
        "upheld.core.billing.x",
        "from upheld.core.remedies.booking import Booking",
        "wings_import_downwards",
    ),
    "a decision reads remedies": (
        "upheld.core.decision.x",
        "from upheld.core.remedies.reckoning import Reckoning",
        "wings_import_downwards",
    ),
    "a wing nobody listed": ("upheld.core.attic.chest.x", "", "wings_import_downwards"),
    "a reader of a format knows mappings": (
        "upheld.history.format.x",
        "from upheld.history.mapping.cell import Cell",
        "wings_import_downwards",
    ),
    "a module knows the door": (
        "upheld.history.importer",
        "from upheld.history.reading import read_history",
        "wings_import_downwards",
    ),
    "words know a section": (
        "upheld.show.words.x",
        "from upheld.show.policy.hours import hours",
        "wings_import_downwards",
    ),
    "a page knows the doors": ("upheld.show.page.x", "from upheld.show import LANGUAGES", "wings_import_downwards"),
    "a check knows those of scenarios": (
        "upheld.check.vocabulary.names",
        "from upheld.check.scenarios import check_scenarios",
        "wings_import_downwards",
    ),
    "a standing knows who decides": (
        "upheld.desk.standing.x",
        "from upheld.desk.intake.batch import Batch",
        "wings_import_downwards",
    ),
    "SQL outside the desk": ("upheld.replaying", "from sqlalchemy import select", "libraries_have_a_home"),
    "migrations in the desk": ("upheld.desk.standing.standings", "import alembic.op", "libraries_have_a_home"),
    "a name without an idea": ("upheld.core.time_utils", "", "names_are_nouns"),
    "a module of a thousand lines": ("upheld.core.x", "x = 1\n" * 1000, "lengths_are_bounded"),
    "a function of a hundred lines": ("upheld.core.x", "def f():\n" + "    x = 1\n" * 100, "lengths_are_bounded"),
}

GOOD = {
    "the machine has its library": ("upheld.core.lifecycle.machine", "from transitions import Machine"),
    "the core knows itself": ("upheld.core.x", "from upheld.core.finding import Finding\nfrom .finding import Place"),
    "an edge knows the core": ("upheld.document.x", "from upheld.core.finding import Finding\nimport yaml"),
    "the command line knows everything": ("upheld.cli.x", "from upheld import plugins\nprint(open)"),
    "an instant is not the clock": ("upheld.core.x", "from datetime import datetime\ndatetime(2024, 1, 1).time()"),
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_engine_follows_the_rule(rule: Callable[[Module], Iterator[str]]) -> None:
    wrong = [f"{module.name} {complaint}" for module in MODULES for complaint in rule(module)]

    assert [] == wrong


@pytest.mark.parametrize("name, text, rule", BAD.values(), ids=BAD.keys())
def test_a_bad_module_is_found(name: str, text: str, rule: str) -> None:
    """Each rule can fail, and for its own reason alone."""
    assert {rule} == {check.__name__ for check in RULES if list(check(Module(name, text)))}


@pytest.mark.parametrize("name, text", GOOD.values(), ids=GOOD.keys())
def test_a_good_module_is_left_alone(name: str, text: str) -> None:
    assert [] == [complaint for check in RULES for complaint in check(Module(name, text))]


def test_the_engine_is_there_to_be_looked_at() -> None:
    """A test over no modules would pass."""
    assert {"upheld", "upheld.core.finding", "upheld.cli"} <= {module.name for module in MODULES}


@pytest.mark.parametrize("part", WINGS)
def test_every_wing_says_what_it_is_for_and_what_it_may_import(part: str) -> None:
    """A newcomer reads the `__init__` of a wing first."""
    modules = [module for module in MODULES if module.unit == part]
    told = {module.folder: ast.get_docstring(module.tree) or "" for module in modules if module.is_package}
    sizes = Counter(module.folder for module in modules if not module.is_package)

    assert set(WINGS[part]) == {*map(wing_of, modules)}
    assert [] == [wing for wing, text in told.items() if wing and "May import: " not in text]
    assert [] == [wing for wing in told if wing and not 2 <= sizes[wing] <= MOST_MODULES]


def test_every_line_of_the_tables_is_used() -> None:
    """A part, or a long module, that is gone leaves the tables too."""
    units = {module.unit for module in MODULES}
    too_long = {
        name
        for module in MODULES
        for complaint in lengths_are_bounded(module, long={})
        for name in [module.name if complaint.startswith("has ") else f"{module.name}.{complaint.split()[0]}"]
    }

    used = {
        (module.unit, imported.split(".")[1]) for module in MODULES for imported in module.imports if "." in imported
    }

    assert [] == sorted(set(EDGES) - units)
    assert [] == [
        (unit, other) for unit, others in EDGES.items() for other in sorted(others) if (unit, other) not in used
    ]
    assert [] == sorted(set(LONG) - too_long)


def test_the_machine_stands_in_one_module() -> None:
    """DESIGN section 1: `transitions` is named by one module of the core, so that it can be replaced there."""
    assert {"upheld.core.lifecycle.machine"} == LIBRARIES["transitions"]


def test_the_edges_have_no_circle() -> None:
    """Parts can be put in an order in which each imports only earlier ones."""
    placed: set[str] = set()
    waiting = dict(EDGES)
    while ready := [unit for unit, others in waiting.items() if others <= placed | {"cli"}]:
        placed.update(ready)
        for unit in ready:
            del waiting[unit]

    assert {} == waiting


def test_no_vendor_is_named_in_the_engine(root) -> None:
    """The engine knows no vendor; one of them has an English word for a name, which is looked for as a vendor's."""
    vendors = {folder.name for folder in (root / "plugins").iterdir()}
    assert "mapping" in vendors
    words = "|".join([*sorted(vendors - {"mapping"}), "mapping.suite", "upheld_mapping", "policy: mapping"])
    files = sorted((ENGINE / "upheld").rglob("*"))
    texts = [path for path in files if path.suffix in {".py", ".yaml", ".json", ".md", ".txt"}]

    assert [] == [path.name for path in texts if re.search(words, path.read_text(encoding="utf-8"), re.IGNORECASE)]
