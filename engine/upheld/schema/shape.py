"""Shape: whether a document has the keys and kinds of values that its JSON Schema asks for.

The schemas hold no structural unions: a value that may be a text, a mapping or a
list is told apart by its ``type``, so each mistake has one place and one message.
Each keyword that can fail says so in the words of an author, with what to write
instead; the validation itself is jsonschema's.

No network and no file is ever asked for a reference: the registry is empty.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from itertools import islice
from typing import Any, cast

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend
from referencing import Registry

from upheld.core.finding import Finding, in_order
from upheld.core.nearest import MOST_SLIPS, listed, nearest, quoted, said
from upheld.core.policy.provenance import Path
from upheld.core.time.opening_hours import is_round_the_clock
from upheld.document import Document, trap_hint
from upheld.document.catalogue import finding
from upheld.schema.commas import cut_texts
from upheld.schema.formats import FORMATS, message_and_hint
from upheld.schema.resources import read_schema

KINDS = {
    "string": "a text",
    "integer": "a whole number",
    "boolean": "`true` or `false`",
    "object": "a mapping",
    "array": "a list",
    "null": "nothing",
}
INSTEAD = {
    "object": "write keys with their values below it, or `{KEY: VALUE}`",
    "array": "write a list: each item on a line of its own after `- `, or all as `[ITEM, ITEM]`",
    "string": "write one text; it needs no quotes unless it holds `: `, ` #` or looks like a number",
    "integer": "write digits alone, without quotes",
    "boolean": "write `true` or `false`, without quotes",
}
"""What to write where a value of this kind is needed."""
EXPLAINED = "#/$defs/names"
"""What conditions may read: there for editors to complete and explain, and nothing to check, since the grammar does."""
RENAMED = "x-renamed"
"""The keyword of a schema that tells other keys by their name of now, as which they are read, or by what to write."""
Misfits = Iterator["Misfit"]


class Misfit(ValidationError):
    """A value that does not fit, with what a finding needs besides its path.

    Attributes:
        code: The finding's code.
        hint: What to write instead.
        at_key: Whether the path's last key is meant, and not its value.
    """

    def __init__(self, code: str, message: str, hint: str = "", path: tuple[str | int, ...] = (), at_key: bool = False):
        super().__init__(message, path=path)
        self.code, self.hint, self.at_key = code, hint, at_key


def shape_findings(
    document: Document, schema: str, of: Callable[[Path], str] = lambda path: "", most: int | None = None
) -> list[Finding]:
    """Every way in which ``document`` does not fit the schema of this name, in the order of their places.

    Args:
        of: What a message says besides, by the path of what it is about.
        most: How many are looked for; by default all.
    """
    cut = cut_texts(document)
    found = {each.finding: None for each in cut}
    for misfit in islice(misfits(document.tree, schema), most):
        path = tuple(misfit.absolute_path)
        if not any(each.holds(path) for each in cut):
            place = document.place(path, key=misfit.at_key)
            found[finding(misfit.code, place, f"{misfit.message}{of(path)}", misfit.hint)] = None
    return in_order(list(found))


def misfits(tree: Any, schema: str) -> Iterator[Misfit]:
    """Every way in which a value does not fit the schema of this name."""
    return (cast(Misfit, error) for error in _validator(schema).iter_errors(tree))


def kind_of(value: object) -> str:
    """What a document's value is, for a message."""
    if isinstance(value, bool):
        return KINDS["boolean"]
    kinds: dict[type, str] = {str: "string", int: "integer", dict: "object", list: "array"}
    return next((KINDS[kind] for type_, kind in kinds.items() if isinstance(value, type_)), KINDS["null"])


def _type(validator: Validator, types: str | list[str], instance: Any, schema: Any) -> Misfits:
    allowed = [types] if isinstance(types, str) else types
    if any(validator.is_type(instance, kind) for kind in allowed):
        return
    wanted = " or ".join(KINDS[kind] for kind in allowed)
    hint = ""
    if instance is None:
        hint = f"give it a value{', such as `{}`' if 'object' in allowed else ''}, or leave the key out"
    elif isinstance(instance, (int, bool)) and "string" in allowed:
        shown = str(instance).lower()
        hint = f'write `"{shown}"`, in quotes, where a name is meant'
        if is_round_the_clock(shown):
            hint += ", and `always` for the calendar that never closes"
    elif isinstance(instance, str) and "country" in schema.get("required", ()):
        country = instance.strip().upper()
        hint = f"write `{{country: {country if len(country) == 2 and country.isalpha() else 'FR'}}}`"
    elif isinstance(instance, str):
        hint = trap_hint(instance)
    if not hint:
        hint = next((INSTEAD[kind] for kind in allowed if kind in INSTEAD), "")
    shown = quoted(instance) if isinstance(instance, (str, int, bool)) else "there" if instance is None else "this"
    yield Misfit("UP103", f"{shown} is {kind_of(instance)}, where {wanted} is needed", hint)


def _additional(validator: Validator, allowed: Any, instance: Any, schema: Any) -> Misfits:
    if not isinstance(instance, dict):
        return
    properties = schema.get("properties", {})
    known = f"the keys here are {listed(properties, most=12)}"
    probable = _probable(tuple(instance), tuple(properties)) if allowed is False else {}
    for key, value in instance.items():
        if key in properties:
            continue
        if allowed is False:
            near, renamed = probable.get(key), schema.get(RENAMED, {}).get(key)
            hint = f"did you mean `{near}`?" if near else known
            if renamed in properties and renamed not in instance:
                yield Misfit(
                    "UP110", f"{quoted(key)} is called `{renamed}` now", f"write `{renamed}`", (key,), at_key=True
                )
                yield from validator.descend(value, properties[renamed], path=key)  # type: ignore[attr-defined]  # as below
                continue
            if renamed in properties:
                hint = f"it is called `{renamed}` now, which is there as well: leave this one out"
            elif renamed:
                hint = renamed
            yield Misfit("UP101", f"unknown key {quoted(key)}", hint, (key,), at_key=True)
        else:
            yield from validator.descend(value, allowed, path=key)  # type: ignore[attr-defined]  # of every jsonschema class


@lru_cache(maxsize=16)
def _probable(keys: tuple[str, ...], properties: tuple[str, ...]) -> Mapping[str, str]:
    """What unknown keys probably mean; of very many, which are no slips of the pen, only the first are looked at."""
    unknown = list(islice((key for key in keys if key not in properties), MOST_SLIPS))
    return {key: near for key in unknown if (near := nearest(key, properties)) is not None}


def _property_names(validator: Validator, names: Any, instance: Any, schema: Any) -> Misfits:
    if not isinstance(instance, dict):
        return
    for key in instance:
        for misfit in validator.descend(key, names):  # type: ignore[attr-defined]  # of every jsonschema class
            misfit.path.appendleft(key)
            misfit.at_key = True
            yield misfit


def _required(validator: Validator, required: list[str], instance: Any, schema: Any) -> Misfits:
    if isinstance(instance, dict):
        missing = [key for key in required if key not in instance]
        if not missing:
            return
        properties = schema.get("properties", {})
        meant = set(_probable(tuple(instance), tuple(properties)).values())
        for key in missing:
            if key not in meant:
                said = properties.get(key, {}).get("description", "")
                first = said[:1] if said[1:2].isupper() else said[:1].lower()
                hint = f"add `{key}:`, {first}{said[1:]}".rstrip(".") if said else f"add `{key}:`"
                yield Misfit("UP102", f"`{key}` is missing", hint, at_key=True)


def _if(validator: Validator, condition: Any, instance: Any, schema: Any) -> Misfits:
    """What else is missing: the schemas ask ``if`` only for that, and the keys are those of the schema around it."""
    if not validator.evolve(schema=condition).is_valid(instance):
        yield from _required(validator, schema["else"]["required"], instance, schema)


def _enum(validator: Validator, values: list[Any], instance: Any, schema: Any) -> Misfits:
    if instance in values and not (
        isinstance(instance, bool) and instance not in [v for v in values if isinstance(v, bool)]
    ):
        return
    near = (
        nearest(instance, [value for value in values if isinstance(value, str)]) if isinstance(instance, str) else None
    )
    shown = ["null" if value is None else said(value) for value in values]
    hint = f"did you mean `{near}`?" if near else f"it can be {listed(shown)}"
    yield Misfit("UP104", f"{quoted(instance)} cannot stand here", hint)


def _const(validator: Validator, value: Any, instance: Any, schema: Any) -> Misfits:
    if instance == value and isinstance(instance, bool) == isinstance(value, bool):
        return
    hint = trap_hint(instance) if isinstance(instance, str) and not isinstance(value, str) else ""
    if not hint:
        hint = f"it can only be `{said(value)}`" + ("; else leave the key out" if isinstance(value, bool) else "")
    yield Misfit("UP104", f"{quoted(instance)} cannot stand here", hint)


def _format(validator: Validator, name: str, instance: Any, schema: Any) -> Misfits:
    if not isinstance(instance, str):
        return
    try:
        FORMATS[name](instance)
    except ValueError as error:
        yield Misfit("UP105", *message_and_hint(error))


def _size(
    code: str, too: Callable[[int, int], bool], kind: type, message: str, hint: str = ""
) -> Callable[..., Misfits]:
    def check(validator: Validator, limit: int, instance: Any, schema: Any) -> Misfits:
        if isinstance(instance, kind) and too(len(instance), limit):  # type: ignore[arg-type]  # kinds with a length
            yield Misfit(code, message.format(limit=limit, size=len(instance)), hint)  # type: ignore[arg-type]  # likewise

    return check


def _bound(too: Callable[[int, int], bool], message: str, hint: str) -> Callable[..., Misfits]:
    def check(validator: Validator, limit: int, instance: Any, schema: Any) -> Misfits:
        if isinstance(instance, int) and not isinstance(instance, bool) and too(instance, limit):
            yield Misfit("UP108", message.format(value=instance), hint.format(limit=limit))

    return check


def _below(size: int, limit: int) -> bool:
    return size < limit


def _above(size: int, limit: int) -> bool:
    return size > limit


def _reference(kinds: Mapping[str, Any]) -> Callable[..., Misfits]:
    """References lead to the schema's own ``$defs``, so they need no resolver, which took a third of the time."""

    def check(validator: Validator, reference: str, instance: Any, schema: Any) -> Misfits:
        if reference != EXPLAINED:
            kind = kinds[reference.removeprefix("#/$defs/")]
            yield from validator.descend(instance, kind)  # type: ignore[attr-defined]  # of every jsonschema class

    return check


LESS = "say it in less, or leave something out"
_KEYWORDS: Mapping[str, Callable[..., Misfits]] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "required": _required,
    "if": _if,
    "format": _format,
    "additionalProperties": _additional,
    "propertyNames": _property_names,
    "minItems": _size("UP106", _below, list, "this list is empty", "name at least one, or leave the key out"),
    "minProperties": _size("UP106", _below, dict, "this mapping is empty", "say something in it, or leave the key out"),
    "maxItems": _size("UP107", _above, list, "this list has {size} entries, and at most {limit} are read", LESS),
    "maxProperties": _size("UP107", _above, dict, "this mapping has {size} keys, and at most {limit} are read", LESS),
    "maxLength": _size("UP107", _above, str, "this text has {size} characters, and at most {limit} are read", LESS),
    "minimum": _bound(_below, "`{value}` is too small", "the least is `{limit}`"),
    "maximum": _bound(_above, "`{value}` is too large", "the most is `{limit}`"),
}


@cache
def _validator(name: str) -> Validator:
    schema = _described(json.loads(read_schema(name)))
    keywords = {**_KEYWORDS, "$ref": _reference(schema.get("$defs", {}))}
    validator = extend(Draft202012Validator, keywords)  # type: ignore[no-untyped-call]  # the stubs leave it bare
    return cast(Validator, validator(schema, registry=Registry()))


def _described(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema, where each property that only refers to a kind has the description of that."""
    kinds = schema.get("$defs", {})
    for holder in _holders(schema):
        for spec in holder["properties"].values():
            kind = kinds.get(str(spec.get("$ref", "")).rpartition("/")[2], {})
            if "description" in kind:
                spec.setdefault("description", kind["description"])
    return schema


def _holders(schema: object) -> Iterator[dict[str, Any]]:
    """Every part of a schema that has properties."""
    if isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict):
            yield schema
        for value in schema.values():
            yield from _holders(value)
