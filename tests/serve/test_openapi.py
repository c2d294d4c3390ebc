"""The OpenAPI document says what the doors do: examples have their shapes, and so has whatever is answered."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from serve.conftest import MARK, Service
from serve.test_access import FILLED

from upheld.serve.doors import DOORS
from upheld.serve.problems import MEDIA_TYPE


def checked(document: dict[str, Any], schema: dict[str, Any], value: object) -> list[str]:
    """What is wrong with a value."""
    whole = {**schema, "components": document["components"]}
    return [each.message for each in Draft202012Validator(whole).iter_errors(value)]


@pytest.fixture(scope="module")
def document(shared: Service) -> dict[str, Any]:
    made: dict[str, Any] = shared.ask("GET", "/openapi.json").json()
    return made


TOLD = [door for door in DOORS if door.says is not None]


@pytest.mark.parametrize("door", TOLD, ids=str)
def test_examples_have_their_shape(document: dict[str, Any], door: Any) -> None:
    """Of what is sent, answered, and wrong; and every door says in which ways it fails."""
    told = document["paths"][door.path][door.method.lower()]
    for status, answer in told["responses"].items():
        for kind, each in answer["content"].items():
            assert status == "200" or kind == MEDIA_TYPE
            assert [] == ([] if "example" not in each else checked(document, each["schema"], each["example"]))
    for each in told.get("requestBody", {}).get("content", {}).values():
        assert [] == checked(document, each["schema"], each["example"])
    assert {"400", "404", "413", "422", "429", "500", "503"} <= set(told["responses"])
    assert told["summary"]
    assert told["description"]


UNSIGNED = [door for door in TOLD if door.needs.reader or not door.needs.takes]
"""What is signed by a tracker is sent in `webhooks/test_arrival`."""


@pytest.mark.parametrize("door", UNSIGNED, ids=str)
def test_what_is_answered_has_its_shape(shared: Service, document: dict[str, Any], door: Any) -> None:
    """Asked for what is there, each door answers what the document says."""
    sent = {"json": {**MARK, "actor": "agent:lee", "event": "take"}} if door.method == "POST" else {}
    answer = shared.ask(door.method, door.path.format(**FILLED), "agent", **sent)
    told = document["paths"][door.path][door.method.lower()]["responses"][str(answer.status_code)]["content"]

    (kind,) = [each for each in told if answer.headers["content-type"].startswith(each)]
    if kind == "application/json":
        assert [] == checked(document, told[kind]["schema"], answer.json())
    assert 200 == answer.status_code


def test_the_page_loads_nothing_from_elsewhere(shared: Service) -> None:
    """It tells every door, and no address leads anywhere."""
    page = shared.ask("GET", "/docs").text

    assert [] == [door.path for door in TOLD if door.path not in page]
    assert not [word for word in ("<script", "src=", "@import", "url(", "http://", "https://") if word in page]


@pytest.mark.filterwarnings("ignore")
def test_whatever_the_document_lets_anybody_ask_is_answered_so(tmp_path: Path) -> None:
    """A few stories of schemathesis; `bench/serve_schema.py` has ten thousand requests."""
    from serve_schema import run

    found = run(40, tmp_path, stories=2)
    gc.collect()  # what an old one leaves open is told here, where nobody minds

    assert ([], [], "by its count") == (found.wrong, found.flaky, found.ended)
    assert not [each for each in found.answers if each[1] >= 500], found.answers
