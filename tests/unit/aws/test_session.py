"""Clients are made from the credential alone."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from adapters.aws.secret import AwsSecret
from adapters.aws.session import LISTING, PROBING, THREADS, AwsSession, Patience
from adapters.fakes.pacing import FakePacing
from application.ports.errors import Rejected


def a_session(patience: Patience = LISTING) -> AwsSession:
    secret = AwsSecret(access_key_id="AKIATESTTESTTESTTEST", secret_access_key="x" * 40)
    return AwsSession(secret, patience=patience, pacing=FakePacing())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:1"),
        ("AWS_ENDPOINT_URL_EC2", "http://127.0.0.1:1"),
        ("AWS_USE_FIPS_ENDPOINT", "true"),
        ("AWS_USE_DUALSTACK_ENDPOINT", "true"),
        ("AWS_PROFILE", "nonsense"),
        ("AWS_CONFIG_FILE", "/dev/stdin/nowhere"),
    ],
)
def test_the_environment_moves_no_endpoint(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    client = a_session().client("ec2", "eu-west-1")
    assert client.meta.endpoint_url == "https://ec2.eu-west-1.amazonaws.com"


def test_each_cloud_of_amazons_has_its_own_endpoints() -> None:
    client = a_session().client("ec2", "cn-north-1")
    assert client.meta.endpoint_url == "https://ec2.cn-north-1.amazonaws.com.cn"


def test_threads_share_one_client_per_service_and_region() -> None:
    session = a_session()
    with ThreadPoolExecutor(THREADS) as pool:
        clients = list(pool.map(lambda _: session.client("s3", "eu-west-1"), range(2 * THREADS)))
    assert len(set(map(id, clients))) == 1
    assert clients[0].meta.config.max_pool_connections >= THREADS


def test_a_listing_is_patient_and_a_probe_is_not() -> None:
    listing = a_session(LISTING).client("ec2", "eu-west-1").meta.config
    probing = a_session(PROBING).client("ec2", "eu-west-1").meta.config
    assert listing.retries == {"mode": "adaptive", "total_max_attempts": 10}
    assert probing.retries["total_max_attempts"] <= 2
    assert probing.connect_timeout + probing.read_timeout < 15


def test_who_we_are_is_asked_with_less_patience_than_what_there_is() -> None:
    asking = a_session(LISTING).client("sts", "eu-west-1").meta.config
    assert asking.retries == {"mode": "standard", "total_max_attempts": 3}


def test_a_region_that_cannot_be_is_refused_in_our_own_words() -> None:
    with pytest.raises(Rejected):
        a_session().client("s3", "no region.example/")
