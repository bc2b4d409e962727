"""Tasks of the queue `sync`."""

from typing import TYPE_CHECKING

from celery import current_task

from application.use_cases.sync_credential import SyncCredentialRequest
from application.use_cases.sync_user_resources import SyncUserRequest
from application.use_cases.update_cost_data import UpdateCostDataRequest
from application.use_cases.update_provider_health import UpdateProviderHealthRequest
from domain.accounts import CredentialId, Provider, UserId
from domain.jobs import MessageId
from entrypoints.worker.tasks.base import Outcome

if TYPE_CHECKING:
    from entrypoints.bootstrap.container import Container


def sync_all_users(container: "Container") -> Outcome:
    """Have everything of everybody synced."""
    report = container.sync_all_users()()
    return report.as_dict()


def sync_user(container: "Container", user_id: int) -> Outcome:
    """Have everything one user has synced."""
    request = SyncUserRequest(user_id=UserId(user_id))
    report = container.sync_user_resources()(request)
    return report.as_dict()


def sync_aws(container: "Container", user_id: int, credential_id: int) -> Outcome:
    """Sync what an AWS credential reaches."""
    return _sync(container, user_id, credential_id, Provider.AWS)


def sync_azure(container: "Container", user_id: int, credential_id: int) -> Outcome:
    """Sync what an Azure credential reaches."""
    return _sync(container, user_id, credential_id, Provider.AZURE)


def sync_gcp(container: "Container", user_id: int, credential_id: int) -> Outcome:
    """Sync what a Google Cloud credential reaches."""
    return _sync(container, user_id, credential_id, Provider.GCP)


def update_provider_health(container: "Container") -> Outcome:
    """Check every credential that is due."""
    report = container.update_provider_health()(UpdateProviderHealthRequest())
    return report.as_dict()


def update_all_cost_data(container: "Container") -> Outcome:
    """Have the cost of every active credential read."""
    report = container.update_all_cost_data()()
    return report.as_dict()


def update_credential_cost_data(
    container: "Container", user_id: int, credential_id: int
) -> Outcome:
    """Read what one credential is charged."""
    request = UpdateCostDataRequest(
        user_id=UserId(user_id), credential_id=CredentialId(credential_id), message=_message()
    )
    report = container.update_cost_data()(request)
    return report.as_dict()


def clean_up_old_logs(container: "Container") -> Outcome:
    """Forget what is older than it is to be kept."""
    report = container.clean_up_old_logs()()
    return report.as_dict()


def _sync(container: "Container", user_id: int, credential_id: int, provider: Provider) -> Outcome:
    request = SyncCredentialRequest(
        user_id=UserId(user_id),
        credential_id=CredentialId(credential_id),
        provider=provider,
        message=_message(),
    )
    report = container.sync_credential()(request)
    return report.as_dict()


def _message() -> MessageId:
    """Return the id of the message that brought us here: one delivered twice has it twice."""
    return MessageId(current_task.request.id)
