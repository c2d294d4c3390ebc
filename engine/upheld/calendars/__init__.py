"""The calendars of this installation: business time that knows the public holidays of the `holidays` library.

`public_holidays` has the holidays and the `Calendar` that knows them, `schedule` builds all that a policy says about
time with them.

May import: the core, and the library `holidays` in `public_holidays`.
"""
