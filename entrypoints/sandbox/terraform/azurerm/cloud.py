"""Resource Manager as the provider reaches it: JSON over TLS, with a token of Entra's."""

import json
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Final
from urllib.parse import quote, urlencode

from entrypoints.sandbox.terraform.azurerm.asking import Answer, Document, exchange
from entrypoints.sandbox.terraform.resource_type import CloudRefused
from entrypoints.sandbox.terraform.schema import Values

_VERSION: Final = "2025-03-01"
"""The sandbox has one version of everything."""
_ATTEMPTS: Final = 4
_LONGEST_WAIT: Final = 5.0
_GONE: Final = {"ResourceNotFound", "ResourceGroupNotFound", "ParentResourceNotFound"}
_SCOPE: Final = "https://management.azure.com/.default"


@dataclass(slots=True, kw_only=True)
class ArmCloud:
    """One subscription, and the application that works in it; any thread may call."""

    manager: str
    """The address of Resource Manager."""
    authority: str
    """The address of Entra ID."""
    tenant: str
    client: str
    secret: str = field(repr=False)
    subscription: str
    spares_full_groups: bool = True
    """Whether a resource group with something in it stays."""
    _token: str = field(default="", repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def get(self, path: str) -> Document | None:
        """Return what is at *path*; None if nothing is.

        Raises:
            CloudRefused: Azure says anything else, or nothing at all.
        """
        answer = self._ask("GET", path)
        if answer.status == 404 and answer.code in _GONE:  # noqa: PLR2004 - HTTP
            return None
        return _good(answer, f"retrieving {path}")

    def put(self, path: str, document: Document) -> Document:
        """Make or change what is at *path*, and return it.

        Raises:
            CloudRefused: Azure does not want to.
        """
        return _good(self._ask("PUT", path, document), f"creating/updating {path}")

    def delete(self, path: str) -> None:
        """Remove what is at *path*; if nothing is, do nothing.

        Raises:
            CloudRefused: Azure does not want to.
        """
        answer = self._ask("DELETE", path)
        if answer.status != 404 or answer.code not in _GONE:  # noqa: PLR2004 - HTTP
            _good(answer, f"deleting {path}")

    def act(self, path: str) -> Document:
        """Do what *path* names, and return what it answers.

        Raises:
            CloudRefused: Azure does not want to.
        """
        return _good(self._ask("POST", path, {}), f"performing {path}")

    def listed(self, path: str) -> Iterator[Document]:
        """Yield what is listed at *path*, to the last page.

        Raises:
            CloudRefused: Azure does not tell all of it.
        """
        page = _good(self._ask("GET", path), f"listing {path}")
        yield from page["value"]
        while link := page.get("nextLink"):
            page = _good(self._ask("GET", link), f"listing {path}")
            yield from page["value"]

    def _ask(self, method: str, path: str, document: Document | None = None) -> Answer:
        """Ask as often as it takes for Azure to have time."""
        url = path if "://" in path else f"{self.manager}{quote(path)}?api-version={_VERSION}"
        body = None if document is None else json.dumps(document).encode()
        for attempt in range(_ATTEMPTS):
            headers = {"Authorization": f"Bearer {self._signed_in()}"}
            answer = exchange(method, url, body, headers | {"Content-Type": "application/json"})
            busy = answer.status == 429 or answer.status >= 500  # noqa: PLR2004 - HTTP
            if not busy or attempt == _ATTEMPTS - 1:
                break
            time.sleep(min(answer.wait, _LONGEST_WAIT))
        return answer

    def _signed_in(self) -> str:
        with self._lock:
            if not self._token:
                self._token = self._new_token()
            return self._token

    def _new_token(self) -> str:
        form = {
            "grant_type": "client_credentials",
            "client_id": self.client,
            "client_secret": self.secret,
            "scope": _SCOPE,
        }
        answer = exchange(
            "POST",
            f"{self.authority}/{self.tenant}/oauth2/v2.0/token",
            urlencode(form).encode(),
            {"Content-Type": "application/x-www-form-urlencoded"},
        )
        token = answer.document.get("access_token")
        if not token:
            said = answer.document.get("error_description", "Entra ID gave no token.")
            raise CloudRefused("building account: could not acquire access token", str(said))
        return str(token)


def cloud_from(config: Values, environment: Mapping[str, str] = os.environ) -> ArmCloud:
    """Return the cloud that the provider block and the environment name; nothing is asked yet.

    Raises:
        CloudRefused: something is named in neither.
    """
    host = environment.get("ARM_METADATA_HOSTNAME")
    manager = environment.get("MULTICLOUD_SANDBOX_ARM") or (f"https://{host}" if host else "")
    if not manager:
        raise CloudRefused(
            "No sandbox to work in.",
            "This provider works in the sandbox alone: set MULTICLOUD_SANDBOX_ARM to its address.",
        )
    authority = environment.get("MULTICLOUD_SANDBOX_AUTHORITY") or manager

    def named(attribute: str) -> str:
        variable = f"ARM_{attribute.upper()}"
        value = config.get(attribute) or environment.get(variable)
        if not value:
            raise CloudRefused(f"`{attribute}` is not set.", f"Set the variable {variable}.")
        return str(value)

    return ArmCloud(
        manager=manager.rstrip("/"),
        authority=authority.rstrip("/"),
        tenant=named("tenant_id"),
        client=named("client_id"),
        secret=named("client_secret"),
        subscription=named("subscription_id"),
        spares_full_groups=_spares_full_groups(config),
    )


def _spares_full_groups(config: Values) -> bool:
    for features in config.get("features") or ():
        for group in features.get("resource_group") or ():
            return group.get("prevent_deletion_if_contains_resources") is not False
    return True


def _good(answer: Answer, doing: str) -> Document:
    if answer.status < 400:  # noqa: PLR2004 - HTTP
        return answer.document
    said = f"unexpected status {answer.status} with error: {answer.code}: {answer.message}"
    raise CloudRefused(f"{doing}: {said}")
