"""The words of a policy: whether each is declared and used, holds what it is given, has its grounds, and is translated.

May import: `inspection`; the core, `document` and `loader`.
"""
