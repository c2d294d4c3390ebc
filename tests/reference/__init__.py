"""The reference interpreter: what DESIGN sections 3 and 4 say, done slowly and obviously.

It shares no code with the engine, so that what both get wrong has to be wrong twice.
``README.md`` says how sentences with two readings were read.
"""
