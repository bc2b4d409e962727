"""The right to do one unit of work alone, for a while."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NewType

from domain.accounts import CredentialId
from domain.provisioning import ResourceId

LeaseName = NewType("LeaseName", str)
FencingToken = NewType("FencingToken", int)
"""Grows with each claim of the same name, so that a late writer is recognised."""


LONGEST_LEASE: Final = timedelta(minutes=10)
"""No lease is taken or prolonged for longer at a time."""
FARTHEST_END: Final = LONGEST_LEASE + timedelta(minutes=5)
"""How far ahead the end of a lease can be. One that ends later has run out.

It was granted before the clock of the store was set back. The five minutes are for small
corrections of that clock, by which nobody is to lose their lease.
"""
HEALTH_ROUND = LeaseName("health:round")
"""Held by whoever checks the health of all credentials that are due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A claim that was granted; it holds until it runs out or somebody else's token is newer."""

    name: LeaseName
    holder: str
    token: FencingToken
    lapses: int = 0
    """How often in a row it ran out before it was given back: its holders died."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Who does the work of a lease at the moment."""

    holder: str
    until: datetime
    """When it ends, unless it is prolonged."""


def holds(until: datetime, *, at: datetime) -> bool:
    """Tell whether a lease that ends at *until* still holds, by a clock that may be set back."""
    return at < until <= at + FARTHEST_END


def health_lease(credential_id: CredentialId) -> LeaseName:
    """Name the lease under which a credential is probed."""
    return LeaseName(f"health:credential:{credential_id}")


def sync_lease(credential_id: CredentialId) -> LeaseName:
    """Name the lease under which a credential is synced."""
    return LeaseName(f"sync:credential:{credential_id}")


def cost_lease(credential_id: CredentialId) -> LeaseName:
    """Name the lease under which the cost of a credential is read."""
    return LeaseName(f"cost:credential:{credential_id}")


def terraform_lease(resource_id: ResourceId) -> LeaseName:
    """Name the lease under which Terraform works on a resource."""
    return LeaseName(f"terraform:resource:{resource_id}")
