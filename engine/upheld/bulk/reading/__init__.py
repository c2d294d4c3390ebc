"""Reading: histories as Arrow, some hundred thousand records at once, just as they are read one by one.

A `history_table` is what comes out: codes of texts and whole seconds. What the fast readers of pyarrow cannot be sure
to read as the reader of single records does - an odd instant, a name with a blank before it, a bad record - goes
through that reader, so that what is read, what is refused and what is noticed are the same.

May import: `schemas` of this part; the core, `history`, pyarrow and numpy.
"""

from __future__ import annotations
