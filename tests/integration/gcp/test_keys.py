"""Bad keys, missing permissions and other endpoints, as a server that checks tells them apart."""

import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from adapters.fakes.clock import FakeClock
from adapters.fakes.pacing import FakePacing
from adapters.gcp.health import GcpHealthProbe
from adapters.gcp.inventory import GcpInventory
from adapters.gcp.retrying import LISTING
from adapters.gcp.session import GcpSession
from application.ports.errors import (
    AccessDenied,
    CredentialsExpired,
    NotFound,
    PortError,
    Rejected,
    Throttled,
    Unavailable,
)
from domain.health import HealthStatus
from domain.inventory import EVERYWHERE
from entrypoints.sandbox.gcp import resources
from entrypoints.sandbox.gcp.errors import error_document
from tests.integration.gcp.rig import (
    BUCKETS,
    HASTE,
    HERE,
    INSTANCES,
    NETWORKS,
    PROJECT,
    Rig,
    launch,
    listed,
    names,
)


def said(act: Callable[[], object]) -> PortError:
    with pytest.raises(PortError) as caught:
        act()
    return caught.value


def key_file(rig: Rig, **changed: object) -> dict[str, Any]:
    return {**rig.server.credential()["service_account_info"], **changed}


def another_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def test_a_good_key_opens_its_project_and_needs_no_permission(rig: Rig) -> None:
    rig.project.disable_api("compute")
    assert rig.inventory().account_id() == PROJECT


def test_bad_keys_and_a_wrong_clock_are_different_sentences(rig: Rig) -> None:
    strange = key_file(rig, client_email="nobody@sandbox-project.iam.gserviceaccount.com")
    unknown = said(rig.inventory(service_account_info=strange).account_id)
    forged = key_file(rig, private_key=another_key())
    wrong = said(rig.inventory(service_account_info=forged).account_id)
    grant = {
        "error": "invalid_grant",
        "error_description": "Invalid JWT: Token must be a short-lived token (60 minutes) and in a "
        "reasonable timeframe. Check your iat and exp values in the JWT claim.",
    }
    rig.fail("/token", status=400, document=grant)
    late = said(rig.inventory().account_id)
    assert isinstance(unknown, CredentialsExpired)
    assert isinstance(wrong, CredentialsExpired)
    assert isinstance(late, Rejected)
    assert "does not know the service account" in unknown.summary
    assert "private key is none of the service account's" in wrong.summary
    assert "clock is wrong" in late.summary
    assert late.remedy == "Set this machine's clock."


def test_a_key_that_is_revoked_in_the_midst_is_a_bad_key(rig: Rig) -> None:
    inventory = rig.inventory()
    inventory.account_id()
    rig.project.account.revoke()
    with pytest.raises(CredentialsExpired):
        names(inventory, NETWORKS, EVERYWHERE)


def test_a_token_that_runs_out_in_the_midst_is_replaced_without_a_word(rig: Rig) -> None:
    launch(rig, HERE, "web-1")
    inventory = rig.inventory()
    inventory.account_id()
    rig.project.account.expire_tokens()
    assert names(inventory, INSTANCES, HERE) == {"web-1"}
    assert rig.asked("/token") == 2


def test_threads_that_need_a_token_get_one_together(rig: Rig) -> None:
    session = rig.session()
    inventory = GcpInventory(session=session)
    with ThreadPoolExecutor(8) as pool:
        found = pool.map(lambda _: names(inventory, NETWORKS, EVERYWHERE), range(8))
        assert list(found) == [set()] * 8
    assert rig.asked("/token") < 8


def test_a_token_service_that_has_trouble_or_is_busy_is_no_bad_key(rig: Rig) -> None:
    rig.fail("/token", status=503, times=1)
    assert rig.inventory().account_id() == PROJECT
    rig.fail("/token", status=503)
    assert isinstance(said(rig.inventory().account_id), Unavailable)
    rig.server.heal()
    rig.fail("/token", status=429, headers={"Retry-After": "600"})
    busy = said(rig.inventory().account_id)
    assert isinstance(busy, Throttled)
    assert busy.retry_after == 600


def test_a_token_is_not_waited_for_as_long_as_a_listing(rig: Rig) -> None:
    rig.fail("/token", status=429, headers={"Retry-After": "6"})
    busy = said(rig.inventory(patience=LISTING).account_id)
    assert isinstance(busy, Throttled)
    assert rig.asked("/token") == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 200, "body": b"<html>proxy</html>"},
        {"status": 200, "document": []},
        {"status": 200, "document": {"token": "x"}},
        {"status": 404, "body": b"<html>not found</html>"},
        {"status": 307, "headers": {"Location": "/elsewhere"}},
    ],
)
def test_what_is_no_token_is_no_token(rig: Rig, fault: dict[str, Any]) -> None:
    rig.fail("/token", **fault)
    assert isinstance(said(rig.inventory().account_id), Unavailable)
    assert rig.asked("/elsewhere") == 0


def test_each_missing_permission_is_named_with_the_role_that_has_it(rig: Rig) -> None:
    for permission, kind, place, role in (
        ("compute.instances.list", INSTANCES, HERE, "roles/compute.viewer"),
        ("compute.networks.list", NETWORKS, EVERYWHERE, "roles/compute.viewer"),
        ("storage.buckets.list", BUCKETS, EVERYWHERE, "roles/storage.bucketViewer"),
    ):
        rig.project.deny(permission)
        with pytest.raises(AccessDenied) as caught:
            listed(rig.inventory(), kind, place)
        assert caught.value.permission == permission
        assert role in caught.value.remedy


def test_a_service_that_is_off_is_a_thing_to_switch_on_and_the_others_are_listed(
    rig: Rig,
) -> None:
    rig.project.put(resources.bucket("media-4711"))
    rig.project.disable_api("compute")
    with pytest.raises(AccessDenied) as caught:
        rig.inventory().locations(INSTANCES)
    assert "Enable the Compute Engine API (compute.googleapis.com)" in caught.value.remedy
    assert f"project {PROJECT}" in caught.value.remedy
    assert names(rig.inventory(), BUCKETS, EVERYWHERE) == {"media-4711"}
    assert rig.asked("/zones") == 1


def test_a_project_that_is_not_there_is_said_not_to_be(rig: Rig) -> None:
    inventory = rig.inventory(project_id="no-such-project")
    with pytest.raises(NotFound, match="project no-such-project") as caught:
        listed(inventory, NETWORKS, EVERYWHERE)
    assert "project_id" in caught.value.remedy
    with pytest.raises(Rejected) as refused:
        listed(inventory, BUCKETS, EVERYWHERE)
    assert "project_id" in refused.value.remedy


def test_the_probe_tells_what_is_off_from_what_is_refused(rig: Rig) -> None:
    rig.project.disable_api("storage")
    rig.project.deny("compute.networks.list")
    check = GcpHealthProbe(session=rig.session(), clock=FakeClock()).check()
    assert check.failure is None
    assert {(each.kind, each.permission, each.cause) for each in check.troubles} == {
        (BUCKETS, None, HealthStatus.DENIED),
        (NETWORKS, "compute.networks.list", HealthStatus.DENIED),
    }
    assert all(each.remedy for each in check.troubles)


def test_the_probe_asks_four_cheap_questions_and_gets_a_fresh_token_each_time(rig: Rig) -> None:
    probe = GcpHealthProbe(session=rig.session(), clock=FakeClock())
    probe.check()
    probe.check()
    assert rig.asked("/token") == 2
    assert rig.asked("maxResults=1&") == 6
    assert rig.asked() == 8


def test_no_secret_is_in_any_text_of_a_refusal(rig: Rig) -> None:
    forged = another_key()
    session = rig.session(service_account_info=key_file(rig, private_key=forged))
    told = "".join(traceback.format_exception(said(session.ask_identity)))
    rig.fail("/networks", status=403, document=error_document(403, "canary", reason="forbidden"))
    error = said(lambda: names(rig.inventory(), NETWORKS, EVERYWHERE))
    told += "".join(traceback.format_exception(error)) + repr(session) + repr(error)
    assert forged.splitlines()[1] not in told
    assert "assertion" not in told
    assert "canary" not in told
    assert "ya29" not in told


def test_the_tokens_are_told_to_whoever_hides_secrets_in_logs(rig: Rig) -> None:
    told: list[str] = []
    session = GcpSession(rig.secret(), patience=HASTE, pacing=FakePacing(), learn=told.append)
    session.ask_identity()
    names(GcpInventory(session=session), NETWORKS, EVERYWHERE)
    shown = rig.server.requests[-1].headers["authorization"]
    assert [f"Bearer {token}" for token in told] == [shown]
