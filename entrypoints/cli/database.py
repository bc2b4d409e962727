"""`multicloud db`: the database."""

import typer

from entrypoints.cli.service import opened

app = typer.Typer(help="The database.", no_args_is_help=True)


@app.callback()
def database() -> None:
    """Look after the database."""


@app.command()
def upgrade() -> None:
    """Bring the tables up to this version; nothing happens if they are."""
    with opened() as service:
        service.upgrade_schema()
    typer.echo("The database is up to date.")
