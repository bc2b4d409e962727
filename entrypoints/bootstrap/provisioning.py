"""What builds things and takes them down."""

from dependency_injector import providers

from application.key_proof import KeyProof
from application.patience import PAUSES
from application.run_requests import RunRequests
from application.terraform_runs import SETTLING, TerraformRuns, Waits
from application.terraform_work import TerraformWork
from application.use_cases.cancel_run import CancelRun
from application.use_cases.confirm_drift import ConfirmDrift
from application.use_cases.destroy_resource import DestroyResource
from application.use_cases.list_resources import ListResources
from application.use_cases.provision_resource import ProvisionResource
from application.use_cases.read_run_log import ReadRunLog
from application.use_cases.recover_runs import PATIENCE, RecoverRuns
from application.use_cases.request_destruction import RequestDestruction
from application.use_cases.request_resource import RequestResource
from application.use_cases.retry_resource import RetryResource
from application.use_cases.show_resource import ShowResource
from application.use_cases.tidy_workspaces import TidyWorkspaces
from entrypoints.bootstrap.ports import Ports
from entrypoints.bootstrap.use_case_log import logged


class Provisioning(Ports):
    """The use cases around Terraform."""

    key_proof: providers.Provider[KeyProof] = providers.ThreadSafeSingleton(
        KeyProof, unit_of_work=Ports.unit_of_work.provider, secret_box=Ports.secret_box
    )
    """What opens secrets is begun only after it: with the wrong key it would blame them."""
    terraform_settling = providers.Object(SETTLING)
    terraform_pauses = providers.Object(PAUSES)
    recovery_patience = providers.Object(PATIENCE)

    terraform_runs = providers.Factory(
        TerraformRuns,
        unit_of_work=Ports.unit_of_work.provider,
        workspaces=Ports.workspaces,
        clouds=Ports.clouds,
        secret_box=Ports.secret_box,
        clock=Ports.clock,
        stopping=Ports.stopping,
        on_stop=Ports.settings.provided.terraform_on_stop,
        waits=providers.Factory(Waits, settling=terraform_settling, pauses=terraform_pauses),
    )
    terraform_work = providers.Factory(
        TerraformWork,
        unit_of_work=Ports.unit_of_work.provider,
        runs=terraform_runs,
        secret_box=Ports.secret_box,
        clock=Ports.clock,
        holder=Ports.holder,
        lease_duration=Ports.settings.provided.lease_duration,
    )
    run_requests = providers.Factory(
        RunRequests,
        unit_of_work=Ports.unit_of_work.provider,
        jobs=Ports.job_queue,
    )

    # use cases that leave a line in the log
    request_resource: providers.Provider[RequestResource] = providers.Factory(
        logged,
        providers.Factory(
            RequestResource,
            unit_of_work=Ports.unit_of_work.provider,
            jobs=Ports.job_queue,
        ),
    )
    retry_resource: providers.Provider[RetryResource] = providers.Factory(
        logged, providers.Factory(RetryResource, requests=run_requests)
    )
    request_destruction: providers.Provider[RequestDestruction] = providers.Factory(
        logged, providers.Factory(RequestDestruction, requests=run_requests)
    )
    cancel_run: providers.Provider[CancelRun] = providers.Factory(
        logged,
        providers.Factory(
            CancelRun,
            unit_of_work=Ports.unit_of_work.provider,
            jobs=Ports.job_queue,
        ),
    )
    provision_resource: providers.Provider[ProvisionResource] = providers.Factory(
        logged, providers.Factory(ProvisionResource, work=terraform_work), first=key_proof
    )
    destroy_resource: providers.Provider[DestroyResource] = providers.Factory(
        logged, providers.Factory(DestroyResource, work=terraform_work), first=key_proof
    )
    recover_runs: providers.Provider[RecoverRuns] = providers.Factory(
        logged,
        providers.Factory(
            RecoverRuns,
            unit_of_work=Ports.unit_of_work.provider,
            jobs=Ports.job_queue,
            patience=recovery_patience,
        ),
    )
    tidy_workspaces: providers.Provider[TidyWorkspaces] = providers.Factory(
        logged,
        providers.Factory(
            TidyWorkspaces,
            unit_of_work=Ports.unit_of_work.provider,
            workspaces=Ports.workspaces,
            holder=Ports.holder,
        ),
    )
    confirm_drift: providers.Provider[ConfirmDrift] = providers.Factory(
        logged,
        providers.Factory(
            ConfirmDrift,
            unit_of_work=Ports.unit_of_work.provider,
            workspaces=Ports.workspaces,
            clouds=Ports.clouds,
            secret_box=Ports.secret_box,
            clock=Ports.clock,
        ),
        first=key_proof,
    )

    # use cases that only look
    list_resources = providers.Factory(
        ListResources,
        unit_of_work=Ports.unit_of_work.provider,
        page_size=Ports.settings.provided.page_size,
    )
    show_resource = providers.Factory(
        ShowResource, unit_of_work=Ports.unit_of_work.provider, secret_box=Ports.secret_box
    )
    read_run_log = providers.Factory(ReadRunLog, unit_of_work=Ports.unit_of_work.provider)
