"""The OpenAPI document: made of the doors, with what each takes and answers, and every way in which it fails.

Source: DESIGN section 13, "OpenAPI is generated, and schemathesis finds nothing".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from upheld.pages.plain_page import html
from upheld.serve.json_answer import JsonAnswer
from upheld.serve.openapi.shapes import ref, shapes
from upheld.serve.problems import MEDIA_TYPE, PROBLEMS, TYPES
from upheld.serve.request.bodies import LINES
from upheld.serve.request.door import Door, Says
from upheld.show.page.blocks import Block, Heading, Page, Paragraph, Table, code, line

ANY: Final = ("bad-request", "token-in-url", "not-found", "too-large", "locked-out", "too-many", "internal")
"""Problems that any door may have."""
OF_THE_DESK: Final = ("busy", "no-database", "took-too-long")
WITH_A_BODY: Final = ("not-json", "too-slow", "wrong-type")
SAYS: Final = (
    "A support desk by a contract: what happened is submitted and decided, each record once; what the policy refuses "
    "is an answer, and what goes wrong otherwise is a problem (RFC 9457)."
)
TOKEN: Final = {"type": "http", "scheme": "bearer", "description": "A token, made with `upheld desk token`."}


async def document(request: Request) -> Response:
    """What programs may ask for, as OpenAPI."""
    return JsonAnswer(openapi(request.app))


async def page(request: Request) -> Response:
    """The same to read, as a page that loads nothing from anywhere."""
    made = openapi(request.app)
    policy = (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
    return HTMLResponse(html(_page(made), "en"), headers={"Content-Security-Policy": policy})


def openapi(app: FastAPI) -> dict[str, Any]:
    """The document of an application; it is made once."""
    if app.openapi_schema is None:
        made = _drawn(app)
        for door in app.state.doors:
            if door.says is not None:
                found = made["paths"][door.path][door.method.lower()]
                found.update(_operation(door, door.says, found))
        made["components"] = {"schemas": {**shapes()}, "securitySchemes": {"token": TOKEN}}
        app.openapi_schema = made
    return app.openapi_schema


def _drawn(app: FastAPI) -> dict[str, Any]:
    """What the framework says of paths and parameters."""
    made: dict[str, Any] = FastAPI.openapi(app)
    app.openapi_schema = None
    made["info"]["description"] = SAYS
    return made


def _operation(door: Door, says: Says, found: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"responses": dict(_responses(door, says))}
    if found.get("parameters"):
        made["parameters"] = [_parameter(each, says) for each in found["parameters"]]
    made["security"] = [{"token": []}] if door.needs.reader else []
    if says.takes:
        bodies = {kind: {"schema": ref(name), "example": each} for kind, (name, each) in says.takes.items()}
        if LINES in bodies:  # a text to whoever reads the document: JSON, a value a line
            bodies[LINES]["schema"] = {"type": "string", "description": f"Lines, each a `{says.takes[LINES][0]}`."}
        made["requestBody"] = {"required": True, "content": bodies}
    return made


def _parameter(found: Mapping[str, Any], says: Says) -> dict[str, Any]:
    """A parameter, of which the framework says that it may be null where it may be missing."""
    schema = dict(found["schema"])
    (kind,) = [each for each in schema.pop("anyOf", [{}]) if each.get("type") != "null"]
    schema = {**kind, **{name: held for name, held in schema.items() if name != "title"}}
    return {**found, "required": found["required"] or found["name"] in says.must, "schema": schema}


def _responses(door: Door, says: Says) -> Iterator[tuple[str, Any]]:
    content: dict[str, Any] = {}
    if says.answer:
        is_list = says.answer.endswith("[]")
        schema = ref(says.answer.removesuffix("[]"))
        content["application/json"] = {"schema": {"type": "array", "items": schema} if is_list else schema}
        content["application/json"] |= {} if says.example is None else {"example": says.example}
    if says.lines:
        content[LINES] = {"schema": {"type": "string", "description": f"Lines, each a `{says.lines}`."}}
    if says.text:
        content[says.text] = {"schema": {"type": "string"}}
    links = {
        name: {"operationId": name, "parameters": {each: f"$response.body#/{at}" for each, at in named.items()}}
        for name, named in says.leads.items()
    }
    yield "200", {"description": "The answer.", "content": content} | ({"links": links} if links else {})
    by_status: dict[int, list[str]] = {}
    for each in dict.fromkeys(_codes(door, says)):
        by_status.setdefault(PROBLEMS[each].status, []).append(each)
    for status in sorted(by_status):
        told = "; ".join(f"`{each}`: {PROBLEMS[each].title}" for each in by_status[status])
        first = by_status[status][0]
        example = {"type": f"{TYPES}{first}", "title": PROBLEMS[first].title, "status": status}
        yield (
            str(status),
            {"description": told, "content": {MEDIA_TYPE: {"schema": ref("Problem"), "example": example}}},
        )


def _codes(door: Door, says: Says) -> Iterator[str]:
    """The codes of every problem that a door may have."""
    yield from ANY
    yield from OF_THE_DESK
    if door.needs.reader:
        yield "no-token"
    if door.needs.acts or door.needs.sees == "all":
        yield "forbidden"
    if door.needs.takes:
        yield from WITH_A_BODY
    yield "bad-value"
    yield from says.problems


def _page(made: Mapping[str, Any]) -> Page:
    blocks: list[Block] = [Heading(1, "upheld over HTTP"), Paragraph(line(SAYS))]
    blocks.append(Paragraph(line("The same for programs: ", code("/openapi.json"), ".")))
    for path, methods in made["paths"].items():
        for method, each in methods.items():
            blocks += [Heading(2, f"{method.upper()} {path}"), Paragraph(line(each.get("description", "")))]
            named = [(one["name"], one["in"], one.get("description", "")) for one in each.get("parameters", ())]
            if named:
                rows = tuple((line(code(name)), line(where), line(says)) for name, where, says in named)
                blocks.append(Table(("parameter", "in", "meaning"), rows))
            told = [(status, one["description"]) for status, one in each["responses"].items()]
            blocks.append(Table(("status", "meaning"), tuple((line(code(s)), line(says)) for s, says in told)))
    return Page(tuple(blocks), (), ())
