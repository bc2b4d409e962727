"""How a credential and its health are shown, wherever they are."""

from shlex import quote
from typing import Final

from application.use_cases.list_credentials import CredentialOverview
from domain.health import HealthStatus, Trouble
from domain.inventory import Json
from entrypoints.cli.render import Column, moment


def trouble_record(trouble: Trouble) -> dict[str, Json]:
    """Return *trouble* as its stable JSON object."""
    return {
        "cause": trouble.cause.value,
        "kind": trouble.kind.value if trouble.kind else None,
        "location": trouble.location,
        "permission": trouble.permission,
        "detail": trouble.detail,
        "remedy": trouble.remedy,
    }


def trouble_line(trouble: Trouble) -> str:
    """Return *trouble* as one line: where, what, which permission, what to do."""
    where = " in ".join(filter(None, (trouble.kind, trouble.location)))
    missing = f"Missing permission: {trouble.permission}." if trouble.permission else ""
    text = " ".join(filter(None, (trouble.detail, missing, trouble.remedy)))
    return f"[{where}] {text}" if where else text


def what_to_mend(overview: CredentialOverview) -> list[str]:
    """Return a line for each trouble, and the command that takes a new key where one is needed."""
    troubles = _troubles(overview)
    lines = [trouble_line(trouble) for trouble in troubles]
    if any(trouble.cause is HealthStatus.EXPIRED for trouble in troubles):
        name = quote(overview.credential.name.text)
        lines.append(
            f"Then: multicloud credentials replace --user {overview.user.email} --name {name} "
            "--file FILE"
        )
    return lines


def _troubles(overview: CredentialOverview) -> tuple[Trouble, ...]:
    return overview.health.troubles if overview.health else ()


def status_word(overview: CredentialOverview) -> str:
    """Return how well the credential works in one word, also where that is not known."""
    if not overview.credential.active:
        return "disabled"
    return overview.health.status.value if overview.health else "unchecked"


_IDENTITY: Final = (
    Column[CredentialOverview]("id", lambda o: o.credential.id),
    Column[CredentialOverview]("user", lambda o: o.user.email.text),
    Column[CredentialOverview]("provider", lambda o: o.credential.provider.value),
    Column[CredentialOverview]("name", lambda o: o.credential.name.text),
    Column[CredentialOverview]("account", lambda o: o.credential.account_id),
    Column[CredentialOverview]("status", status_word),
)

CREDENTIAL_COLUMNS: Final = (
    *_IDENTITY,
    Column[CredentialOverview](
        "last_sync", lambda o: o.last_run.status.value if o.last_run else None
    ),
    Column[CredentialOverview](
        "last_sync_at", lambda o: moment(o.last_run.started_at) if o.last_run else None
    ),
    Column[CredentialOverview](
        "created_at", lambda o: moment(o.credential.created_at), in_table=False
    ),
    Column[CredentialOverview](
        "disabled_at", lambda o: moment(o.credential.disabled_at), in_table=False
    ),
)

HEALTH_COLUMNS: Final = (
    *_IDENTITY,
    Column[CredentialOverview]("since", lambda o: moment(o.health.since) if o.health else None),
    Column[CredentialOverview](
        "checked_at", lambda o: moment(o.health.checked_at) if o.health else None
    ),
    Column[CredentialOverview](
        "last_success_at",
        lambda o: moment(o.health.last_success_at) if o.health else None,
        in_table=False,
    ),
    Column[CredentialOverview](
        "troubles", lambda o: [trouble_record(trouble) for trouble in _troubles(o)], in_table=False
    ),
    Column[CredentialOverview]("what_to_mend", lambda o: [*what_to_mend(o)]),
)
