"""What every unit of work promises, and with it every repository inside."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import EmailAddress, User
from tests.contract.accounts_repository_contract import AccountsRepositoryContract
from tests.contract.clock_set_back_contract import ClockSetBackContract, StoreTimeContract
from tests.contract.cost_coverage_contract import CostCoverageContract
from tests.contract.cost_ledger_contract import CostWritingContract
from tests.contract.cost_once_contract import CostCountedOnceContract
from tests.contract.cost_sums_contract import CostOfResourcesContract, CostSumsContract
from tests.contract.figures_contract import FiguresContract
from tests.contract.history_repository_contract import HistoryRepositoryContract
from tests.contract.inventory_listing_contract import InventoryListingContract
from tests.contract.inventory_repository_contract import InventoryRepositoryContract
from tests.contract.jobs_repository_contract import AskingForJobsContract
from tests.contract.lease_holders_contract import LeaseHoldersContract
from tests.contract.leases_repository_contract import LeasesRepositoryContract
from tests.contract.ledgers_repository_contract import (
    ArchiveContract,
    HealthRepositoryContract,
    ManyAtOnceContract,
    ScopesRepositoryContract,
    SyncRunsRepositoryContract,
)
from tests.contract.lost_objects_contract import LostObjectsContract
from tests.contract.main_objects_contract import MainObjectsContract
from tests.contract.management_contract import ManagementContract
from tests.contract.overlaps_contract import OverlapsContract
from tests.contract.queue_proofs_contract import QueueProofsContract
from tests.contract.resources_repository_contract import ResourcesRepositoryContract
from tests.contract.run_log_contract import RunLogContract, StepsContract
from tests.contract.runs_repository_contract import ForsakenRunsContract, RunsRepositoryContract
from tests.contract.schedule_repository_contract import ScheduleRepositoryContract
from tests.contract.sending_jobs_contract import OrphanedJobsContract, SendingJobsContract
from tests.contract.states_repository_contract import StatesRepositoryContract
from tests.contract.store_builders import NOW, add_user
from tests.contract.terraform_archive_contract import TerraformArchiveContract


def everybody(units: OpenUnitOfWork) -> list[User]:
    with units() as work:
        return list(work.users.page(after=None, limit=100))


class TransactionContract:
    """Subclasses bring `units`."""

    def test_what_was_committed_is_kept(self, units: OpenUnitOfWork) -> None:
        user = add_user(units)
        assert everybody(units) == [user]

    def test_leaving_without_commit_takes_everything_back(self, units: OpenUnitOfWork) -> None:
        with units() as work:
            work.users.add(EmailAddress("ada@example.org"), at=NOW)
        assert everybody(units) == []

    def test_an_exception_takes_everything_back_and_passes_through(
        self, units: OpenUnitOfWork
    ) -> None:
        def fail_half_way() -> None:
            with units() as work:
                work.users.add(EmailAddress("ada@example.org"), at=NOW)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail_half_way()
        assert everybody(units) == []

    def test_a_unit_sees_what_it_did_itself(self, units: OpenUnitOfWork) -> None:
        with units() as work:
            user = work.users.add(EmailAddress("ada@example.org"), at=NOW)
            assert work.users.get(user.id) == user

    def test_a_unit_goes_on_after_commit_and_only_the_rest_is_taken_back(
        self, units: OpenUnitOfWork
    ) -> None:
        with units() as work:
            kept = work.users.add(EmailAddress("ada@example.org"), at=NOW)
            work.commit()
            assert work.users.get(kept.id) == kept
            work.users.add(EmailAddress("grace@example.org"), at=NOW)
        assert everybody(units) == [kept]

    def test_nobody_else_sees_what_is_not_committed(self, units: OpenUnitOfWork) -> None:
        with ThreadPoolExecutor(1) as other:
            with units() as work:
                work.users.add(EmailAddress("ada@example.org"), at=NOW)
                seen = other.submit(everybody, units)
            assert seen.result() == []

    def test_a_unit_is_entered_once(self, units: OpenUnitOfWork) -> None:
        unit = units()
        with unit:
            pass
        with pytest.raises(RuntimeError, match="once"):
            unit.__enter__()

    def test_nothing_is_committed_outside_of_the_unit(self, units: OpenUnitOfWork) -> None:
        unit = units()
        with pytest.raises(RuntimeError):
            unit.commit()
        with unit:
            pass
        with pytest.raises(RuntimeError):
            unit.commit()

    def test_writers_of_different_things_lose_nothing_of_each_other(
        self, units: OpenUnitOfWork
    ) -> None:
        with ThreadPoolExecutor(4) as threads:
            addresses = [f"user{number}@example.org" for number in range(24)]
            added = list(threads.map(lambda address: add_user(units, address), addresses))
        assert {user.email for user in everybody(units)} == {user.email for user in added}


class UnitOfWorkContract(
    TransactionContract,
    AccountsRepositoryContract,
    OverlapsContract,
    InventoryRepositoryContract,
    InventoryListingContract,
    HistoryRepositoryContract,
    ScopesRepositoryContract,
    SyncRunsRepositoryContract,
    HealthRepositoryContract,
    ManyAtOnceContract,
    LeasesRepositoryContract,
    LeaseHoldersContract,
    AskingForJobsContract,
    SendingJobsContract,
    OrphanedJobsContract,
    ScheduleRepositoryContract,
    QueueProofsContract,
    ArchiveContract,
    CostWritingContract,
    CostCoverageContract,
    CostSumsContract,
    CostOfResourcesContract,
    CostCountedOnceContract,
    ResourcesRepositoryContract,
    RunsRepositoryContract,
    ForsakenRunsContract,
    StepsContract,
    RunLogContract,
    StatesRepositoryContract,
    ManagementContract,
    LostObjectsContract,
    MainObjectsContract,
    TerraformArchiveContract,
    FiguresContract,
    StoreTimeContract,
    ClockSetBackContract,
):
    """Everything; subclasses bring `units`, `let_pass` and `set_back`."""
