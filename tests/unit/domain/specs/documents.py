"""Specs as people write them, with only what a kind cannot do without."""

from base64 import b64encode
from struct import pack
from typing import Any

from domain.errors import InvalidValue
from domain.inventory import ResourceKind
from domain.specs.base import Spec
from domain.specs.reading import read_spec


def public_key(sort: str, *parts: bytes, comment: str = "ada@example.org") -> str:
    """Return the line that a .pub file would have."""
    body = b"".join(pack(">I", len(part)) + part for part in (sort.encode(), *parts))
    return f"{sort} {b64encode(body).decode()} {comment}".strip()


ED25519 = public_key("ssh-ed25519", bytes(range(32)))

SMALLEST: dict[ResourceKind, dict[str, Any]] = {
    ResourceKind.AWS_EC2_INSTANCE: {
        "name": "web",
        "region": "eu-central-1",
        "ami": "ami-0123456789abcdef0",
    },
    ResourceKind.AWS_S3_BUCKET: {"name": "reports-2031", "region": "eu-central-1"},
    ResourceKind.AWS_VPC: {"name": "production", "region": "us-gov-west-1"},
    ResourceKind.AZURE_VIRTUAL_MACHINE: {
        "name": "web",
        "location": "westeurope",
        "ssh_public_key": ED25519,
    },
    ResourceKind.AZURE_STORAGE_ACCOUNT: {"name": "reports2031", "location": "westeurope"},
    ResourceKind.AZURE_RESOURCE_GROUP: {"name": "finance", "location": "eastus2"},
    ResourceKind.GCP_COMPUTE_INSTANCE: {"name": "web", "zone": "europe-west1-b"},
    ResourceKind.GCP_STORAGE_BUCKET: {"name": "reports-2031", "location": "eu"},
    ResourceKind.GCP_NETWORK: {"name": "production", "region": "northamerica-northeast1"},
}


def a_document(kind: ResourceKind, **fields: object) -> dict[str, object]:
    """Return the smallest document of *kind* with *fields* beside or instead."""
    return {"kind": str(kind), **SMALLEST[kind], **fields}


def accepted(kind: ResourceKind, **fields: object) -> Spec:
    """Return the spec that is read from such a document."""
    return read_spec(a_document(kind, **fields))


def complaint_about(kind: ResourceKind, **fields: object) -> str:
    """Return the sentence with which such a document is refused; empty if it is not."""
    return complaint(a_document(kind, **fields))


def faults_of(kind: ResourceKind, **fields: object) -> tuple[str, ...]:
    """Return the sentences with which such a document is refused; none if it is not."""
    try:
        accepted(kind, **fields)
    except InvalidValue as error:
        return error.sentences
    return ()


def complaint(document: object) -> str:
    """Return the sentence with which *document* is refused; empty if it is not."""
    try:
        read_spec(document)
    except InvalidValue as error:
        return str(error)
    return ""
