"""The automaton: which records are accepted and what they do, for all tickets at once, through tables the engine fills.

Source: DESIGN section 11, "The idea".
"""
