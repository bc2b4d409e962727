"""What is old enough to be forgotten."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.errors import InvalidValue


class Ledger(StrEnum):
    """Records that grow with time and are cleaned up by age."""

    SYNC_RUNS = "sync_runs"
    INVENTORY_CHANGES = "inventory_changes"
    DELETED_ITEMS = "deleted_items"
    """Inventory rows of resources that are gone; cost still refers to them for a while."""
    COSTS = "costs"
    """Charges and which days were read, by the day they are for."""
    TERRAFORM_LOGS = "terraform_logs"
    """What Terraform did and said in runs that ended; the runs themselves stay."""
    TERRAFORM_STATES = "terraform_states"
    """States of resources that are destroyed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionPolicy:
    """How long each ledger is kept.

    The past inventory can be asked for as far back as inventory changes and deleted items reach.
    """

    sync_runs: timedelta = timedelta(days=30)
    inventory_changes: timedelta = timedelta(days=180)
    deleted_items: timedelta = timedelta(days=400)
    costs: timedelta = timedelta(days=400)
    terraform_logs: timedelta = timedelta(days=90)

    def __post_init__(self) -> None:
        for ledger in Ledger:
            kept = self.kept(ledger)
            if kept < timedelta(days=1):
                raise InvalidValue(f"retention of {ledger}", str(kept), "it must be a day or more")
        if self.deleted_items < self.inventory_changes:
            raise InvalidValue(
                "retention of deleted_items",
                str(self.deleted_items),
                "it must not be shorter than that of inventory_changes, which refer to the items",
            )

    def kept(self, ledger: Ledger) -> timedelta:
        """Return how long records of *ledger* are kept."""
        match ledger:
            case Ledger.SYNC_RUNS:
                return self.sync_runs
            case Ledger.INVENTORY_CHANGES:
                return self.inventory_changes
            case Ledger.DELETED_ITEMS | Ledger.TERRAFORM_STATES:
                return self.deleted_items
            case Ledger.COSTS:
                return self.costs
            case Ledger.TERRAFORM_LOGS:
                return self.terraform_logs

    def cutoff(self, ledger: Ledger, *, at: datetime) -> datetime:
        """Return the moment before which records of *ledger* are old."""
        return at - self.kept(ledger)
