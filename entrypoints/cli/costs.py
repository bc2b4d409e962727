"""`multicloud costs`: what was charged, added up or charge by charge."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from application.ports.cost_ledger import CostDimension, CostFilter
from application.use_cases.list_credentials import CredentialChoice
from application.use_cases.show_costs import CostOverview, ShowCostsRequest
from domain.accounts import CredentialId
from entrypoints.cli.cost_answer import Answer, draw, named, nothing_to_draw, print_object
from entrypoints.cli.cost_columns import SUM_COLUMNS
from entrypoints.cli.cost_gaps import ToldGap, warn_of
from entrypoints.cli.cost_period import chosen_period
from entrypoints.cli.failures import FAILED
from entrypoints.cli.focus import write_focus
from entrypoints.cli.options import MOST, CredentialOption, ProviderOption, UserOption
from entrypoints.cli.ownership import credential_called, user_called
from entrypoints.cli.render import Format, FormatOption, show_listing
from entrypoints.cli.service import opened

if TYPE_CHECKING:
    from entrypoints.bootstrap.container import Container

_ByOption = Annotated[
    CostDimension | None,
    typer.Option("--by", case_sensitive=False, help="What to add up by. Default: service."),
]
_SinceOption = Annotated[
    str | None, typer.Option("--since", metavar="DATE", help="The first day. Default: 30 days ago.")
]
_UntilOption = Annotated[
    str | None, typer.Option("--until", metavar="DATE", help="The last day. Default: yesterday.")
]
_LimitOption = Annotated[
    int | None,
    typer.Option(
        "--limit",
        min=1,
        max=MOST,
        help="At most so many lines for each currency; of every charge in csv, the first so many.",
    ),
]
_RefreshOption = Annotated[
    bool, typer.Option("--refresh", help="Read the cost from the clouds first.")
]


def costs(
    *,
    by: _ByOption = None,
    since: _SinceOption = None,
    until: _UntilOption = None,
    user: UserOption = None,
    provider: ProviderOption = None,
    credential: CredentialOption = None,
    limit: _LimitOption = None,
    refresh: _RefreshOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Show what was charged in a period; csv without --by is every charge in columns of FOCUS."""
    period = chosen_period(since, until, today=datetime.now(UTC).date())
    choice = CredentialChoice(user_email=user, provider=provider, name=credential, active_only=True)
    with opened() as service:
        failing = _refreshed(service, choice) if refresh else frozenset()
        chosen = CostFilter(
            period=period,
            user_id=user_called(service, user),
            credential_id=credential_called(service, credential, user=user),
            provider=provider,
        )
        gaps = _gaps(service, chosen)
        if form is Format.CSV and by is None:
            write_focus(islice(service.list_charges()(chosen), limit), sys.stdout)
        else:
            answer = _answer(service, chosen, by or CostDimension.SERVICE, limit, gaps)
            _show(service, choice, answer, form)
        warn_of(gaps, but_not_of=failing)
    if failing:
        raise typer.Exit(FAILED)


def _answer(
    service: "Container",
    chosen: CostFilter,
    by: CostDimension,
    limit: int | None,
    gaps: Sequence[ToldGap],
) -> Answer:
    # how many are left out is told too, so all are asked for
    overview = service.show_costs()(ShowCostsRequest(chosen=chosen, by=by, limit=MOST))
    return Answer(by=by, period=chosen.period, limit=limit, overview=overview, gaps=gaps)


def _show(service: "Container", choice: CredentialChoice, answer: Answer, form: Format) -> None:
    match form:
        case Format.JSON:
            print_object(answer)
        case Format.CSV:
            show_listing(answer.limited(), SUM_COLUMNS, form, nothing="")
        case Format.TABLE if answer.overview.totals:
            draw(answer)
        case Format.TABLE:
            credentials = sum(1 for _ in service.list_credentials()(choice))
            typer.echo(nothing_to_draw(answer, choice, credentials=credentials), err=True)


def _refreshed(service: "Container", choice: CredentialChoice) -> frozenset[CredentialId]:
    from entrypoints.cli.cost_refresh import refresh  # noqa: PLC0415 - only where it is asked for

    return refresh(service, choice)


def _gaps(service: "Container", chosen: CostFilter) -> Sequence[ToldGap]:
    found = tuple(service.list_cost_gaps()(chosen))
    if not found:
        return ()
    emails = {each.id: each.email.text for each in service.list_users()()}
    return [ToldGap(gap=gap, email=emails.get(gap.credential.user_id, "EMAIL")) for gap in found]


def show_overview(overview: CostOverview, request: ShowCostsRequest) -> None:
    """Draw *overview*, the answer to *request*, where nobody asks for more than that."""
    period = request.chosen.period
    if overview.totals:
        draw(Answer(by=request.by, period=period, limit=request.limit, overview=overview, gaps=()))
    else:
        typer.echo(f"Nothing was charged {named(period)}.", err=True)
