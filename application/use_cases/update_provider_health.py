"""Find out how well the credentials work."""

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from application.diagnosis import record_health, trouble_from
from application.ports.clock import Clock
from application.ports.clouds import Clouds
from application.ports.errors import PortError
from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import CredentialId
from domain.health import HealthCheck, HealthStatus, ProviderHealth, Witness


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

    A credential that keeps failing is due less and less often, so that it is never hammered,
    and is found again by itself once it works. One that cannot be checked keeps no other
    from being checked.
    """

    def __init__(
        self,
        *,
        unit_of_work: OpenUnitOfWork,
        clouds: Clouds,
        clock: Clock,
        max_concurrency: int = 8,
        page_size: int = 200,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clouds = clouds
        self._clock = clock
        self._max_concurrency = max_concurrency
        self._page_size = page_size

    def __call__(self, request: UpdateProviderHealthRequest) -> UpdateProviderHealthReport:
        """Check, record and count.

        Raises:
            NotFound: one of the credentials asked for does not exist.
            Unavailable: the store cannot be reached.
        """
        by_status: Counter[HealthStatus] = Counter()
        for page in self._pages(request):
            by_status.update(health.status for health in self._check_all(page))
        return UpdateProviderHealthReport(checked=by_status.total(), by_status=by_status)

    def _pages(self, request: UpdateProviderHealthRequest) -> Iterator[Sequence[CredentialId]]:
        if request.credential_ids is not None:
            yield request.credential_ids
            return
        started = self._clock.now()
        after: CredentialId | None = None
        while True:
            with self._unit_of_work() as work:
                due = work.health.due(at=started, after=after, limit=self._page_size)
            yield due
            if len(due) < self._page_size:
                return
            after = due[-1]

    def _check_all(self, credential_ids: Sequence[CredentialId]) -> list[ProviderHealth]:
        executor = ThreadPoolExecutor(self._max_concurrency, thread_name_prefix="probe")
        try:
            return list(executor.map(self._check, credential_ids))
        finally:
            executor.shutdown(wait=False, cancel_futures=True)

    def _check(self, credential_id: CredentialId) -> ProviderHealth:
        check = self._probe(credential_id)
        now = self._clock.now()
        with self._unit_of_work() as work:
            health = record_health(work, credential_id, check, at=now)
            work.commit()
        return health

    def _probe(self, credential_id: CredentialId) -> HealthCheck:
        with self._unit_of_work() as work:
            credential = work.credentials.get(credential_id)
            secret = work.credentials.secret(credential_id)
        try:
            return self._clouds.probe(credential, secret).check()
        except PortError as error:
            return HealthCheck(witness=Witness.PROBE, failure=trouble_from(error))
