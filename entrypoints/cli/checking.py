"""Probing credentials now, for `credentials check` and `health --check`."""

from dataclasses import replace
from shlex import quote
from typing import TYPE_CHECKING

from application.use_cases.list_credentials import CredentialChoice, CredentialOverview
from application.use_cases.update_provider_health import UpdateProviderHealthRequest
from entrypoints.cli.failures import CommandFailed

if TYPE_CHECKING:
    from entrypoints.bootstrap.container import Container


def chosen_credentials(
    service: "Container", choice: CredentialChoice
) -> tuple[CredentialOverview, ...]:
    """Return the credentials that *choice* admits, at least one.

    Raises:
        CommandFailed: it admits none.
    """
    found = tuple(service.list_credentials()(choice))
    if found:
        return found
    raise CommandFailed(_why_none(service, choice))


def none_yet(choice: CredentialChoice) -> str:
    """Say that *choice* admits no credential, where that is no failure."""
    owner = f"{choice.user_email} has" if choice.user_email else "There are"
    active = " active" if choice.active_only else ""
    cloud = f" for {choice.provider}" if choice.provider else ""
    add = "multicloud credentials add --help"
    return f"{owner} no{active} credentials{cloud} yet. Add one: {add}"


def _why_none(service: "Container", choice: CredentialChoice) -> str:
    if choice.name is None:
        active = "active " if choice.active_only else ""
        owner = f"--user {choice.user_email or 'EMAIL'}"
        return (
            f"No {active}credential fits. See what there is with `multicloud credentials list`, "
            f"or add one: multicloud credentials add {owner} --provider aws --name NAME --file FILE"
        )
    disabled = next(service.list_credentials()(replace(choice, active_only=False)), None)
    if disabled is None:
        return f"{_no_such(choice)}: see multicloud credentials list."
    email, name = disabled.user.email, disabled.credential.name.text
    return (
        f"Credential {name!r} of {email} is disabled. Use it again with a current key: "
        f"multicloud credentials replace --user {email} --name {quote(name)} --file FILE"
    )


def _no_such(choice: CredentialChoice) -> str:
    owner = f" of {choice.user_email}" if choice.user_email else ""
    cloud = f" for {choice.provider}" if choice.provider else ""
    return f"There is no credential {choice.name!r}{owner}{cloud}"


def check_now(service: "Container", choice: CredentialChoice) -> tuple[CredentialOverview, ...]:
    """Probe every chosen credential and return how they are now.

    Raises:
        CommandFailed: none is chosen.
    """
    ids = tuple(overview.credential.id for overview in chosen_credentials(service, choice))
    request = UpdateProviderHealthRequest(credential_ids=ids, user_email=choice.user_email)
    service.update_provider_health()(request)
    return tuple(service.list_credentials()(choice))
