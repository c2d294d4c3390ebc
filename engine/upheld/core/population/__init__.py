"""Promises over many tickets: how many clocks kept one time, and how long a service was up.

An *objective* counts the clocks of a commitment, an *availability* the time that tickets took out of a period;
`downtime` gathers that time while records are decided; `period` are the months, quarters and years of both.

May import: `decision` and all below it.
"""
