"""The console: the desk for people, page by page.

May import: the rest of `serve` but webhooks, pages, `show`, the desk.
"""
