"""The service: the desk over HTTP, for products in any language, and its console, for people.

Every route is a `door` of one list, which says who may pass and how much; the application is built from it, so that no
route is without its line. A handler is a few lines over `Desk`. What a policy refuses is an answer; whatever else goes
wrong is a *problem* (RFC 9457), of one table.

Terms that live here: a *door* is a method and a path; what it *needs* is asked before its handler runs and before a
byte of the body is read; a *reader* is whoever asks, with the roles to act in and the customer whose tickets are shown.

May import: the desk, pages and what they import, `history` (mappings), `loading`, fastapi, and each other library in
the module that is about it. Nothing here is a rule, a sum or a statement of SQL.
"""

from __future__ import annotations

from upheld.serve.app import create_app
from upheld.serve.settings import Settings

__all__ = ["Settings", "create_app"]
