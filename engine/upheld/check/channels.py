"""Channels: whether some way leads in for everything that a customer may do.

An event that needs a channel and that none takes is always refused, however right the
rest of the policy is: nobody could even open a ticket by it.

Source: DESIGN section 3, step 3.
"""

from __future__ import annotations

from upheld.check.inspection import Inspection


def check_channels(inspection: Inspection) -> None:
    """Events that only customers do and no channel takes; a policy without channels asks for none."""
    policy = inspection.policy
    exempt = {name for name, role in policy.roles.items() if not role.needs_channel}
    undeclared = {role for event in policy.events.values() for role in event.by} - set(policy.roles)
    misspelt = inspection.misspelt.get("events", set())
    for event in policy.events.values() if policy.channels else ():
        unclear = event.id in misspelt or not undeclared.isdisjoint(event.by)
        if unclear or not event.needs_channel or not exempt.isdisjoint(event.by):
            continue
        if not any(channel.takes(event.id) for channel in policy.channels.values()):
            message = f"`{event.id}` needs a channel, and none takes it, so it is always refused"
            hint = "add it to what a channel `accepts`, or say `channel: none` on the event"
            inspection.report("UP408", event.path, message, hint, key=True, example={"event": event.id})
