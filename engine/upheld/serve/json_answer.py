"""Answers in JSON, in which nothing hides from whoever looks at them in a terminal."""

from __future__ import annotations

from starlette.responses import JSONResponse

from upheld.core.record.json_text import dense_json


class JsonAnswer(JSONResponse):
    """A value as the body of an answer."""

    def render(self, content: object) -> bytes:
        """The body."""
        return dense_json(content).encode()
