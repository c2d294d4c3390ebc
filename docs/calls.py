"""The calls that docs/http.md shows: each operation of the OpenAPI document, in four languages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# A document or a part of it is whatever JSON can hold.
Document = Mapping[str, Any]

PARAMETERS = {"ticket": "T-1", "customer": "acme", "policy": "shop@1.0.0"}
"""What a path asks for, as the records of the document's examples have it."""
KEY = "Idempotency-Key"
LINES = "application/x-ndjson"


@dataclass(frozen=True, slots=True)
class Call:
    """One request.

    Attributes:
        headers: Beside the token's.
        body: A record, a list of them to be sent as lines, or nothing.
    """

    title: str
    says: str
    method: str
    path: str
    headers: Mapping[str, str]
    body: Any

    @property
    def has_lines(self) -> bool:
        return isinstance(self.body, list)


def calls(document: Document) -> Iterator[Call]:
    """The calls of programs; of a body that may be of several types, one for each."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if not path.startswith("/v1/") or not operation["security"]:
                continue
            filled = re.sub(r"\{(\w+)\}", lambda match: PARAMETERS[match[1]], path)
            wants_key = any(each["name"] == KEY for each in operation.get("parameters", ()))
            for kind, given in operation.get("requestBody", {}).get("content", {"": {}}).items():
                title, headers, body = f"{method.upper()} {path}", {"Content-Type": kind}, given.get("example")
                if kind == LINES:
                    title, body = f"{title}, of many lines", [*map(json.loads, body.splitlines())]
                elif wants_key:
                    headers[KEY] = "mail-1"
                yield Call(title, operation["description"], method.upper(), filled, headers if kind else {}, body)


def told(document: Document) -> str:
    """Each call under a heading of its own, in Markdown."""
    parts = []
    for call in calls(document):
        parts += [f"### {call.title}", call.says.replace("\n", " ")]
        for language, write in LANGUAGES.items():
            parts.append(f"```{language}\n{write(call)}\n```")
    return "\n\n".join(parts)


def as_curl(call: Call) -> str:
    """For a shell."""
    parts = [f'curl -sS "$UPHELD{call.path}"', '-H "Authorization: Bearer $UPHELD_TOKEN"']
    parts += [f"-H '{name}: {value}'" for name, value in call.headers.items()]
    if call.has_lines:
        lines = "\n".join(map(json.dumps, call.body))
        return " \\\n  ".join([*parts, "--data-binary @-"]) + f" <<'LINES'\n{lines}\nLINES"
    if call.body is not None:
        parts.append(f"--data '{json.dumps(call.body)}'")
    return " \\\n  ".join(parts)


def as_python(call: Call) -> str:
    """By httpx; requests has the same names, but for `content`."""
    headers = "".join(f', "{name}": "{value}"' for name, value in call.headers.items())
    named = [f'f"{{UPHELD}}{call.path}"', f'headers={{"Authorization": f"Bearer {{TOKEN}}"{headers}}}']
    if call.has_lines:
        named.append('content="".join(json.dumps(each) + "\\n" for each in records)')
    elif call.body is not None:
        named.append(f"json={json.dumps(call.body)}")
    before = f"records = [\n{_each(call.body)}]\n" if call.has_lines else ""
    sent = "".join(f"    {each},\n" for each in named)
    read = "text" if call.has_lines else "json()"
    return f"{before}answer = httpx.{call.method.lower()}(\n{sent})\nprint(answer.{read})"


def as_typescript(call: Call) -> str:
    """By what browsers and Node have."""
    headers = "".join(f', "{name}": "{value}"' for name, value in call.headers.items())
    named = [f'method: "{call.method}"', f"headers: {{ Authorization: `Bearer ${{TOKEN}}`{headers} }}"]
    if call.has_lines:
        named.append('body: records.map((each) => JSON.stringify(each) + "\\n").join("")')
    elif call.body is not None:
        named.append(f"body: JSON.stringify({json.dumps(call.body)})")
    before = f"const records = [\n{_each(call.body)}];\n" if call.has_lines else ""
    sent = "".join(f"  {each},\n" for each in named)
    read = f"console.log(await answer.{'text' if call.has_lines else 'json'}());"
    return f"{before}const answer = await fetch(`${{UPHELD}}{call.path}`, {{\n{sent}}});\n{read}"


def as_php(call: Call) -> str:
    """By what PHP has without extensions."""
    headers = ['"Authorization: Bearer $token"', *(f"'{name}: {value}'" for name, value in call.headers.items())]
    named = [f"'method' => '{call.method}'", f"'header' => [{', '.join(headers)}]", "'ignore_errors' => true"]
    if call.has_lines:
        named.append("'content' => implode(\"\\n\", array_map('json_encode', $records))")
    elif call.body is not None:
        named.append(f"'content' => json_encode({_php(call.body)})")
    before = "$records = [\n" + "".join(f"    {_php(each)},\n" for each in call.body) + "];\n" if call.has_lines else ""
    sent = "".join(f"    {each},\n" for each in named)
    context = f"stream_context_create(['http' => [\n{sent}]])"
    read = "echo $answer" if call.has_lines else "print_r(json_decode($answer, true))"
    return f'{before}$answer = file_get_contents("$upheld{call.path}", false, {context});\n{read};'


def _each(records: Sequence[Any]) -> str:
    """Records a line each, as Python and TypeScript both have them."""
    return "".join(f"    {json.dumps(each)},\n" for each in records)


def _php(value: Any) -> str:
    """A value as PHP writes it."""
    if isinstance(value, Mapping):
        return "[" + ", ".join(f"{_php(key)} => {_php(each)}" for key, each in value.items()) + "]"
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'" if isinstance(value, str) else json.dumps(value)


LANGUAGES = {"sh": as_curl, "python": as_python, "typescript": as_typescript, "php": as_php}
