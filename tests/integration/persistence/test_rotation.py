"""Keys are rotated while what they seal is replaced or forgotten: nothing old comes back."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine, text

from adapters.fakes.secret_box import FakeSecretBox
from application.ports.provisioning import StoredState, TerraformOutput
from application.ports.secret_box import SecretText
from application.ports.unit_of_work import OpenUnitOfWork
from application.use_cases.replace_credential_secret import (
    ReplaceCredentialSecret,
    ReplaceCredentialSecretRequest,
)
from application.use_cases.rotate_secret_keys import RotateSecretKeys, RotateSecretKeysReport
from domain.accounts import CredentialId, SealedSecret
from domain.provisioning import Resource
from domain.retention import Ledger
from tests.contract.provisioning_builders import LINEAGE, add_resource, become
from tests.contract.store_builders import NOW, add_credential
from tests.contract.terraform_archive_contract import GONE, LATER
from tests.unit.application.test_accounts import OnlyText

OLD, NEW, BOTH = FakeSecretBox("old"), FakeSecretBox("new"), FakeSecretBox("new", "old")
LEAKED = OLD.seal(SecretText("leaked"))


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as threads:
        yield threads


class InterruptedBox(FakeSecretBox):
    """Has something else happen before it seals one of the secrets anew."""

    def __init__(self, secret: str, happening: Callable[[], object]) -> None:
        super().__init__("new", "old")
        self._secret = secret
        self._happening = happening

    def reseal(self, sealed: SealedSecret) -> SealedSecret:
        if self.open(sealed).reveal() == self._secret:
            self._happening()
        return super().reseal(sealed)


def rotate(units: OpenUnitOfWork, box: FakeSecretBox = BOTH) -> RotateSecretKeysReport:
    return RotateSecretKeys(unit_of_work=units, secret_box=box)()


def replace(units: OpenUnitOfWork) -> None:
    """Give the credential a current key, as its owner does."""
    use_case = ReplaceCredentialSecret(
        unit_of_work=units, secret_box=BOTH, secret_format=OnlyText()
    )
    use_case(
        ReplaceCredentialSecretRequest(
            user_email="ada@example.org", name="production", document="current"
        )
    )


def key(units: OpenUnitOfWork, credential_id: CredentialId) -> str:
    with units() as work:
        return NEW.open(work.credentials.secret(credential_id)).reveal()


def until_it_waits(engine: Engine, other: Future[Any]) -> None:
    """Wait until *other* waits for a lock or, as nobody keeps it from that, has ended."""
    waiting = text("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    end = time.monotonic() + 10
    while not other.done():
        assert time.monotonic() < end
        with engine.connect() as connection:
            if connection.execute(waiting).first():
                return
        time.sleep(0.01)


def a_built_resource(units: OpenUnitOfWork) -> Resource:
    """A resource with a sensitive output and one version of its state, under the old key."""
    resource = add_resource(units, add_credential(units, secret=LEAKED))
    state = StoredState(
        lineage=LINEAGE, serial=1, sealed=OLD.seal(SecretText("state")), lock_file=None
    )
    with units() as work:
        sensitive = OLD.seal(SecretText("first"))
        work.resources.save_output(resource.id, TerraformOutput(logs=()), sensitive=sensitive)
        work.states.put(resource.id, state, [], at=NOW)
        work.commit()
    return resource


def test_a_key_that_its_owner_replaces_during_the_rotation_stays(
    units: OpenUnitOfWork, engine: Engine, threads: ThreadPoolExecutor
) -> None:
    credential = add_credential(units, secret=LEAKED)

    def owner_comes() -> None:
        until_it_waits(engine, threads.submit(replace, units))

    report = rotate(units, InterruptedBox("leaked", owner_comes))
    threads.submit(int).result(timeout=10)  # the owner is done
    assert (report.resealed, report.complete) == (1, True)
    assert key(units, credential.id) == "current"


def test_a_key_that_its_owner_is_just_replacing_is_waited_for(
    units: OpenUnitOfWork, engine: Engine, threads: ThreadPoolExecutor
) -> None:
    credential = add_credential(units, secret=LEAKED)
    with units() as owner:
        owner.credentials.replace_secret(credential.id, OLD.seal(SecretText("current")))
        rotation = threads.submit(rotate, units)
        until_it_waits(engine, rotation)
        owner.commit()
    assert rotation.result(timeout=10).resealed == 1
    assert key(units, credential.id) == "current"


def test_an_output_that_a_run_leaves_during_the_rotation_stays(
    units: OpenUnitOfWork, engine: Engine, threads: ThreadPoolExecutor
) -> None:
    resource = a_built_resource(units)

    def leave_another() -> None:
        with units() as work:
            sensitive = BOTH.seal(SecretText("second"))
            work.resources.save_output(resource.id, TerraformOutput(logs=()), sensitive=sensitive)
            work.commit()

    def a_run_ends() -> None:
        until_it_waits(engine, threads.submit(leave_another))

    assert rotate(units, InterruptedBox("first", a_run_ends)).complete
    threads.submit(int).result(timeout=10)  # the run is done
    with units() as work:
        kept = work.resources.sensitive_outputs(resource.id)
    assert kept is not None
    assert NEW.open(kept).reveal() == "second"


def test_a_state_that_is_forgotten_during_the_rotation_does_not_stop_it(
    units: OpenUnitOfWork,
) -> None:
    resource = become(units, a_built_resource(units), *GONE)

    def forget() -> None:
        with units() as work:
            work.archive.forget(Ledger.TERRAFORM_STATES, before=LATER, limit=10)
            work.commit()

    report = rotate(units, InterruptedBox("state", forget))
    assert (report.resealed, report.complete) == (2, True)  # the key and the output
    with units() as work:
        assert list(work.states.versions(resource.id)) == []
