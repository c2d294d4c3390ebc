"""What products ask under ``/v1``: records are taken in, and what the desk says of them is read.

May import: the gate, `problems`, `envelope`, `metrics`; the core, the desk, `report`, `replaying` and `show`.
"""
