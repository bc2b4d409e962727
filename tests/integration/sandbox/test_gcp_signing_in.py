"""Who may ask the sandbox's Google Cloud, told with Google's own clients."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from google.api_core import exceptions
from google.auth.crypt import RSASigner
from google.auth.exceptions import RefreshError
from google.auth.jwt import encode
from google.auth.transport.requests import Request

from entrypoints.sandbox.gcp.server import GcpServer
from tests.integration.sandbox.gcp_clients import EVERYTHING, buckets, instances, key, running

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@pytest.fixture(scope="module")
def gcp() -> Iterator[GcpServer]:
    with running() as server:
        yield server


@pytest.fixture(autouse=True)
def _in_order(gcp: GcpServer) -> None:
    gcp.project.account.restore()


def signed(server: GcpServer, **claims: object) -> str:
    """An assertion of the account, with *claims* in place of good ones."""
    info = server.credential()["service_account_info"]
    good = {
        "iss": info["client_email"],
        "sub": info["client_email"],
        "aud": info["token_uri"],
        "iat": time.time(),
        "exp": time.time() + 3600,
    }
    signer: Any = RSASigner
    sign: Any = encode
    return str(sign(signer.from_service_account_info(info), {**good, **claims}).decode())


def describes(server: GcpServer, **claims: object) -> str:
    """What the token endpoint answers to such an assertion."""
    form = {"grant_type": GRANT, "assertion": signed(server, **claims)}
    answer = requests.post(f"{server.endpoint}/token", data=form, timeout=5)
    document = answer.json()
    assert answer.status_code == (200 if "access_token" in document else 400)
    return str(document.get("error_description") or document["token_type"])


def status_with(server: GcpServer, bearer: str) -> int:
    """The status of a look at the project with the token *bearer*."""
    place = f"{server.endpoint}/compute/v1/projects/{server.project.id}"
    head = {"Authorization": f"Bearer {bearer}"}
    return requests.get(place, headers=head, timeout=5).status_code


def another_key() -> str:
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def test_the_key_in_the_credential_opens_every_service(gcp: GcpServer) -> None:
    with buckets(gcp) as storage, instances(gcp) as compute:
        assert list(storage.list_buckets()) == []
        assert list(compute.list(project=gcp.project.id, zone=gcp.project.zones[0])) == []


def test_a_key_that_was_taken_back_opens_nothing(gcp: GcpServer) -> None:
    gcp.project.account.revoke()
    with buckets(gcp) as storage, pytest.raises(RefreshError, match="account not found"):
        list(storage.list_buckets(retry=None))
    with instances(gcp) as compute, pytest.raises(exceptions.Unauthorized) as refused:
        compute.aggregated_list(project=gcp.project.id)
    assert refused.value.errors[0]["reason"] == "authError"


def test_a_token_that_was_given_before_dies_with_its_key(gcp: GcpServer) -> None:
    with buckets(gcp) as storage:
        list(storage.list_buckets())
        gcp.project.account.revoke()
        with pytest.raises(RefreshError):
            list(storage.list_buckets(retry=None))


def test_a_client_whose_token_expired_asks_for_another(gcp: GcpServer) -> None:
    with buckets(gcp) as storage:
        list(storage.list_buckets())
        gcp.project.account.expire_tokens()
        gcp.forget()
        assert list(storage.list_buckets()) == []
    assert [request.path for request in gcp.requests] == [
        "/storage/v1/b",
        "/token",
        "/storage/v1/b",
    ]


def test_a_key_that_somebody_else_made_is_a_wrong_signature(gcp: GcpServer) -> None:
    foreign = key(gcp, private_key=another_key())
    with buckets(gcp, foreign) as storage, pytest.raises(RefreshError, match="JWT Signature"):
        list(storage.list_buckets(retry=None))
    with instances(gcp, foreign) as compute, pytest.raises(exceptions.Unauthorized):
        compute.aggregated_list(project=gcp.project.id)


@pytest.mark.parametrize("field", ["private_key_id", "client_email"])
def test_a_key_or_an_account_that_nobody_knows_is_not_found(gcp: GcpServer, field: str) -> None:
    unknown = key(gcp, **{field: "nobody@nowhere.example"})
    with buckets(gcp, unknown) as storage, pytest.raises(RefreshError, match="account not found"):
        list(storage.list_buckets(retry=None))


@pytest.mark.parametrize(
    ("issued", "expires"),
    [(-7200, -3600), (3600, 7200), (0, 7200)],
    ids=["a clock that is late", "a clock that is early", "a token for too long"],
)
def test_a_wrong_clock_is_called_by_its_name(gcp: GcpServer, issued: int, expires: int) -> None:
    now = time.time()
    said = describes(gcp, iat=now + issued, exp=now + expires)
    assert "Token must be a short-lived token (60 minutes)" in said


def test_an_assertion_for_another_endpoint_is_refused(gcp: GcpServer) -> None:
    assert describes(gcp) == "Bearer"
    assert describes(gcp, aud="https://example.com/token") == "Invalid JWT: Failed audience check."


def test_what_is_no_assertion_at_all_is_refused(gcp: GcpServer) -> None:
    for form in ({"grant_type": GRANT, "assertion": "a.b"}, {"grant_type": "password"}, {}):
        assert requests.post(f"{gcp.endpoint}/token", data=form, timeout=5).status_code == 400


def test_a_token_is_good_for_its_scopes_alone(gcp: GcpServer) -> None:
    readonly = key(gcp).with_scopes([f"{EVERYTHING}.read-only"])
    readonly.refresh(Request())
    with buckets(gcp, readonly) as storage:
        assert list(storage.list_buckets()) == []
        with pytest.raises(exceptions.Forbidden, match="insufficient authentication scopes"):
            storage.create_bucket("shop-media")


def test_a_token_that_an_account_signs_for_one_service_opens_no_other(gcp: GcpServer) -> None:
    compute, storage = ("https://compute.googleapis.com/", "https://storage.googleapis.com/")
    assert status_with(gcp, signed(gcp, aud=compute)) == 200
    assert status_with(gcp, signed(gcp, aud=storage)) == 403


def test_a_token_that_an_account_signs_has_an_end_and_is_for_itself(gcp: GcpServer) -> None:
    compute = "https://compute.googleapis.com/"
    assert status_with(gcp, signed(gcp, aud=compute, exp=time.time() - 1)) == 401
    assert status_with(gcp, signed(gcp, aud=compute, sub="somebody@else.example")) == 401
