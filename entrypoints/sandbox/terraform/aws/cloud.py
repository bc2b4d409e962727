"""The door to AWS: clients from the environment, and its refusals in Terraform's words."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import Any, Final

from entrypoints.sandbox.terraform.resource_type import CloudRefused
from entrypoints.sandbox.terraform.schema import Attribute, Block, Values

CONFIG: Final = Block(attributes={"region": Attribute(type="string", optional=True)})
"""The provider block; the keys and the endpoint come from the environment alone."""

_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
_ENDPOINT = "AWS_ENDPOINT_URL"


class AwsCloud:
    """AWS as the environment opens it."""

    def __init__(self, *, region: str) -> None:
        self.region = region
        self._lock = Lock()
        self._clients: dict[tuple[str, str], Any] = {}

    def ec2(self, values: Values) -> Any:  # noqa: ANN401 - boto3 ships no types
        """Return a client of EC2 in the region of *values*."""
        return self._client("ec2", self.region_of(values))

    def s3(self, values: Values) -> Any:  # noqa: ANN401 - boto3 ships no types
        """Return a client of S3 in the region of *values*."""
        return self._client("s3", self.region_of(values))

    def region_of(self, values: Values) -> str:
        """Return the region that *values* name; that of the provider block if they name none."""
        named = values.get("region")
        return named if isinstance(named, str) else self.region

    def _client(self, service: str, region: str) -> Any:  # noqa: ANN401 - boto3 ships no types
        with self._lock:  # making a client is not safe in two threads at once
            if (service, region) not in self._clients:
                # Imported here: half a second that validate, and most of plan, go without.
                import boto3  # noqa: PLC0415

                self._clients[service, region] = boto3.client(service, region_name=region)
            return self._clients[service, region]


def connect(config: Values) -> AwsCloud:
    """Return AWS as the provider block and the environment say.

    Raises:
        CloudRefused: there are no keys, no region, or no sandbox to work in.
    """
    if any(not os.environ.get(name) for name in _KEYS):
        raise CloudRefused(
            "No valid credential sources found",
            f"The environment lacks {' or '.join(_KEYS)}; set both.",
        )
    if not os.environ.get(_ENDPOINT):
        raise CloudRefused(
            "This is the sandbox's provider",
            f"It never works in the real AWS; set {_ENDPOINT} to the address of a sandbox.",
        )
    region = config["region"] or os.environ.get("AWS_REGION")
    if not isinstance(region, str):
        raise CloudRefused("Invalid provider configuration", "Set region or AWS_REGION.")
    return AwsCloud(region=region)


@contextmanager
def refusing(doing: str) -> Iterator[None]:
    """Turn what AWS refuses into a diagnostic that begins with *doing*, such as "creating a VPC".

    Raises:
        CloudRefused: AWS said no, or did not answer.
    """
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - as for boto3

    try:
        yield
    except ClientError as trouble:
        raise CloudRefused(f"{doing}: {_said(trouble.response)}") from trouble
    except BotoCoreError as trouble:
        raise CloudRefused(f"{doing}: no answer from AWS", type(trouble).__name__) from trouble


@contextmanager
def gone_is_none(*codes: str) -> Iterator[None]:
    """Leave the block quietly when AWS answers with one of *codes*."""
    from botocore.exceptions import ClientError  # noqa: PLC0415 - as above

    try:
        yield
    except ClientError as trouble:
        if trouble.response["Error"]["Code"] not in codes:
            raise


def _said(response: Mapping[str, Any]) -> str:
    error = response["Error"]
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", "unknown")
    return (
        f"https response error StatusCode: {status}, "
        f"api error {error.get('Code')}: {error.get('Message')}"
    )
