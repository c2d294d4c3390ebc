"""Words: what a policy holds, in the language of its reader.

A `locale` is a language: its messages, numbers and dates, from `catalogues`. `naming` says what the parts of a policy
are called, `subject` what conditions and facts are about, `circumstance` puts conditions into words, `promised_time`
targets, `local_time` instants. A `view` is a policy in a language, which every section of a page is written with.

May import: `page` and the core.
"""
