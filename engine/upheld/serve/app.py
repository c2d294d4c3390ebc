"""The application: the doors, and what holds for all of them.

It is made of what it is given: a desk that is open, and settings. Whoever makes it closes the desk.

    >>> from upheld import Desk, load_policy
    >>> desk = Desk.open("sqlite://", policy=load_policy("base"), upgrade=True)
    >>> create_app(desk, Settings()).title
    'upheld'
"""

from __future__ import annotations

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from upheld.desk import Desk
from upheld.serve.door import gated, problem_of_status
from upheld.serve.doors import DOORS
from upheld.serve.limits import Limits
from upheld.serve.problems import answer
from upheld.serve.settings import Settings


def create_app(desk: Desk, settings: Settings) -> FastAPI:
    """The service of a desk."""
    app = FastAPI(title="upheld", openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.desk, app.state.settings, app.state.limits = desk, settings, Limits(settings)
    for door in DOORS:
        app.router.add_api_route(
            door.path,
            door.handler,
            methods=[door.method],
            response_model=None,
            name=door.name or door.handler.__name__,
            route_class_override=gated(door),
        )
    app.add_exception_handler(HTTPException, _no_door)
    return app


async def _no_door(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return answer(request, problem_of_status(error))
