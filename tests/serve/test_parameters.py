"""Parameters that are read in one step are read as the framework reads them."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from upheld.serve.api import events, readings
from upheld.serve.request.parameters import reading_of

QUERIES = ["", "late=insert", "late=never&lang=de", "lang=fr", "lang=", "late=insert&late=refuse", "other=1"]
KEYS: list[dict[str, str]] = [{}, {"Idempotency-Key": "a"}, {"Idempotency-Key": ""}, {"Idempotency-Key": "x" * 401}]


@pytest.mark.parametrize("key", KEYS, ids=lambda key: f"key-{len(key.get('Idempotency-Key', '-'))}")
@pytest.mark.parametrize("query", QUERIES)
def test_they_are_what_the_framework_makes_of_them(query: str, key: dict[str, str]) -> None:
    """Values, and what is wrong with which."""
    app, read = FastAPI(), reading_of(events.submit)
    assert read is not None

    @app.get("/theirs")
    def theirs(
        idempotency_key: events.Key = None, late: events.Lateness = "refuse", lang: readings.Language = None
    ) -> dict[str, Any]:
        return {"idempotency_key": idempotency_key, "late": late, "lang": lang}

    @app.get("/ours")
    async def ours(request: Request) -> dict[str, Any]:
        return {"idempotency_key": None, "late": "refuse", "lang": None, **read(request)}

    @app.exception_handler(RequestValidationError)
    async def wrong(_: Request, error: Any) -> Response:
        return JSONResponse([(each["loc"], each["msg"]) for each in error.errors()], 422)

    async def answers() -> list[httpx.Response]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
            return [await client.get(f"/{each}?{query}", headers=key) for each in ("theirs", "ours")]

    first, second = asyncio.run(answers())
    assert (first.status_code, sorted(first.json())) == (second.status_code, sorted(second.json()))
    assert first.json() == second.json() or first.status_code == 422  # what is wrong comes in another order


def test_a_handler_that_asks_for_more_is_left_to_the_framework() -> None:
    """What it asks for is fetched by whoever knows how."""
    assert reading_of(readings.ticket) is None
    assert reading_of(readings.queue) is None
