"""Pages: what one looks at. Reports, terms and, one day, a console: one design, one set of templates.

What a page says comes from `show`, as blocks; `parts` gives them places and anchors, and the templates of `template/`
write them down. `theme` and `style/` say how all of it looks, in light, in the dark, on a phone and on paper;
`single_file` puts the styles into the page and forbids everything else. Where numbers are to be seen, `figures` holds
them, `plots` draws them.

Everything that authors or histories wrote is escaped by the one environment of `templates`: no page puts markup
together from text, and only SVG of our own making is taken for markup.

May import: the core, `show`, jinja2; altair and vl_convert in `plots` alone. Never: the desk, the network, a clock.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

from upheld.core.errors import MissingLibraryError

_NEEDED: Final = ("altair", "jinja2", "vl_convert")

if _missing := [name for name in _NEEDED if find_spec(name) is None]:
    raise MissingLibraryError("pages", _missing, "pages")
