"""Looking at every part of the service, for `multicloud doctor`."""

import os
from collections.abc import Callable, Iterator
from typing import Final

from application.ports.errors import PortError, Rejected
from application.ports.secret_box import SecretText
from application.use_cases.list_credentials import CredentialChoice, CredentialOverview
from application.use_cases.update_provider_health import UpdateProviderHealthRequest
from domain.errors import DomainError
from domain.health import HealthStatus
from entrypoints.bootstrap.container import Container
from entrypoints.bootstrap.errors import SettingsError
from entrypoints.bootstrap.findings import Check
from entrypoints.bootstrap.settings import Settings, unknown_variables

_START_A_WORKER: Final = (
    "Start `multicloud up`, or a worker: "
    "celery -A entrypoints.worker worker -Q celery,sync,terraform"
)


def diagnose(container: Container) -> Iterator[Check]:
    """Yield one check per part, as each is done; what hangs on a broken part is left out."""
    yield _check_variables()
    yield _attempt("data folder", lambda: _data_folder(container.settings()))
    yield _attempt("secret key", lambda: _secret_key(container))
    yield _attempt("terraform", lambda: _terraform(container))
    broker = _attempt("broker", lambda: _broker(container))
    yield broker
    if broker.ok:
        yield _attempt("workers", lambda: _workers(container))
    database = _attempt("database", lambda: _database(container))
    yield database
    if database.ok:
        yield _attempt("stored secrets", lambda: _stored_secrets(container))
        yield from _credentials(container)


def _attempt(part: str, look: Callable[[], str]) -> Check:
    try:
        return Check(part=part, ok=True, found=look())
    except PortError as error:
        return Check(part=part, ok=False, found=error.summary, remedy=error.remedy)
    except (DomainError, SettingsError) as error:
        return Check(part=part, ok=False, found=str(error))


def _check_variables() -> Check:
    if unknown := unknown_variables():
        return Check(
            part="settings",
            ok=False,
            found=f"Not understood: {', '.join(unknown)}.",
            remedy="Correct the spelling or unset it.",
        )
    return Check(part="settings", ok=True, found="every variable is understood")


def _data_folder(settings: Settings) -> str:
    folder = settings.data_dir
    nearest = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        raise Rejected(
            f"{nearest} is not a folder that this user may write.",
            remedy="Correct its permissions or choose another with MULTICLOUD_DATA_DIR.",
        )
    return f"{folder}" if nearest == folder else f"{folder} will be made when it is needed"


def _secret_key(container: Container) -> str:
    box = container.secret_box()
    box.open(box.seal(SecretText("sealed and opened")))
    return "seals and opens"


def _terraform(container: Container) -> str:
    program = container.terraform().program()
    mirror = container.settings().terraform_mirror
    if mirror is None:
        return f"{program}; providers come from their registry"
    if not mirror.is_dir():
        raise Rejected(
            f"{mirror}, from which providers are to come, is no folder.",
            remedy="Correct MULTICLOUD_TERRAFORM_MIRROR, or unset it to download them.",
        )
    return f"{program}; providers come from {mirror}"


def _database(container: Container) -> str:
    state = container.check_schema()
    if not state.current:
        raise Rejected(
            f"The tables are at revision {state.revision or 'none'}, not at {state.head}.",
            remedy="Run `multicloud db upgrade`.",
        )
    return f"reachable, tables at revision {state.revision}"


def _broker(container: Container) -> str:
    container.answering_workers(patience=0.1)
    return "reachable"


def _workers(container: Container) -> str:
    names = container.answering_workers()
    if not names:
        raise Rejected("No worker answers.", remedy=_START_A_WORKER)
    return ", ".join(names)


def _stored_secrets(container: Container) -> str:
    chosen = _active(container)
    locked = [str(o.credential.name) for o in chosen if not _opens(container, o)]
    if locked:
        raise Rejected(
            f"{len(locked)} of {len(chosen)} stored secrets cannot be opened: {', '.join(locked)}.",
            remedy="Add the key they were sealed with to MULTICLOUD_SECRET_KEY, after a comma.",
        )
    return f"all {len(chosen)} can be opened" if chosen else "there are none yet"


def _opens(container: Container, overview: CredentialOverview) -> bool:
    with container.unit_of_work() as work:
        sealed = work.credentials.secret(overview.credential.id)
    try:
        container.secret_box().open(sealed)
    except Rejected:
        return False
    return True


def _credentials(container: Container) -> Iterator[Check]:
    for overview in _active(container):
        yield _attempt(
            f"credential {overview.credential.name} of {overview.user.email}",
            lambda chosen=overview: _credential(container, chosen),  # type: ignore[misc]
        )


def _credential(container: Container, overview: CredentialOverview) -> str:
    chosen = overview.credential.id
    container.update_provider_health()(UpdateProviderHealthRequest(credential_ids=(chosen,)))
    with container.unit_of_work() as work:
        health = work.health.get(chosen)
    if health is None:
        return "not checked"
    if health.status is not HealthStatus.HEALTHY and health.troubles:
        gravest = health.troubles[0]
        raise Rejected(f"{health.status}: {gravest.detail}", remedy=gravest.remedy)
    return health.status.value


def _active(container: Container) -> tuple[CredentialOverview, ...]:
    return tuple(container.list_credentials()(CredentialChoice(active_only=True)))
