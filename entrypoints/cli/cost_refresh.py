"""Reading cost from the clouds now, for `multicloud costs --refresh`."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from application.ports.errors import PortError, WrongKey
from application.use_cases.list_credentials import CredentialChoice, CredentialOverview
from application.use_cases.update_cost_data import UpdateCostDataReport, UpdateCostDataRequest
from domain.accounts import CredentialId
from domain.costs import CostStatus
from domain.errors import DomainError
from entrypoints.cli.checking import chosen_credentials
from entrypoints.cli.failures import defect, warn
from entrypoints.cli.text import visible

if TYPE_CHECKING:
    from entrypoints.bootstrap.container import Container


def refresh(service: "Container", choice: CredentialChoice) -> frozenset[CredentialId]:
    """Read the cost of every chosen credential, one after the other; return those that fail.

    One that fails stops no other. What went wrong is told on stderr once all have been tried.

    Raises:
        CommandFailed: none is chosen.
        WrongKey: this process can open none of them.
    """
    chosen = chosen_credentials(service, choice)
    outcomes = [(overview, _read(service, overview)) for overview in _with_progress(chosen)]
    for overview, outcome in outcomes:
        if sentence := _to_tell(outcome):
            warn(f"{overview.credential.name}: {sentence}")
    return frozenset(
        overview.credential.id for overview, outcome in outcomes if isinstance(outcome, str)
    )


def _read(service: "Container", overview: CredentialOverview) -> UpdateCostDataReport | str:
    """Return how it went, or what went wrong."""
    request = UpdateCostDataRequest(user_id=overview.user.id, credential_id=overview.credential.id)
    try:
        return service.update_cost_data()(request)
    except WrongKey:
        raise  # it is the same for all of them
    except (PortError, DomainError) as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 - a defect met by one credential stops no other
        return defect(error)


def _to_tell(outcome: UpdateCostDataReport | str) -> str:
    if isinstance(outcome, str):
        return outcome
    if outcome.status is None:
        return "its cost is being read by somebody else now; nothing to do."
    if outcome.status is CostStatus.PARTIAL:
        again = " Trying again later may help." if outcome.try_again else ""
        return f"{outcome.troubles} of its sub accounts could not be read to the end.{again}"
    return ""


def _with_progress(chosen: Sequence[CredentialOverview]) -> Iterator[CredentialOverview]:
    """Yield what is to be read, and show on stderr how far that is, if it is a terminal."""
    from rich.console import Console  # noqa: PLC0415 - slow to load, and rarely needed
    from rich.markup import escape  # noqa: PLC0415
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
    )

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("cost", total=len(chosen))
        for overview in chosen:
            name = escape(visible(overview.credential.name.text))
            progress.update(task, description=f"cost of {name}")
            yield overview
            progress.advance(task)
