"""First policies, drafted from an export: what a history shows, and nothing that it does not.

`state_words` gathers the words of an export into states, `observed` counts what happened to its tickets, `lifecycle`
decides which states and moves the draft has, `working_hours` and `holiday_trial` when people work, `kept_times` in
which time the tickets were done, by the statistics of `fit`. `policy_text` and `path_scenarios` write it down;
`drafted` is the door. Columns and words of the export are read by `upheld.history`, as `upheld map` reads them.

Source: DESIGN section 14, "`upheld draft`".
"""

from __future__ import annotations

from upheld.drafting.draft import SENTENCES, Asked, Drafted, drafted
from upheld.drafting.policy_text import WORDS

__all__ = ["SENTENCES", "WORDS", "Asked", "Drafted", "drafted"]
