"""Why a value isn't allowed in a field, in the words of a person who writes YAML."""

import itertools
from typing import Any, NamedTuple

from ..finding import Advice
from . import limits

NOT_YOURS = "isn't a customer's to set"


class Violation(NamedTuple):
    """Why a value isn't allowed in a field, at `pointer` below it."""

    pointer: tuple[str | int, ...]
    message: str
    hint: Advice | None = None
    """What to write instead, where that is known better than for the field as a whole."""
    text: bool = False
    """Whether it is a number or the like where a text belongs, so that quotes put it right."""


def cut(value: Any) -> Any:
    """Return a value with what is over the limit taken from its lists and mappings: a list that was too long still is."""
    most = limits.LIST_ITEMS + 1
    if isinstance(value, dict):
        return {key: cut(inner) for key, inner in itertools.islice(value.items(), most)}
    return [cut(inner) for inner in value[:most]] if isinstance(value, list) else value


def shown(value: Any) -> str:
    """Return a value as a person writes YAML has it, short."""
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def sentence(error: Any) -> str:
    """Return jsonschema's message in the words of a person who writes YAML."""
    kind = error.kind
    what = shown(error.instance) if not isinstance(error.instance, (dict, list)) else "this"
    match kind.name:
        case "additionalProperties":
            return f"{' and '.join(map(str, kind.unexpected))} {NOT_YOURS}"
        case "required":
            return f"{kind.property} is missing"
        case "oneOf":
            given = sorted(set(error.instance) - {"name"}) if isinstance(error.instance, dict) else []
            if len(given) > 1:
                return f"{' and '.join(given)} exclude each other"
            names = {e.kind.property for option in kind.context for e in option if e.kind.name == "required"}
            return (
                f"there must be exactly one of {', '.join(sorted(names))}" if names else "too many of a choice of one"
            )
        case "anyOf":
            names = [e.kind.property for option in kind.context for e in option if e.kind.name == "required"]
            return f"{' or '.join(dict.fromkeys(names))} is missing" if names else f"{what} isn't allowed here"
        case "type":
            return f"{what} is of the wrong type"
        case _:
            return f"{what} isn't allowed here"
