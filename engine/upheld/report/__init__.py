"""Reports: what programs read, and the texts of `upheld check`.

`files` has what a replay, a story or a statement is as a file, `findings` what was found in policies. Neither knows the
other; pages for people are `upheld.show`.
"""
