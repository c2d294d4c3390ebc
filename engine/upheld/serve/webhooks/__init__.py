"""Webhooks: what the desk tells others, and what others tell the desk.

May import: the rest of `serve` but the console, the desk, `history` (mappings), httpx, standardwebhooks, cloudevents.
"""
