"""Take what came, let time pass, tell what is to be told: a script that cron starts every minute.

    python script.py inbox.jsonl sqlite:///desk.db

Each line of the inbox is a record with an ``id``, which is its key: a line that was taken before does not count once
more, so the script may be started again whatever became of it the last time.
"""

from __future__ import annotations

import json
import sys
from contextlib import closing
from pathlib import Path

from upheld import Desk, Event, load_policy


def main(inbox: str, url: str) -> None:
    """One round."""
    records = [json.loads(line) for line in Path(inbox).read_text(encoding="utf-8").splitlines()]
    events = [(record.pop("id"), Event.from_record(record)) for record in records]
    with closing(Desk.open(url, upgrade=True)) as desk:
        desk.adopt(load_policy(Path(__file__).with_name("policy.yaml")))  # what is in force already is no change
        for key, event in events:
            answer = desk.submit(event, key=key, source="inbox", late="insert")
            if not answer.repeated and (refusal := answer.decision.refusal) is not None:
                print(f"{key}: refused as {refusal.code}: {refusal.message}")
        desk.run_due()
        while messages := desk.outbox.claim():
            for message in messages:
                asked = message.document  # send it here, with message.id
                print(f"{message.ticket}: {asked.get('about') or asked['kind']}")
                desk.outbox.done(message)


if __name__ == "__main__":
    main(*sys.argv[1:])
