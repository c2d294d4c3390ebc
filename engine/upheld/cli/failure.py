"""How a command fails: one line on standard error, a status, never a traceback.

Whatever a command raises comes through here, so that no command needs to say it
again. ``UPHELD_DEBUG=1`` in the environment shows the traceback too, for those who
mend upheld itself.
"""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TextIO

import click

from upheld.cli.misuse import misuse
from upheld.core.errors import DocumentError, UpheldError

DONE, FOUND, MISUSED = 0, 1, 2
INTERRUPTED = 130
"""128 and the signal's number, as shells count: somebody pressed Ctrl-C."""
LONGEST_PATH = 400
"""Characters of a path that are repeated: one that is longer was probably meant for something else."""
OUTPUT_CLOSED = 141
"""The same for a reader that went away, as in ``upheld policies | head -1``."""


class OutputClosed(Exception):
    """The reader of the output went away; under a name of its own, since click takes a broken pipe for status 1."""


def status_of(run: Callable[[], object]) -> int:
    """Run a command and return its exit status, telling what went wrong.

    ``run`` returns the status, or anything else for "done".
    """
    if sys.stdout is None:  # as Python has it where whoever started it closed it
        sys.stdout = _nowhere()
    if sys.stderr is None:
        sys.stderr = _nowhere()
    _write_utf8(sys.stdout)
    _write_utf8(sys.stderr)
    try:
        result = run()
        sys.stdout.flush()
        return result if isinstance(result, int) else DONE
    except click.exceptions.Abort:
        return _tell("interrupted", INTERRUPTED)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return MISUSED
    except click.ClickException as error:
        return _tell(misuse(error))
    except (BrokenPipeError, OutputClosed):
        _discard_output()
        return OUTPUT_CLOSED
    except DocumentError as error:
        return _tell(_with_hint(error), prefix="")
    except UpheldError as error:
        return _tell(str(error))
    except OSError as error:
        return _tell(_unreadable(error))
    except Exception as error:
        if os.environ.get("UPHELD_DEBUG"):
            import traceback

            traceback.print_exc()
        described = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        return _tell(f"internal error, please report it (UPHELD_DEBUG=1 shows where): {described}")


def one_line(text: str) -> str:
    r"""Make a text safe for a terminal: what moves the cursor or hides is written out.

    >>> one_line("a title\n\x1b[31mwith tricks")
    'a title\\n\\x1b[31mwith tricks'
    >>> one_line("fermé à « midi »")
    'fermé à « midi »'
    """
    return "".join(map(_shown, text))


def _shown(character: str) -> str:
    # The no-break spaces of French are not "printable" to Python, and harmless.
    if character.isprintable() or unicodedata.category(character) == "Zs":
        return character
    return character.encode("unicode_escape").decode("ascii")


def _with_hint(error: DocumentError) -> str:
    """The error in its line, and what to do: no other command would say it of a mapping or a contracts file."""
    first = error.findings[0]
    return str(error).replace(str(first), f"{first}: {first.hint}", 1) if first.hint else str(error)


def _tell(message: str, status: int = MISUSED, prefix: str = "error: ") -> int:
    with suppress(OSError):  # nobody may be listening any more; the status still tells
        click.echo(f"{prefix}{one_line(message)}", err=True)
    return status


def _unreadable(error: OSError) -> str:
    reason = (error.strerror or str(error)).lower()
    if error.filename is None:
        return reason
    name = str(error.filename)
    return f"{name if len(name) <= LONGEST_PATH else f'{name[:LONGEST_PATH]}…'}: {reason}"


def _nowhere() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")


def _write_utf8(stream: TextIO) -> None:
    """Write UTF-8 and bare line feeds whatever the locale, so that the same input gives the same bytes."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def _discard_output() -> None:
    """Send what is still in the buffer nowhere, so that Python does not complain of it while it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
