"""The page on webhooks: its programs verify what we sign, and nothing else, in each language."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from upheld.serve.webhooks.sending import signed

Case = tuple[str, dict[str, str], str, int]

SECRET, EARLIER = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"
BODY = '{"été": 1}'

PHP = """
foreach (json_decode(file_get_contents('php://stdin'), true) as [$body, $headers, $secret, $now]) {
    echo is_ours($body, $headers, $secret, $now) ? 'yes ' : 'no ';
}
"""
SCRIPT = """
import { readFileSync } from "node:fs";
for (const [body, headers, secret, now] of JSON.parse(readFileSync(0, "utf-8")))
  process.stdout.write(isOurs(body, new Headers(headers), secret, now) ? "yes " : "no ");
"""


@pytest.fixture(scope="module")
def blocks(root: Path) -> dict[str, str]:
    """The program of each language."""
    page = (root / "docs" / "webhooks.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^```(python|typescript|php)\n(.*?)^```$", page, re.DOTALL | re.MULTILINE))


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    """What was sent while a secret is exchanged, and the same changed in every part."""
    now = int(datetime.now(UTC).timestamp())
    headers = signed([SECRET, EARLIER], "msg_1", datetime.fromtimestamp(now, UTC), BODY.encode())
    changed = {name: {**headers, f"webhook-{name}": value} for name, value in (("id", "msg_2"), ("timestamp", "x"))}
    return [
        (BODY, headers, SECRET, now),
        (BODY, headers, EARLIER, now),
        (BODY, headers, "whsec_AAAA", now),
        (f"{BODY} ", headers, SECRET, now),
        (BODY, changed["id"], SECRET, now),
        (BODY, changed["timestamp"], SECRET, now),
        (BODY, {}, SECRET, now),
        (BODY, {**headers, "webhook-signature": "v1, v2,x"}, SECRET, now),
    ]


EXPECTED = "yes yes no no no no no no".split()


def test_the_program_in_python(blocks: dict[str, str], cases: list[Case]) -> None:
    names: dict[str, object] = {}
    exec(compile(blocks["python"], "docs/webhooks.md", "exec"), names)
    is_ours = names["is_ours"]
    assert callable(is_ours)
    found = [is_ours(body.encode(), headers, secret) for body, headers, secret, _ in cases[:7]]

    assert EXPECTED[:7] == ["yes" if each else "no" for each in found]


@pytest.mark.parametrize("language, program", [("typescript", "node"), ("php", "php")])
def test_the_programs_without_a_library(
    blocks: dict[str, str],
    cases: list[Case],
    tmp_path: Path,
    language: str,
    program: str,
) -> None:
    """And a stamp of long ago is a replay."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"there is no {program} on this machine")
    body, headers, secret, now = cases[0]
    text = json.dumps([*cases, (body, headers, secret, now + 301)])
    if language == "php":
        file, made = tmp_path / "made.php", f"<?php\n{blocks[language]}{PHP}"
    else:
        plain = re.sub(r": (string|number|boolean|Headers)\b", "", blocks[language])
        file, made = tmp_path / "made.mjs", f"{plain}{SCRIPT}"
    file.write_text(made, encoding="utf-8")
    done = subprocess.run([found, str(file)], input=text.encode(), capture_output=True, timeout=60, check=False)

    assert ([*EXPECTED, "no"], b"") == (done.stdout.decode().split(), done.stderr)
