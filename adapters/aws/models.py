"""What the SDK is told about the services: as much of it as is asked for here."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from botocore.loaders import Loader

ASKED: Final[Mapping[str, frozenset[str]]] = {
    "ec2": frozenset(
        {
            "DescribeInstances",
            "DescribeRegions",
            "DescribeSecurityGroups",
            "DescribeSubnets",
            "DescribeVpcs",
        }
    ),
    "s3": frozenset({"GetBucketTagging", "HeadBucket", "ListBuckets"}),
}
"""The operations that we use of the largest services; the others are not worth a list."""


class _Models(Loader):  # type: ignore[misc] # it ships no types
    """Leaves out the operations that nobody asks for.

    The SDK writes a class for each client, with a method for each operation. EC2 has 700 of them,
    and every region has a client of its own: without them it is made in a third of the time.
    """

    def load_service_model(
        self, service_name: str, type_name: str, api_version: str | None = None
    ) -> dict[str, Any]:
        """Return a model of the service."""
        model: dict[str, Any] = super().load_service_model(service_name, type_name, api_version)
        asked = ASKED.get(service_name)
        if asked is None or "operations" not in model:
            return model
        kept = {name: it for name, it in model["operations"].items() if name in asked}
        return {**model, "operations": kept}


@cache
def models() -> Loader:
    """Return the SDK's service models: megabytes that all credentials of a process share."""
    return _Models(
        extra_search_paths=[Loader.BUILTIN_DATA_PATH], include_default_search_paths=False
    )
