"""Everything a developer runs, from a fresh clone, with Python 3.11 and pip alone.

    python3 dev.py demo             see it at work: a month at each of five vendors replayed, their policies checked
    python3 dev.py test [ARG...]    run the tests; arguments go to pytest (-k NAME, --full, ...)
    python3 dev.py check [STEP...]  what a commit must pass: lint, format, types, docs, tests (all, or those named);
                                    and when named, as continuous integration names them:
                                    floors: the tests, with the oldest libraries that pyproject.toml allows
                                    wheel: tests of a wheel that is built and installed outside the checkout
                                    spark: what runs on a Spark of this machine (Java 17), and the examples for
                                    DuckDB, polars and pandas
                                    browser: pages, in the system's Chromium
    python3 dev.py docs [--check]   write the generated pages of docs/, or only say whether they are fresh
    python3 dev.py bench [NAME...]  run bench/bench_NAME.py, or all of them; options behind a name are for it

The first run makes .venv beside this file and installs the project into it; a later
one installs again only when pyproject.toml, the folder or the Python has changed. The
steps floors and wheel make an environment each time. floors leaves out what proves
nothing of a library: mutants, planted bugs, how sources are written, processes that are
killed, what is decided compared with slow references, and the documentation. wheel runs
one test of each kind of what somebody who installs one meets; that it has every file,
the other tests prove. Decision 0053 says how long continuous integration may take, and
how to find what takes it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
FLOORS = ROOT / ".venv-floors"
STAMP = VENV / "upheld-installed.json"
OLDEST_PYTHON = (3, 11)
OLDEST_PIP = (22, 3)  # the first with --python, which installs into a venv that has no pip of its own

ALL_CORES = ("-n", "auto", "--dist", "worksteal")
"""For pytest: a process for each core, of which none stops while another has tests left."""
CHECKS: dict[str, Sequence[str]] = {
    "lint": ("ruff", "check", "."),
    "format": ("ruff", "format", "--check", "."),
    "types": ("mypy",),
    "docs": ("docs/generate.py", "--check"),
    "tests": ("pytest", *ALL_CORES, "-q"),
}
PLANTED = (
    *("tests/reference/test_planted_bugs.py", "tests/vendors/test_scenarios_catch_mutants.py"),
    *("tests/examples/test_contract_mutants.py", "tests/check/test_mutants.py", "tests/architecture"),
)
"""Tests of the tests, of scenarios, of checks and of how the sources are written: the same with every library."""
NEEDED = {"bulk": "bench"}
"""Benchmarks that need an extra: the libraries they compare with."""
KILLED = (
    *("tests/desk/commands/test_kills.py", "tests/desk/test_proofs.py"),
    *("tests/desk/test_law.py", "tests/desk/storage/test_faults.py"),
)
"""Tests that start and kill many processes, and those of many random histories: the same with every library."""
COMPARED = (
    *("tests/core", "tests/reference", "tests/independent", "tests/jobs", "tests/bench"),
    *("tests/scenario", "tests/simulation", "tests/examples/test_contracts.py", "tests/examples/test_edgevirt.py"),
    *("tests/vendors/test_clauses.py", "tests/vendors/test_frozen.py", "tests/vendors/test_operators.py"),
    *("tests/check/test_names.py", "tests/check/test_scenarios.py", "tests/check/test_versions.py"),
    *("tests/check/test_commitments.py", "tests/check/test_overlay.py", "tests/check/test_robustness.py"),
    *("tests/bulk/test_portions.py", "tests/bulk/test_agreement.py", "tests/bulk/test_dated_starts.py"),
    *("tests/bulk/clocks/test_clock_columns.py", "tests/bulk/clocks/test_unpaused_dues.py"),
    *("tests/cli/test_jobs.py", "tests/cli/test_variants.py", "tests/cli/test_replay_versions.py"),
    *("tests/cli/test_no_silence.py", "tests/cli/test_compare.py", "tests/cli/test_incomplete_pages.py"),
    *("tests/drafting/test_noise.py", "tests/drafting/test_simulated.py", "tests/history/draft", "tests/docs"),
    *("tests/history/format/tracker/test_hostile_exports.py", "tests/history/mapping/test_automatic_closing.py"),
    *("tests/history/mapping/test_public_logs.py", "tests/history/test_spilled_logs.py"),
    *("tests/history/test_recurring.py", "tests/cli/test_due.py"),
)
"""Tests of what is decided, against slow references, and of many forms of one file or page.

What they import and read, other tests do too, each of which asks the same of the libraries.
"""
OF_A_WHEEL = (
    *("tests/cli/test_main.py", "tests/cli/test_check.py", "tests/cli/test_diff.py", "tests/cli/test_due_entries.py"),
    *("tests/cli/test_explain.py", "tests/cli/test_fit.py", "tests/cli/test_map_ask.py", "tests/cli/test_order.py"),
    *("tests/cli/test_policies.py", "tests/cli/test_published_files.py", "tests/cli/test_queue.py"),
    *("tests/cli/test_replay.py", "tests/cli/test_show.py", "tests/cli/test_simulate.py"),
    *("tests/cli/test_statement.py", "tests/desk/commands/test_commands.py", "tests/desk/commands/test_live.py"),
    "tests/starter",
    *("tests/docs/test_readme.py", "tests/docs/test_tutorial.py", "tests/docs/test_embedding.py"),
    *("tests/pages/report", "tests/serve/console/test_views.py", "tests/serve/test_command.py"),
    *("tests/schema/test_resources.py", "tests/show/test_pages.py", "tests/vendors/test_example_months.py"),
    *("tests/test_embedding.py", "tests/test_plugins.py", "tests/test_public_api.py", "tests/test_ticket_service.py"),
)
"""Tests of what somebody who installs a wheel meets, one of a kind: commands, pages, the desk, plug-ins, and the docs.

That the wheel has every file of the sources, byte for byte, is proven by `tests/test_distribution.py`.
"""
OF_FRAMES = ("tests/spark", "tests/examples/test_bulk.py", "tests/docs/test_bulk.py")
"""Tests of other programs' frames, which need more than the extra `test`."""
IN_A_BROWSER = ("tests/browser",)
"""Tests of pages in Chromium, which a newcomer's machine need not have."""
OLDEST_JAVA = 17


class CannotGoOn(Exception):
    """The machine lacks something; the text says what to do about it."""


def main(argv: Sequence[str]) -> int:
    """Run one command; the exit status is that of the first thing that failed in it."""
    commands: dict[str, Callable[[Sequence[str]], int]] = {
        "demo": demo,
        "test": test,
        "check": check,
        "docs": docs,
        "bench": bench,
    }
    if not argv or argv[0] in ("-h", "--help", "help"):
        print(__doc__)
        return 0 if argv else 2
    if argv[0] not in commands:
        print(f"dev.py: no command `{argv[0]}`; there are {', '.join(commands)}", file=sys.stderr)
        return 2
    try:
        if sys.version_info < OLDEST_PYTHON:
            this = dotted(sys.version_info[:2])
            raise CannotGoOn(f"Python {dotted(OLDEST_PYTHON)} or newer is needed; this is {this}")
        return commands[argv[0]](argv[1:])
    except CannotGoOn as error:
        print(f"dev.py: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def demo(_: Sequence[str]) -> int:
    """Replay a month at each vendor, and check and test their policies."""
    install("pages")
    return first_failure([tell("-m", "upheld", *command) for command in demonstrated()])


def demonstrated() -> list[list[str]]:
    """What the demo has upheld do."""
    vendors = sorted(folder.name for folder in (ROOT / "plugins").iterdir() if folder.is_dir())
    return [*map(month, vendors), ["check", *vendors], ["test", *vendors]]


def month(vendor: str) -> list[str]:
    """The command that tells what a vendor's example month comes to."""
    folder = f"examples/{vendor}"
    asked = ["--policy", vendor, "--contracts", f"{folder}/contracts.yaml", "--lang", "en", "--brief"]
    return ["replay", f"{folder}/history.jsonl", *asked]


def test(arguments: Sequence[str]) -> int:
    """Run pytest, on every core unless the arguments say otherwise or debug."""
    install("test")
    alone = any(argument.startswith(("-n", "--numprocesses", "--pdb")) for argument in arguments)
    return run("-m", "pytest", *(() if alone else ALL_CORES), *arguments)


def check(steps: Sequence[str]) -> int:
    """Run the named steps, or all; every step runs even when one before it failed."""
    apart: dict[str, Callable[[], int]] = {"floors": floors, "wheel": wheel, "spark": spark, "browser": browser}
    unknown = [step for step in steps if step not in CHECKS and step not in apart]
    if unknown:
        raise CannotGoOn(f"no step `{unknown[0]}` in check; there are {', '.join([*CHECKS, *apart])}")
    if not steps or set(steps) - apart.keys():
        install("test", "lint")
    results = {}
    for step in steps or CHECKS:
        print(f"== {step}", flush=True)
        if step in apart:
            results[step] = apart[step]()
            continue
        command = CHECKS[step]
        results[step] = run(*command) if command[0].endswith(".py") else run("-m", *command)
    print("== " + ", ".join(f"{step} {'failed' if status else 'ok'}" for step, status in results.items()))
    return first_failure(list(results.values()))


def floors() -> int:
    """Run the tests with exactly the oldest release of each library, and of each of theirs what pip chooses."""
    import tomllib  # which an older Python lacks, that is to be told so

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    oldest = lower_bounds([*project["dependencies"], *project["optional-dependencies"]["test"]])
    make_environment(FLOORS)
    pip_install(FLOORS, "-e", f"{ROOT}[test]", *oldest)
    print(" ".join(oldest), flush=True)
    return suite(FLOORS, ROOT, ("tests", "engine/upheld"), (*PLANTED, *KILLED, *COMPARED))


def lower_bounds(requirements: Sequence[str]) -> list[str]:
    """The same requirements, each at its oldest release: `click>=8.2,<9` becomes `click==8.2`."""
    found = []
    for requirement in requirements:
        name, _, marker = requirement.partition(";")
        bound = re.fullmatch(r"\s*([\w.-]+(?:\[[^]]*\])?)\s*>=\s*([\w.]+)\s*(?:,.*)?", name)
        if bound is None:
            raise CannotGoOn(f"`{requirement}` in pyproject.toml has no lower bound: write `{name.strip()}>=VERSION`")
        found.append(f"{bound[1]}=={bound[2]}" + (f"; {marker.strip()}" if marker else ""))
    return found


def wheel() -> int:
    """Run the tests of a copy without engine/ on a wheel, so that they can import nothing but what it carries."""
    with tempfile.TemporaryDirectory(prefix="upheld-wheel-") as name:
        folder = Path(name).resolve()
        built, copy, environment = folder / "built", folder / "copy", folder / "venv"
        command = [*pip(), "--disable-pip-version-check", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(built)]
        if subprocess.run([*command, str(ROOT)], cwd=folder, check=False).returncode:
            raise CannotGoOn("pip could not build the wheel; its message stands above")
        make_environment(environment)
        pip_install(environment, *(f"{path}[test]" for path in built.glob("*.whl")))
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns("engine", ".*", "__pycache__"))
        found = output_of(str(python_in(environment)), "-c", "import upheld; print(upheld.__file__)").strip()
        if not Path(found).is_relative_to(environment):
            raise CannotGoOn(f"upheld comes from `{found}`, and not from the wheel; is PYTHONPATH set?")
        print(f"{next(built.glob('*.whl')).name}, imported from {Path(found).parent}", flush=True)
        return suite(environment, copy, OF_A_WHEEL, ())


def spark() -> int:
    """Run the tests of frames in .venv, with the libraries that they are of: half a gigabyte, once."""
    version = java_version()
    if version is None or version < OLDEST_JAVA:
        found = "there is none" if version is None else f"this is {version}"
        raise CannotGoOn(f"Spark needs Java {OLDEST_JAVA} or newer, and {found}; install it, or let JAVA_HOME name it")
    install("test", "spark", "frames")
    return run("-m", "pytest", "-q", "--spark", *OF_FRAMES)


def browser() -> int:
    """Run the tests of pages in the system's Chromium, which they name where it is not there."""
    install("test", "browser")
    return run("-m", "pytest", "-q", *ALL_CORES, "--browser", *IN_A_BROWSER)


def java_version() -> int | None:
    """The version of the Java that Spark would run on, or None where there is none."""
    home = os.environ.get("JAVA_HOME")
    command = str(Path(home) / "bin" / "java") if home else "java"
    found = re.search(r"(?m)^ *java\.specification\.version = (?:1\.)?(\d+)", settings_of(command))
    return int(found[1]) if found else None


def settings_of(java: str) -> str:
    """What a Java says of itself, which it does where others tell their errors; nothing where it is not there."""
    command = [java, "-XshowSettings:properties", "-version"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stderr
    except (OSError, subprocess.SubprocessError):
        return ""


def suite(environment: Path, folder: Path, paths: Sequence[str], left_out: Sequence[str]) -> int:
    """Run the tests at some paths of a folder, but for some, with the Python of an environment."""
    ignored = [f"--ignore={path}" for path in left_out]
    command = [str(python_in(environment)), "-m", "pytest", *ALL_CORES, "-q", *ignored, *paths]
    return subprocess.run(command, cwd=folder, env=variables(), check=False).returncode


def docs(arguments: Sequence[str]) -> int:
    """Write the generated pages, or with --check fail where they are stale."""
    install()
    return run("docs/generate.py", *arguments)


def bench(arguments: Sequence[str]) -> int:
    """Run the benchmarks one after the other, so that none disturbs another."""
    end = next((place for place, each in enumerate(arguments) if each.startswith("-")), len(arguments))
    names, options = arguments[:end], arguments[end:]
    if options and len(names) != 1:
        raise CannotGoOn(f"`{options[0]}` is for one benchmark: name it first, as in `dev.py bench bulk {options[0]}`")
    benchmarks = sorted((ROOT / "bench").glob("bench_*.py"))
    known = {path.stem.removeprefix("bench_"): path for path in benchmarks}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise CannotGoOn(f"no benchmark `{unknown[0]}`; there are {', '.join(known)}")
    install(*sorted({NEEDED[name] for name in names or known if name in NEEDED}))
    return first_failure([tell(str(known[name].relative_to(ROOT)), *options) for name in names or known])


def run(*arguments: str) -> int:
    """Run the environment's Python from the project's root, and return its exit status."""
    return subprocess.run([str(python_in(VENV)), *arguments], cwd=ROOT, env=variables(), check=False).returncode


def variables() -> dict[str, str]:
    """This process's, but that bytecode is kept: tests start hundreds of processes, a third of whose time it saves."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def tell(*arguments: str) -> int:
    """The same, after saying so."""
    shown = arguments[1:] if arguments[0] == "-m" else ("python", *arguments)
    print("\n$ " + " ".join(shown), flush=True)
    return run(*arguments)


def first_failure(statuses: Sequence[int]) -> int:
    """Return the first exit status that is not 0, or 0."""
    return next((status for status in statuses if status), 0)


def install(*extras: str) -> None:
    """Make .venv if need be, and install the project with these extras unless it is there already."""
    version = version_of(python_in(VENV))
    if version is None or version < OLDEST_PYTHON:
        make_environment(VENV)
        version = version_of(python_in(VENV))
        if version is None:
            raise CannotGoOn(f"cannot run {python_in(VENV)}; remove {VENV} and try again")
    about = f"{ROOT}\n{dotted(version)}\n".encode() + (ROOT / "pyproject.toml").read_bytes()
    wanted = hashlib.sha256(about).hexdigest()
    present = installed(wanted)
    if present is not None and present.issuperset(extras):
        return
    together = sorted((present or set()).union(extras))
    print(f"installing upheld into {VENV.name} (once, and when pyproject.toml changes)", file=sys.stderr, flush=True)
    project = f"{ROOT}[{','.join(together)}]" if together else str(ROOT)
    pip_install(VENV, "-e", project)
    STAMP.write_text(json.dumps({"digest": wanted, "extras": together}), encoding="utf-8")


def installed(wanted: str) -> set[str] | None:
    """Return the extras of the last installation, or None when it was for something else."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return set(stamp["extras"]) if stamp.get("digest") == wanted else None


def pip_install(environment: Path, *what: str) -> None:
    """Have pip install something into an environment."""
    python = str(python_in(environment))
    quietly = ("--disable-pip-version-check", "install", "--quiet", "--no-compile")
    if subprocess.run([*pip(), "--python", python, *quietly, *what], cwd=ROOT, check=False).returncode:
        raise CannotGoOn("pip could not install the project; its message stands above")
    libraries = environment / ("Lib" if os.name == "nt" else "lib")
    but_for_tests = ("-x", r"[/\\]tests[/\\]")
    compiling = ("compileall", "-qq", "-j", "0", *but_for_tests, str(libraries))  # on all cores, of which pip uses one
    subprocess.run([python, "-m", *compiling], check=False)


def make_environment(folder: Path) -> None:
    """Make an environment afresh without a pip in it: that needs no ensurepip, which some systems split off."""
    print(f"making {folder}", file=sys.stderr, flush=True)
    try:
        venv.EnvBuilder(clear=True, symlinks=os.name != "nt", with_pip=False).create(folder)
    except (OSError, subprocess.SubprocessError) as error:
        raise CannotGoOn(f"cannot make {folder}: {error}") from error


def python_in(environment: Path) -> Path:
    """The Python of an environment."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def pip() -> list[str]:
    """Find a pip new enough: this Python's, that of the Python below a virtual environment, .venv's own, or any."""
    base = getattr(sys, "_base_executable", sys.executable)
    candidates = [[python, "-m", "pip"] for python in dict.fromkeys((sys.executable, base, str(python_in(VENV))))]
    candidates += [[found] for found in map(shutil.which, ("pip3", "pip")) if found]
    for command in candidates:
        words = output_of(*command, "--version").split()
        if len(words) > 1 and numbers(words[1]) >= OLDEST_PIP:
            return command
    raise CannotGoOn(
        f"pip {dotted(OLDEST_PIP)} or newer is needed, and {sys.executable} has none; install it with the "
        "system's packages or `python3 -m ensurepip --user`, then try again"
    )


def version_of(python: Path) -> tuple[int, ...] | None:
    """Return the version of an interpreter, or None when it does not run."""
    words = output_of(str(python), "-c", "import sys; print(*sys.version_info[:2])").split()
    return tuple(map(int, words)) or None


def output_of(*command: str) -> str:
    """Return what a command prints, or nothing when it fails or is not there."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return ""


def numbers(version: str) -> tuple[int, ...]:
    """Read the leading numbers of a version: `23.1.dev0` is 23 and 1."""
    parts = []
    for part in version.split("."):
        if not part.isdigit():
            break
        parts.append(int(part))
    return tuple(parts)


def dotted(version: Sequence[int]) -> str:
    """Write a version as people do."""
    return ".".join(map(str, version))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
