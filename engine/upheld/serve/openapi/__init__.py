"""The OpenAPI document, with the shapes and the examples of what is sent and answered.

May import: `request`, `problems`; the core, `pages`, `schema` and `show`.
"""
