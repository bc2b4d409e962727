"""What opens a Google Cloud project to Terraform's provider."""

from adapters.gcp.secret import GcpSecret
from application.ports.terraform import ProviderEnvironment
from domain.accounts import SubAccountId


def terraform_environment(secret: GcpSecret) -> ProviderEnvironment:
    """Return the environment in which the provider works in the project of *secret*."""
    variables = {
        "GOOGLE_CREDENTIALS": secret.service_account_info.model_dump_json(exclude_none=True),
        "GOOGLE_PROJECT": secret.project_id,
    }
    # The provider wants the version of the API in the address, and a slash at its end.
    if secret.compute_endpoint is not None:
        compute = f"{secret.compute_endpoint.rstrip('/')}/compute/v1/"
        variables["GOOGLE_COMPUTE_CUSTOM_ENDPOINT"] = compute
    if secret.storage_endpoint is not None:
        storage = f"{secret.storage_endpoint.rstrip('/')}/storage/v1/"
        variables["GOOGLE_STORAGE_CUSTOM_ENDPOINT"] = storage
    return ProviderEnvironment(sub_account_id=SubAccountId(secret.project_id), variables=variables)
