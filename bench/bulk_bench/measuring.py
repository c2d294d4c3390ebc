"""What a command costs: processor time, time by the clock, and the most memory, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

LOOK_S: Final = 0.05
"""How often the memory of a command of several processes is looked at."""


class Cost(NamedTuple):
    """Of one run. Processor time is of all its processes, system time included."""

    cpu_s: float
    wall_s: float
    peak_mb: float


class Stopped(Exception):
    """A command that took too long, or failed; the text says which."""


def as_installed() -> dict[str, str]:
    """The environment, in which programs keep their compiled modules, as installed ones have them."""
    return {name: held for name, held in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def cost(
    command: Sequence[str], out: Path, *, env: Mapping[str, str] | None = None, limit_s: float, several: bool = False
) -> Cost:
    """Run a command with its output in a file.

    Args:
        several: Whether it is more than one process, whose memory is that of all of them at once: their proportional
            shares, looked at twenty times a second (on Linux). Of one process it is what the system kept of it.

    Raises: Stopped when it takes longer than ``limit_s`` by the clock, or exits with anything but 0.
    """
    begun = time.perf_counter()
    with out.open("wb") as stream, out.with_suffix(".err").open("w+b") as errors:
        process = subprocess.Popen(command, stdout=stream, stderr=errors, env={**as_installed(), **(env or {})})
        peak_kib = 0
        while True:
            pid, status, used = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            if time.perf_counter() - begun > limit_s:
                process.kill()
                process.wait()
                raise Stopped(f"stopped after {limit_s:,.0f} s")
            if several:
                peak_kib = max(peak_kib, shared_kib(process.pid))
            time.sleep(LOOK_S if several else 0.005)
        wall_s = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            errors.seek(0)
            last = (errors.read().decode(errors="replace").strip().splitlines() or ["no word"])[-1]
            raise Stopped(f"exit status {process.returncode}: {last[:160]}")
    alone_kib = used.ru_maxrss // (1024 if sys.platform == "darwin" else 1)
    return Cost(used.ru_utime + used.ru_stime, wall_s, max(peak_kib, alone_kib) / 1024)


def shared_kib(pid: int) -> int:
    """The memory of a process and of those it began, what they share counted once."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:  # it is gone, or this is no Linux
        return 0
    own = next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
    return own + sum(shared_kib(int(child)) for child in children)
