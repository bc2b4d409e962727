"""The whole service around three clouds on this machine, and one wish of each kind."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg2

from application.use_cases.add_credential import AddCredentialRequest
from application.use_cases.request_destruction import RequestDestructionRequest
from application.use_cases.request_resource import RequestResourceRequest
from application.use_cases.retry_resource import RetryResourceRequest
from domain.accounts import Provider
from domain.inventory import ResourceKind
from domain.provisioning import Resource, ResourceId, RunAction
from entrypoints.sandbox.azure.server import AzureServer
from entrypoints.sandbox.azure.shop import PRODUCTION
from entrypoints.sandbox.gcp.server import GcpServer
from tests.integration.terraform.everywhere.objects import (
    PARTS,
    aws_objects,
    azure_objects,
    gcp_objects,
)
from tests.integration.terraform.google_rig import google_environment
from tests.integration.terraform.provider_rig import (
    aws_environment,
    provider_program,
    running_provider,
)
from tests.integration.terraform.site import EMAIL, Site, a_site
from tests.unit.domain.specs.documents import a_document

_CREDENTIALS = {"aws": "main", "azure": "azure", "gcp": "gcp"}
_FIELDS: Mapping[ResourceKind, Mapping[str, object]] = {
    ResourceKind.AWS_EC2_INSTANCE: {"region": "eu-west-1", "ami": "ami-12c6146b"},
    ResourceKind.AWS_S3_BUCKET: {"region": "eu-west-1"},
    ResourceKind.AWS_VPC: {
        "region": "eu-west-1",
        "cidr_block": "10.0.0.0/16",
        "subnets": ["10.0.1.0/24", "10.0.2.0/24"],
    },
    ResourceKind.AZURE_VIRTUAL_MACHINE: {"public_ip": True},
    ResourceKind.GCP_NETWORK: {"region": "europe-west1", "subnets": ["10.0.1.0/24"]},
}
"""What the smallest document of a kind lacks to be built in the sandbox, and to have parts."""


@dataclass(frozen=True, kw_only=True)
class Estate:
    """One user with a credential for each cloud."""

    site: Site
    database_url: str
    azure: AzureServer
    gcp: GcpServer

    def request(self, kind: ResourceKind, name: str | None = None) -> ResourceId:
        """Ask for a *kind*, called *name*, or as nothing else is."""
        fields = {**_FIELDS.get(kind, {}), "name": name or f"shop{uuid4().hex[:12]}"}
        spec: dict[str, Any] = a_document(kind, **fields)
        credential = _CREDENTIALS[str(kind).partition("_")[0]]
        request = RequestResourceRequest(user_email=EMAIL, credential_name=credential, spec=spec)
        return self.site.container.request_resource()(request).resource.id

    def provision(self, resource_id: ResourceId) -> Resource:
        return self.site.go_on(RunAction.PROVISION, resource_id)

    def retry(self, resource_id: ResourceId) -> Resource:
        self.site.container.retry_resource()(RetryResourceRequest(resource_id=resource_id))
        return self.provision(resource_id)

    def destroy(self, resource_id: ResourceId) -> Resource:
        request = RequestDestructionRequest(resource_id=resource_id)
        self.site.container.request_destruction()(request)
        return self.site.go_on(RunAction.DESTROY, resource_id)

    def cloud(self, resource_id: ResourceId) -> list[str]:
        """The ids of what any cloud has of the resource, doubles and leftovers among them."""
        name = self.site.resource(resource_id).name
        found = [
            *aws_objects(self.site.endpoint, resource_id),
            *azure_objects(self.azure.tenant, name),
            *gcp_objects(self.gcp.project, name),
        ]
        return sorted(each.lower() for each in found)

    def known(self, resource_id: ResourceId) -> list[str]:
        """The ids that the state in the database has, as far as a cloud counts them."""
        known = self.site.known(resource_id).items()
        return sorted(each.lower() for address, each in known if not address.startswith(PARTS))

    def worker(self, action: RunAction, resource_id: ResourceId) -> int:
        """Let a worker process begin, and return its id."""
        self.site.workers = self.site.workers or _warm_workers()
        return self.site.worker(action, resource_id)

    def expire_leases(self) -> None:
        """Let the time pass after which others may take over."""
        connection = psycopg2.connect(self.database_url)
        with connection, connection.cursor() as cursor:
            cursor.execute("UPDATE leases SET expires_at = now() WHERE name LIKE 'terraform:%'")
        connection.close()


@contextmanager
def an_estate(
    database_url: str, aws_endpoint: str, folder: Path, *, setenv: Callable[[str, str], None]
) -> Iterator[Estate]:
    """Run it with providers that run already."""
    azure, gcp, mirror = AzureServer(), GcpServer(), folder / "mirror"
    azure.tenant.subscribe(PRODUCTION)
    mirror.mkdir()
    with ExitStack() as stack:
        for server in (azure, gcp):
            server.start()
            stack.callback(server.stop)
        environments = {
            "aws": aws_environment(aws_endpoint),
            "azurerm": _azure_environment(azure, folder),
            "google": google_environment(gcp),
        }
        attached: dict[str, Any] = {}
        for name, environment in environments.items():
            program = provider_program(name, mirror=mirror)
            runs = stack.enter_context(running_provider(name, program, environment=environment))
            attached |= json.loads(runs)
        site = stack.enter_context(
            a_site(
                database_url,
                aws_endpoint,
                mirror,
                folder / "data",
                setenv=setenv,
                attached=json.dumps(attached),
            )
        )
        _furnish(site, Provider.AZURE, azure.credential(subscription_id=PRODUCTION.id))
        _furnish(site, Provider.GCP, gcp.credential())
        yield Estate(site=site, database_url=database_url, azure=azure, gcp=gcp)


def _warm_workers() -> "subprocess.Popen[str]":
    program = [sys.executable, "-m", "tests.integration.terraform.everywhere.warm_workers"]
    return subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _azure_environment(server: AzureServer, folder: Path) -> dict[str, str]:
    credential = server.credential()
    certificate = folder / "certificate.pem"
    certificate.write_text(credential["ca_certificate"])
    return {
        "ARM_TENANT_ID": credential["tenant_id"],
        "ARM_CLIENT_ID": credential["client_id"],
        "ARM_CLIENT_SECRET": credential["client_secret"],
        "ARM_SUBSCRIPTION_ID": PRODUCTION.id,
        "MULTICLOUD_SANDBOX_ARM": server.endpoint,
        "MULTICLOUD_SANDBOX_AUTHORITY": server.endpoint,
        "SSL_CERT_FILE": str(certificate),
    }


def _furnish(site: Site, provider: Provider, document: Mapping[str, Any]) -> None:
    site.container.add_credential()(
        AddCredentialRequest(
            user_email=EMAIL, provider=provider, name=provider.value, document=document
        )
    )
