"""What a resource looks like to Terraform: attributes, nested blocks, and what may be left out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

Type: TypeAlias = str | list[Any]
"""As Terraform writes types in JSON: "string", "number", "bool", "dynamic", ["list", "string"],
["set", T], ["map", T], ["object", {name: T}]."""

Values: TypeAlias = dict[str, Any]
"""One object as plain Python: null is None, what is not known yet is UNKNOWN, sets are lists, maps
are dicts, list and set blocks are lists of dicts, a single block is a dict or None. Every name of
the schema is present."""

Nesting = Literal["list", "set", "single"]


class Unknown:
    """The value that will be known after apply; there is one, UNKNOWN."""

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        """Refuse to be taken for a yes or a no: ask `is UNKNOWN` first."""
        raise TypeError("A value that is not known yet is neither true nor false.")


UNKNOWN: Final = Unknown()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """One attribute: its type, and who sets it."""

    type: Type
    required: bool = False
    optional: bool = False
    computed: bool = False
    """The cloud sets it; with *optional*, unless the user does. Left out, it keeps what it was."""
    sensitive: bool = False
    write_only: bool = False
    """The cloud is told, and neither plan nor state holds it."""
    forces_replacement: bool = False
    default: Any = None
    """What an optional attribute is that is left out; None is none."""

    def __post_init__(self) -> None:
        """Hold the rules of who sets it.

        Raises:
            ValueError: nobody may set it, or it is required and yet may be left out.
        """
        if not (self.required or self.optional or self.computed):
            raise ValueError("An attribute is required, optional or computed.")
        if self.required and (self.optional or self.computed or self.default is not None):
            raise ValueError("A required attribute cannot be left out.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NestedBlock:
    """A block inside a block, in braces of its own."""

    nesting: Nesting
    block: "Block"
    min_items: int = 0
    max_items: int = 0
    """0 is any number."""
    computed: bool = False
    """Where the user writes none, the cloud says what it is."""
    forces_replacement: bool = False
    """Any difference inside makes a new resource."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Attributes and nested blocks by name; the names of the two never meet."""

    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    blocks: Mapping[str, NestedBlock] = field(default_factory=dict)

    @property
    def type(self) -> Type:
        """The type of the object that the block is."""
        members: dict[str, Type] = {name: each.type for name, each in self.attributes.items()}
        members.update({name: _type_of(each) for name, each in self.blocks.items()})
        return ["object", members]

    def empty(self) -> Values:
        """Return an object with nothing in it: null attributes and no nested block."""
        values: Values = dict.fromkeys(self.attributes)
        for name, each in self.blocks.items():
            values[name] = None if each.nesting == "single" else []
        return values


def _type_of(nested: NestedBlock) -> Type:
    inner = nested.block.type
    return inner if nested.nesting == "single" else [nested.nesting, inner]
