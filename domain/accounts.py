"""Who uses the service, and the keys to their clouds (never the secrets themselves)."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from domain.errors import InvalidValue
from domain.timestamps import in_utc

UserId = NewType("UserId", int)
CredentialId = NewType("CredentialId", int)
AccountId = NewType("AccountId", str)
"""What the cloud calls the account: AWS account number, Azure tenant, Google Cloud project."""
SubAccountId = NewType("SubAccountId", str)
"""What is billed apart, and where things are built: one of what `Provider.sub_account` names."""

_EMAIL = re.compile(r"[^@\s<>\"]+@[^@\s<>\".]+(\.[^@\s<>\".]+)+")
_LONGEST_EMAIL = 254  # RFC 5321, section 4.5.3.1.3
_LONGEST_NAME = 100


class Provider(StrEnum):
    """A cloud. The value is public: it is stored, printed and typed."""

    AWS = "aws"
    AZURE = "azure"
    GCP = "gcp"

    @property
    def sub_account(self) -> str:
        """What people call that which is billed apart, and in which things are built."""
        match self:
            case Provider.AWS:
                return "AWS account"
            case Provider.AZURE:
                return "Azure subscription"
            case Provider.GCP:
                return "Google Cloud project"

    @classmethod
    def named(cls, text: str) -> "Provider":
        """Return the provider called *text*, whatever its case.

        Raises:
            InvalidValue: no provider has that name.
        """
        try:
            return cls(text.strip().lower())
        except ValueError:
            known = ", ".join(cls)
            raise InvalidValue("provider", text, f"it must be one of {known}") from None


@dataclass(frozen=True, slots=True)
class EmailAddress:
    """An e-mail address, lower-cased, so that one person is one user."""

    text: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", self.text.strip().lower())
        if len(self.text) > _LONGEST_EMAIL or not self._well_formed():
            raise InvalidValue("e-mail address", self.text, "it must look like name@example.org")

    def _well_formed(self) -> bool:
        return self.text.isprintable() and _EMAIL.fullmatch(self.text) is not None

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class CredentialName:
    """What a user calls a credential: unique for that user, one printable line."""

    text: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", self.text.strip())
        if not 1 <= len(self.text) <= _LONGEST_NAME or not self.text.isprintable():
            raise InvalidValue(
                "credential name",
                self.text,
                f"it must be 1 to {_LONGEST_NAME} printable characters",
            )

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody who owns credentials and what they reach."""

    id: UserId
    email: EmailAddress
    created_at: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "created_at", in_utc("created_at", self.created_at))


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """One key to one cloud account of one user; its secret is sealed elsewhere."""

    id: CredentialId
    user_id: UserId
    provider: Provider
    name: CredentialName
    created_at: datetime
    account_id: AccountId | None = None
    """Known from the first successful contact on; from then on it may not change."""
    disabled_at: datetime | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "created_at", in_utc("created_at", self.created_at))
        if self.disabled_at is not None:
            object.__setattr__(self, "disabled_at", in_utc("disabled_at", self.disabled_at))

    @property
    def active(self) -> bool:
        """Whether the service may use this credential."""
        return self.disabled_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """What several active credentials of one user reach: the inventory has it once for each."""

    user_id: UserId
    provider: Provider
    credentials: tuple[CredentialName, ...]
    """At least two, the oldest first."""
    sub_accounts: tuple[SubAccountId, ...]
    """At least one, in alphabetical order."""


@dataclass(frozen=True, slots=True)
class SealedSecret:
    """A secret that only the holder of the service's key can read."""

    ciphertext: bytes = field(repr=False)
