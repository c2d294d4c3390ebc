"""Bulk: a whole history as columns, decided by the one engine.

Source: DESIGN section 11.
"""
