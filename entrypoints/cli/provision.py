"""`multicloud provision | destroy | cancel`: building things and taking them down."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final, cast

import typer

from application.run_requests import RequestedRun
from application.use_cases.cancel_run import CancelRunRequest
from application.use_cases.request_destruction import RequestDestructionRequest
from application.use_cases.retry_resource import RetryResourceRequest
from domain.inventory import Json
from domain.provisioning import Resource, ResourceId, Run
from domain.sentences import capitalized
from entrypoints.cli.failures import warn
from entrypoints.cli.options import ResourceIdArgument, WaitOption, WhoseOption
from entrypoints.cli.render import Column, Format, FormatOption, moment, show_record
from entrypoints.cli.service import opened
from entrypoints.cli.spec_files import spec_from_file
from entrypoints.cli.story import write_sheet
from entrypoints.cli.watching import must_be_done, watched

if TYPE_CHECKING:
    from entrypoints.bootstrap.container import Container


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """How far somebody's request is."""

    resource: Resource
    run: Run
    outputs: Mapping[str, Json]


COLUMNS: Final = (
    Column[_Outcome]("id", lambda outcome: outcome.resource.id),
    Column[_Outcome]("kind", lambda outcome: outcome.resource.kind.value),
    Column[_Outcome]("name", lambda outcome: outcome.resource.name),
    Column[_Outcome]("status", lambda outcome: outcome.resource.status.value),
    Column[_Outcome]("run_id", lambda outcome: outcome.run.id),
    Column[_Outcome]("action", lambda outcome: outcome.run.action.value),
    Column[_Outcome]("run_status", lambda outcome: outcome.run.status.value),
    Column[_Outcome]("outputs", lambda outcome: dict(outcome.outputs)),
)
CANCELED_COLUMNS: Final = (
    Column[Run]("id", lambda run: run.resource_id),
    Column[Run]("run_id", lambda run: run.id),
    Column[Run]("action", lambda run: run.action.value),
    Column[Run]("run_status", lambda run: run.status.value),
    Column[Run]("cancel_requested_at", lambda run: moment(run.cancel_requested_at), in_table=False),
)


def provision(
    *,
    user: Annotated[
        str | None, typer.Option("--user", metavar="EMAIL", help="For whom to build it.")
    ] = None,
    credential: Annotated[
        str | None, typer.Option("--credential", metavar="NAME", help="The key to build it with.")
    ] = None,
    spec: Annotated[
        str | None,
        typer.Option(
            "--spec", metavar="FILE", help="What to build, in JSON or YAML; - reads stdin."
        ),
    ] = None,
    retry: Annotated[
        int | None,
        typer.Option("--retry", metavar="ID", min=1, help="Try again to build what failed."),
    ] = None,
    wait: WaitOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Have something built by the worker, with Terraform, from a spec; or try it again."""
    if retry is not None and (credential or spec):
        raise typer.BadParameter("--retry knows all of it: leave out --credential and --spec.")
    if retry is None and not (user and credential and spec):
        raise typer.BadParameter("Give --user, --credential and --spec; or --retry ID.")
    document = spec_from_file(spec) if spec else None
    with opened() as service:
        if retry is None:
            asked = _ask(service, str(user), str(credential), document)
        else:
            again = RetryResourceRequest(resource_id=ResourceId(retry), user_email=user)
            asked = service.retry_resource()(again)
        _show(service, asked, form, wait=wait, will="will be built")


def destroy(
    resource_id: ResourceIdArgument,
    user: WhoseOption = None,
    wait: WaitOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Have something taken down by the worker, with all that was built for it."""
    request = RequestDestructionRequest(resource_id=ResourceId(resource_id), user_email=user)
    with opened() as service:
        asked = service.request_destruction()(request)
        _show(service, asked, form, wait=wait, will="will be destroyed")


def cancel(
    resource_id: ResourceIdArgument, user: WhoseOption = None, form: FormatOption = Format.TABLE
) -> None:
    """Stop what is being done to a resource, in an orderly way: what is begun is finished."""
    request = CancelRunRequest(resource_id=ResourceId(resource_id), user_email=user)
    with opened() as service:
        run = service.cancel_run()(request)
    show_record(
        run,
        CANCELED_COLUMNS,
        form,
        sentence=f"Run {run.id} of resource {run.resource_id} is asked to stop; what Terraform has "
        f"begun, it finishes. Watch: multicloud logs {run.resource_id} --follow",
    )


def _ask(service: "Container", user: str, credential: str, document: object) -> RequestedRun:
    from application.use_cases.request_resource import (  # noqa: PLC0415 - loads pydantic
        RequestResourceRequest,
    )

    # whatever the file holds: the use case says what is wrong with it
    spec = cast("Mapping[str, Any]", document)
    request = RequestResourceRequest(user_email=user, credential_name=credential, spec=spec)
    return service.request_resource()(request)


def _show(
    service: "Container", asked: RequestedRun, form: Format, *, wait: bool, will: str
) -> None:
    """Say what was asked for; with *wait*, what became of it."""
    if not asked.handed_over:
        warn(
            "No worker could be told just now. It is remembered, and done as soon as one can be. "
            "See what is wrong: multicloud doctor"
        )
    if wait:
        _show_the_end(service, asked.run, form)
        return
    outcome = _Outcome(resource=asked.resource, run=asked.run, outputs={})
    number = asked.resource.id
    sentence = (
        f"{capitalized(str(asked.resource))} {will}. Watch: multicloud logs {number} --follow"
    )
    show_record(outcome, COLUMNS, form, sentence=sentence)


def _show_the_end(service: "Container", run: Run, form: Format) -> None:
    from application.use_cases.show_resource import (  # noqa: PLC0415 - loads pydantic
        ShowResourceRequest,
    )

    (ended,) = watched(service, [run])
    must_be_done(ended)
    story = service.show_resource()(ShowResourceRequest(resource_id=run.resource_id))
    resource, outputs = story.overview.resource, story.output.outputs
    outcome = _Outcome(resource=resource, run=ended, outputs=outputs)
    show_record(
        outcome, COLUMNS, form, sentence=f"{capitalized(str(resource))} is {resource.status}."
    )
    if form is Format.TABLE:
        write_sheet(outputs)
