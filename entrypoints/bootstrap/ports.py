"""Which adapter serves which port."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from dependency_injector import containers, providers

from adapters.aws.clouds import AwsClouds, AwsSecretFormat
from adapters.azure.clouds import AzureClouds, AzureSecretFormat
from adapters.gcp.clouds import GcpClouds, GcpSecretFormat
from adapters.pacing.opening import pacing_at
from adapters.persistence.engine import STATEMENT_SECONDS, build_engine
from adapters.persistence.unit_of_work import SqlUnitOfWork
from adapters.queue.celery_queue import CeleryJobQueue, sending_app
from adapters.secrets.box import FernetSecretBox
from adapters.system.clock import SystemClock
from adapters.system.identity import process_identity
from adapters.system.observer import SilentSyncObserver
from adapters.system.stopping import NeverStopping
from adapters.terraform.program import InstalledTerraform
from adapters.terraform.workspace import Surroundings
from adapters.terraform.workspaces import SubprocessWorkspaces
from application.ports.pacing import Pacing
from application.ports.stopping import Stopping
from application.ports.sync_observer import SyncObserver
from domain.accounts import Provider
from entrypoints.bootstrap.clouds import CloudsByProvider, FormatByProvider
from entrypoints.bootstrap.logging import process_redactor
from entrypoints.bootstrap.settings import Settings
from entrypoints.bootstrap.tracing import traced


def _engine(url: str, *, pool_size: int, statement_seconds: int) -> Iterator[object]:
    engine = build_engine(url, pool_size=pool_size, statement_seconds=statement_seconds)
    yield engine
    engine.dispose()


def _pacing(url: str | None) -> Iterator[Pacing]:
    pacing = pacing_at(url)
    yield pacing
    pacing.close()


def _environment() -> Mapping[str, str]:
    return os.environ


def _temporary_folder() -> Path:
    return Path(tempfile.gettempdir())


def _absolute(folder: Path | None) -> Path | None:
    """Return *folder* as Terraform finds it, which runs in another one."""
    return None if folder is None else folder.absolute()


def _terraform_folder(data_dir: Path) -> Path:
    return data_dir / "terraform"


class Ports(containers.DeclarativeContainer):
    """Each port, served by the adapter that the settings choose."""

    settings: providers.Dependency[Settings] = providers.Dependency(instance_of=Settings)
    sync_observer: providers.Provider[SyncObserver] = providers.Singleton(SilentSyncObserver)
    stopping: providers.Provider[Stopping] = providers.Singleton(NeverStopping)

    traces = providers.Resource(traced, providers.Callable(_environment))
    clock = providers.ThreadSafeSingleton(SystemClock)
    holder = providers.ThreadSafeSingleton(process_identity)
    redactor = providers.Callable(process_redactor)
    secret_box = providers.ThreadSafeSingleton(
        FernetSecretBox, keys=settings.provided.secret_keys, learn=redactor.provided.learn
    )
    statement_seconds: providers.Object[int] = providers.Object(STATEMENT_SECONDS)
    """For how long the database works on one statement; who only looks may give up sooner."""
    engine = providers.Resource(
        _engine,
        settings.provided.database_url,
        pool_size=settings.provided.database_pool_size,
        statement_seconds=statement_seconds,
    )
    unit_of_work = providers.Factory(SqlUnitOfWork, engine)
    sender = providers.ThreadSafeSingleton(
        sending_app,
        settings.provided.broker_url,
        settings.provided.result_backend,
        sentinel_master=settings.provided.sentinel_master,
    )
    job_queue = providers.ThreadSafeSingleton(CeleryJobQueue, sender)
    pacing = providers.Resource(_pacing, settings.provided.pacing_url)
    allow_custom_endpoints = settings.provided.allow_custom_endpoints
    learn = redactor.provided.learn
    aws_clouds = providers.ThreadSafeSingleton(
        AwsClouds,
        secret_box=secret_box,
        clock=clock,
        pacing=pacing,
        allow_custom_endpoints=allow_custom_endpoints,
        learn=learn,
    )
    azure_clouds = providers.ThreadSafeSingleton(
        AzureClouds,
        secret_box=secret_box,
        clock=clock,
        pacing=pacing,
        allow_custom_endpoints=allow_custom_endpoints,
        learn=learn,
    )
    gcp_clouds = providers.ThreadSafeSingleton(
        GcpClouds,
        secret_box=secret_box,
        clock=clock,
        pacing=pacing,
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
    terraform = providers.ThreadSafeSingleton(InstalledTerraform, settings.provided.terraform_bin)
    terraform_environment: providers.Object[Mapping[str, str]] = providers.Object({})
    """What Terraform gets besides; tests attach a provider that runs already."""
    workspaces = providers.ThreadSafeSingleton(
        SubprocessWorkspaces,
        providers.Callable(_terraform_folder, settings.provided.data_dir),
        providers.Factory(
            Surroundings,
            terraform=terraform,
            redact=redactor.provided.redact,
            now=clock.provided.now,
            worker=providers.Callable(_environment),
            temporary=providers.Callable(_temporary_folder),
            mirror=providers.Callable(_absolute, settings.provided.terraform_mirror),
            extra_environment=terraform_environment,
        ),
    )
