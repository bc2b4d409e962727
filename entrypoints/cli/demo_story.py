"""What the demo shows, step by step."""

import sys
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

import typer

from application.ports.inventory import InventoryFilter
from application.ports.job_queue import SyncUserJob
from application.use_cases.add_credential import AddCredentialRequest
from application.use_cases.add_user import AddUserRequest
from application.use_cases.browse_inventory import ListInventoryChangesRequest
from application.use_cases.list_credentials import CredentialChoice
from domain.accounts import User
from domain.inventory import InventoryItem, ResourceKind
from domain.syncs import SyncRun, SyncStatus
from entrypoints.cli.checking import check_now
from entrypoints.cli.credential_columns import status_word, trouble_line
from entrypoints.cli.failures import CommandFailed, warn
from entrypoints.cli.inventory_columns import CHANGE_COLUMNS, ITEM_COLUMNS
from entrypoints.cli.render import Column, Format, show_listing
from entrypoints.cli.sandbox import change_something

if TYPE_CHECKING:
    from entrypoints.bootstrap.container import Container

_EMAIL: Final = "demo@example.org"
_PATIENCE: Final = 15
"""Seconds to wait before asking again."""
_ATTEMPTS: Final = 4
_LOOK_EVERY: Final = 0.1
_SAMPLE_PER_KIND: Final = 3
_SAMPLE_COLUMNS: Final = frozenset({"id", "kind", "name", "external_id", "region", "status"})


class Step:
    """One step of the demo: says what happens, with a spinner on a terminal, then how long."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._started = time.monotonic()
        self._spinner = ExitStack()

    def __enter__(self) -> Self:
        if sys.stdout.isatty():
            from rich.console import Console  # noqa: PLC0415 - slow to load

            self._spinner.enter_context(Console().status(f"{self._title} ..."))
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._spinner.close()
        if exc is None:
            took = time.monotonic() - self._started
            typer.echo(f"{typer.style('*', fg='green')} {self._title} ({took:.1f} s)")


class Demo:
    """Tells the story with a running service and a sandbox that announced itself."""

    def __init__(self, service: "Container", announced: dict[str, object]) -> None:
        self._service = service
        self._credential = _of_aws(announced, "credentials")
        self._endpoint = str(_of_aws(announced, "endpoints"))

    def tell(self) -> None:
        """Sync three times: everything, nothing new, and one change; then look at the health."""
        with Step(f"Adding the user {_EMAIL} and a sealed AWS credential"):
            user = self._add_user()
        first = self._sync(user, "First sync, through the broker, by the worker")
        typer.echo(f"  {first.counts.appeared} resources appeared\n")
        self._show_inventory()
        second = self._sync(user, "Second sync: nothing happened meanwhile")
        typer.echo(f"  {_changes(second)}, {second.counts.unchanged} unchanged\n")
        before_the_change = self._service.clock().now()
        with Step("Changing one thing in the cloud, behind the service's back"):
            happening = change_something(self._endpoint)
        typer.echo("  {kind} {name} in {region}: {change}\n".format_map(happening))
        third = self._sync(user, "Third sync: it finds exactly that")
        typer.echo(f"  {_changes(third)}, {third.counts.unchanged} unchanged\n")
        self._show_changes(before_the_change)
        self._show_health()

    def _add_user(self) -> User:
        user = self._service.add_user()(AddUserRequest(email=_EMAIL))
        self._service.add_credential()(
            AddCredentialRequest(
                user_email=_EMAIL, provider="aws", name="sandbox", document=self._credential
            )
        )
        return user

    def _sync(self, user: User, title: str) -> SyncRun:
        with Step(title):
            run = self._run_by_the_worker(user)
        for trouble in run.troubles:
            warn(trouble_line(trouble))
        if run.status is not SyncStatus.SUCCEEDED:
            raise CommandFailed(f"The sync of the sandbox ended as {run.status}.")
        return run

    def _run_by_the_worker(self, user: User) -> SyncRun:
        """Ask for a sync and wait for the end of one that started afterwards.

        It is asked for again now and then, because a request that meets a sync of beat's is
        dropped.
        """
        asked, started = self._service.clock().now(), time.monotonic()
        for attempt in range(_ATTEMPTS):
            self._service.job_queue().enqueue([SyncUserJob(user_id=user.id)])
            while time.monotonic() < started + (attempt + 1) * _PATIENCE:
                if run := self._finished_since(asked):
                    return run
                time.sleep(_LOOK_EVERY)
        raise CommandFailed(
            f"The worker did not finish a sync within {_ATTEMPTS * _PATIENCE} seconds. This "
            "machine may be too busy: try again, or see worker.log in the folder that --keep keeps."
        )

    def _finished_since(self, asked: datetime) -> SyncRun | None:
        overview = next(self._service.list_credentials()(CredentialChoice()))
        run = overview.last_run
        if run is None or run.status is SyncStatus.RUNNING or run.started_at < asked:
            return None
        return run

    def _show_inventory(self) -> None:
        items = list(self._service.browse_inventory()(InventoryFilter()))
        counts = Counter((item.scope.kind, item.resource.region or "") for item in items)
        kinds = [kind for kind in ResourceKind if any(kind == counted for counted, _ in counts)]
        columns = [
            Column[str]("region", lambda region: region),
            *(
                Column[str](kind.value, lambda region, kind=kind: counts[kind, region])  # type: ignore[misc]
                for kind in kinds
            ),
        ]
        show_listing(sorted({region for _, region in counts}), columns, Format.TABLE, nothing="")
        typer.echo("")
        sample = [column for column in ITEM_COLUMNS if column.name in _SAMPLE_COLUMNS]
        show_listing(_some_of_each(items), sample, Format.TABLE, nothing="")
        typer.echo("")

    def _show_changes(self, since: datetime) -> None:
        changes = self._service.list_inventory_changes()(ListInventoryChangesRequest(since=since))
        show_listing(changes, CHANGE_COLUMNS, Format.TABLE, nothing="Nothing was found.")
        if len(changes) != 1:
            raise CommandFailed(f"One thing was changed and {len(changes)} changes were found.")

    def _show_health(self) -> None:
        typer.echo("")
        with Step("Asking the cloud how well the credential works"):
            (overview,) = check_now(self._service, CredentialChoice())
        typer.echo(f"  {overview.credential.name}: {status_word(overview)}")
        for trouble in overview.health.troubles if overview.health else ():
            warn(trouble_line(trouble))


def _changes(run: SyncRun) -> str:
    return f"{run.counts.total} change{'' if run.counts.total == 1 else 's'}"


def _some_of_each(items: Iterable[InventoryItem]) -> list[InventoryItem]:
    shown: Counter[ResourceKind] = Counter()
    sample = []
    for item in items:
        shown[item.scope.kind] += 1
        if shown[item.scope.kind] <= _SAMPLE_PER_KIND:
            sample.append(item)
    return sorted(sample, key=lambda item: item.scope.kind)


def _of_aws(announced: dict[str, object], part: str) -> object:
    clouds = announced.get(part)
    if not isinstance(clouds, dict) or "aws" not in clouds:
        raise CommandFailed("The sandbox speaks another dialect; install one version of both.")
    return clouds["aws"]
