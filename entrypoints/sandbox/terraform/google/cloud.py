"""The project that a provider block is about, and the way to it."""

import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from entrypoints.sandbox.terraform.google.http import Json, Service
from entrypoints.sandbox.terraform.google.token import Account
from entrypoints.sandbox.terraform.resource_type import Cloud, CloudRefused
from entrypoints.sandbox.terraform.schema import UNKNOWN, Attribute, Block, Values

_PAUSE: Final = 0.2
"""Seconds between two looks at an operation."""
_ENDPOINTS: Final = {
    "compute_custom_endpoint": "GOOGLE_COMPUTE_CUSTOM_ENDPOINT",
    "storage_custom_endpoint": "GOOGLE_STORAGE_CUSTOM_ENDPOINT",
}

CONFIG: Final = Block(
    attributes={
        "credentials": Attribute(type="string", optional=True, sensitive=True),
        "project": Attribute(type="string", optional=True),
        "region": Attribute(type="string", optional=True),
        "zone": Attribute(type="string", optional=True),
        "compute_custom_endpoint": Attribute(type="string", optional=True),
        "storage_custom_endpoint": Attribute(type="string", optional=True),
        "default_labels": Attribute(type=["map", "string"], optional=True),
        "add_terraform_attribution_label": Attribute(type="bool", optional=True),
        "terraform_attribution_label_addition_strategy": Attribute(type="string", optional=True),
    }
)


class OperationError(Exception):
    """An operation was carried out and failed."""


@dataclass(slots=True, kw_only=True)
class GoogleCloud(Cloud):
    """One project, its services, and what the provider adds to every label."""

    account: Account
    compute_endpoint: str
    storage_endpoint: str
    project: str | None
    region: str | None
    zone: str | None
    default_labels: Mapping[str, str]
    attribution: bool
    """Whether what is made carries the label that says that Terraform made it."""
    _token: str | None = field(default=None, repr=False)

    @property
    def compute(self) -> Service:
        """The compute service, version 1."""
        return Service(self.compute_endpoint, self._bearer)

    @property
    def storage(self) -> Service:
        """The storage service, version 1."""
        return Service(self.storage_endpoint, self._bearer)

    def change(self, method: str, path: str, body: object = None) -> None:
        """Ask the compute service for a change, and wait until it is made.

        Raises:
            ApiError: it is refused.
            OperationError: it was tried in vain.
            CloudRefused: the service does not answer.
        """
        operation = self.compute.ask(method, path, body)
        while operation["status"] != "DONE":
            time.sleep(_PAUSE)
            operation = self.compute.ask("GET", _below_the_service(operation["selfLink"]))
        if "error" in operation:
            raise OperationError(_words_of(operation))

    def _bearer(self) -> str:
        if self._token is None:
            self._token = self.account.token()
        return self._token


def connect(config: Values) -> GoogleCloud:
    """Return the project that the provider block, or else the environment, is about.

    Raises:
        CloudRefused: there is no key, or no address of a sandbox.
    """
    given = {name: None if value is UNKNOWN else value for name, value in config.items()}
    return GoogleCloud(
        account=Account.read(_credentials(given)),
        compute_endpoint=_endpoint(given, "compute_custom_endpoint"),
        storage_endpoint=_endpoint(given, "storage_custom_endpoint"),
        project=given["project"] or _first("GOOGLE_PROJECT", "GOOGLE_CLOUD_PROJECT"),
        region=given["region"] or _first("GOOGLE_REGION"),
        zone=given["zone"] or _first("GOOGLE_ZONE"),
        default_labels=given["default_labels"] or {},
        attribution=given["add_terraform_attribution_label"] is not False,
    )


def _credentials(given: Mapping[str, Any]) -> str:
    """Return the key file's text; what is given is it, or the path to it."""
    text = given["credentials"] or _first("GOOGLE_CREDENTIALS", "GOOGLE_APPLICATION_CREDENTIALS")
    if not text:
        raise CloudRefused(
            "No credentials loaded.",
            "Set GOOGLE_CREDENTIALS to the key file of a service account.",
        )
    if text.lstrip().startswith("{"):
        return str(text)
    try:
        return Path(text).read_text(encoding="utf-8")
    except (OSError, ValueError):
        raise CloudRefused(
            "The credentials of Google Cloud are neither JSON nor a file that can be read.",
            "Set GOOGLE_CREDENTIALS to the key file of a service account.",
        ) from None


def _endpoint(given: Mapping[str, Any], name: str) -> str:
    """Return a service's address; without one this provider would not know its sandbox."""
    variable = _ENDPOINTS[name]
    address = str(given[name] or _first(variable) or "")
    if re.fullmatch(r"https?://[^/]+(/[^/]+)*/v\d+/", address) is None:
        raise CloudRefused(
            f"{variable} is not the address of a service in a sandbox.",
            f"Set {variable} to one that ends in its version and a slash, such as "
            f"http://127.0.0.1:8004/{name.partition('_')[0]}/v1/.",
        )
    return address


def _first(*names: str) -> str | None:
    return next((value for name in names if (value := os.environ.get(name))), None)


def _below_the_service(link: str) -> str:
    return link.partition("/compute/v1/")[2]


def _words_of(operation: Json) -> str:
    errors = operation["error"]["errors"]
    return "; ".join(f"Error code {each['code']}, message: {each['message']}" for each in errors)
