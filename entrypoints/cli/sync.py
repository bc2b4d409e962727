"""`multicloud sync`: bring the inventory up to date, in this process."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

import typer

from application.ports.errors import PortError, WrongKey
from application.undertaking import Skip
from application.use_cases.list_credentials import CredentialChoice, CredentialOverview
from application.use_cases.request_syncs import RequestSyncsRequest, SyncWish
from application.use_cases.sync_credential import SyncCredentialRequest, SyncReport
from domain.errors import DomainError
from domain.inventory import Json
from domain.syncs import ChangeCounts, SyncStatus
from entrypoints.cli.checking import chosen_credentials
from entrypoints.cli.credential_columns import trouble_line, trouble_record
from entrypoints.cli.failures import FAILED, defect, warn
from entrypoints.cli.options import CredentialOption, ProviderOption, UserOption
from entrypoints.cli.render import Column, Format, FormatOption, show_listing
from entrypoints.cli.service import opened

if TYPE_CHECKING:
    from entrypoints.bootstrap.container import Container


@dataclass(frozen=True, slots=True, kw_only=True)
class _Result:
    """How the sync of one credential went."""

    overview: CredentialOverview
    report: SyncReport | None = None
    error: str | None = None
    wish: SyncWish | None = None
    """What became of the wish that the workers do it; None: they were not asked."""

    @property
    def status(self) -> str:
        if self.wish is not None:
            return self.wish.value
        if self.report is None:
            return SyncStatus.FAILED.value
        return self.report.run.status.value if self.report.run else self.report.skipped.value

    @property
    def counts(self) -> ChangeCounts:
        return self.report.run.counts if self.report and self.report.run else ChangeCounts()

    @property
    def troubles(self) -> list[Json]:
        run = self.report.run if self.report else None
        return [trouble_record(trouble) for trouble in run.troubles] if run else []


_COLUMNS: Final = (
    Column[_Result]("credential_id", lambda result: result.overview.credential.id),
    Column[_Result]("user", lambda result: result.overview.user.email.text),
    Column[_Result]("name", lambda result: result.overview.credential.name.text),
    Column[_Result]("status", lambda result: result.status),
    Column[_Result]("appeared", lambda result: result.counts.appeared),
    Column[_Result]("changed", lambda result: result.counts.changed),
    Column[_Result]("returned", lambda result: result.counts.returned),
    Column[_Result]("missing", lambda result: result.counts.missing),
    Column[_Result]("deleted", lambda result: result.counts.deleted),
    Column[_Result]("unchanged", lambda result: result.counts.unchanged),
    Column[_Result]("troubles", lambda result: result.troubles, in_table=False),
    Column[_Result]("error", lambda result: result.error, in_table=False),
)


def sync(
    user: UserOption = None,
    provider: ProviderOption = None,
    credential: CredentialOption = None,
    background: Annotated[
        bool, typer.Option("--background", help="Ask the workers for it, and do not wait.")
    ] = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Bring the inventory up to date now, in this process, one credential after the other.

    One that fails stops no other, and the exit code is then 1. A sync that could not cover
    everything is partial: it exits 0 and says on stderr what is missing. With --background the
    workers do it, before anything that nobody asked for.
    """
    choice = CredentialChoice(user_email=user, provider=provider, name=credential, active_only=True)
    if background:
        _ask_the_workers(choice, form)
    else:
        _sync_here(choice, form)


def _ask_the_workers(choice: CredentialChoice, form: Format) -> None:
    with opened() as service:
        chosen = chosen_credentials(service, choice)
        asked = RequestSyncsRequest(
            credential_ids=tuple(each.credential.id for each in chosen),
            user_email=choice.user_email,
        )
        report = service.request_syncs()(asked)
    if not report.handed_over:
        warn(
            "No worker could be told just now. It is remembered, and done as soon as one can be. "
            "See what is wrong: multicloud doctor"
        )
    results = [_Result(overview=each, wish=report.wishes[each.credential.id]) for each in chosen]
    show_listing(results, _COLUMNS, form, nothing="")


def _sync_here(choice: CredentialChoice, form: Format) -> None:
    from entrypoints.cli.progress import ProgressBars  # noqa: PLC0415 - rich is slow to load

    bars = ProgressBars()
    with opened(observer=bars) as service:
        chosen = chosen_credentials(service, choice)
        with bars:
            results = [_sync_one(service, overview) for overview in chosen]
    for result in results:
        _warn_about(result)
    show_listing(results, _COLUMNS, form, nothing="")
    if any(result.status == SyncStatus.FAILED for result in results):
        raise typer.Exit(FAILED)


def _sync_one(service: "Container", overview: CredentialOverview) -> _Result:
    request = SyncCredentialRequest(user_id=overview.user.id, credential_id=overview.credential.id)
    try:
        return _Result(overview=overview, report=service.sync_credential()(request))
    except WrongKey:
        raise  # it is the same for all of them
    except (PortError, DomainError) as error:
        return _Result(overview=overview, error=str(error))
    except Exception as error:  # noqa: BLE001 - a defect met by one credential stops no other
        return _Result(overview=overview, error=defect(error))


def _warn_about(result: _Result) -> None:
    name = result.overview.credential.name
    if result.error:
        warn(f"{name}: {result.error}")
    elif result.status == Skip.ALREADY_RUNNING:
        warn(f"{name}: it is being synced by somebody else now; nothing to do.")
    elif result.report and result.report.run:
        for trouble in result.report.run.troubles:
            warn(f"{name}: {trouble_line(trouble)}")
