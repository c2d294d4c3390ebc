"""The application: the doors, and what holds for all of them.

It is made of what it is given: a desk that is open, and settings. Whoever makes it closes the desk.

    >>> from upheld import Desk, load_policy
    >>> desk = Desk.open("sqlite://", policy=load_policy("base"), upgrade=True)
    >>> create_app(desk, Settings()).title
    'upheld'
"""

from __future__ import annotations

from importlib.metadata import version

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import compile_path

from upheld.desk import Desk
from upheld.serve.api.group_commit import GroupCommit
from upheld.serve.console.gate import told
from upheld.serve.console.visit import ROOT
from upheld.serve.doors import DOORS
from upheld.serve.json_answer import JsonAnswer
from upheld.serve.metrics import Metrics
from upheld.serve.middleware import Middleware
from upheld.serve.problems import Problem, answer
from upheld.serve.request.bodies import check_address
from upheld.serve.request.door import gated, problem_of_status
from upheld.serve.request.limits import Limits
from upheld.serve.settings import Settings


def create_app(desk: Desk, settings: Settings) -> FastAPI:
    """The service of a desk."""
    app = FastAPI(
        title="upheld",
        version=version("upheld"),
        openapi_url=None,
        redirect_slashes=False,
        default_response_class=JsonAnswer,
    )
    metrics = Metrics(desk)
    app.state.desk, app.state.settings, app.state.limits = desk, settings, Limits(settings)
    app.state.metrics, app.state.doors, app.state.group_commit = metrics, DOORS, GroupCommit(desk)
    for door in DOORS:
        app.router.add_api_route(
            door.path,
            door.handler,
            methods=[door.method],
            response_model=None,
            name=str(door),
            operation_id=door.handler.__name__ if door.says is not None else None,
            summary=(door.handler.__doc__ or str(door)).partition(".")[0],
            include_in_schema=door.says is not None,
            route_class_override=gated(door),
        )
    app.add_exception_handler(HTTPException, _no_door)
    app.add_middleware(Middleware, metrics=metrics)
    return app


async def _no_door(request: Request, error: Exception) -> Response:
    """What is asked for where there is no door."""
    assert isinstance(error, HTTPException)
    problem = problem_of_status(error)
    try:
        check_address(request)
    except Problem as found:
        problem = found
    path = request.scope["path"]
    if problem.code == "wrong-method":
        allowed = {door.method for door in DOORS if compile_path(door.path)[0].fullmatch(path)}
        problem.headers["Allow"] = ", ".join(sorted(allowed | ({"HEAD"} if "GET" in allowed else set())))
    return (told if path.startswith(f"{ROOT}/") else answer)(request, problem)
