"""Progress: a bar on standard error for what takes long, and only where somebody looks at it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from upheld.history.reading import Progress


@contextmanager
def progress(what: str) -> Iterator[Progress | None]:
    """What a reader of a history tells how far it is; ``None`` where nobody would see it."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn()
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)

        def tell(position: int, size: int | None) -> None:
            bar.update(task, completed=position, total=size)

        yield tell
