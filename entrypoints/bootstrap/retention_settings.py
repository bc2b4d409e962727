"""How long everything is remembered, as it is set from outside."""

from datetime import timedelta
from typing import Final

from pydantic import Field
from pydantic_settings import BaseSettings

from domain.retention import RetentionPolicy
from entrypoints.bootstrap.errors import SettingsError

_MOST_DAYS: Final = 36_500
"""A hundred years; dates that reach much further back do not exist."""


class RetentionSettings(BaseSettings):
    """The part of the settings that says how far back the service knows."""

    keep_sync_runs_days: int = Field(
        default=30,
        ge=1,
        le=_MOST_DAYS,
        description="For how many days the record of a sync is kept.",
    )
    keep_inventory_changes_days: int = Field(
        default=180,
        ge=1,
        le=_MOST_DAYS,
        description="For how many days changes of the inventory are kept: how far back "
        "`multicloud inventory --at` reaches.",
    )
    keep_deleted_items_days: int = Field(
        default=400,
        ge=1,
        le=_MOST_DAYS,
        description="For how many days resources that are gone stay in the inventory, and the "
        "states of what was destroyed; not shorter than changes are kept.",
    )
    keep_costs_days: int = Field(
        default=400,
        ge=1,
        le=_MOST_DAYS,
        description="For how many days charges are kept, and which days were read.",
    )
    keep_terraform_logs_days: int = Field(
        default=90,
        ge=1,
        le=_MOST_DAYS,
        description="For how many days what Terraform said in a run is kept, from its end; what a "
        "failed resource still needs is kept longer.",
    )
    cost_history_days: int = Field(
        default=90,
        ge=1,
        le=400,
        description="How many days back cost is read; not further than it is kept.",
    )

    @property
    def retention(self) -> RetentionPolicy:
        """How long each ledger is kept.

        Raises:
            SettingsError: items would be kept shorter than the changes that refer to them.
        """
        if self.keep_deleted_items_days < self.keep_inventory_changes_days:
            raise SettingsError(
                f"MULTICLOUD_KEEP_DELETED_ITEMS_DAYS is {self.keep_deleted_items_days}, shorter "
                "than MULTICLOUD_KEEP_INVENTORY_CHANGES_DAYS keeps the changes of these items "
                f"({self.keep_inventory_changes_days}): set it to as much at least."
            )
        return RetentionPolicy(
            sync_runs=timedelta(days=self.keep_sync_runs_days),
            inventory_changes=timedelta(days=self.keep_inventory_changes_days),
            deleted_items=timedelta(days=self.keep_deleted_items_days),
            costs=timedelta(days=self.keep_costs_days),
            terraform_logs=timedelta(days=self.keep_terraform_logs_days),
        )

    @property
    def cost_history(self) -> timedelta:
        """How far back the first reading of a credential's cost goes.

        Raises:
            SettingsError: what is read would be forgotten the next night.
        """
        if self.cost_history_days > self.keep_costs_days:
            raise SettingsError(
                f"MULTICLOUD_COST_HISTORY_DAYS is {self.cost_history_days}, further back than "
                f"MULTICLOUD_KEEP_COSTS_DAYS keeps charges ({self.keep_costs_days}): set it lower."
            )
        return timedelta(days=self.cost_history_days)
