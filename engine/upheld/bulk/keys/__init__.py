"""Keys: what of a history can make a difference to a decision, as numbers.

Terms: record, kind, occasion, mask, fineness, agreement. A kind is what of a record can matter, an occasion what of its
instant and its customer; a mask says which parts of both, and of a ticket, matter to an event.

May import: the reading of histories; the core, `engine`, pyarrow and numpy.

Source: DESIGN section 11, "The idea".
"""
