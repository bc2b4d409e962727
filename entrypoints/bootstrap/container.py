"""Where the house is put together: the one place that knows which adapter serves which port."""

from collections.abc import Iterator

from dependency_injector import containers, providers

from adapters.aws.clouds import AwsClouds, AwsSecretFormat
from adapters.azure.clouds import AzureClouds, AzureSecretFormat
from adapters.gcp.clouds import GcpClouds, GcpSecretFormat
from adapters.persistence import schema
from adapters.persistence.engine import build_engine
from adapters.persistence.unit_of_work import SqlUnitOfWork
from adapters.queue.celery_queue import CeleryJobQueue, sending_app
from adapters.queue.liveness import answering_workers
from adapters.secrets.box import FernetSecretBox
from adapters.system.clock import SystemClock
from adapters.system.identity import process_identity
from adapters.system.observer import SilentSyncObserver
from application.ports.sync_observer import SyncObserver
from application.use_cases.add_credential import AddCredential
from application.use_cases.add_user import AddUser
from application.use_cases.browse_inventory import (
    BrowseInventory,
    ListInventoryChanges,
    ShowInventoryItem,
)
from application.use_cases.clean_up_old_logs import CleanUpOldLogs
from application.use_cases.disable_credential import DisableCredential
from application.use_cases.list_cost_gaps import ListCostGaps
from application.use_cases.list_credentials import ListCredentials
from application.use_cases.list_users import ListUsers
from application.use_cases.replace_credential_secret import ReplaceCredentialSecret
from application.use_cases.rotate_secret_keys import RotateSecretKeys
from application.use_cases.show_costs import ListCharges, ShowCosts
from application.use_cases.sync_all_users import SyncAllUsers
from application.use_cases.sync_credential import SyncCredential
from application.use_cases.sync_user_resources import SyncUserResources
from application.use_cases.update_all_cost_data import UpdateAllCostData
from application.use_cases.update_cost_data import UpdateCostData
from application.use_cases.update_provider_health import UpdateProviderHealth
from domain.accounts import Provider
from entrypoints.bootstrap.clouds import CloudsByProvider, FormatByProvider
from entrypoints.bootstrap.logging import process_redactor
from entrypoints.bootstrap.settings import Settings
from entrypoints.bootstrap.use_case_log import logged


def _engine(url: str, *, pool_size: int) -> Iterator[object]:
    engine = build_engine(url, pool_size=pool_size)
    yield engine
    engine.dispose()


class Container(containers.DeclarativeContainer):
    """Everything the service can do; build one per process, after any fork.

    Building a provider does no I/O; `shutdown_resources()` closes what was opened later.
    """

    settings: providers.Dependency[Settings] = providers.Dependency(instance_of=Settings)
    sync_observer: providers.Provider[SyncObserver] = providers.Singleton(SilentSyncObserver)

    # ports
    clock = providers.ThreadSafeSingleton(SystemClock)
    holder = providers.ThreadSafeSingleton(process_identity)
    redactor = providers.Callable(process_redactor)
    secret_box = providers.ThreadSafeSingleton(
        FernetSecretBox, keys=settings.provided.secret_keys, learn=redactor.provided.learn
    )
    engine = providers.Resource(
        _engine, settings.provided.database_url, pool_size=settings.provided.database_pool_size
    )
    unit_of_work = providers.Factory(SqlUnitOfWork, engine)
    sender = providers.ThreadSafeSingleton(
        sending_app,
        settings.provided.broker_url,
        settings.provided.result_backend,
        sentinel_master=settings.provided.sentinel_master,
    )
    job_queue = providers.ThreadSafeSingleton(CeleryJobQueue, sender)
    allow_custom_endpoints = settings.provided.allow_custom_endpoints
    learn = redactor.provided.learn
    aws_clouds = providers.ThreadSafeSingleton(
        AwsClouds,
        secret_box=secret_box,
        clock=clock,
        allow_custom_endpoints=allow_custom_endpoints,
        learn=learn,
    )
    azure_clouds = providers.ThreadSafeSingleton(
        AzureClouds,
        secret_box=secret_box,
        clock=clock,
        allow_custom_endpoints=allow_custom_endpoints,
        learn=learn,
    )
    gcp_clouds = providers.ThreadSafeSingleton(
        GcpClouds,
        secret_box=secret_box,
        clock=clock,
        allow_custom_endpoints=allow_custom_endpoints,
        learn=learn,
    )
    clouds = providers.ThreadSafeSingleton(
        CloudsByProvider,
        adapters=providers.Dict(
            {
                Provider.AWS: aws_clouds,
                Provider.AZURE: azure_clouds,
                Provider.GCP: gcp_clouds,
            }
        ),
    )
    secret_format = providers.ThreadSafeSingleton(
        FormatByProvider,
        formats=providers.Dict(
            {
                Provider.AWS: providers.ThreadSafeSingleton(
                    AwsSecretFormat, allow_custom_endpoints=allow_custom_endpoints
                ),
                Provider.AZURE: providers.ThreadSafeSingleton(
                    AzureSecretFormat, allow_custom_endpoints=allow_custom_endpoints
                ),
                Provider.GCP: providers.ThreadSafeSingleton(
                    GcpSecretFormat, allow_custom_endpoints=allow_custom_endpoints
                ),
            }
        ),
    )

    # use cases that leave a line in the log
    add_user: providers.Provider[AddUser] = providers.Factory(
        logged, providers.Factory(AddUser, unit_of_work=unit_of_work.provider, clock=clock)
    )
    add_credential: providers.Provider[AddCredential] = providers.Factory(
        logged,
        providers.Factory(
            AddCredential,
            unit_of_work=unit_of_work.provider,
            clock=clock,
            secret_box=secret_box,
            secret_format=secret_format,
        ),
    )
    replace_credential_secret: providers.Provider[ReplaceCredentialSecret] = providers.Factory(
        logged,
        providers.Factory(
            ReplaceCredentialSecret,
            unit_of_work=unit_of_work.provider,
            clock=clock,
            secret_box=secret_box,
            secret_format=secret_format,
        ),
    )
    disable_credential: providers.Provider[DisableCredential] = providers.Factory(
        logged,
        providers.Factory(DisableCredential, unit_of_work=unit_of_work.provider, clock=clock),
    )
    rotate_secret_keys: providers.Provider[RotateSecretKeys] = providers.Factory(
        logged,
        providers.Factory(
            RotateSecretKeys, unit_of_work=unit_of_work.provider, secret_box=secret_box
        ),
    )
    sync_all_users: providers.Provider[SyncAllUsers] = providers.Factory(
        logged,
        providers.Factory(
            SyncAllUsers,
            unit_of_work=unit_of_work.provider,
            jobs=job_queue,
            page_size=settings.provided.page_size,
        ),
    )
    sync_user_resources: providers.Provider[SyncUserResources] = providers.Factory(
        logged,
        providers.Factory(SyncUserResources, unit_of_work=unit_of_work.provider, jobs=job_queue),
    )
    sync_credential: providers.Provider[SyncCredential] = providers.Factory(
        logged,
        providers.Factory(
            SyncCredential,
            unit_of_work=unit_of_work.provider,
            clouds=clouds,
            clock=clock,
            observer=sync_observer,
            holder=holder,
            max_concurrency=settings.provided.sync_concurrency,
        ),
    )
    update_provider_health: providers.Provider[UpdateProviderHealth] = providers.Factory(
        logged,
        providers.Factory(
            UpdateProviderHealth,
            unit_of_work=unit_of_work.provider,
            clouds=clouds,
            clock=clock,
            holder=holder,
            max_concurrency=settings.provided.health_concurrency,
        ),
    )
    clean_up_old_logs: providers.Provider[CleanUpOldLogs] = providers.Factory(
        logged,
        providers.Factory(
            CleanUpOldLogs,
            unit_of_work=unit_of_work.provider,
            clock=clock,
            policy=settings.provided.retention,
            batch_size=settings.provided.cleanup_batch_size,
        ),
    )

    update_all_cost_data: providers.Provider[UpdateAllCostData] = providers.Factory(
        logged,
        providers.Factory(
            UpdateAllCostData,
            unit_of_work=unit_of_work.provider,
            jobs=job_queue,
            page_size=settings.provided.page_size,
        ),
    )
    update_cost_data: providers.Provider[UpdateCostData] = providers.Factory(
        logged,
        providers.Factory(
            UpdateCostData,
            unit_of_work=unit_of_work.provider,
            clouds=clouds,
            clock=clock,
            holder=holder,
            history=settings.provided.cost_history,
        ),
    )

    # use cases that only look
    list_users = providers.Factory(ListUsers, unit_of_work=unit_of_work.provider)
    list_credentials = providers.Factory(ListCredentials, unit_of_work=unit_of_work.provider)
    browse_inventory = providers.Factory(
        BrowseInventory,
        unit_of_work=unit_of_work.provider,
        clock=clock,
        policy=settings.provided.retention,
        page_size=settings.provided.page_size,
    )
    show_inventory_item = providers.Factory(ShowInventoryItem, unit_of_work=unit_of_work.provider)
    list_inventory_changes = providers.Factory(
        ListInventoryChanges, unit_of_work=unit_of_work.provider
    )

    show_costs = providers.Factory(ShowCosts, unit_of_work=unit_of_work.provider)
    list_charges = providers.Factory(
        ListCharges, unit_of_work=unit_of_work.provider, page_size=settings.provided.page_size
    )
    list_cost_gaps = providers.Factory(
        ListCostGaps, unit_of_work=unit_of_work.provider, page_size=settings.provided.page_size
    )

    # what operators ask for: calling one of these does I/O at once
    upgrade_schema = providers.Callable(schema.upgrade, settings.provided.database_url)
    check_schema = providers.Callable(schema.check, settings.provided.database_url)
    answering_workers = providers.Callable(answering_workers, sender)


def build_container(settings: Settings, *, observer: SyncObserver | None = None) -> Container:
    """Return the service as *settings* describe it; *observer* watches syncs of this process."""
    container = Container(settings=settings)
    if observer is not None:
        container.sync_observer.override(observer)
    return container
