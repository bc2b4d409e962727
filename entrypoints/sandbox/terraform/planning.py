"""What a plan shows before the cloud is asked: pure, and the same for every resource type."""

from collections.abc import Iterator
from typing import Any, TypeAlias

from entrypoints.sandbox.terraform.schema import UNKNOWN, Attribute, Block, NestedBlock, Values

Path: TypeAlias = tuple[str | int, ...]
"""The way to a value: names of attributes and places in lists."""


def completed(block: Block, *, prior: Values | None, proposed: Values) -> Values:
    """Return *proposed* with defaults filled in and UNKNOWN wherever the cloud will decide.

    *prior* is the object as it is, None if there is none. What an existing object has and the
    user does not set stays as it is: Terraform has put that into *proposed* already.
    """
    values = {
        name: _attribute(each, prior=prior, value=proposed[name], at=name)
        for name, each in block.attributes.items()
    }
    for name, nested in block.blocks.items():
        before = None if prior is None else prior[name]
        values[name] = _nested(nested, prior=before, proposed=proposed[name])
    return values


def replaced(block: Block, *, prior: Values, planned: Values) -> Iterator[Path]:
    """Yield the way to every difference that cannot be made in place."""
    for name, each in block.attributes.items():
        unordered = each.type[0] == "set"
        if each.forces_replacement and _differ(prior[name], planned[name], unordered=unordered):
            yield (name,)
    for name, nested in block.blocks.items():
        if _differ(prior[name], planned[name], unordered=nested.nesting == "set"):
            yield from _replaced_within(nested, (name,), prior[name], planned[name])


def settled(block: Block, values: Values) -> Values:
    """Return *values* with every name of the schema, nothing UNKNOWN and no write-only value.

    A name that the schema lacks is kept, for `packed` to complain of.
    """
    known: Values = {**block.empty(), **{k: v for k, v in values.items() if v is not UNKNOWN}}
    for name, each in block.attributes.items():
        if each.write_only:
            known[name] = None
    for name, nested in block.blocks.items():
        known[name] = _settled_block(nested, known[name])
    return known


def with_write_only(block: Block, planned: Values, config: Values) -> Values:
    """Return *planned* with the write-only values that stand in the configuration alone."""
    told = dict(planned)
    for name, each in block.attributes.items():
        if each.write_only:
            told[name] = config[name]
    for name, nested in block.blocks.items():
        # A block that is left out may be planned all the same: the cloud says what it is.
        if nested.nesting == "list" and isinstance(config[name], list) and config[name]:
            pairs = zip(planned[name], config[name], strict=True)
            told[name] = [with_write_only(nested.block, *pair) for pair in pairs]
    return told


def _attribute(attribute: Attribute, *, prior: Values | None, value: Any, at: str) -> Any:  # noqa: ANN401
    if attribute.write_only:
        return None
    if value is None and attribute.default is not None:
        return attribute.default
    if value is None and attribute.computed:
        # Null already when it was made: the cloud left it so.
        return UNKNOWN if prior is None else prior[at]
    return value


def _nested(nested: NestedBlock, *, prior: Any, proposed: Any) -> Any:  # noqa: ANN401 - per nesting
    if proposed is UNKNOWN:
        return UNKNOWN
    if not proposed:
        return _left_out(nested, prior=prior, proposed=proposed)
    if nested.nesting == "single":
        return completed(nested.block, prior=prior, proposed=proposed)
    before = prior if isinstance(prior, list) else []
    if nested.nesting == "set":
        return [
            one if one in before else completed(nested.block, prior=None, proposed=one)
            for one in proposed
        ]
    return [
        completed(nested.block, prior=before[at] if at < len(before) else None, proposed=one)
        for at, one in enumerate(proposed)
    ]


def _left_out(nested: NestedBlock, *, prior: Any, proposed: Any) -> Any:  # noqa: ANN401
    if not nested.computed:
        return proposed
    return UNKNOWN if prior is None else prior


def _replaced_within(nested: NestedBlock, path: Path, prior: Any, planned: Any) -> Iterator[Path]:  # noqa: ANN401
    before, after = _elements(prior), _elements(planned)
    same_shape = nested.nesting != "set" and before is not None and after is not None
    if nested.forces_replacement or not same_shape or len(before or ()) != len(after or ()):
        if nested.forces_replacement or _may_force(nested.block):
            yield path
        return
    for at, (old, new) in enumerate(zip(before or (), after or (), strict=True)):
        step: Path = () if nested.nesting == "single" else (at,)
        yield from (path + step + rest for rest in replaced(nested.block, prior=old, planned=new))


def _elements(value: Any) -> list[Values] | None:  # noqa: ANN401 - per nesting
    """Return the objects of a nested block; None if they are not known."""
    if value is UNKNOWN:
        return None
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _settled_block(nested: NestedBlock, value: Any) -> Any:  # noqa: ANN401 - per nesting
    if nested.nesting == "single":
        return None if value is None else settled(nested.block, value)
    return [settled(nested.block, one) for one in value or ()]


def _may_force(block: Block) -> bool:
    return any(each.forces_replacement for each in block.attributes.values()) or any(
        each.forces_replacement or _may_force(each.block) for each in block.blocks.values()
    )


def _differ(one: Any, other: Any, *, unordered: bool) -> bool:  # noqa: ANN401 - any value
    if unordered and isinstance(one, list) and isinstance(other, list):
        return len(one) != len(other) or any(each not in other for each in one)
    return bool(one != other)
