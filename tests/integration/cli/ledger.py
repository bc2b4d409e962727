"""What was charged, put into the database behind the command's back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, localcontext

from adapters.persistence.engine import build_engine
from adapters.persistence.unit_of_work import SqlUnitOfWork
from application.ports.cost_ledger import CostFilter
from application.ports.errors import NotFound
from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import Credential, CredentialName, EmailAddress, Provider, SealedSecret, User
from domain.costs import (
    Charge,
    CostReading,
    CostStatus,
    DailyCharges,
    Period,
    SubAccountId,
)
from domain.health import Trouble
from tests.builders import NOON, a_resource
from tests.contract.store_builders import a_scope, listed
from tests.integration.cli.shell import USER, Shell

HERE = SubAccountId("111111111111")
MARCH = Period(date(2025, 3, 1), date(2025, 3, 31))
IN_MARCH = ("--since", "2025-03-01", "--until", "2025-03-31")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The stored cost of one database."""

    units: OpenUnitOfWork

    def credential(
        self, name: str = "main", provider: Provider = Provider.AWS, user: str = USER
    ) -> Credential:
        """Add a credential to the user, who is added if need be."""
        with self.units() as work:
            credential = work.credentials.add(
                user_id=self._user(user).id,
                provider=provider,
                name=CredentialName(name),
                secret=SealedSecret(b"sealed"),
                at=NOON,
            )
            work.commit()
        return credential

    def _user(self, email: str) -> User:
        with self.units() as work:
            try:
                return work.users.by_email(EmailAddress(email))
            except NotFound:
                user = work.users.add(EmailAddress(email), at=NOON)
            work.commit()
        return user

    def charge(
        self,
        owner: Credential,
        day: date,
        *charges: Charge,
        sub_account: SubAccountId = HERE,
    ) -> None:
        """Let *day* have cost exactly *charges*."""
        daily = DailyCharges.of(sub_account, day, charges)
        with self.units() as work:
            work.costs.put_day(owner, daily, read_at=datetime.now(UTC))
            work.commit()

    def cover(
        self, owner: Credential, period: Period = MARCH, sub_account: SubAccountId = HERE
    ) -> None:
        """Let it be known of each day of *period* that it cost nothing."""
        with self.units() as work:
            for day in period.days():
                nothing = DailyCharges.of(sub_account, day, ())
                work.costs.put_day(owner, nothing, read_at=datetime.now(UTC))
            work.commit()

    def not_billed(self, owner: Credential, *days: date) -> None:
        """Let the bill not go back to any of *days*."""
        with self.units() as work:
            for day in days:
                daily = DailyCharges.of(HERE, day, (), known=False)
                work.costs.put_day(owner, daily, read_at=datetime.now(UTC))
            work.commit()

    def read(
        self,
        owner: Credential,
        status: CostStatus,
        *troubles: Trouble,
        ago: timedelta = timedelta(),
    ) -> None:
        """Let the last reading have ended like that."""
        reading = CostReading(
            credential_id=owner.id,
            status=status,
            attempted_at=datetime.now(UTC) - ago,
            troubles=troubles,
        )
        with self.units() as work:
            work.costs.record(reading)
            work.commit()

    def see(self, owner: Credential, *names: str) -> None:
        """Let the inventory hold exactly the instances of these names."""
        found = [a_resource(f"i-{name}", name=name) for name in names]
        listed(self.units, owner, found, scope=a_scope(owner))

    def totals(self, period: Period = MARCH) -> dict[str, Decimal]:
        """Return what it all adds up to, in Python, to the last digit."""
        totals: dict[str, Decimal] = {}
        with self.units() as work, localcontext(prec=60):
            for stored in work.costs.charges(CostFilter(period=period), after=None, limit=10_000):
                cost = stored.charge.billed_cost
                currency = stored.charge.billing_currency
                totals[currency] = totals.get(currency, Decimal()) + cost
        return totals


@contextmanager
def ledger_of(shell: Shell) -> Iterator[Ledger]:
    """Give the ledger that *shell* looks at."""
    engine = build_engine(str(shell.environment["DATABASE_URL"]))
    yield Ledger(units=lambda: SqlUnitOfWork(engine))
    engine.dispose()
