"""Jobs: one replay on all cores of a machine.

Source: DESIGN section 11, "Jobs".
"""
