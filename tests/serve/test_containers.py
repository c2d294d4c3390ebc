"""The containers: each runs a command that there is, as nobody in particular; the image has what a wheel is made of."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from upheld.cli import main

OURS = ("tables", "service", "worker")


@pytest.fixture(scope="module")
def containerfile(root: Path) -> str:
    return (root / "Containerfile").read_text("utf-8")


@pytest.fixture(scope="module")
def composed(root: Path) -> dict[str, Any]:
    """The services of compose.yaml, where each variable has its default."""
    text = re.sub(r"\$\{\w+:-(\w+)\}", r"\1", (root / "compose.yaml").read_text("utf-8"))
    services: dict[str, Any] = yaml.safe_load(text)["services"]
    return services


def understood(words: list[str]) -> click.Context:
    """What the command line makes of a command, which is not run. Raises: UsageError."""
    command: click.Command = main
    context, left = click.Context(main), words
    while isinstance(command, click.Group):
        _, found, left = command.resolve_command(context, left)
        assert found is not None
        command = found
    return command.make_context(words[0], left)


@pytest.mark.parametrize("name", OURS)
def test_what_a_container_runs_is_a_command(
    composed: dict[str, Any], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UPHELD_DB", composed[name]["environment"]["UPHELD_DB"])

    assert understood(composed[name]["command"]).params


def test_the_image_runs_a_command(containerfile: str) -> None:
    (words,) = re.findall(r"^CMD (\[.*\])$", containerfile, re.MULTILINE)

    assert "0.0.0.0" == understood(json.loads(words)).params["host"]


@pytest.mark.parametrize("name", OURS)
def test_a_container_can_do_little(composed: dict[str, Any], containerfile: str, name: str) -> None:
    """Not root, no capability, and a file system that it cannot write to but in memory."""
    service = composed[name]

    assert re.search(r"^USER [1-9]\d+:[1-9]\d+$", containerfile, re.MULTILINE)
    assert (True, ["ALL"], ["/tmp", "/data"]) == (service["read_only"], service["cap_drop"], service["tmpfs"])


def test_nobody_but_this_machine_is_listened_to(composed: dict[str, Any]) -> None:
    assert ["127.0.0.1:8080:8080"] == composed["service"]["ports"]
    assert "ports" not in composed["database"]


def test_the_image_is_built_from_all_that_a_wheel_is(root: Path) -> None:
    """Whatever pyproject.toml takes into a wheel lies in a folder that the image is given."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    taken = [
        *wheel["packages"],
        *wheel["force-include"],
        project["project"]["readme"],
        *project["project"]["license-files"],
    ]
    given = {line[1:] for line in (root / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")}

    assert set() == {Path(each).parts[0] for each in taken} - given
