"""Where the house is put together: the one place that knows which adapter serves which port."""

from dependency_injector import providers

from adapters.queue.depth import CeleryQueueDepths
from adapters.queue.liveness import answering_workers
from application.ports.sync_observer import SyncObserver
from application.use_cases.add_credential import AddCredential
from application.use_cases.add_user import AddUser
from application.use_cases.browse_inventory import (
    BrowseInventory,
    ListInventoryChanges,
    ShowInventoryItem,
)
from application.use_cases.claim_turns import ClaimTurns
from application.use_cases.clean_up_old_logs import CleanUpOldLogs
from application.use_cases.disable_credential import DisableCredential
from application.use_cases.dispatch_jobs import DispatchJobs
from application.use_cases.end_turn import EndTurn
from application.use_cases.find_overlaps import FindOverlaps
from application.use_cases.give_back_turns import GiveBackTurns
from application.use_cases.list_cost_gaps import ListCostGaps
from application.use_cases.list_credentials import ListCredentials
from application.use_cases.list_users import ListUsers
from application.use_cases.measure_service import MeasureService
from application.use_cases.recover_jobs import RecoverJobs
from application.use_cases.replace_credential_secret import ReplaceCredentialSecret
from application.use_cases.request_syncs import RequestSyncs
from application.use_cases.rotate_secret_keys import RotateSecretKeys
from application.use_cases.show_costs import ListCharges, ShowCosts
from application.use_cases.show_status import ShowStatus
from application.use_cases.sync_all_users import SyncAllUsers
from application.use_cases.sync_credential import SyncCredential
from application.use_cases.sync_user_resources import SyncUserResources
from application.use_cases.update_all_cost_data import UpdateAllCostData
from application.use_cases.update_cost_data import UpdateCostData
from application.use_cases.update_provider_health import UpdateProviderHealth
from entrypoints.bootstrap.database_schema import check_schema, upgrade_schema
from entrypoints.bootstrap.ports import Ports
from entrypoints.bootstrap.readiness import tables_of
from entrypoints.bootstrap.settings import Settings
from entrypoints.bootstrap.use_case_log import logged
from entrypoints.bootstrap.watching import Watching


class Container(Watching):
    """Everything the service can do; build one per process, after any fork.

    Building a provider does no I/O; `shutdown_resources()` closes what was opened later.
    """

    # use cases that leave a line in the log
    add_user: providers.Provider[AddUser] = providers.Factory(
        logged,
        providers.Factory(AddUser, unit_of_work=Ports.unit_of_work.provider, clock=Ports.clock),
    )
    add_credential: providers.Provider[AddCredential] = providers.Factory(
        logged,
        providers.Factory(
            AddCredential,
            unit_of_work=Ports.unit_of_work.provider,
            secret_box=Ports.secret_box,
            secret_format=Ports.secret_format,
        ),
        first=Watching.key_proof,
    )
    replace_credential_secret: providers.Provider[ReplaceCredentialSecret] = providers.Factory(
        logged,
        providers.Factory(
            ReplaceCredentialSecret,
            unit_of_work=Ports.unit_of_work.provider,
            secret_box=Ports.secret_box,
            secret_format=Ports.secret_format,
        ),
    )
    disable_credential: providers.Provider[DisableCredential] = providers.Factory(
        logged,
        providers.Factory(
            DisableCredential, unit_of_work=Ports.unit_of_work.provider, clock=Ports.clock
        ),
    )
    rotate_secret_keys: providers.Provider[RotateSecretKeys] = providers.Factory(
        logged,
        providers.Factory(
            RotateSecretKeys, unit_of_work=Ports.unit_of_work.provider, secret_box=Ports.secret_box
        ),
    )
    sync_all_users: providers.Provider[SyncAllUsers] = providers.Factory(
        logged,
        providers.Factory(
            SyncAllUsers,
            unit_of_work=Ports.unit_of_work.provider,
            spread=Ports.settings.provided.sync_spread,
            page_size=Ports.settings.provided.page_size,
        ),
    )
    sync_user_resources: providers.Provider[SyncUserResources] = providers.Factory(
        logged,
        providers.Factory(
            SyncUserResources, unit_of_work=Ports.unit_of_work.provider, jobs=Ports.job_queue
        ),
    )
    request_syncs: providers.Provider[RequestSyncs] = providers.Factory(
        logged,
        providers.Factory(
            RequestSyncs, unit_of_work=Ports.unit_of_work.provider, jobs=Ports.job_queue
        ),
    )
    sync_credential: providers.Provider[SyncCredential] = providers.Factory(
        logged,
        providers.Factory(
            SyncCredential,
            unit_of_work=Ports.unit_of_work.provider,
            clouds=Ports.clouds,
            clock=Ports.clock,
            observer=Ports.sync_observer,
            holder=Ports.holder,
            stopping=Ports.stopping,
            grace=Ports.settings.provided.stop_grace,
            max_concurrency=Ports.settings.provided.sync_concurrency,
            lease_duration=Ports.settings.provided.lease_duration,
            prove_key=Watching.key_proof,
        ),
    )
    update_provider_health: providers.Provider[UpdateProviderHealth] = providers.Factory(
        logged,
        providers.Factory(
            UpdateProviderHealth,
            unit_of_work=Ports.unit_of_work.provider,
            clouds=Ports.clouds,
            holder=Ports.holder,
            max_concurrency=Ports.settings.provided.health_concurrency,
        ),
        first=Watching.key_proof,
    )
    clean_up_old_logs: providers.Provider[CleanUpOldLogs] = providers.Factory(
        logged,
        providers.Factory(
            CleanUpOldLogs,
            unit_of_work=Ports.unit_of_work.provider,
            policy=Ports.settings.provided.retention,
            batch_size=Ports.settings.provided.cleanup_batch_size,
        ),
    )

    update_all_cost_data: providers.Provider[UpdateAllCostData] = providers.Factory(
        logged,
        providers.Factory(
            UpdateAllCostData,
            unit_of_work=Ports.unit_of_work.provider,
            spread=Ports.settings.provided.cost_spread,
            page_size=Ports.settings.provided.page_size,
        ),
    )
    update_cost_data: providers.Provider[UpdateCostData] = providers.Factory(
        logged,
        providers.Factory(
            UpdateCostData,
            unit_of_work=Ports.unit_of_work.provider,
            clouds=Ports.clouds,
            clock=Ports.clock,
            holder=Ports.holder,
            history=Ports.settings.provided.cost_history,
            stopping=Ports.stopping,
            grace=Ports.settings.provided.stop_grace,
            lease_duration=Ports.settings.provided.lease_duration,
            prove_key=Watching.key_proof,
        ),
    )

    recover_jobs: providers.Provider[RecoverJobs] = providers.Factory(
        logged, providers.Factory(RecoverJobs, unit_of_work=Ports.unit_of_work.provider)
    )
    dispatch_jobs: providers.Provider[DispatchJobs] = providers.Factory(
        logged,
        providers.Factory(
            DispatchJobs, unit_of_work=Ports.unit_of_work.provider, jobs=Ports.job_queue
        ),
    )
    claim_turns = providers.Factory(
        ClaimTurns, unit_of_work=Ports.unit_of_work.provider, holder=Ports.holder
    )
    give_back_turns = providers.Factory(GiveBackTurns, unit_of_work=Ports.unit_of_work.provider)
    end_turn = providers.Factory(EndTurn, unit_of_work=Ports.unit_of_work.provider)

    # use cases that only look
    list_users = providers.Factory(ListUsers, unit_of_work=Ports.unit_of_work.provider)
    list_credentials = providers.Factory(ListCredentials, unit_of_work=Ports.unit_of_work.provider)
    find_overlaps = providers.Factory(FindOverlaps, unit_of_work=Ports.unit_of_work.provider)
    browse_inventory = providers.Factory(
        BrowseInventory,
        unit_of_work=Ports.unit_of_work.provider,
        policy=Ports.settings.provided.retention,
        page_size=Ports.settings.provided.page_size,
    )
    show_inventory_item = providers.Factory(
        ShowInventoryItem, unit_of_work=Ports.unit_of_work.provider
    )
    list_inventory_changes = providers.Factory(
        ListInventoryChanges, unit_of_work=Ports.unit_of_work.provider
    )

    show_costs = providers.Factory(ShowCosts, unit_of_work=Ports.unit_of_work.provider)
    list_charges = providers.Factory(
        ListCharges,
        unit_of_work=Ports.unit_of_work.provider,
        page_size=Ports.settings.provided.page_size,
    )
    list_cost_gaps = providers.Factory(
        ListCostGaps,
        unit_of_work=Ports.unit_of_work.provider,
        page_size=Ports.settings.provided.page_size,
    )

    measure_service = providers.Factory(
        MeasureService,
        unit_of_work=Ports.unit_of_work.provider,
        queues=providers.Factory(CeleryQueueDepths, Ports.sender),
        pacing=Ports.pacing,
        cost_history=Ports.settings.provided.cost_history,
    )
    show_status = providers.Factory(
        ShowStatus,
        unit_of_work=Ports.unit_of_work.provider,
        measure=measure_service,
        tables=providers.Callable(tables_of, Ports.settings.provided.database_url).provider,
        workers=Watching.workers,
    )

    # what operators ask for: calling one of these does I/O at once
    upgrade_schema = providers.Callable(upgrade_schema, Ports.settings.provided.database_url)
    check_schema = providers.Callable(check_schema, Ports.settings.provided.database_url)
    answering_workers = providers.Callable(answering_workers, Ports.sender)


def build_container(settings: Settings, *, observer: SyncObserver | None = None) -> Container:
    """Return the service as *settings* describe it; *observer* watches syncs of this process."""
    container = Container(settings=settings)
    container.traces.init()
    if observer is not None:
        container.sync_observer.override(observer)
    return container
