"""What becomes of the promises of `examples/mappings/policy.yaml`, counted without upheld.

Nothing here imports the engine, its readers or its mappings: the exports are read with `csv` and `json`, and time is
counted with `datetime` alone. What both find has to be the same.
"""
