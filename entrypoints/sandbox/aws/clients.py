"""Clients of the sandbox's own AWS, for whoever furnishes it."""

from functools import cache
from typing import Any

import boto3

KEYS = {
    "access_key_id": "AKIASANDBOX000000001",
    "secret_access_key": "sandbox/only/never/a/real/secret/key/000",
}
"""Any key opens the sandbox; this one looks like a key."""


@cache
def client(endpoint: str, service: str, region: str) -> Any:  # noqa: ANN401 - boto3 ships no types
    """Return a client of *service* at *endpoint*."""
    return _session().client(service, region_name=region, endpoint_url=endpoint)


@cache
def _session() -> Any:  # noqa: ANN401 - boto3 ships no types
    return boto3.Session(
        aws_access_key_id=KEYS["access_key_id"],
        aws_secret_access_key=KEYS["secret_access_key"],
    )
