"""Clients are made from the credential alone, and speak through policies of ours alone."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from adapters.azure.operations import Service
from adapters.azure.retrying import ENTERING, LISTING, PROBING, Patience
from adapters.azure.secret import AzureSecret
from adapters.azure.session import AzureSession
from adapters.fakes.pacing import FakePacing

PLACE = "11111111-aaaa-4111-8111-111111111111"


def a_session(patience: Patience = LISTING) -> AzureSession:
    secret = AzureSecret(
        tenant_id="7f2c1a90-5b1e-4c6f-9c52-0d3a8e6b4f11",
        client_id="c0ffee00-1111-4222-8333-944455556666",
        client_secret="x" * 40,
    )
    return AzureSession(secret, patience=patience, pacing=FakePacing())


def test_threads_share_one_client_per_service_and_subscription() -> None:
    session = a_session()
    with ThreadPoolExecutor(16) as pool:
        clients = list(pool.map(lambda _: session.client(Service.COMPUTE, PLACE), range(32)))
    assert len(set(map(id, clients))) == 1


@pytest.mark.parametrize("service", Service)
def test_every_service_has_a_client(service: Service) -> None:
    assert type(a_session().client(service, PLACE)).__name__.endswith("Client")


def test_the_public_cloud_is_where_we_go_without_another_address() -> None:
    assert a_session().endpoint == "https://management.azure.com"


def test_a_listing_is_patient_and_a_probe_is_not() -> None:
    assert LISTING.attempts > PROBING.attempts
    assert LISTING.longest_wait == 45
    assert PROBING.attempts * (PROBING.connect_timeout + PROBING.read_timeout) < 30


def test_who_we_are_is_asked_with_less_patience_than_what_there_is() -> None:
    assert a_session(LISTING)._tokens._patience is ENTERING
    assert a_session(PROBING)._tokens._patience is PROBING
