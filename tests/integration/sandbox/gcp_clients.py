"""Google's own clients, opened with a credential of the sandbox."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from google.cloud import bigquery, compute_v1
from google.cloud.storage.client import (  # type: ignore[import-untyped, unused-ignore]
    Client as StorageClient,
)
from google.oauth2 import service_account

from entrypoints.sandbox.gcp.bulk import BulkProject
from entrypoints.sandbox.gcp.project import GcpProject
from entrypoints.sandbox.gcp.server import GcpServer

EVERYTHING = "https://www.googleapis.com/auth/cloud-platform"


class _Homely(service_account.Credentials):  # type: ignore[misc, unused-ignore]
    """Credentials that do not ask the real Google, in the background, where they may be used."""

    def _is_regional_access_boundary_lookup_required(self) -> bool:
        return False


@contextmanager
def running(
    project: GcpProject | None = None, *, bulk: BulkProject | None = None
) -> Iterator[GcpServer]:
    server = GcpServer(project, bulk=bulk)
    server.start()
    yield server
    server.stop()


def key(server: GcpServer, **changed: str) -> Any:  # noqa: ANN401 - Google's own have few types
    """The credentials in the document, with fields of the key *changed*."""
    info = {**server.credential()["service_account_info"], **changed}
    return _Homely.from_service_account_info(info)  # type: ignore[no-untyped-call]


def at(server: GcpServer) -> dict[str, str]:
    return {"api_endpoint": server.endpoint}


@contextmanager
def instances(server: GcpServer, credentials: object = None) -> Iterator[Any]:
    with compute_v1.InstancesClient(
        credentials=credentials or key(server),  # type: ignore[arg-type]
        client_options=at(server),
    ) as client:
        yield client


@contextmanager
def networks(server: GcpServer) -> Iterator[Any]:
    with compute_v1.NetworksClient(credentials=key(server), client_options=at(server)) as client:
        yield client


@contextmanager
def subnetworks(server: GcpServer) -> Iterator[Any]:
    with compute_v1.SubnetworksClient(credentials=key(server), client_options=at(server)) as client:
        yield client


@contextmanager
def buckets(
    server: GcpServer, credentials: object = None, *, project: str | None = None
) -> Iterator[Any]:
    client: Any = StorageClient(
        project=project or server.project.id,
        credentials=credentials or key(server),
        client_options=at(server),
    )
    yield client
    client.close()


@contextmanager
def warehouse(server: GcpServer, *, project: str | None = None) -> Iterator[Any]:
    client: Any = bigquery.Client(
        project=project or server.project.id, credentials=key(server), client_options=at(server)
    )
    yield client
    client.close()
