"""Parameters: what a handler is given of an address and of headers, read as its annotations say.

The framework draws the OpenAPI document from the same annotations. Its own reading asks of each parameter what kind it
is with every request, which took two fifths of what a record cost outside the desk.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, get_origin

from fastapi.exceptions import RequestValidationError
from fastapi.params import Header, Query
from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request

Reading = Callable[[Request], dict[str, Any]]


def reading_of(handler: Callable[..., Any]) -> Reading | None:
    """What reads the parameters of a handler that asks for them, for the request, and for nothing else.

    Every parameter is one text and may be missing. It raises RequestValidationError, with all that cannot be meant.

    Returns: ``None`` for a handler that asks for more.
    """
    asked = dict(inspect.signature(handler, eval_str=True).parameters)
    if asked.pop("request", None) is None:
        return None
    found = [(name, _kind(each), each) for name, each in asked.items()]
    if not all(kind and each.default is not each.empty for _, kind, each in found):
        return None
    parts = [(name, kind, kind.alias or name, TypeAdapter(each.annotation)) for name, kind, each in found if kind]

    def read(request: Request) -> dict[str, Any]:
        given, wrong = dict[str, Any](), list[Any]()
        for name, kind, alias, adapter in parts:
            held = request.headers.get(alias) if isinstance(kind, Header) else request.query_params.get(alias)
            if held is None:
                continue
            try:
                given[name] = adapter.validate_python(held)
            except ValidationError as error:
                wrong += [{**each, "loc": (kind.in_.value, alias)} for each in error.errors()]
        if wrong:
            raise RequestValidationError(wrong)
        return given

    return read


def _kind(asked: inspect.Parameter) -> Query | Header | None:
    """Where a parameter of one text comes from; ``None`` for anything else."""
    told = getattr(asked.annotation, "__metadata__", ())
    kind = next((each for each in told if isinstance(each, (Query, Header))), None)
    return kind if kind is not None and get_origin(asked.annotation.__origin__) not in (list, set, tuple) else None
