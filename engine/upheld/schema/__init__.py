"""The shape of documents: whether one has the keys and kinds of values that its JSON Schema asks for.

`shape` compares, `formats` reads the texts that a schema calls formats, `commas` explains a text that a comma has cut
in two, `resources` finds the schemas in a wheel or a checkout.

May import: `document` and the core.
"""
