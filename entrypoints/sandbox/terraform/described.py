"""A schema as the messages that tell Terraform of it."""

import json
from typing import Any, Final

from entrypoints.sandbox.terraform.schema import Attribute, Block, NestedBlock
from entrypoints.sandbox.terraform.wire import message

_NESTINGS: Final = {"single": 1, "list": 2, "set": 3}


def described(block: Block) -> Any:  # noqa: ANN401 - a message made at run time
    """Return the Schema message of a provider's block or a resource type."""
    return message("Schema")(block=_block(block))


def _block(block: Block) -> Any:  # noqa: ANN401 - as above
    return message("Block")(
        attributes=[_attribute(name, each) for name, each in block.attributes.items()],
        block_types=[_nested(name, each) for name, each in block.blocks.items()],
    )


def _attribute(name: str, attribute: Attribute) -> Any:  # noqa: ANN401 - as above
    return message("Attribute")(
        name=name,
        type=json.dumps(attribute.type).encode(),
        required=attribute.required,
        optional=attribute.optional,
        computed=attribute.computed,
        sensitive=attribute.sensitive,
        write_only=attribute.write_only,
    )


def _nested(name: str, nested: NestedBlock) -> Any:  # noqa: ANN401 - as above
    return message("NestedBlock")(
        type_name=name,
        block=_block(nested.block),
        nesting=_NESTINGS[nested.nesting],
        min_items=nested.min_items,
        max_items=nested.max_items,
    )
