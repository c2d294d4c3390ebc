"""What two versions of a policy say differently, in the words of those who sign it.

`told_value` puts a value into words, `told_change` one change, and `change_page` makes a page of all of them.

May import: `policy`, `words`, `page` and the core.
"""
