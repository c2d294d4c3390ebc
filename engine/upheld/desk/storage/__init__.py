"""Storage: the database that a desk lives in, SQLite or PostgreSQL, and what is asked of it.

`tables` are declared once for both, and a `database` is used in whole transactions that may be run again. What is run
for every record is a *statement* whose text is worked out once; a *pipeline* sends several to a server at once.

May import: the core's errors, sqlalchemy; psycopg in `pipeline` alone.
"""
