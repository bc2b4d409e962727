"""Probing credentials now, for `credentials check` and `health --check`."""

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
    owner = f"--user {choice.user_email} " if choice.user_email else ""
    raise CommandFailed(
        "No credential fits. See what there is with `multicloud credentials list`, or add one: "
        f"multicloud credentials add {owner or '--user EMAIL '}--provider aws --name NAME "
        "--file FILE"
    )


def check_now(service: "Container", choice: CredentialChoice) -> tuple[CredentialOverview, ...]:
    """Probe every chosen credential and return how they are now.

    Raises:
        CommandFailed: none is chosen.
    """
    ids = tuple(overview.credential.id for overview in chosen_credentials(service, choice))
    service.update_provider_health()(UpdateProviderHealthRequest(credential_ids=ids))
    return tuple(service.list_credentials()(choice))
