"""Everything a developer runs, from a fresh clone, with Python 3.11 and pip alone.

    python3 dev.py demo             see it at work: a month at each of five vendors replayed, their policies checked
    python3 dev.py test [ARG...]    run the tests; arguments go to pytest (-k NAME, --full, ...)
    python3 dev.py check [STEP...]  what a commit must pass: lint, format, types, docs, tests (all, or those named)
    python3 dev.py docs [--check]   write the generated pages of docs/, or only say whether they are fresh
    python3 dev.py bench [NAME...]  run bench/bench_NAME.py, or all of them

The first run makes .venv beside this file and installs the project into it; a later
one installs again only when pyproject.toml, the folder or the Python has changed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "upheld-installed.json"
OLDEST_PYTHON = (3, 11)
OLDEST_PIP = (22, 3)  # the first with --python, which installs into a venv that has no pip of its own

CHECKS: dict[str, Sequence[str]] = {
    "lint": ("ruff", "check", "."),
    "format": ("ruff", "format", "--check", "."),
    "types": ("mypy",),
    "docs": ("docs/generate.py", "--check"),
    "tests": ("pytest", "-n", "auto", "-q"),
}


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
        return commands[argv[0]](argv[1:])
    except CannotGoOn as error:
        print(f"dev.py: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def demo(_: Sequence[str]) -> int:
    """Replay a month at each vendor, and check and test their policies."""
    install()
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
    return run("-m", "pytest", *(() if alone else ("-n", "auto")), *arguments)


def check(steps: Sequence[str]) -> int:
    """Run the named steps, or all; every step runs even when one before it failed."""
    unknown = [step for step in steps if step not in CHECKS]
    if unknown:
        raise CannotGoOn(f"no step `{unknown[0]}` in check; there are {', '.join(CHECKS)}")
    install("test", "lint")
    results = {}
    for step in steps or CHECKS:
        print(f"== {step}", flush=True)
        command = CHECKS[step]
        results[step] = run(*command) if command[0].endswith(".py") else run("-m", *command)
    print("== " + ", ".join(f"{step} {'failed' if status else 'ok'}" for step, status in results.items()))
    return first_failure(list(results.values()))


def docs(arguments: Sequence[str]) -> int:
    """Write the generated pages, or with --check fail where they are stale."""
    install()
    return run("docs/generate.py", *arguments)


def bench(names: Sequence[str]) -> int:
    """Run the benchmarks one after the other, so that none disturbs another."""
    install()
    benchmarks = sorted((ROOT / "bench").glob("bench_*.py"))
    known = {path.stem.removeprefix("bench_"): path for path in benchmarks}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise CannotGoOn(f"no benchmark `{unknown[0]}`; there are {', '.join(known)}")
    return first_failure([tell(str(known[name].relative_to(ROOT))) for name in names or known])


def run(*arguments: str) -> int:
    """Run the environment's Python from the project's root, and return its exit status."""
    return subprocess.run([str(PYTHON), *arguments], cwd=ROOT, check=False).returncode


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
    if sys.version_info < OLDEST_PYTHON:
        raise CannotGoOn(f"Python {dotted(OLDEST_PYTHON)} or newer is needed; this is {dotted(sys.version_info[:2])}")
    version = version_of(PYTHON)
    if version is None or version < OLDEST_PYTHON:
        make_environment()
        version = version_of(PYTHON)
        if version is None:
            raise CannotGoOn(f"cannot run {PYTHON}; remove {VENV} and try again")
    about = f"{ROOT}\n{dotted(version)}\n".encode() + (ROOT / "pyproject.toml").read_bytes()
    wanted = hashlib.sha256(about).hexdigest()
    present = installed(wanted)
    if present is not None and present.issuperset(extras):
        return
    together = sorted((present or set()).union(extras))
    print(f"installing upheld into {VENV.name} (once, and when pyproject.toml changes)", file=sys.stderr, flush=True)
    project = f"{ROOT}[{','.join(together)}]" if together else str(ROOT)
    command = [*pip(), "--python", str(PYTHON), "--disable-pip-version-check", "install", "--quiet", "-e", project]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        raise CannotGoOn("pip could not install the project; its message stands above")
    STAMP.write_text(json.dumps({"digest": wanted, "extras": together}), encoding="utf-8")


def installed(wanted: str) -> set[str] | None:
    """Return the extras of the last installation, or None when it was for something else."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return set(stamp["extras"]) if stamp.get("digest") == wanted else None


def make_environment() -> None:
    """Make .venv afresh without a pip in it: that needs no ensurepip, which some systems split off."""
    print(f"making {VENV}", file=sys.stderr, flush=True)
    try:
        venv.EnvBuilder(clear=True, symlinks=os.name != "nt", with_pip=False).create(VENV)
    except (OSError, subprocess.SubprocessError) as error:
        raise CannotGoOn(f"cannot make {VENV}: {error}") from error


def pip() -> list[str]:
    """Find a pip new enough: this Python's, that of the Python below a virtual environment, .venv's own, or any."""
    base = getattr(sys, "_base_executable", sys.executable)
    candidates = [[python, "-m", "pip"] for python in dict.fromkeys((sys.executable, base, str(PYTHON)))]
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
