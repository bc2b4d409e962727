"""Ask for something to be built."""

from collections.abc import Mapping
from dataclasses import dataclass

from application.opening import must_be_active
from application.ports.errors import Rejected
from application.ports.job_queue import JobQueue
from application.ports.unit_of_work import OpenUnitOfWork
from application.run_requests import RequestedRun, handed_over
from domain.accounts import CredentialName, EmailAddress
from domain.inventory import Json
from domain.provisioning import RunAction
from domain.specs.reading import read_spec


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestResourceRequest:
    """Who wants what, made with which credential."""

    user_email: str
    credential_name: str
    spec: Mapping[str, Json]
    """The spec as a document; it must name its kind."""


class RequestResource:
    """Remember what somebody wants built, and tell a worker.

    Once it is remembered it is built, even if no worker could be told. The same thing asked for
    twice is refused the second time, so that nothing is built twice.
    """

    def __init__(self, *, unit_of_work: OpenUnitOfWork, jobs: JobQueue) -> None:
        self._unit_of_work = unit_of_work
        self._jobs = jobs

    def __call__(self, request: RequestResourceRequest) -> RequestedRun:
        """Return the resource, pending, and its first run, queued.

        Raises:
            InvalidValue: the spec is not valid; the text names the field and the rule.
            NotFound: there is no such user, or the user has no such credential.
            Rejected: the credential is disabled, or is for another cloud.
            Conflict: the credential has a resource of this kind and name already.
        """
        spec = read_spec(request.spec)
        with self._unit_of_work() as work:
            user = work.users.by_email(EmailAddress(request.user_email))
            credential = work.credentials.named(user.id, CredentialName(request.credential_name))
            must_be_active(credential)
            if credential.provider is not spec.provider:
                raise Rejected(
                    f"A resource of kind {spec.kind} needs a credential for {spec.provider}, and "
                    f"{credential.name.text!r} is for {credential.provider}.",
                    remedy="Name a credential for that cloud; list them with "
                    f"`multicloud credentials list --user {user.email}`.",
                )
            now = work.now()
            resource = work.resources.add(
                user_id=user.id,
                credential_id=credential.id,
                kind=spec.resource_kind,
                name=spec.name,
                spec=spec.document(),
                at=now,
            )
            run = work.runs.queue(resource.id, RunAction.PROVISION, at=now)
            work.commit()
        return RequestedRun(resource=resource, run=run, handed_over=handed_over(self._jobs, run))
