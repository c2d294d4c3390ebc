"""Records: what came, in what order and under which key, and what was in force when it came.

The `journal` holds every record as it came, `keys` make each count once; an `adoption` says by which policy and
contracts it is decided, a `closing` up to when statements are out. All else of a desk can be decided anew from these.

May import: `storage`, the core, `engine`, `loading`.
"""
