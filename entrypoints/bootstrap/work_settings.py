"""How background work is handed out, as it is set from outside."""

from datetime import timedelta

from pydantic import Field
from pydantic_settings import BaseSettings

from domain.leases import LONGEST_LEASE


class WorkSettings(BaseSettings):
    """The part of the settings that says when work is begun, and when it counts as lost."""

    sync_spread_seconds: int = Field(
        default=480,
        ge=0,
        le=600,
        description="Over how long the syncs of one round are spread; a round begins every 600 "
        "seconds.",
    )
    cost_spread_seconds: int = Field(
        default=3600,
        ge=0,
        le=43_200,
        description="Over how long the daily readings of cost are spread.",
    )
    lease_seconds: int = Field(
        default=60,
        ge=2,
        le=int(LONGEST_LEASE.total_seconds()),
        description="After how long without a sign of life a worker counts as dead, and its sync, "
        "reading of cost or run of Terraform may be taken over.",
    )
    visibility_timeout_seconds: int = Field(
        default=3600,
        ge=5,
        le=86_400,
        description="After how long the broker hands out a message again that nobody has "
        "acknowledged. Work that takes longer is still done once: the database knows who does it.",
    )

    @property
    def sync_spread(self) -> timedelta:
        """Over how long the syncs of one round are spread."""
        return timedelta(seconds=self.sync_spread_seconds)

    @property
    def cost_spread(self) -> timedelta:
        """Over how long the readings of one day are spread."""
        return timedelta(seconds=self.cost_spread_seconds)

    @property
    def lease_duration(self) -> timedelta:
        """For how long work belongs to whoever gave a sign of life."""
        return timedelta(seconds=self.lease_seconds)
