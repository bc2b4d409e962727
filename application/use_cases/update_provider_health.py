"""Find out how well the credentials work."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from application.leasing import claim, given_back, renew
from application.owning import credential_for, user_asking
from application.ports.clouds import Clouds
from application.ports.errors import LeaseTaken, Rejected
from application.ports.unit_of_work import OpenUnitOfWork
from application.probing import Probed, Probes
from application.subject import SubjectThreads
from domain.accounts import CredentialId
from domain.health import HealthStatus
from domain.leases import HEALTH_ROUND, Lease, health_lease


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateProviderHealthRequest:
    """Which credentials to check."""

    credential_ids: tuple[CredentialId, ...] | None = None
    """None: every active credential that is due; otherwise these, due or not."""
    user_email: str | None = None
    """Whose these must be; None: an operator asks, who may have everybody's."""


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
        holder: str,
        max_concurrency: int = 8,
        page_size: int = 50,
        lease_duration: timedelta = timedelta(minutes=4),
    ) -> None:
        self._unit_of_work = unit_of_work
        self._probe = Probes(unit_of_work=unit_of_work, clouds=clouds, holder=holder)
        self._holder = holder
        self._max_concurrency = max_concurrency
        self._page_size = page_size
        self._lease_duration = lease_duration

    def __call__(self, request: UpdateProviderHealthRequest) -> UpdateProviderHealthReport:
        """Check, record and count; nothing while another round is under way.

        Raises:
            NotFound: this user lacks one of the credentials asked for, or there is no such user;
                none is checked.
            Rejected: a user asks for every credential that is due.
            Unavailable: the store cannot be reached.
            LeaseLost: this round took so long that another one began.
            Exception: a check failed in a way nobody expected; it is recorded, and raised once
                all others are done.
        """
        if request.credential_ids is not None:
            return self._check_all([self._allowed(request.credential_ids, request.user_email)])
        if request.user_email is not None:
            raise Rejected(
                "Checking every credential that is due is for no single user.",
                remedy="Name the credentials.",
            )
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
            return self._check_all(self._due(lease), hold=partial(self._hold, lease))

    def _allowed(
        self, credential_ids: Sequence[CredentialId], user_email: str | None
    ) -> Sequence[CredentialId]:
        with self._unit_of_work() as work:
            user = user_asking(work, user_email)
            return [credential_for(work, user, each).id for each in credential_ids]

    def _due(self, lease: Lease) -> Iterator[Sequence[CredentialId]]:
        after: CredentialId | None = None
        while True:
            self._hold(lease)
            with self._unit_of_work() as work:
                due = work.health.due(at=work.now(), after=after, limit=self._page_size)
            yield due
            if len(due) < self._page_size:
                return
            after = due[-1]

    def _hold(self, lease: Lease) -> None:
        renew(self._unit_of_work, lease, duration=self._lease_duration)

    def _check_all(
        self,
        pages: Iterable[Sequence[CredentialId]],
        *,
        hold: Callable[[], object] = lambda: None,
    ) -> UpdateProviderHealthReport:
        by_status: Counter[HealthStatus] = Counter()
        surprises: list[Exception] = []
        for probed in self._probe_all(pages, hold):
            by_status[probed.health.status] += 1
            surprises += [probed.surprise] if probed.surprise else []
        if surprises:
            raise surprises[0]
        return UpdateProviderHealthReport(checked=by_status.total(), by_status=by_status)

    def _probe_all(
        self, pages: Iterable[Sequence[CredentialId]], hold: Callable[[], object]
    ) -> Iterator[Probed]:
        """Probe several at a time; those that a worker may have died of last, one by one.

        So what kills its worker takes no other with it more than once. *hold* is called before
        each of these.
        """
        suspects: list[CredentialId] = []
        executor = SubjectThreads(self._max_concurrency, thread_name_prefix="probe")
        try:
            for page in pages:
                feared = self._suspects(page)
                suspects += [each for each in page if each in feared]
                yield from executor.map(self._probe, [each for each in page if each not in feared])
        finally:
            executor.shutdown(wait=False, cancel_futures=True)
        for suspect in suspects:
            hold()
            yield self._probe(suspect)

    def _suspects(self, page: Sequence[CredentialId]) -> set[CredentialId]:
        names = {health_lease(each): each for each in page}
        with self._unit_of_work() as work:
            return {names[name] for name in work.leases.lapsed(names.keys())}
