"""`multicloud health`: how well the credentials work, and what is missing."""

from typing import Annotated

import typer

from application.use_cases.list_credentials import CredentialChoice
from entrypoints.cli.checking import check_now, chosen_credentials, none_yet
from entrypoints.cli.credential_columns import HEALTH_COLUMNS
from entrypoints.cli.options import CredentialOption, ProviderOption, UserOption
from entrypoints.cli.render import Format, FormatOption, show_listing
from entrypoints.cli.service import opened


def health(
    user: UserOption = None,
    provider: ProviderOption = None,
    credential: CredentialOption = None,
    check: Annotated[
        bool, typer.Option("--check", help="Ask the clouds now instead of recalling.")
    ] = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Show how well the credentials work: which region, kind or permission is missing."""
    choice = CredentialChoice(user_email=user, provider=provider, name=credential, active_only=True)
    with opened() as service:
        if check:
            found = check_now(service, choice)
        elif credential:
            found = chosen_credentials(service, choice)
        else:
            found = tuple(service.list_credentials()(choice))
    show_listing(found, HEALTH_COLUMNS, form, nothing=none_yet(choice))
