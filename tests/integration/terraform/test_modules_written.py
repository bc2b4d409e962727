"""The modules as they are written: one shape, one set of bounds, the fields of the specs."""

import re
import subprocess
from pathlib import Path

import pytest

from domain.inventory import ResourceKind
from domain.specs.reading import SPECS
from tests.integration.terraform.provider_rig import MODULES, terraform_binary

OWNERSHIP = {"resource_id", "installation"}
"""With `tags`, which is a field of every spec, what says whose an object is."""
BOUNDS = {
    "aws": ("aws", ">= 6.0, < 7"),
    "azure": ("azurerm", ">= 4.79, < 6"),
    "gcp": ("google", ">= 6.50, < 9"),
}
_VARIABLE = re.compile(
    r'^variable "(\w+)" \{\n  description = ".+\."\n  type        = .+\n\}$', re.MULTILINE
)
_HEADER = re.compile(r"^variable ", re.MULTILINE)
_OUTPUT = re.compile(
    r'^output "(\w+)" \{\n  description = ".+\."\n  value       = .+\n\}$', re.MULTILINE
)
_SOURCE = re.compile(r'source  = "hashicorp/(\w+)"\n +version = "([^"]+)"')
_MADE = re.compile(r'^resource "(\w+)" "this" \{$', re.MULTILINE)
_FOREIGN = re.compile(r"^\s*(?:data|module|provisioner|check|import|moved)\b.*\{", re.MULTILINE)

TYPES = {
    ResourceKind.AWS_EC2_INSTANCE: [
        "aws_vpc",
        "aws_subnet",
        "aws_security_group",
        "aws_instance",
    ],
    ResourceKind.AWS_S3_BUCKET: [
        "aws_s3_bucket",
        "aws_s3_bucket_public_access_block",
        "aws_s3_bucket_versioning",
        "aws_s3_bucket_server_side_encryption_configuration",
    ],
    ResourceKind.AWS_VPC: ["aws_vpc", "aws_subnet"],
    ResourceKind.AZURE_VIRTUAL_MACHINE: [
        "azurerm_resource_group",
        "azurerm_virtual_network",
        "azurerm_subnet",
        "azurerm_public_ip",
        "azurerm_network_interface",
        "azurerm_linux_virtual_machine",
    ],
    ResourceKind.AZURE_STORAGE_ACCOUNT: ["azurerm_resource_group", "azurerm_storage_account"],
    ResourceKind.AZURE_RESOURCE_GROUP: ["azurerm_resource_group"],
    ResourceKind.GCP_COMPUTE_INSTANCE: [
        "google_compute_network",
        "google_compute_subnetwork",
        "google_compute_instance",
    ],
    ResourceKind.GCP_STORAGE_BUCKET: ["google_storage_bucket"],
    ResourceKind.GCP_NETWORK: ["google_compute_network", "google_compute_subnetwork"],
}


def folder(kind: ResourceKind) -> Path:
    return MODULES / kind.provider / kind


def text(kind: ResourceKind, name: str) -> str:
    return (folder(kind) / name).read_text(encoding="utf-8")


def whole(kind: ResourceKind) -> str:
    return "".join(path.read_text(encoding="utf-8") for path in sorted(folder(kind).iterdir()))


def test_there_is_a_module_for_every_kind_and_no_other() -> None:
    found = {path.parent for path in MODULES.rglob("*") if path.is_file()}
    assert found == {folder(kind) for kind in ResourceKind}


@pytest.mark.parametrize("kind", ResourceKind)
def test_every_module_has_the_same_four_files(kind: ResourceKind) -> None:
    names = {path.name for path in folder(kind).iterdir()}
    assert names == {"versions.tf", "variables.tf", "main.tf", "outputs.tf"}


def test_every_module_is_formatted_as_terraform_formats() -> None:
    command = [terraform_binary(), "fmt", "-check", "-recursive", "-list=true", str(MODULES)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("kind", ResourceKind)
def test_the_variables_are_the_fields_of_the_spec_and_whose_it_is(kind: ResourceKind) -> None:
    found = set(_VARIABLE.findall(text(kind, "variables.tf")))
    assert found == set(SPECS[kind].model_fields) - {"kind"} | OWNERSHIP


@pytest.mark.parametrize("kind", ResourceKind)
def test_every_variable_has_a_meaning_and_a_type_and_no_value(kind: ResourceKind) -> None:
    written = text(kind, "variables.tf")
    assert len(_VARIABLE.findall(written)) == len(_HEADER.findall(written))


@pytest.mark.parametrize("kind", ResourceKind)
def test_every_variable_is_used(kind: ResourceKind) -> None:
    known_useless = {"tags"} if kind is ResourceKind.GCP_NETWORK else set()
    used = set(re.findall(r"\bvar\.(\w+)", whole(kind)))
    assert used == set(_VARIABLE.findall(text(kind, "variables.tf"))) - known_useless


@pytest.mark.parametrize("kind", ResourceKind)
def test_users_are_told_the_id_of_what_they_get(kind: ResourceKind) -> None:
    outputs = _OUTPUT.findall(text(kind, "outputs.tf"))
    assert outputs[0] == "id"
    assert len(outputs) == text(kind, "outputs.tf").count("\noutput ") + 1


@pytest.mark.parametrize("kind", ResourceKind)
def test_providers_are_bounded_alike_in_every_module_of_a_cloud(kind: ResourceKind) -> None:
    assert _SOURCE.findall(text(kind, "versions.tf")) == [BOUNDS[kind.provider]]
    assert 'required_version = ">= 1.6"' in text(kind, "versions.tf")


@pytest.mark.parametrize("kind", ResourceKind)
def test_a_module_makes_these_types_and_runs_nothing_else(kind: ResourceKind) -> None:
    assert _MADE.findall(text(kind, "main.tf")) == TYPES[kind]
    assert whole(kind).count("\nresource ") == len(TYPES[kind])
    assert _FOREIGN.findall(whole(kind)) == []


@pytest.mark.parametrize("kind", ResourceKind)
def test_every_module_says_whose_its_objects_are(kind: ResourceKind) -> None:
    written = text(kind, "main.tf")
    for mark in ("managed-by", "multi-cloud-resource-id", "multi-cloud-installation"):
        assert mark in written
