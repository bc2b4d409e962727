"""The `multicloud` command: every noun and verb in one place."""

from typing import Annotated

import typer

from entrypoints.cli import credentials, database, inventory, resources, users
from entrypoints.cli.alive import alive, ready
from entrypoints.cli.costs import costs
from entrypoints.cli.demo import demo
from entrypoints.cli.doctor import doctor
from entrypoints.cli.failures import OneSentenceGroup
from entrypoints.cli.health import health
from entrypoints.cli.logs import logs
from entrypoints.cli.metrics import metrics
from entrypoints.cli.provision import cancel, destroy, provision
from entrypoints.cli.sandbox import sandbox
from entrypoints.cli.status import status
from entrypoints.cli.sync import sync
from entrypoints.cli.up import up

app = typer.Typer(
    cls=OneSentenceGroup,
    name="multicloud",
    help="One inventory of what runs on AWS, Azure and Google Cloud, kept in the background.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help and errors: quick, one line each, fit for grep
)
app.command(short_help="Run the whole service on this machine.")(up)
app.command(short_help="Show the whole story once, against clouds in a box.")(demo)
app.command(short_help="Run the clouds in a box alone.")(sandbox)
app.command(short_help="Check every part, and say what to mend.")(doctor)
app.command(short_help="Show what waits, who works and what is stale.")(status)
app.command(short_help="Tell whether a worker or beat lives.")(alive)
app.command(short_help="Tell whether the servers can be used.")(ready)
app.command(short_help="Serve the numbers that Prometheus reads.")(metrics)
app.command(short_help="Bring the inventory up to date now.")(sync)
app.command(short_help="Show how well the credentials work.")(health)
app.command(short_help="Show what was charged.")(costs)
app.command(short_help="Have something built.")(provision)
app.command(short_help="Have something taken down.")(destroy)
app.command(short_help="Stop what is being done to a resource.")(cancel)
app.command(short_help="Show what Terraform said.")(logs)
app.add_typer(database.app, name="db")
app.add_typer(users.app, name="users")
app.add_typer(credentials.app, name="credentials")
app.add_typer(inventory.app, name="inventory")
app.add_typer(resources.app, name="resources")


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415 - loads what reads e-mail

        typer.echo(f"multicloud {version('multi-cloud')}")
        raise typer.Exit


@app.callback()
def multicloud(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """One inventory of what runs on AWS, Azure and Google Cloud, kept in the background."""
