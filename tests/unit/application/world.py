"""A small world around the use cases: real rules, honest fakes."""

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

from adapters.fakes.clock import FakeClock
from adapters.fakes.clouds import FakeCloud, FakeClouds
from adapters.fakes.job_queue import FakeJobQueue
from adapters.fakes.memory import MemoryStore, MemoryUnitOfWork
from adapters.fakes.stopping import FakeStopping
from adapters.fakes.sync_observer import RecordingObserver
from application.ports.inventory import InventoryFilter
from application.ports.unit_of_work import OpenUnitOfWork, UnitOfWork
from application.use_cases.sync_credential import (
    SyncCredential,
    SyncCredentialRequest,
    SyncReport,
)
from application.use_cases.update_cost_data import (
    UpdateCostData,
    UpdateCostDataReport,
    UpdateCostDataRequest,
)
from domain.accounts import (
    Credential,
    CredentialName,
    EmailAddress,
    Provider,
    SealedSecret,
    User,
)
from domain.health import ProviderHealth
from domain.inventory import InventoryItem, ItemState, Scope
from domain.jobs import JobKind, JobRecord, JobSubject
from domain.syncs import ScopeRecord

EVERY_STATE = frozenset(ItemState)


@dataclass(slots=True)
class World:
    """Everything a use case needs, and how to look at what it did."""

    clock: FakeClock = field(default_factory=FakeClock)
    clouds: FakeClouds = field(default_factory=FakeClouds)
    jobs: FakeJobQueue = field(default_factory=FakeJobQueue)
    observer: RecordingObserver = field(default_factory=RecordingObserver)
    stopping: FakeStopping = field(default_factory=FakeStopping)
    grace: timedelta = timedelta(0)
    """How long a sync or a reading of cost goes on once it is told to stop."""
    store: MemoryStore = field(init=False)
    open_unit_of_work: OpenUnitOfWork | None = None
    """None: in memory."""
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.store = MemoryStore(clock=self.clock)

    def unit_of_work(self) -> UnitOfWork:
        if self.open_unit_of_work is not None:
            return self.open_unit_of_work()
        return MemoryUnitOfWork(self.store)

    def a_user(self) -> User:
        with self.unit_of_work() as work:
            email = EmailAddress(f"user{next(self._numbers)}@example.org")
            user = work.users.add(email, at=self.clock.now())
            work.commit()
        return user

    def a_credential(self, user: User | None = None, cloud: FakeCloud | None = None) -> Credential:
        user = user or self.a_user()
        with self.unit_of_work() as work:
            credential = work.credentials.add(
                user_id=user.id,
                provider=Provider.AWS,
                name=CredentialName(f"key {next(self._numbers)}"),
                secret=SealedSecret(b"sealed"),
                at=self.clock.now(),
            )
            work.commit()
        self.clouds.connect(credential.id, cloud or FakeCloud())
        return credential

    def sync_credential(
        self, holder: str = "worker-1", *, lease_duration: timedelta = timedelta(seconds=90)
    ) -> SyncCredential:
        return SyncCredential(
            unit_of_work=self.unit_of_work,
            clouds=self.clouds,
            clock=self.clock,
            observer=self.observer,
            holder=holder,
            stopping=self.stopping,
            grace=self.grace,
            max_concurrency=4,
            lease_duration=lease_duration,
        )

    def job(self, credential: Credential) -> JobRecord | None:
        """Return the sync of the credential as background work."""
        with self.unit_of_work() as work:
            return work.jobs.find(JobSubject.of(credential, JobKind.SYNC_CREDENTIAL))

    def sync(self, credential: Credential) -> SyncReport:
        self.clock.advance(timedelta(minutes=10))
        return self.sync_credential()(
            SyncCredentialRequest(user_id=credential.user_id, credential_id=credential.id)
        )

    def update_cost_data(
        self,
        holder: str = "worker-1",
        *,
        history: timedelta = timedelta(days=10),
        lease_duration: timedelta = timedelta(seconds=90),
    ) -> UpdateCostData:
        return UpdateCostData(
            unit_of_work=self.unit_of_work,
            clouds=self.clouds,
            clock=self.clock,
            holder=holder,
            history=history,
            stopping=self.stopping,
            grace=self.grace,
            lease_duration=lease_duration,
        )

    def read_costs(self, credential: Credential) -> UpdateCostDataReport:
        return self.update_cost_data()(
            UpdateCostDataRequest(user_id=credential.user_id, credential_id=credential.id)
        )

    def items_of(self, credential: Credential) -> list[InventoryItem]:
        chosen = InventoryFilter(credential_id=credential.id, states=EVERY_STATE)
        with self.unit_of_work() as work:
            return list(work.inventory.page(chosen, after=None, limit=10_000))

    def items(self, credential: Credential) -> dict[str, InventoryItem]:
        return {item.resource.external_id: item for item in self.items_of(credential)}

    def scope_record(self, scope: Scope) -> ScopeRecord:
        with self.unit_of_work() as work:
            return work.scopes.of_credential(scope.credential_id)[scope]

    def health(self, credential: Credential) -> ProviderHealth:
        with self.unit_of_work() as work:
            health = work.health.get(credential.id)
        assert health is not None
        return health
