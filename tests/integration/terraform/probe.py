"""A provider with one type that has a bit of everything, to see what terraform makes of it."""

from itertools import count
from typing import ClassVar

from entrypoints.sandbox.terraform.plugin import serve
from entrypoints.sandbox.terraform.resource_type import Provider, ResourceType
from entrypoints.sandbox.terraform.schema import (
    UNKNOWN,
    Attribute,
    Block,
    NestedBlock,
    Values,
)
from entrypoints.sandbox.terraform.service import ProviderService
from entrypoints.sandbox.terraform.trouble import Trouble

DISK = Block(
    attributes={
        "kind": Attribute(type="string", required=True, forces_replacement=True),
        "size": Attribute(type="number", optional=True, computed=True),
    }
)
TIMEOUTS = Block(attributes={"create": Attribute(type="string", optional=True)})


class Memory:
    """A cloud that is nothing but the objects in it."""

    def __init__(self) -> None:
        self.objects: dict[str, Values] = {}
        self.numbers = count(1)


class Thing(ResourceType[Memory]):
    """A thing, which remembers how many letters its password had."""

    name: ClassVar = "probe_thing"
    schema: ClassVar = Block(
        attributes={
            "id": Attribute(type="string", computed=True),
            "letters": Attribute(type="number", computed=True),
            "password": Attribute(type="string", optional=True, write_only=True),
            "pin": Attribute(type="string", optional=True, sensitive=True),
            "ratio": Attribute(type="number", optional=True),
            "tier": Attribute(type="string", optional=True, default="small"),
            "zones": Attribute(type=["set", "string"], optional=True),
        },
        blocks={
            "disk": NestedBlock(nesting="list", block=DISK, computed=True),
            "timeouts": NestedBlock(nesting="single", block=TIMEOUTS),
        },
    )

    def create(self, cloud: Memory, planned: Values) -> Values:
        """Keep it under a number."""
        identity = f"thing-{next(cloud.numbers)}"
        return self._kept(cloud, identity, planned)

    def read(self, cloud: Memory, state: Values) -> Values | None:
        """Look it up."""
        return cloud.objects.get(state["id"])

    def update(self, cloud: Memory, prior: Values, planned: Values) -> Values:
        """Keep the new one in its place."""
        return self._kept(cloud, prior["id"], planned)

    def delete(self, cloud: Memory, state: Values) -> None:
        """Forget it."""
        cloud.objects.pop(state["id"], None)

    def find(self, cloud: Memory, import_id: str) -> Values | None:
        """Look it up."""
        return cloud.objects.get(import_id)

    def _kept(self, cloud: Memory, identity: str, planned: Values) -> Values:
        disks = [{"kind": "ssd"}] if planned["disk"] is UNKNOWN else planned["disk"]
        grown = [{"size": 8, **{k: v for k, v in one.items() if v is not UNKNOWN}} for one in disks]
        letters = len(planned["password"] or "")
        kept = {**planned, "id": identity, "letters": letters, "disk": grown}
        cloud.objects[identity] = {**kept, "password": None}
        return kept


def main() -> None:
    """Serve it; the objects last as long as the process."""
    memory = Memory()
    provider = Provider(
        name="probe", config=Block(), connect=lambda _config: memory, resources=(Thing(),)
    )
    serve(ProviderService(provider, Trouble(file=None)))


if __name__ == "__main__":
    main()
