"""The OpenAPI document, with the shapes and the examples of what is sent and answered.

May import: the gate, `problems`; the core, `pages`, `schema` and `show`.
"""
