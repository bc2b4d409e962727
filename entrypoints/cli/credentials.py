"""`multicloud credentials`: the keys to the clouds."""

from typing import Annotated, Final

import typer

from application.use_cases.add_credential import AddCredentialRequest
from application.use_cases.disable_credential import DisableCredentialRequest
from application.use_cases.list_credentials import CredentialChoice
from application.use_cases.replace_credential_secret import ReplaceCredentialSecretRequest
from application.use_cases.rotate_secret_keys import RotateSecretKeysReport
from domain.accounts import Credential, Provider
from domain.health import HealthStatus
from domain.sentences import counted
from entrypoints.cli.checking import check_now, chosen_credentials, none_yet
from entrypoints.cli.credential_columns import CREDENTIAL_COLUMNS, HEALTH_COLUMNS
from entrypoints.cli.credential_documents import document_from_environment, document_from_file
from entrypoints.cli.failures import FAILED, warn
from entrypoints.cli.options import OwnerOption, ProviderOption, UserOption
from entrypoints.cli.render import Column, Format, FormatOption, moment, show_listing, show_record
from entrypoints.cli.service import opened

app = typer.Typer(help="The keys to the clouds.", no_args_is_help=True)

_USABLE: Final = frozenset({HealthStatus.HEALTHY, HealthStatus.DEGRADED})
_ROTATION: Final = (
    Column[RotateSecretKeysReport]("resealed", lambda done: done.resealed),
    Column[RotateSecretKeysReport]("unreadable", lambda done: list(done.unreadable)),
    Column[RotateSecretKeysReport](
        "unreadable_resources", lambda done: list(done.unreadable_resources)
    ),
)
_ONE: Final = (
    Column[Credential]("id", lambda credential: credential.id),
    Column[Credential]("user_id", lambda credential: credential.user_id),
    Column[Credential]("provider", lambda credential: credential.provider.value),
    Column[Credential]("name", lambda credential: credential.name.text),
    Column[Credential]("created_at", lambda credential: moment(credential.created_at)),
    Column[Credential]("disabled_at", lambda credential: moment(credential.disabled_at)),
)
NameOption = Annotated[
    str, typer.Option("--name", help="What its user calls it; unique for the user.")
]


FileOption = Annotated[
    str | None, typer.Option("--file", metavar="JSON", help="The credential file; - reads stdin.")
]
FromEnvOption = Annotated[
    bool, typer.Option("--from-env", help="Take it from the cloud's usual variables.")
]


@app.command()
def add(
    *,
    user: OwnerOption,
    provider: Annotated[Provider, typer.Option("--provider", case_sensitive=False)],
    name: NameOption,
    file: FileOption = None,
    from_env: FromEnvOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Take a key to a cloud into custody. It is sealed at once and can never be read back.

    The key comes from a file, standard input or the environment, never from the command line,
    which other users of the machine can see.
    """
    document = _document(provider, file, from_env=from_env)
    with opened() as service:
        credential = service.add_credential()(
            AddCredentialRequest(
                user_email=user, provider=provider.value, name=name, document=document
            )
        )
    show_record(
        credential,
        _ONE,
        form,
        sentence=f"Added credential {credential.id}: {credential.name}. "
        f"Try it: multicloud credentials check --user {user}",
    )


def _document(provider: Provider, file: str | None, *, from_env: bool) -> object:
    if (file is None) is not from_env:
        raise typer.BadParameter("Give either --file or --from-env.")
    return document_from_environment(provider) if file is None else document_from_file(file)


@app.command("replace")
def replace_secret(
    *,
    user: OwnerOption,
    name: NameOption,
    file: FileOption = None,
    from_env: FromEnvOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Put a current key in the place of an expired or wrong one; the inventory stays.

    The new key must open the same account. A disabled credential is used again from then on.
    """
    choice = CredentialChoice(user_email=user, name=name)
    with opened() as service:
        (overview,) = chosen_credentials(service, choice)
        provider = overview.credential.provider
        document = _document(provider, file, from_env=from_env)
        credential = service.replace_credential_secret()(
            ReplaceCredentialSecretRequest(user_email=user, name=name, document=document)
        )
    show_record(
        credential,
        _ONE,
        form,
        sentence=f"Credential {credential.name} has a new key. "
        f"Try it: multicloud credentials check --user {user}",
    )


@app.command("list")
def list_all(
    user: UserOption = None, provider: ProviderOption = None, form: FormatOption = Format.TABLE
) -> None:
    """List credentials with their state and last sync; secrets are never shown."""
    choice = CredentialChoice(user_email=user, provider=provider)
    with opened() as service:
        found = service.list_credentials()(choice)
        show_listing(found, CREDENTIAL_COLUMNS, form, nothing=none_yet(choice))
        overlaps = service.find_overlaps()(user)
    for each in overlaps:
        if provider in {None, each.overlap.provider}:
            warn(f"{each.told}. {each.what_to_do}")


@app.command()
def check(
    user: UserOption = None,
    provider: ProviderOption = None,
    name: Annotated[str | None, typer.Option("--name", help="Only this credential.")] = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Ask the clouds now whether the credentials work; exit 1 if one cannot be used at all."""
    choice = CredentialChoice(user_email=user, provider=provider, name=name, active_only=True)
    with opened() as service:
        found = check_now(service, choice)
    show_listing(found, HEALTH_COLUMNS, form, nothing="")
    if any(overview.health and overview.health.status not in _USABLE for overview in found):
        raise typer.Exit(FAILED)


@app.command()
def disable(user: OwnerOption, name: NameOption, form: FormatOption = Format.TABLE) -> None:
    """Stop using a credential; what was seen with it stays in the inventory."""
    with opened() as service:
        credential = service.disable_credential()(
            DisableCredentialRequest(user_email=user, name=name)
        )
    show_record(credential, _ONE, form, sentence=f"Credential {credential.name} is disabled.")


@app.command("rotate-keys")
def rotate_keys(form: FormatOption = Format.TABLE) -> None:
    """Seal every stored secret anew with the newest key in MULTICLOUD_SECRET_KEY.

    One that opens with none of the keys is left as it is, and the exit code is then 1.
    """
    with opened() as service:
        report = service.rotate_secret_keys()()
    _warn_of_what_is_left(report)
    secrets = counted(report.resealed, "secret is", "secrets are")
    done = f"{secrets} under the newest key now"
    retired = "; older keys may be removed from MULTICLOUD_SECRET_KEY."
    show_record(report, _ROTATION, form, sentence=done + (retired if report.complete else "."))
    if not report.complete:
        raise typer.Exit(FAILED)


def _warn_of_what_is_left(report: RotateSecretKeysReport) -> None:
    for credential_id in report.unreadable:
        warn(
            f"The secret of credential {credential_id} opens with none of the keys in "
            "MULTICLOUD_SECRET_KEY and was left as it is. Add the key it was sealed with, "
            "or give it its cloud key again with multicloud credentials replace."
        )
    for resource_id in report.unreadable_resources:
        warn(
            f"A state or an output of resource {resource_id} opens with none of the keys in "
            "MULTICLOUD_SECRET_KEY and was left as it is. Add the key it was sealed with."
        )
