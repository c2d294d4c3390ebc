"""What conditions leave to one another, decided: overlap, gap, shadowing, always and never, with an example ticket.

`questions` are answered by a space of tickets. `survey` reads what conditions ask, `cells` divides what names may
hold, a `box` is a set of tickets as one integer, `encoding` turns comparisons into boxes and `normal_form` whole
conditions, `cover` searches them, `example` shows a ticket that an author believes.

May import: `policy`, `condition`, `time` and the ground; of `policy` it needs nothing.
"""
