"""Showing how a sync proceeds, on stderr, where it disturbs no output."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from application.ports.sync_observer import SyncObserver
from domain.accounts import Credential, CredentialId
from domain.inventory import Scope
from domain.sentences import counted
from domain.syncs import ChangeCounts, ScopeRecord
from entrypoints.cli.text import visible


class ProgressBars(SyncObserver):
    """One bar per credential, counting its scopes; silent where stderr is no terminal."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[last]}"),
            console=console,
            disable=not console.is_terminal,
        )
        self._bars: dict[CredentialId, TaskID] = {}
        self._seen: dict[CredentialId, int] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def planned(self, credential: Credential, scopes: int) -> None:
        """Show the bar of *credential*."""
        self._bars[credential.id] = self._progress.add_task(
            escape(visible(credential.name.text)), total=scopes, last=""
        )

    def started(self, credential: Credential, scope: Scope) -> None:
        """Name what is being listed."""
        if (bar := self._bars.get(credential.id)) is not None:
            self._progress.update(bar, last=escape(visible(str(scope))))

    def settled(self, credential: Credential, record: ScopeRecord, counts: ChangeCounts) -> None:
        """Move the bar by one scope."""
        seen = self._seen.get(credential.id, 0) + counts.seen
        self._seen[credential.id] = seen
        if (bar := self._bars.get(credential.id)) is not None:
            last = f"{counted(seen, 'resource')}; {escape(visible(str(record.scope)))}"
            self._progress.update(bar, advance=1, last=last)
