"""The lifecycle as a drawing: states as boxes, in a lane for each stage, and arrows with their labels.

What stands in boxes and labels, and the room it takes (`lettering`, `lettered`), goes into rows (`layers`), whose order
is looked for so that few lines cross (`crossings`), and which are moved so that lines are straight (`places`).
`drawing` is the door; a template writes down what it returns. The same policy is the same drawing on any machine.

May import: the core, `show`.
"""
