"""What the secret of an Azure credential looks like."""

import ssl
from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, field_validator, model_validator

from adapters.clouds.secret_documents import (
    SecretDocument,
    Wording,
    is_safe_endpoint,
    parse_document,
)

PUBLIC_AUTHORITY = "https://login.microsoftonline.com"
PUBLIC_RESOURCE_MANAGER = "https://management.azure.com"

_LONGEST_CERTIFICATE = 65_536
_ID = "an id such as 11111111-2222-3333-4444-555555555555"
_ADDRESS = "an https address without a path"
_WORDING = Wording(
    whose="an Azure",
    shapes={
        "tenant_id": _ID,
        "client_id": _ID,
        "client_secret": "the secret's value, one line of text without spaces",
        "subscription_id": _ID,
        "authority_host": _ADDRESS,
        "resource_manager_url": _ADDRESS,
        "ca_certificate": "one or more certificates as PEM text",
    },
    fields="The document needs tenant_id, client_id and client_secret, and may have "
    "subscription_id, authority_host, resource_manager_url and ca_certificate.",
    rules={
        "ca_certificate": "The Azure credential has a ca_certificate and lacks the authority_host "
        "or resource_manager_url that goes with it."
    },
)

_Guid = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"),
    AfterValidator(str.lower),
]
_Visible = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,1024}$")]


class AzureSecret(SecretDocument):
    """The key of one application in one tenant, and where to use it."""

    tenant_id: _Guid
    client_id: _Guid
    client_secret: _Visible = Field(repr=False)
    subscription_id: _Guid | None = None
    """None: every subscription that the application may see."""
    authority_host: str | None = None
    resource_manager_url: str | None = None
    ca_certificate: str | None = Field(default=None, repr=False)
    """What the two addresses identify themselves with, where no public authority vouches."""

    @field_validator("authority_host", "resource_manager_url")
    @classmethod
    def _safe_endpoint(cls, url: str | None) -> str | None:
        if url is None:
            return None
        bare = url.removesuffix("/")
        if not is_safe_endpoint(bare, plain_on_loopback=False) or bare.count("/") != len("//"):
            raise ValueError("unsafe")
        return bare.lower()

    @field_validator("ca_certificate")
    @classmethod
    def _certificates(cls, pem: str | None) -> str | None:
        if pem is not None:
            if len(pem) > _LONGEST_CERTIFICATE:
                raise ValueError("too long")
            trusting(pem)
        return pem

    @model_validator(mode="after")
    def _certificate_goes_with_an_address(self) -> Self:
        if self.ca_certificate is not None and not (
            self.authority_host or self.resource_manager_url
        ):
            raise ValueError("ca_certificate")
        return self

    @property
    def custom_endpoints(self) -> tuple[str, ...]:
        """The fields that lead elsewhere than to Azure itself."""
        fields = ("authority_host", "resource_manager_url", "ca_certificate")
        return tuple(name for name in fields if getattr(self, name) is not None)


def trusting(pem: str) -> ssl.SSLContext:
    """Return what a client needs to trust the certificates in *pem* and no others.

    Raises:
        ValueError: there are none that can be read.
    """
    if not pem:  # which would mean: trust what this machine trusts
        raise ValueError("empty")
    try:
        return ssl.create_default_context(cadata=pem)
    except (ssl.SSLError, TypeError):
        raise ValueError("unreadable") from None


def parse_secret(document: object, *, allow_custom_endpoints: bool) -> AzureSecret:
    """Return *document*, a JSON object or its text, as a secret.

    Raises:
        Rejected: a field is missing, unknown or malformed; the text names it, never its value.
    """
    return parse_document(
        AzureSecret, document, wording=_WORDING, allow_custom_endpoints=allow_custom_endpoints
    )
