"""What sends webhooks, where its libraries are installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from upheld.core.errors import MissingLibraryError

if TYPE_CHECKING:
    from upheld.desk import Desk
    from upheld.serve.webhooks.sending import Sender


def sender(desk: Desk) -> Sender:
    """Raises: MissingLibraryError, with the line that installs them."""
    try:
        from upheld.serve.webhooks.sending import Sender
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("upheld"):
            raise
        raise MissingLibraryError("webhooks", ("fastapi", "httpcore", "standardwebhooks"), "serve") from None
    return Sender(desk)
