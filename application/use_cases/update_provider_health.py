"""Find out how well the credentials work."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta

from application.diagnosis import record_health, trouble_from
from application.leasing import claim, given_back, renew
from application.ports.clock import Clock
from application.ports.clouds import Clouds
from application.ports.errors import LeaseTaken, PortError
from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import CredentialId
from domain.health import HealthCheck, HealthStatus, ProviderHealth, Witness
from domain.leases import HEALTH_ROUND, Lease


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateProviderHealthRequest:
    """Which credentials to check."""

    credential_ids: tuple[CredentialId, ...] | None = None
    """None: every active credential that is due; otherwise these, due or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateProviderHealthReport:
    """How many credentials were found in which health."""

    checked: int
    by_status: Counter[HealthStatus] = field(default_factory=Counter)

    def as_dict(self) -> dict[str, int | str | None]:
        """Return the report as plain JSON values."""
        counts = {status.value: self.by_status[status] for status in HealthStatus}
        return {"checked": self.checked, **{name: n for name, n in counts.items() if n}}


class UpdateProviderHealth:
    """Ask each cloud, cheaply, whether the credentials for it still work.

    One round over everything that is due runs at a time. A credential that keeps failing is
    due less and less often, so that it is never hammered, and is found again by itself once it
    works. One that cannot be checked keeps no other from being checked.
    """

    def __init__(
        self,
        *,
        unit_of_work: OpenUnitOfWork,
        clouds: Clouds,
        clock: Clock,
        holder: str,
        max_concurrency: int = 8,
        page_size: int = 50,
        lease_duration: timedelta = timedelta(minutes=4),
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clouds = clouds
        self._clock = clock
        self._holder = holder
        self._max_concurrency = max_concurrency
        self._page_size = page_size
        self._lease_duration = lease_duration

    def __call__(self, request: UpdateProviderHealthRequest) -> UpdateProviderHealthReport:
        """Check, record and count; nothing while another round is under way.

        Raises:
            NotFound: one of the credentials asked for does not exist.
            Unavailable: the store cannot be reached.
            LeaseLost: this round took so long that another one began.
            Exception: a check failed in a way nobody expected; it is recorded, and raised once
                all others are done.
        """
        if request.credential_ids is not None:
            return self._check_all([request.credential_ids])
        try:
            lease = claim(
                self._unit_of_work,
                HEALTH_ROUND,
                holder=self._holder,
                duration=self._lease_duration,
            )
        except LeaseTaken:
            return UpdateProviderHealthReport(checked=0)
        with given_back(self._unit_of_work, lease):
            return self._check_all(self._due(lease))

    def _due(self, lease: Lease) -> Iterator[Sequence[CredentialId]]:
        started = self._clock.now()
        after: CredentialId | None = None
        while True:
            renew(self._unit_of_work, lease, duration=self._lease_duration)
            with self._unit_of_work() as work:
                due = work.health.due(at=started, after=after, limit=self._page_size)
            yield due
            if len(due) < self._page_size:
                return
            after = due[-1]

    def _check_all(self, pages: Iterable[Sequence[CredentialId]]) -> UpdateProviderHealthReport:
        by_status: Counter[HealthStatus] = Counter()
        surprises: list[Exception] = []
        executor = ThreadPoolExecutor(self._max_concurrency, thread_name_prefix="probe")
        try:
            for page in pages:
                for health, surprise in executor.map(self._check, page):
                    by_status[health.status] += 1
                    surprises += [surprise] if surprise else []
        finally:
            executor.shutdown(wait=False, cancel_futures=True)
        if surprises:
            raise surprises[0]
        return UpdateProviderHealthReport(checked=by_status.total(), by_status=by_status)

    def _check(self, credential_id: CredentialId) -> tuple[ProviderHealth, Exception | None]:
        with self._unit_of_work() as work:
            credential = work.credentials.get(credential_id)
            secret = work.credentials.secret(credential_id)
        surprise = None
        try:
            check = self._clouds.probe(credential, secret).check()
        except Exception as error:  # noqa: BLE001 - it is recorded, and raised at the end
            check = HealthCheck(witness=Witness.PROBE, failure=trouble_from(error))
            surprise = None if isinstance(error, PortError) else error
        now = self._clock.now()
        with self._unit_of_work() as work:
            health = record_health(work, credential_id, check, at=now)
            work.commit()
        return health, surprise
