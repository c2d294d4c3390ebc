"""Verdicts of columns: tables, survey and summary of what was decided as columns, and one whole with the scalar path.

May import: all wings of this part below it; the core, `engine`, pyarrow and numpy.

Source: DESIGN section 11, step 3; section 6, "Verdicts".
"""
