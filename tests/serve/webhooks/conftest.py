"""What the tests of webhooks share: a desk of two tickets with messages, and a worker that sends them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from small_desk import contracts, desk, event, submit
from sqlalchemy import text

from upheld import Desk
from upheld.desk.storage.database import Database
from upheld.desk.worker import Turn, Worker
from upheld.serve.webhooks.dialling import Within
from upheld.serve.webhooks.sending import Sender

QUICK = Within(connect_s=0.4, read_s=0.4, whole_s=0.8, most_bytes=20_000)


@dataclass
class Shop:
    """A desk, and the database beside it."""

    desk: Desk
    database: Database
    within: Within = QUICK

    def add(self, url: str, *kinds: str, customer: str = "") -> str:
        """Register a receiver of this machine; its secret."""
        return self.desk.webhooks.endpoints.add(url, kinds, customer=customer, allow_loopback=True)[0]

    def sender(self) -> Sender:
        return Sender(self.desk, within=self.within)

    def work(self, turns: int = 12) -> Turn:
        """So many turns of a worker, with all that waits longer brought forward."""
        worker, done = Worker(self.desk, self.desk.webhooks.dispatches.fan_out, send=self.sender().turn), Turn()
        for _ in range(turns):
            self.later()
            done = done.and_then(worker.turn())
        return done

    def later(self) -> None:
        """All leases, delays and rests are over."""
        for table in ("messages", "endpoints", "dispatches"):
            self.run(f"UPDATE upheld_{table} SET next_s = 0")

    def run(self, statement: str) -> None:
        self.database.transact(lambda rows: rows.execute(text(statement)))

    @property
    def waiting(self) -> int:
        return sum(each["waiting"] for each in self.desk.webhooks.endpoints.counts().values())


def ask(desk: Desk, ticket: str, customer: str = "acme") -> None:
    """Open a ticket, and lower its severity: a message for each, and one of time that has long passed."""
    desk.submit(submit(customer=customer, ticket=ticket))
    desk.submit(event("04T10:30", "set-severity", ticket=ticket, data={"severity": "low"}))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """T-1 and T-2 of acme, each with three messages: from its opening, from a record after it, and from time."""
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    made = Desk.open(url, policy=desk(), contracts=contracts(), upgrade=True)
    for ticket in ("T-1", "T-2"):
        ask(made, ticket)
    beside = Database(url)
    yield Shop(made, beside)
    beside.close()
    made.close()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A certificate of `localhost` that nobody has signed but itself, and its key."""
    import shutil
    import subprocess

    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("there is no openssl to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    made, key = str(folder / "made.pem"), str(folder / "key.pem")
    words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost".split()
    names = ["-addext", "subjectAltName=DNS:localhost"]
    subprocess.run([openssl, *words, *names, "-keyout", key, "-out", made], check=True, capture_output=True)
    return made, key
