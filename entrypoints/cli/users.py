"""`multicloud users`: who uses the service."""

from typing import Annotated, Final

import typer

from application.use_cases.add_user import AddUserRequest
from domain.accounts import User
from entrypoints.cli.render import Column, Format, FormatOption, moment, show_listing, show_record
from entrypoints.cli.service import opened

app = typer.Typer(help="Who uses the service.", no_args_is_help=True)

COLUMNS: Final = (
    Column[User]("id", lambda user: user.id),
    Column[User]("email", lambda user: user.email.text),
    Column[User]("created_at", lambda user: moment(user.created_at)),
)


@app.command()
def add(
    email: Annotated[str, typer.Argument(help="The e-mail address; one address is one user.")],
    form: FormatOption = Format.TABLE,
) -> None:
    """Add a user."""
    with opened() as service:
        user = service.add_user()(AddUserRequest(email=email))
    show_record(user, COLUMNS, form, sentence=f"Added user {user.id}: {user.email}.")


@app.command("list")
def list_all(form: FormatOption = Format.TABLE) -> None:
    """List all users, in the order in which they came."""
    with opened() as service:
        show_listing(
            service.list_users()(),
            COLUMNS,
            form,
            nothing="There are no users yet. Add one: multicloud users add you@example.org",
        )
