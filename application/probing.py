"""Probe one credential, and remember that somebody is at it: a probe may kill whoever does it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from application.diagnosis import record_health, trouble_from
from application.ports.clouds import Clouds
from application.ports.errors import LeaseTaken, PortError
from application.ports.unit_of_work import OpenUnitOfWork, UnitOfWork
from application.subject import about
from domain.accounts import Credential, CredentialId, SealedSecret
from domain.health import HealthCheck, HealthStatus, ProviderHealth, Trouble, Witness
from domain.leases import Lease, health_lease

MOST_DEATHS: Final = 3
"""How many workers in a row may die of one probe before it counts as a failure."""
_LEASE: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """What a probe found."""

    health: ProviderHealth
    surprise: Exception | None
    """What nobody expected; None: nothing."""


class Probes:
    """Probes credentials and records their health."""

    def __init__(self, *, unit_of_work: OpenUnitOfWork, clouds: Clouds, holder: str) -> None:
        self._unit_of_work = unit_of_work
        self._clouds = clouds
        self._holder = holder

    def __call__(self, credential_id: CredentialId) -> Probed:
        """Probe the credential; one that three workers died of is an error without a probe."""
        about(credential_id=credential_id)
        with self._unit_of_work() as work:
            credential = work.credentials.get(credential_id)
            secret = work.credentials.secret(credential_id)
            lease = self._claim(work, credential_id)
            work.commit()
        about(user_id=credential.user_id)
        if lease is not None and lease.lapses >= MOST_DEATHS:
            check, surprise = _deadly(lease), None
        else:
            check, surprise = self._probe(credential, secret)
        with self._unit_of_work() as work:
            health = record_health(work, credential_id, check, at=work.now())
            if lease is not None:
                work.leases.release(lease)
            work.commit()
        return Probed(health=health, surprise=surprise)

    def _claim(self, work: UnitOfWork, credential_id: CredentialId) -> Lease | None:
        """Return the lease; None if somebody else probes too, which does no harm."""
        try:
            return work.leases.claim(
                health_lease(credential_id), holder=self._holder, duration=_LEASE
            )
        except LeaseTaken:
            return None

    def _probe(
        self, credential: Credential, secret: SealedSecret
    ) -> tuple[HealthCheck, Exception | None]:
        try:
            return self._clouds.probe(credential, secret).check(), None
        except Exception as error:  # noqa: BLE001 - it is recorded, and raised at the end
            check = HealthCheck(witness=Witness.PROBE, failure=trouble_from(error))
            return check, None if isinstance(error, PortError) else error


def _deadly(lease: Lease) -> HealthCheck:
    failure = Trouble(
        cause=HealthStatus.ERROR,
        detail=f"The worker died {lease.lapses} times in a row while it checked this credential.",
        remedy="See the log of the workers and whether they have enough memory; it is tried again.",
    )
    return HealthCheck(witness=Witness.PROBE, failure=failure)
