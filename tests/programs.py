"""Programs of the examples: loaded as modules, and served as a product serves them."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
import uvicorn


def program(path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A program, as a module that is found by its name while the test lasts."""
    spec = spec_from_file_location(f"program_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    return module


@contextmanager
def served(app: Any) -> Iterator[str]:
    """The address of an application, served by uvicorn as a product would be."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    thread = Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the application does not start"
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def ask(url: str, body: object = None, key: str | None = None) -> tuple[int, Any]:
    """What a service answers."""
    headers = {"Content-Type": "application/json"} | ({} if key is None else {"Idempotency-Key": key})
    sent = Request(url, None if body is None else json.dumps(body).encode(), headers)
    try:
        with urlopen(sent) as response:
            return response.status, json.load(response)
    except HTTPError as error:
        with error:
            return error.code, json.load(error)


def until(true: Callable[[], bool]) -> None:
    """Wait for what a worker does by itself."""
    for _ in range(3000):
        if true():
            return
        time.sleep(0.02)
    pytest.fail("it does not come")
