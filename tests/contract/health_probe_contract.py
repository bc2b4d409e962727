"""What every health probe promises."""

from abc import abstractmethod
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from application.ports.clouds import HealthProbe
from domain.accounts import CredentialId
from domain.health import HealthStatus, ProviderHealth, Witness
from domain.inventory import ResourceKind


class Patient(Protocol):
    """The cloud whose health is probed."""

    networks: ResourceKind
    """The kind that `deny_networks` refuses."""
    permission: str
    """The permission, or role, that it then lacks."""

    @abstractmethod
    def refuse_key(self) -> None:
        """Accept the key no longer."""

    @abstractmethod
    def deny_networks(self) -> None:
        """Refuse to list networks, for want of the permission."""

    @abstractmethod
    def deny_everything(self) -> None:
        """Accept the key, fail to say which instances there are, refuse every other question."""

    @abstractmethod
    def go_down(self) -> None:
        """Answer nothing any more."""


class HealthProbeContract:
    @pytest.fixture
    def patient(self) -> Patient:
        raise NotImplementedError

    @pytest.fixture
    def probe(self, patient: Patient) -> HealthProbe:
        raise NotImplementedError

    def test_a_key_that_may_do_everything_has_no_troubles(self, probe: HealthProbe) -> None:
        check = probe.check()
        assert (check.witness, check.failure, check.troubles) == (Witness.PROBE, None, ())
        assert check.latency is not None
        assert check.latency > timedelta(0)

    def test_a_key_that_is_not_accepted_is_the_failure(
        self, patient: Patient, probe: HealthProbe
    ) -> None:
        patient.refuse_key()
        check = probe.check()
        assert check.failure is not None
        assert check.failure.cause is HealthStatus.EXPIRED
        assert check.troubles == ()
        assert check.failure.detail
        assert check.failure.remedy

    def test_a_missing_permission_is_named_and_the_rest_still_works(
        self, patient: Patient, probe: HealthProbe
    ) -> None:
        patient.deny_networks()
        check = probe.check()
        assert check.failure is None
        (trouble,) = check.troubles
        assert (trouble.cause, trouble.kind) == (HealthStatus.DENIED, patient.networks)
        assert trouble.permission == patient.permission

    def test_a_key_that_may_do_nothing_at_all_is_denied_and_everything_it_lacks_is_named(
        self, patient: Patient, probe: HealthProbe
    ) -> None:
        patient.deny_everything()
        check = probe.check()
        denied = [each for each in check.troubles if each.cause is HealthStatus.DENIED]
        assert check.failure == denied[0]
        assert patient.permission in {each.permission for each in denied}
        assert {each.kind for each in check.troubles} >= set(
            ResourceKind.of(patient.networks.provider)
        )
        health = ProviderHealth.first(CredentialId(1), check, at=datetime(2026, 1, 1, tzinfo=UTC))
        assert health.status is HealthStatus.DENIED

    def test_a_cloud_that_does_not_answer_is_unreachable(
        self, patient: Patient, probe: HealthProbe
    ) -> None:
        patient.go_down()
        check = probe.check()
        assert check.failure is not None
        assert check.failure.cause is HealthStatus.UNREACHABLE
