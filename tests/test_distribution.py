"""What is built: the wheel carries the vendors and the schemas, and a stranger's wheel is found beside them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

VENDORS = ["entropics", "greenmash", "manao", "mapping", "proconcept"]


def run(*arguments: str, cwd: Path, path: Path | None = None) -> str:
    """Run this Python, with a folder put before all installed packages, and return what it prints."""
    environment = os.environ | ({"PYTHONPATH": str(path)} if path else {})
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, encoding="utf-8")
    assert 0 == done.returncode, done.stdout + done.stderr
    return done.stdout


def install(project: Path, target: Path) -> None:
    """Build and install a project with pip, from what is here already."""
    offline = ("--no-deps", "--no-index", "--no-build-isolation", "--disable-pip-version-check", "--quiet")
    run("-m", "pip", "install", *offline, "--target", str(target), str(project), cwd=target.parent)


@pytest.fixture(scope="module")
def site(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with upheld's wheel unpacked in it, as an installation without -e leaves it."""
    folder = tmp_path_factory.mktemp("built")
    run("-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder), cwd=root)
    (wheel,) = folder.glob("*.whl")
    with ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_the_wheel_has_all_it_needs(site: Path, root: Path) -> None:
    """Byte for byte every file of the engine, of the five vendors with their months, the schemas, and nothing else."""
    packages = {"upheld": root / "engine" / "upheld"}
    packages |= {f"upheld_{vendor}": root / "plugins" / vendor / f"upheld_{vendor}" for vendor in VENDORS}
    folders = packages | {"upheld/schemas": root / "schemas"}
    wanted = {f"{name}/{path}": data for name, folder in folders.items() for path, data in files_in(folder).items()}
    for vendor, name in ((vendor, name) for vendor in VENDORS for name in ("contracts.yaml", "history.jsonl")):
        wanted[f"upheld_{vendor}/demo/{name}"] = (root / "examples" / vendor / name).read_bytes()

    assert wanted == {f"{name}/{path}": data for name in packages for path, data in files_in(site / name).items()}
    assert "upheld/py.typed" in wanted
    assert set(packages) == {path.name for path in site.iterdir() if path.suffix != ".dist-info"}


def files_in(folder: Path) -> dict[str, bytes]:
    """What lies in a folder and is no bytecode."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".pyc")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_the_wheel_finds_its_schemas(site: Path, root: Path, tmp_path: Path) -> None:
    """Away from the checkout, `upheld schema` prints what the wheel carries."""
    where = run("-c", "from upheld.schema.resources import schemas; print(schemas())", cwd=tmp_path, path=site)

    assert str(site / "upheld" / "schemas") == where.strip()
    policy = (root / "schemas" / "policy.schema.json").read_text(encoding="utf-8")
    assert policy == run("-m", "upheld", "schema", "policy", cwd=tmp_path, path=site)


def test_the_wheel_writes_a_starter(site: Path, tmp_path: Path) -> None:
    """The template and the base are in the wheel, and the starter checks clean away from the checkout."""
    run("-m", "upheld", "new", "first try", cwd=tmp_path, path=site)

    checked = run("-m", "upheld", "check", "first try/policy.yaml", "--strict", cwd=tmp_path, path=site)
    assert checked.startswith("first-try 0.1.0: no findings ")


def test_a_third_partys_policy_is_found_beside_the_five(root: Path, tmp_path: Path) -> None:
    """The distribution to copy builds, installs, and is then listed with its origin; nothing else is needed."""
    shutil.copytree(root / "examples" / "third-party-vendor", tmp_path / "project")
    install(tmp_path / "project", tmp_path / "site")

    rows = json.loads(run("-m", "upheld", "policies", "--format", "json", cwd=tmp_path, path=tmp_path / "site"))

    found = {row["id"]: row for row in rows}
    assert ["acme", "base", *VENDORS] == list(found)
    assert "upheld-acme 1.0.0" == found["acme"]["from"]
    assert "Acme" == found["acme"]["vendor"]
