"""What is charged and what is credited: accounts, charges, remedies and their steps.

May import: `inspection` and the checks of words, time and conditions; the core and `document`.
"""
