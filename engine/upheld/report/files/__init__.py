"""Files: what became of tickets and accounts, for programs and spreadsheets.

`verdicts` is the output of a replay, `stories` what `upheld explain` tells as data, `statements` the lines of an
account; `spreadsheet` is CSV in which no cell is a formula.

May import: the core.
"""
