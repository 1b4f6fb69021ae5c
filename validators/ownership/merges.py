"""What a customer's patches make together: each may be right, and merge with another, or with the base, into what isn't.

A variable with `value` in one patch and `valueFrom` in the next has both in the end, which the API server refuses.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Any, NamedTuple

from ..app.sources import Sources
from ..policy import customer_fields
from ..policy.customer_fields import Field, Named, Node
from ..policy.list_keys import POD_LISTS
from .patches import Write

_MERGED = frozenset(name for name, form in POD_LISTS.items() if form.merged)


class Item(NamedTuple):
    """An item of a list that a patch writes, at `pointer` with names."""

    pointer: Named
    field: Field
    value: dict


class Merges:
    """The items that an app's patches have written so far. Feed it every write, in order."""

    def __init__(self, app: Sources) -> None:
        self._app = app
        self._written: dict[tuple[str, Named], dict] = {}

    def wrong(self, write: Write) -> Iterator[tuple[Named, str, str]]:
        """Take a write in; yield (pointer, message, hint) of each item that is right, and not with what it meets."""
        node = customer_fields.at(customer_fields.tree(write.target, self._app.features), write.pointer)
        for item in _items(node, write.value, write.pointer):
            key = (write.target, item.pointer)
            before, whose = self._written.get(key), "another patch"
            if before is None and not write.replaces:  # an operation adds beside the base's item
                before, whose = self._base.get(item.pointer[-2:]), "the base"
            self._written[key] = together = _merged(before, item.value)
            if before is None or any(item.field.errors(item.value)):
                continue
            for wrong in item.field.errors(together):
                hint = "write all of it in one patch, or take another name"
                yield item.pointer, f"merges with what {whose} says of it: {wrong.message}", hint

    @cached_property
    def _base(self) -> dict[Named, dict]:
        """The items that the library writes, by the list's key and their name."""
        found: dict[Named, dict] = {}
        for key in _MERGED:
            for value in self._app.inventory.values(key):
                for item in value if isinstance(value, list) else [value]:
                    if isinstance(item, dict):
                        found.setdefault((key, customer_fields.item_name(key, item, 0)), item)
        return found


def _items(node: Node | None, value: Any, at: Named) -> Iterator[Item]:
    if node is None:
        return
    if node.field:
        if isinstance(value, dict) and len(at) > 1 and at[-2] in _MERGED:
            yield Item(at, node.field, value)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _items(node.step(str(key)), inner, (*at, str(key)))
    elif isinstance(value, list) and at:
        for index, inner in enumerate(value):
            name = customer_fields.item_name(at[-1], inner, index)
            yield from _items(node.step(name), inner, (*at, name))


def _merged(before: Any, value: Any) -> Any:
    """Return what kustomize makes of two mappings: keys are joined, lists and all else replaced."""
    if not isinstance(before, dict) or not isinstance(value, dict):
        return value
    return {**before, **{key: _merged(before.get(key), inner) for key, inner in value.items()}}
