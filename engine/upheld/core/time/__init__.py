"""Business time, knowing nothing of tickets: instants, zones, calendars, durations, recurrences, due instants.

`calendar` is the door for people (aware datetimes), `opening_time` the one for the engine (integer seconds).
`opening_hours` are the rules of a calendar, `opening_document` reads them, `timeline` lays them out;
`duration`, `recurrence` and `target` are what an author writes, `due` is what comes of it.

May import: the ground.
"""
