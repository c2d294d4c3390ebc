"""The policy: what a support contract says, section by section.

`head` begins every page about a policy; `contact`, `hours`, `promises`, `course`, `refusals`, `handling`, `billing` and
`grounds` are the sections of its own. `diagram` draws the states, read off the machine; `resolved` shows the policy as
YAML, with the origin of every value.

May import: `words`, `page`; `calendars`, `document`, `loader`, `schema` and the core.
"""
