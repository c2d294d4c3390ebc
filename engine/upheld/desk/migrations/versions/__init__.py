"""One module for each version of the tables. May import: alembic and sqlalchemy, and nothing of `upheld`."""
