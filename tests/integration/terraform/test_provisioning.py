"""The whole way: a request, the real Terraform, an AWS on this machine, and PostgreSQL."""

from application.use_cases.request_destruction import RequestDestructionRequest
from domain.provisioning import ResourceStatus, RunAction
from tests.integration.terraform.site import ADDRESSES, VPC, Site


def test_a_network_is_built_and_taken_down(site: Site) -> None:
    resource_id = site.request(VPC)
    built = site.go_on(RunAction.PROVISION, resource_id)
    assert built.status is ResourceStatus.ACTIVE, site.said(resource_id)
    assert sorted(site.cloud(resource_id)) == ADDRESSES
    assert site.known(resource_id).keys() == set(ADDRESSES)
    site.container.request_destruction()(RequestDestructionRequest(resource_id=resource_id))
    gone = site.go_on(RunAction.DESTROY, resource_id)
    assert gone.status is ResourceStatus.DESTROYED, site.said(resource_id)
    assert site.cloud(resource_id) == []
    assert not site.folder(resource_id).exists()
