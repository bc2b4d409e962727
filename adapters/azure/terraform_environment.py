"""What opens an Azure subscription to Terraform's provider."""

from typing import Final
from urllib.parse import urlsplit

from adapters.azure.secret import PUBLIC_AUTHORITY, PUBLIC_RESOURCE_MANAGER, AzureSecret
from application.ports.errors import Rejected
from application.ports.terraform import ProviderEnvironment
from domain.accounts import SubAccountId

_PUBLIC: Final = "public"
_CLOUD_OF: Final = {
    PUBLIC_AUTHORITY: _PUBLIC,
    "https://login.microsoftonline.us": "usgovernment",
    "https://login.chinacloudapi.cn": "china",
    "https://login.partner.microsoftonline.cn": "china",
}
"""Whose sign-in answers at an address, in the provider's own words."""
_RESOURCE_MANAGER_OF: Final = {
    _PUBLIC: PUBLIC_RESOURCE_MANAGER,
    "usgovernment": "https://management.usgovcloudapi.net",
    "china": "https://management.chinacloudapi.cn",
}


def terraform_environment(secret: AzureSecret) -> ProviderEnvironment:
    """Return the environment in which the provider works in the subscription of *secret*.

    Raises:
        Rejected: it names none, or a cloud of its own without a resource manager.
    """
    if secret.subscription_id is None:
        raise Rejected(
            "The Azure credential does not say in which subscription to build.",
            remedy="Add subscription_id to the credential's document and enter it again with "
            "`multicloud credentials replace`.",
        )
    variables = {
        "ARM_TENANT_ID": secret.tenant_id,
        "ARM_CLIENT_ID": secret.client_id,
        "ARM_CLIENT_SECRET": secret.client_secret,
        "ARM_SUBSCRIPTION_ID": secret.subscription_id,
    }
    return ProviderEnvironment(
        sub_account_id=SubAccountId(secret.subscription_id),
        variables=variables | _place(secret),
        files=_trust(secret),
    )


def _place(secret: AzureSecret) -> dict[str, str]:
    """Return what says which of the clouds it is; nothing for the public one."""
    cloud = _known_cloud(secret)
    if cloud == _PUBLIC:
        return {}
    if cloud is not None:
        return {"ARM_ENVIRONMENT": cloud}
    if secret.resource_manager_url is None:
        raise Rejected(
            "The Azure credential has an authority_host of its own and lacks the "
            "resource_manager_url from which Terraform learns of it.",
            remedy="Add resource_manager_url to the credential's document and enter it again "
            "with `multicloud credentials replace`.",
        )
    return {
        # The true provider asks there, below /metadata/endpoints, where all the rest is.
        "ARM_METADATA_HOSTNAME": urlsplit(secret.resource_manager_url).netloc,
        "MULTICLOUD_SANDBOX_ARM": secret.resource_manager_url,
        "MULTICLOUD_SANDBOX_AUTHORITY": secret.authority_host or PUBLIC_AUTHORITY,
    }


def _known_cloud(secret: AzureSecret) -> str | None:
    """Return the provider's own word for the cloud, if it has one."""
    cloud = _CLOUD_OF.get(secret.authority_host or PUBLIC_AUTHORITY)
    if cloud and secret.resource_manager_url in {None, _RESOURCE_MANAGER_OF[cloud]}:
        return cloud
    return None


def _trust(secret: AzureSecret) -> dict[str, str]:
    """Return the certificates in the place of the file that the machine trusts.

    Go's programs read it instead of that one file. The machine's folder of certificates they
    read as ever, so that providers can still be fetched from where they are published.
    """
    return {"SSL_CERT_FILE": secret.ca_certificate} if secret.ca_certificate is not None else {}
