"""Looking at every part of the service, for `multicloud doctor`."""

import os
from collections.abc import Iterator
from typing import Final

from adapters.embedded.folders import NAME_A_FOLDER, what_is_in_the_way
from application.ports.errors import Rejected
from application.ports.workers import SeenWorker
from application.use_cases.list_credentials import CredentialChoice, CredentialOverview
from application.use_cases.update_provider_health import UpdateProviderHealthRequest
from domain.health import HealthStatus
from domain.sentences import counted
from entrypoints.bootstrap.container import Container
from entrypoints.bootstrap.disk_space import room_in
from entrypoints.bootstrap.findings import Check, attempt, opens_what_it_seals, tables_at
from entrypoints.bootstrap.settings import Settings, unknown_variables
from entrypoints.bootstrap.work_checks import check_work

_START_A_WORKER: Final = (
    "Start `multicloud up`, or two workers: celery -A entrypoints.worker worker -Q celery,sync, "
    "and one of another name (-n) with -Q terraform."
)


def diagnose(container: Container) -> Iterator[Check]:
    """Yield one check per part, as each is done; what hangs on a broken part is left out."""
    yield _check_variables()
    yield attempt("data folder", lambda: _data_folder(container.settings()))
    yield attempt("disk space", lambda: room_in(container.settings().data_dir))
    key = attempt("secret key", lambda: opens_what_it_seals(container.secret_box()))
    yield key
    yield attempt("terraform", lambda: _terraform(container))
    broker = attempt("broker", lambda: _broker(container))
    yield broker
    answering: list[SeenWorker] = []
    if broker.ok:
        yield attempt("workers", lambda: _workers(container, answering))
    database = attempt("database", lambda: _database(container))
    yield database
    if database.ok and broker.ok:
        yield from check_work(container, workers=answering)
    if database.ok and key.ok:
        yield from _check_secrets(container)
    if database.ok:
        yield attempt("accounts", lambda: _accounts(container))


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
    if in_the_way := what_is_in_the_way(folder):
        raise Rejected(in_the_way, remedy=NAME_A_FOLDER)
    nearest = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise Rejected(
            f"{nearest} is not a folder that this user may write.",
            remedy="Correct its permissions or choose another with MULTICLOUD_DATA_DIR.",
        )
    return f"{folder}" if nearest == folder else f"{folder} will be made when it is needed"


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
    return tables_at(state.revision, newest=state.head)


def _broker(container: Container) -> str:
    container.answering_workers(patience=0.1)
    return "reachable"


def _workers(container: Container, answering: list[SeenWorker]) -> str:
    """Say who answers, and put them into *answering*."""
    answering.extend(container.workers().look())
    if not answering:
        raise Rejected("No worker answers.", remedy=_START_A_WORKER)
    return ", ".join(worker.name for worker in answering)


def _check_secrets(container: Container) -> Iterator[Check]:
    """Yield what is found of stored secrets; with the wrong key no credential is asked about."""
    right_key = attempt("stored secrets", lambda: _right_key(container))
    if not right_key.ok:
        yield right_key
        return
    yield attempt("stored secrets", lambda: _stored_secrets(container))
    yield from _credentials(container)


def _right_key(container: Container) -> str:
    container.key_proof()()
    return "the secret key is the right one"


def _stored_secrets(container: Container) -> str:
    chosen = _active(container)
    locked = [str(o.credential.name) for o in chosen if not _opens(container, o)]
    if locked:
        raise Rejected(
            f"{len(locked)} of {counted(len(chosen), 'stored secret')} cannot be opened: "
            f"{', '.join(locked)}.",
            remedy="Add the key they were sealed with to MULTICLOUD_SECRET_KEY, after a comma, or "
            "give them their cloud keys again with `multicloud credentials replace`.",
        )
    every = "the only one" if len(chosen) == 1 else f"all {len(chosen)}"
    return f"{every} can be opened" if chosen else "there are none yet"


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
        yield attempt(
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


def _accounts(container: Container) -> str:
    """Say what more than one credential reaches: nothing is broken by that, and it may be meant."""
    found = container.find_overlaps()(None)
    told = [f"{each.told}. {each.what_to_do}" for each in found]
    return " ".join(told) or "no two credentials of one user reach the same"


def _active(container: Container) -> tuple[CredentialOverview, ...]:
    return tuple(container.list_credentials()(CredentialChoice(active_only=True)))
