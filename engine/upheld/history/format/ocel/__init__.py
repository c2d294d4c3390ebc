"""Object-centric event logs (OCEL 2.0): an `object_log` as a value, and what reads it from JSON, XML and SQLite.

`log_rows` is the door: it tells which of the three a file is, and makes the rows of one type of objects.

May import: what formats may.
"""
