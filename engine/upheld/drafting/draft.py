"""Drafts: an export in, the files of a first policy out, and what there is to say of them.

Source: DESIGN section 14, "`upheld draft`".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Final

from upheld.core.errors import HistoryError
from upheld.core.policy.policy import Policy
from upheld.core.record.event import Event
from upheld.core.record.message import percent
from upheld.core.time.instant import text_of
from upheld.drafting.holiday_trial import Trial, holiday_trial
from upheld.drafting.kept_times import KeptTime, kept_times
from upheld.drafting.lifecycle import DraftLifecycle, lifecycle
from upheld.drafting.observed import Observed, observed
from upheld.drafting.path_scenarios import PathScenarios, path_scenarios
from upheld.drafting.policy_text import WORDS, PolicyDraft, policy_text
from upheld.drafting.reading import Export, Vocabulary, events_by, examined, mapping_of, policy_of
from upheld.drafting.skeleton import skeleton_text
from upheld.drafting.working_hours import WorkingHours, local_acts, working_hours
from upheld.history.draft.column_guess import is_change_of_severity
from upheld.history.mapping.tally import Tally
from upheld.schema.resources import read_schema

UTC: Final = "Etc/UTC"
SENTENCES: Final = ("seen", "hours-seen", "times-kept")
"""The assumptions of a draft; whoever asks for one says them in a language."""

WAIVED: Final = ("UP565",)
"""Warnings of what a history may well show: tickets that stand where their promise can no longer be kept."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for.

    Attributes:
        id: The policy's name.
        vendor: Whose it is, ``""`` where nobody has said.
        language: In which readers are told; and what they are told, by id: `SENTENCES`, `WORDS` and ``title``.
        least: The share of all moves under which one is rare.
        share: The share of tickets that a time holds for.
        paths: For how many paths there are scenarios at most.
        countries: Whose holidays are tried; none for all.
    """

    id: str
    vendor: str = ""
    language: str = "en"
    says: Mapping[str, str] = field(default_factory=dict)
    least: Fraction = Fraction(1, 1000)
    share: Fraction = Fraction(95, 100)
    paths: int = 100
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft.

    Attributes:
        files: Its files by their paths in a folder.
        policy: The policy.
        summary: What was found, left out and not known; ready for JSON.
    """

    files: Mapping[str, bytes]
    policy: Policy
    summary: Mapping[str, Any]


def drafted(export: Export, asked: Asked) -> Drafted:
    """The policy that an export shows.

    Raises: HistoryError where nothing can be read of it, or nothing of tickets and their states; OSError.
    """
    is_told = bool(export.found.guess.actor_kind)
    names, tally = Vocabulary.of(export), Tally()
    zone = export.zone or UTC
    skeleton = policy_of(skeleton_text(names, zone, is_told=is_told, has_cores=export.found.has_one_row_per_ticket))
    events = [*events_by(export, mapping_of(export, names, skeleton), skeleton, tally)]
    found = observed(events, tells_roles=is_told)
    if not found.tickets:
        raise HistoryError(export.name, f"none of its {tally.rows} rows could be understood: see `upheld map`")
    life = lifecycle(found, {each.id: each.meaning for each in names.states}, asked.least)
    acts = local_acts(found.acts_s or found.openings_s, zone)
    hours = working_hours(acts)
    trial = None if hours is None else holiday_trial(hours, asked.countries)
    draft = PolicyDraft(
        asked.id,
        asked.vendor,
        asked.language,
        asked.says.get("title", asked.id),
        export.name,
        zone,
        "" if export.zone else "no zone was given (`--zone`): all is told in UTC",
        found,
        names.kept({**life.states}),
        life,
        hours,
        _hours_note(hours, len(acts)),
        trial,
        asked.share,
        {name: asked.says.get(name, name) for name in SENTENCES},
        {name: asked.says.get(name, word) for name, word in WORDS.items()},
        bool(export.found.guess.actor),
    )
    first = policy_of(policy_text(draft))
    draft = replace(draft, times=kept_times(first, events, asked.share))
    _, warnings = examined(policy_text(draft))
    draft = replace(draft, waived=tuple(sorted({(each.code, each.item) for each in warnings if each.code in WAIVED})))
    text = policy_text(draft)
    policy = policy_of(text)
    mapping = mapping_of(export, draft.names, policy)
    scenarios = path_scenarios(draft, policy, asked.paths)
    files = {"policy.yaml": text.encode(), "mapping.yaml": mapping.encode()}
    if scenarios.text:
        files["scenarios/paths.yaml"] = scenarios.text.encode()
    files |= {f".upheld/{each}.schema.json": read_schema(each) for each in ("policy", "mapping", "scenario")}
    return Drafted(files, policy, _summary(export, draft, tally, scenarios, _Judged.of(life, found, events)))


def _hours_note(hours: WorkingHours | None, acts: int) -> str:
    told = f"{acts} act{'' if acts == 1 else 's'} of people"
    if hours is None:
        return f"no hours of work can be told from {told}: times pass round the clock"
    if hours.is_always:
        return f"people act round the clock: {told}"
    return f"{percent(hours.inside)} of {told} lie within them"


@dataclass(frozen=True, slots=True)
class _Judged:
    """How far the history agrees with the draft.

    Attributes:
        moves: Openings are none.
    """

    moves: int
    astray: int

    @classmethod
    def of(cls, life: DraftLifecycle, found: Observed, events: list[Event]) -> _Judged:
        moves = {move: count for move, count in found.moves.items() if move[0] is not None}
        return cls(sum(moves.values()), sum(count for move, count in moves.items() if move not in life.moves))


def _summary(
    export: Export, draft: PolicyDraft, tally: Tally, scenarios: PathScenarios, judged: _Judged
) -> dict[str, Any]:
    found, life, hours, trial = draft.found, draft.lifecycle, draft.hours, draft.trial
    labels = {each.id: each.label for each in draft.names.states}
    return {
        "policy": draft.id,
        "source": export.name,
        "format": export.format,
        "rows": tally.rows,
        "records": found.records,
        "tickets": found.tickets,
        "since": text_of(found.since_s),
        "until": text_of(found.until_s),
        "states": [
            {
                "id": name,
                "label": labels[name],
                "core": each.core,
                "core_by": each.core_by,
                "tickets": found.entered[name],
                "at_the_end": found.last[name],
                "waits_for_customer": each.waits,
            }
            for name, each in life.states.items()
        ],
        "moves": {"drafted": len(life.moves), "seen": judged.moves, "nonconforming": judged.astray},
        "left_out": [
            {"from": origin, "to": target, "count": count, "why": why}
            for why, moves in (("rare", life.rare), ("astray", life.astray))
            for (origin, target), count in sorted(moves.items(), key=lambda each: (-each[1], str(each[0])))
        ],
        "rows_left_out": tally.skipped + tally.unmeant,
        "bad_rows": tally.bad,
        "backwards": found.backwards,
        "severities": [{"id": each.id, "rows": each.rows} for each in draft.names.scale.degrees],
        "channels": {name: found.channels[name] for name in draft.channels},
        "roles": dict(sorted(found.roles.items())),
        "hours": None if hours is None else _hours(hours),
        "holidays": None if trial is None else _trial(trial),
        "waits": life.waiting,
        "times": [_time(each, draft) for each in draft.times or ()],
        "scenarios": {
            "paths": scenarios.paths,
            "tickets": scenarios.tickets,
            "whole_paths": scenarios.of_paths,
            "whole_tickets": scenarios.of_tickets,
            "seen_paths": scenarios.seen,
        },
        "unknown": [*_unknown(export, draft)],
    }


def _hours(hours: WorkingHours) -> dict[str, Any]:
    return {
        "weekly": {name: list(windows) for name, windows in hours.weekly.items()},
        "acts": {name: list(counts) for name, counts in hours.acts.items()},
        "inside": percent(hours.inside),
        "always": hours.is_always,
    }


def _trial(trial: Trial) -> dict[str, Any]:
    return {
        "countries": list(trial.countries),
        "holidays": trial.holidays,
        "kept": trial.kept,
        "quiet_days": trial.quiet,
        "days": trial.days,
        "tried": trial.tried,
    }


def _time(time: KeptTime, draft: PolicyDraft) -> dict[str, Any]:
    group = time.pooled
    return {
        "id": time.id,
        "within": time.target or None,
        "by_severity": dict(time.by_severity),
        "why_not_by_severity": time.why_not or None,
        "clocks": 0 if group is None else group.number,
        "stopped": 0 if group is None else len(group.stopped_s),
        "running": 0 if group is None else group.running,
        "written": time.id in draft.commitments(),
    }


def _unknown(export: Export, draft: PolicyDraft) -> list[str]:
    """What an export does not tell, by the names that the page has sentences for."""
    found, guess, life = draft.found, export.found.guess, draft.lifecycle
    has_scale, unordered = bool(draft.names.scale.column), bool(draft.names.scale.unordered)
    is_change = guess.is_change and any(map(is_change_of_severity, export.found.statuses))
    asked = {
        "zone": not export.zone,
        "dates": any(guess.reading([each]).other for each in ([guess.at] if guess.at else guess.moments)),
        "people": not guess.actor,
        "roles": not guess.actor_kind and not found.roles["customer"],
        "severity": not has_scale and not unordered and not is_change,
        "severity-changes": not has_scale and is_change,
        "severity-order": not has_scale and unordered,
        "channel": not draft.channels,
        "hours": draft.hours is None,
        "waits": any(each.meaning == "waiting" and not each.waits for each in life.states.values()),
        "cores": any(each.core_by == "nothing" for each in life.states.values()),
        "ends": not life.of_core(("resolved", "closed")),
        "times": any(not each.target for each in draft.times or ()),
        "promises": True,
    }
    return [name for name, is_unknown in asked.items() if is_unknown]
