"""Pages: what a page is made of, and how it is written down.

`blocks` are headings, paragraphs, lists and tables of words and citations, and know no markup. `terminal` and
`markdown` write the same page, so neither can say more than the other, and both escape what authors wrote.

May import: the core's provenance.
"""
