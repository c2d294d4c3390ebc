"""Clocks as columns: what is counted of them, for all at once.

Which clocks there are is the engine's to say, in the steps of tickets. `given` is how they are handed over;
`opening_seconds` count on a calendar, `unpaused_dues` find when clocks and timers fall due, `pause_spans` take out what
was paused, and `clock_columns` judge what `measured` has counted. `clocks_alike` have the engine say what they cite,
and compare one of each kind with it. `clock_warnings` tell when marks are reached.

May import: no other wing of `bulk`. The core alone.

Source: DESIGN section 11, step 3.
"""
