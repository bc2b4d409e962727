"""A provider that makes nothing and has the true schemas, so that terraform judges by them.

Started by terraform through a mirror that `write_true_mirror` lays out. The folder of schemas has,
for each provider, the oldest version that the modules admit (`aws.json`, `aws.extra.json`) and
what is known of the newest (`newest.aws.json`): which arguments and blocks there are.
"""

import json
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal

from entrypoints.sandbox.terraform.mirror import write_mirror
from entrypoints.sandbox.terraform.resource_type import Cloud, Provider, ResourceType
from entrypoints.sandbox.terraform.schema import Attribute, Block, NestedBlock, Type, Values

Age = Literal["oldest", "newest"]
ROOT: Final = Path(__file__).parents[3]
_TYPES: Final[Mapping[str, Type]] = {
    "string": "string",
    "number": "number",
    "boolean | cdktn.IResolvable": "bool",
    "string[]": ["list", "string"],
    "{ [key: string]: string; }": ["map", "string"],
}


class _Untouched(ResourceType[Cloud]):
    """A type that is planned and never made."""

    def create(self, cloud: Cloud, planned: Values) -> Values:
        raise NotImplementedError

    def read(self, cloud: Cloud, state: Values) -> Values | None:
        raise NotImplementedError

    def update(self, cloud: Cloud, prior: Values, planned: Values) -> Values:
        raise NotImplementedError

    def delete(self, cloud: Cloud, state: Values) -> None:
        raise NotImplementedError

    def find(self, cloud: Cloud, import_id: str) -> Values | None:
        raise NotImplementedError


class _Nothing(Cloud):
    pass


def write_true_mirror(folder: Path, schemas: Path, age: Age) -> Path:
    """Lay out a mirror of the providers with their true schemas, and return it."""
    names = ("aws", "azurerm", "google")
    mirror = write_mirror(folder, versions={name: _version(schemas, name, age) for name in names})
    for program in mirror.rglob("terraform-provider-*"):
        name = program.name.split("-")[2].partition("_")[0]
        words = f"{sys.executable} -m {__name__} {name} {age} {schemas}"
        program.write_text(f"#!/bin/sh\nPYTHONPATH={ROOT} exec {words}\n", encoding="utf-8")
    return mirror


def true_provider(schemas: Path, name: str, age: Age) -> Provider[Cloud]:
    """Return the provider *name* as it is at the one end of what the modules admit."""
    newest = _read(schemas / f"newest.{name}.json")["resources"]
    # The provider's own block is only known of the newest version.
    config = _narrow(newest.pop("PROVIDER"))
    types = _types(schemas, name)
    if age == "newest":
        types |= {each: _narrowed(types[each], newest[each]) for each in newest}
    made = [
        type(each, (_Untouched,), {"name": each, "schema": schema})()
        for each, schema in types.items()
    ]
    return Provider(name=name, config=config, connect=lambda _: _Nothing(), resources=made)


def _types(schemas: Path, name: str) -> dict[str, Block]:
    documents = (_read(schemas / f"{name}{part}.json") for part in ("", ".extra"))
    return {
        each: _block(schema)
        for document in documents
        for each, schema in document["resources"].items()
    }


def _block(schema: Mapping[str, Any]) -> Block:
    attributes = {
        name: Attribute(
            type=each["type"],
            required=each["required"],
            optional=each["optional"],
            computed=each["computed"],
        )
        for name, each in schema["attributes"].items()
    }
    blocks = {
        name: NestedBlock(
            nesting=each["nesting"],
            block=_block(each),
            min_items=each["min_items"],
            max_items=each["max_items"],
        )
        for name, each in schema["blocks"].items()
    }
    return Block(attributes=attributes, blocks=blocks)


def _narrowed(old: Block, new: Mapping[str, Any]) -> Block:
    """Return *old* without what *new* lacks, and with what it requires.

    Of the newest versions only arguments are known, so what the cloud alone sets stays.
    """
    attributes = {
        name: _as_required(each, new["attributes"].get(name))
        for name, each in old.attributes.items()
        if name in new["attributes"] or not (each.required or each.optional)
    }
    added = {name: _argument(each) for name, each in new["attributes"].items()}
    blocks = {
        name: NestedBlock(
            nesting=each.nesting,
            block=_narrowed(each.block, new["blocks"][name]),
            min_items=each.min_items,
            max_items=each.max_items,
        )
        for name, each in old.blocks.items()
        if name in new["blocks"]
    }
    return Block(attributes=added | attributes, blocks=blocks)


def _as_required(old: Attribute, new: Mapping[str, Any] | None) -> Attribute:
    if new is None or new["required"] == old.required:
        return old
    required = new["required"]
    return Attribute(type=old.type, required=required, optional=not required)


def _narrow(schema: Mapping[str, Any]) -> Block:
    """Return a block of which only arguments are known."""
    blocks = {
        name: NestedBlock(nesting="list", block=_narrow(each), min_items=int(each["required"]))
        for name, each in schema["blocks"].items()
    }
    attributes = {name: _argument(each) for name, each in schema["attributes"].items()}
    attributes.pop("alias", None)  # terraform's own
    return Block(attributes=attributes, blocks=blocks)


def _argument(known: Mapping[str, Any]) -> Attribute:
    required = known["required"]
    return Attribute(type=_TYPES[known["ts"]], required=required, optional=not required)


def _version(schemas: Path, name: str, age: Age) -> str:
    file = f"newest.{name}.json" if age == "newest" else f"{name}.json"
    return str(_read(schemas / file)["provider_version"])


def _read(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def main(name: str, age: str, schemas: str) -> None:
    """Serve one provider to the terraform that started this."""
    from entrypoints.sandbox.terraform.plugin import serve  # noqa: PLC0415 - for terraform alone
    from entrypoints.sandbox.terraform.service import ProviderService  # noqa: PLC0415
    from entrypoints.sandbox.terraform.trouble import Trouble  # noqa: PLC0415

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end: Age = "newest" if age == "newest" else "oldest"
    serve(ProviderService(true_provider(Path(schemas), name, end), Trouble(file=None)))


if __name__ == "__main__":
    main(*sys.argv[1:])
