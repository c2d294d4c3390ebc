"""Templates: the one environment that writes pages.

Everything that is filled in is escaped, and made visible before: no text of a stranger begins a tag, ends an attribute,
or turns the direction of writing (THREATS F03, H04, F13). A name that a context lacks is an error, not a blank.
Templates know no function but ``words``, which says the page's own words in the reader's language.

    >>> environment("en").from_string("<b title='{{ it }}'>{{ it }}</b>").render(it="<i>'\\u202e")
    "<b title='&lt;i&gt;&#39;\\\\u202e'>&lt;i&gt;&#39;\\\\u202e</b>"
"""

from __future__ import annotations

from dataclasses import fields
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from upheld.show.page.blocks import visible
from upheld.show.words.locale import locale_of

__all__ = ["Markup", "environment", "verbatim", "written"]

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


@lru_cache
def environment(language: str) -> Environment:
    """The environment of a language; templates of all pages are compiled in it once."""
    made = Environment(
        loader=PackageLoader("upheld.pages", "template"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.globals.clear()
    made.globals["words"] = locale_of(language).say
    return made


def written(template: str, language: str, context: DataclassInstance) -> str:
    """A page: the template of this name, filled in with the fields of its context.

    Raises: jinja2.UndefinedError where the template asks for what is no field, which a test finds first.
    """
    values = {each.name: getattr(context, each.name) for each in fields(context)}
    return environment(language).get_template(template).render(values)


def verbatim(text: str) -> Markup:
    """A text as it is, escaped and otherwise untouched: what stands in a field, to come back as it was written."""
    return escape(text)


def _shown(value: Any) -> Any:  # whatever a template fills in
    """What is filled in: our own markup as it is, any other text visibly."""
    return value if isinstance(value, Markup | StrictUndefined) else visible(str(value))
