"""The console: the desk for people, in a browser, with the pages' components.

Each view is a function from a desk, a visit and an instant to a page: what is due next, a ticket, promises month by
month, customers, the policy, *try it*. It decides nothing: what may be done the engine's plan says, what became of it
the desk's answer, and what it is called `show`. Every page works without a script but *try it*, which has a form too.

Terms that live here: a *visit* is whoever looks, in which language, and where; the *frame* is what stands around every
page; a *session* is a reader who signed in; a *sandbox* is the process in which a stranger's policy is looked at.

May import: the service's doors, access, limits and problems, the desk, pages, `show`, fastapi; what checks and decides
policies in `trial` alone, which runs in the sandbox. Never: jinja2, a rule, a sum.
"""
