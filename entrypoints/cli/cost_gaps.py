"""Telling of which days it is not known what they cost, why, and what to do."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from shlex import quote
from typing import Final

from application.use_cases.list_cost_gaps import CostGap
from domain.accounts import CredentialId, Provider
from domain.costs import CostReading, CostStatus, Period
from domain.inventory import Json
from domain.sentences import counted
from entrypoints.cli.credential_columns import trouble_line, trouble_record
from entrypoints.cli.failures import warn

NEVER_READ: Final = "never_read"
READ_NOW: Final = "Read it now with `multicloud costs --refresh`, or wait for 01:00 UTC."
_MOST_TOLD: Final = 10
_MOST_STRETCHES: Final = 3
_BILL_BEGINS_LATER: Final = (
    "The bill that the credential reads begins later; look up at the cloud what these days cost."
)
_WHERE_THE_BILL_IS: Final[Mapping[Provider, str]] = {Provider.GCP: "billing_export_table"}
"""The field of a credential file without which a cloud's bill cannot be found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldGap:
    """A gap, and whose credential it is."""

    gap: CostGap
    email: str

    @property
    def status(self) -> str:
        """How the last reading ended, in one word."""
        return self.gap.reading.status.value if self.gap.reading else NEVER_READ

    @property
    def why(self) -> str:
        """Why it is there and what to do about it: one sentence each."""
        reading = self.gap.reading
        if reading is None:
            return f"Its cost was never read. {READ_NOW}"
        if reading.status is CostStatus.NOT_CONFIGURED:
            return self._not_configured()
        if self.gap.not_billed:
            return _BILL_BEGINS_LATER
        if self.gap.trouble is not None:
            return trouble_line(replace(self.gap.trouble, kind=None, location=None))
        if self.gap.out_of_sight:
            return _out_of_sight(self.gap, reading)
        return _stale_or_too_old(self.gap, reading)

    @property
    def line(self) -> str:
        """All of it, for people."""
        credential = self.gap.credential
        account = f", {self.gap.sub_account_id}" if self.gap.sub_account_id else ""
        days = _stretches(self.gap.missing)
        return (
            f"{credential.name} ({credential.provider}{account}): the cost of {days} is not known. "
            f"{self.why}"
        )

    def record(self) -> dict[str, Json]:
        """Return it as its stable JSON object."""
        credential = self.gap.credential
        return {
            "credential_id": credential.id,
            "credential": credential.name.text,
            "user": self.email,
            "provider": credential.provider.value,
            "sub_account_id": self.gap.sub_account_id,
            "missing": [period_record(period) for period in self.gap.missing],
            "status": self.status,
            "why": self.why,
            "trouble": trouble_record(self.gap.trouble) if self.gap.trouble else None,
        }

    def _not_configured(self) -> str:
        credential = self.gap.credential
        field = _WHERE_THE_BILL_IS.get(credential.provider)
        missing = f"{field} is missing from its file" if field else "its file does not say where"
        return (
            f"Its cost is not configured: {missing}. Add it: multicloud credentials replace "
            f"--user {self.email} --name {quote(credential.name.text)} --file FILE"
        )


def period_record(period: Period) -> dict[str, Json]:
    """Return *period* as its stable JSON object."""
    return {"first": period.first.isoformat(), "last": period.last.isoformat()}


def warn_of(gaps: Sequence[ToldGap], *, but_not_of: Container[CredentialId] = ()) -> None:
    """Tell the first of *gaps* on stderr, and how many there are beside them.

    Those of credentials of which it was already told that they fail are left out.
    """
    gaps = [told for told in gaps if told.gap.credential.id not in but_not_of]
    for told in gaps[:_MOST_TOLD]:
        warn(told.line)
    if len(gaps) > _MOST_TOLD:
        warn(more_gaps(len(gaps) - _MOST_TOLD))


def more_gaps(number: int) -> str:
    """Say that there are so many besides."""
    more = counted(number, "more such gap")
    return f"and {more}; --format json names {'it too' if number == 1 else 'them all'}."


def nothing_is_known(gaps: Sequence[ToldGap], period: Period, *, credentials: int) -> bool:
    """Tell whether not one day of *period* is known of any of so many *credentials*."""
    blank = {
        told.gap.credential.id
        for told in gaps
        # a partial reading knows sub accounts that have no gap at all
        if told.gap.missing == (period,) and told.status != CostStatus.PARTIAL
    }
    return len(blank) == credentials


def _out_of_sight(gap: CostGap, reading: CostReading) -> str:
    return (
        f"On {reading.attempted_at.date()}, when the cost was last read, {gap.sub_account_id} was "
        "no longer among those that the credential sees. If it is still in use, open it to the "
        "credential again and run `multicloud costs --refresh`; if not, there is nothing to do."
    )


def _stale_or_too_old(gap: CostGap, reading: CostReading) -> str:
    read_on, last = reading.attempted_at.date(), gap.missing[-1].last
    if last >= read_on:
        return f"It was last read on {read_on}. {READ_NOW}"
    if gap.reach is not None and last > gap.reach.last_read:
        return (
            f"The last reading, on {read_on}, did not get to these days, or {gap.sub_account_id} "
            f"is no longer among those that the credential sees. {READ_NOW}"
        )
    return (
        "Days that long ago were not asked for, or are no longer kept: "
        "MULTICLOUD_COST_HISTORY_DAYS and MULTICLOUD_KEEP_COSTS_DAYS say how far back. Raise them "
        "if need be, and run `multicloud costs --refresh`."
    )


def _stretches(missing: Sequence[Period]) -> str:
    named = [
        str(each.first) if each.first == each.last else f"{each.first} to {each.last}"
        for each in missing[:_MOST_STRETCHES]
    ]
    if len(missing) > _MOST_STRETCHES:
        more = len(missing) - _MOST_STRETCHES
        named.append(counted(more, "more stretch", "more stretches"))
    *most, last = named
    return f"{', '.join(most)} and {last}" if most else last
