"""Which of the objects that a plan would make exist already, and are ours; pure.

A plan document is what `terraform show -json` tells of a plan, format 1.x, described in
https://developer.hashicorp.com/terraform/internals/json-format
"""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

from domain.diagnostics import explained, told_in_plain
from domain.ownership import INSTALLATION_TAG, RESOURCE_TAG
from domain.terraform import Address, EventType, LogLevel, LogRecord

_LABELS: Final = ("tags", "labels", "effective_labels")
_PARENT_OF: Final[Mapping[str, str]] = {
    "aws_s3_bucket_public_access_block": "aws_s3_bucket",
    "aws_s3_bucket_versioning": "aws_s3_bucket",
    "aws_s3_bucket_server_side_encryption_configuration": "aws_s3_bucket",
    "azurerm_subnet": "azurerm_virtual_network",
}
"""What carries no tags of its own belongs to whoever owns what it is a part of."""


def changes(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield each change that a plan *document* has to managed objects."""
    for change in document.get("resource_changes") or ():
        if change.get("mode") == "managed":
            yield change


def to_be_made(document: Mapping[str, Any]) -> dict[Address, Mapping[str, Any]]:
    """Return the changes that would make something, by address."""
    return {
        Address(change["address"]): change
        for change in changes(document)
        if change["change"]["actions"] == ["create"]
    }


def adopted(document: Mapping[str, Any]) -> dict[Address, Mapping[str, Any]]:
    """Return the changes that take over something that exists, by address."""
    return {
        Address(change["address"]): change
        for change in changes(document)
        if change["change"].get("importing")
    }


def not_ours(
    document: Mapping[str, Any], *, ownership: Mapping[str, str], known: Collection[str]
) -> frozenset[Address]:
    """Return which of the objects to be taken over do not carry the tags of *ownership*.

    *known* are the types of the objects that a state has already. Something without tags is
    ours when what it is a part of is known, or is taken over too and ours.
    """
    found = adopted(document)
    marked = {address for address, change in found.items() if _carries(change, ownership)}
    owned_types = {found[address]["type"] for address in marked} | set(known)
    return frozenset(
        address
        for address, change in found.items()
        if address not in marked and _PARENT_OF.get(change["type"]) not in owned_types
    )


def _carries(change: Mapping[str, Any], ownership: Mapping[str, str]) -> bool:
    before = change["change"].get("before") or {}
    for labels in filter(None, map(before.get, _LABELS)):
        if all(labels.get(key) == value for key, value in ownership.items()):
            return True
    words = str(before.get("description") or "").split()
    return all(f"{key}={value}" in words for key, value in ownership.items())


_NOT_THERE: Final = "Cannot import non-existent remote object"


def not_there(records: Iterable[LogRecord], tried: Iterable[Address]) -> frozenset[Address]:
    """Return which of the objects that were *tried* to be taken over do not exist.

    Terraform says so in a diagnostic that quotes the address.
    """
    said = [
        record
        for record in records
        if record.type is EventType.DIAGNOSTIC and _NOT_THERE in record.message
    ]
    return frozenset(
        address
        for address in tried
        if any(record.address == address or _quotes(record.message, address) for record in said)
    )


def _quotes(message: str, address: Address) -> bool:
    return any(f"{quoted}," in message for quoted in (json.dumps(address), f'"{address}"'))


_ABSENT: Final = re.compile(
    r"\b404\b|not (?:be )?found|notfound|non-?existent|(?:does|do) not exist|no such", re.IGNORECASE
)


def says_absent(message: str | None) -> bool:
    """Tell whether an error says that there is no such object, in whatever words of a cloud."""
    return message is not None and _ABSENT.search(message) is not None


UNEXPLAINED: Final = (
    "Terraform failed and did not say why. See the last lines of its log, then try again."
)


def complaint(records: Iterable[LogRecord]) -> str | None:
    """Return the first error that Terraform reported, as a sentence; None if there is none."""
    records = tuple(records)
    for record in records:
        if record.type is EventType.DIAGNOSTIC and record.level is LogLevel.ERROR:
            return explained(record.message)
    plain = told_in_plain(record.message for record in records if record.type is EventType.RAW)
    return explained(plain) if plain else None


def ownership_tags(*, installation: str, resource_id: int) -> dict[str, str]:
    """Return the tags that tell an object of this resource from everything else."""
    return {RESOURCE_TAG: str(resource_id), INSTALLATION_TAG: installation}
