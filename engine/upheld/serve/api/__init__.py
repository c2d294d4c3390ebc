"""What products ask under ``/v1``: records are taken in, and what the desk says of them is read.

May import: `request`, `problems`, `middleware`, `metrics`; the core, the desk, `report`, `replaying` and `show`.
"""
