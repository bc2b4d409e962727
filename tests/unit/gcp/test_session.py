"""Connections are made from the credential alone, and shared."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from adapters.clouds.bounded_http import BoundedAdapter
from adapters.fakes.pacing import FakePacing
from adapters.gcp.connections import ComputeConnection
from adapters.gcp.operations import (
    LIST_ALL_INSTANCES,
    LIST_BUCKETS,
    LIST_NETWORKS,
    START_QUERY,
    Call,
    Operation,
    Service,
)
from adapters.gcp.retrying import LISTING
from adapters.gcp.secret import GcpSecret
from adapters.gcp.session import GcpSession
from tests.unit.gcp.keys import PROJECT, document

THREADS = 16


def a_session(**fields: object) -> GcpSession:
    return GcpSession(
        GcpSecret.model_validate(document(**fields)), patience=LISTING, pacing=FakePacing()
    )


def pool_of(session: GcpSession, service: Service) -> requests.Session:
    connection = session.connection(service)
    if isinstance(connection, ComputeConnection):
        return connection._session
    pool = connection._http
    assert isinstance(pool, requests.Session)
    return pool


@pytest.mark.parametrize(
    ("operation", "url"),
    [
        (LIST_NETWORKS, f"https://compute.googleapis.com/compute/v1/projects/{PROJECT}/global"),
        (LIST_ALL_INSTANCES, f"https://compute.googleapis.com/compute/v1/projects/{PROJECT}/"),
        (LIST_BUCKETS, "https://storage.googleapis.com/storage/v1/b?"),
        (START_QUERY, f"https://bigquery.googleapis.com/bigquery/v2/projects/{PROJECT}/queries?"),
    ],
)
def test_without_endpoints_of_ones_own_google_itself_is_asked(
    operation: Operation, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def send(
        _: BoundedAdapter, request: requests.PreparedRequest, **__: object
    ) -> requests.Response:
        asked.append(str(request.url))
        response = requests.Response()
        response.status_code = 200
        response._content = b'{"access_token": "t", "expires_in": 3600}'
        response.url, response.request = str(request.url), request
        return response

    monkeypatch.setattr(BoundedAdapter, "send", send)
    monkeypatch.setenv("GOOGLE_API_USE_MTLS_ENDPOINT", "always")
    body: Mapping[str, object] | None = {} if operation is START_QUERY else None
    a_session().get(Call(operation=operation, project=PROJECT, body=body))
    token, question = asked
    assert token == "https://oauth2.googleapis.com/token"
    assert question.startswith(url)


def test_all_services_share_one_pool_that_is_large_enough() -> None:
    session = a_session()
    services = (Service.COMPUTE, Service.STORAGE, Service.BIGQUERY)
    pools = [pool_of(session, service) for service in services]
    assert len(set(map(id, pools))) == 1
    for url in ("https://compute.googleapis.com", "http://127.0.0.1:1"):
        adapter = pools[0].get_adapter(url)
        assert isinstance(adapter, BoundedAdapter)
        assert adapter._pool_maxsize >= THREADS
        assert adapter.max_retries.total == 0  # our own patience decides


def test_threads_share_one_connection_per_service() -> None:
    session = a_session()
    with ThreadPoolExecutor(THREADS) as pool:
        made = list(pool.map(lambda _: session.connection(Service.COMPUTE), range(2 * THREADS)))
    assert len(set(map(id, made))) == 1


def test_a_slash_at_the_end_of_an_endpoint_is_none_too_many() -> None:
    session = a_session(compute_endpoint="https://compute.example.org/")
    connection = session.connection(Service.COMPUTE)
    assert isinstance(connection, ComputeConnection)
    assert connection.host == "https://compute.example.org"


def test_nothing_is_asked_before_something_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    def send(*_: object, **__: object) -> requests.Response:
        raise AssertionError("something was asked")

    monkeypatch.setattr(BoundedAdapter, "send", send)
    session = a_session()
    for service in (Service.COMPUTE, Service.STORAGE, Service.BIGQUERY):
        session.connection(service)
    assert session.project == PROJECT
