"""What Azure adds to a resource that somebody creates."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zlib import crc32

from entrypoints.sandbox.azure.ids import MACHINE, NIC, PUBLIC_IP, STORAGE
from entrypoints.sandbox.azure.resources import endpoints, instance_view
from entrypoints.sandbox.azure.tenant import Document

_SECRETS = ("adminPassword", "customData")


def completed(wished: Document, *, now: datetime) -> Document:
    """Return *wished* as it is told once it exists; what is set already stays."""
    additions = _ADDITIONS.get(wished["type"].lower(), _nothing)
    properties = {**additions(wished, now), **(wished.get("properties") or {})}
    return {**wished, "properties": {**properties, "provisioningState": "Succeeded"}}


def _nothing(_: Document, __: datetime) -> dict[str, Any]:
    return {}


def _machine(wished: Document, now: datetime) -> dict[str, Any]:
    profile = wished.get("properties", {}).get("osProfile")
    if profile:
        for secret in _SECRETS:  # Azure never tells them again
            profile.pop(secret, None)
    return {
        "vmId": str(uuid5(NAMESPACE_URL, wished["id"])),
        "timeCreated": now.isoformat(),
        "instanceView": instance_view("running"),
    }


def _storage(wished: Document, now: datetime) -> dict[str, Any]:
    return {
        "creationTime": now.isoformat(),
        "accessTier": "Hot",
        "primaryLocation": wished["location"],
        "statusOfPrimary": "available",
        "primaryEndpoints": endpoints(wished["name"]),
    }


def _nic(wished: Document, _: datetime) -> dict[str, Any]:
    for number, one in enumerate(wished.get("properties", {}).get("ipConfigurations", ())):
        address = one.setdefault("properties", {})
        address.setdefault("privateIPAddress", f"10.0.{_byte(wished['id'])}.{number + 4}")
        address["provisioningState"] = "Succeeded"
        one["id"] = f"{wished['id']}/ipConfigurations/{one['name']}"
    return {}


def _public_ip(wished: Document, _: datetime) -> dict[str, Any]:
    return {"ipAddress": f"203.0.113.{_byte(wished['id'])}"}


def _byte(text: str) -> int:
    return crc32(text.lower().encode()) % 250 + 1


_ADDITIONS: Mapping[str, Callable[[Document, datetime], dict[str, Any]]] = {
    MACHINE.lower(): _machine,
    STORAGE.lower(): _storage,
    NIC.lower(): _nic,
    PUBLIC_IP.lower(): _public_ip,
}
