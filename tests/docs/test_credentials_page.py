"""The credentials page shows the fields that are read and the permissions that are used."""

import ast
import json

import botocore.session
import pytest
from botocore import xform_name

from adapters.aws.errors import Operation
from adapters.aws.secret import AwsSecret
from adapters.azure import operations as azure
from adapters.azure.secret import AzureSecret
from adapters.clouds.secret_documents import SecretDocument
from adapters.gcp import operations as gcp
from adapters.gcp.secret import GcpSecret
from domain.accounts import Provider
from domain.inventory import ResourceKind
from entrypoints.cli.credential_documents import _FROM_ENVIRONMENT
from tests.docs.markdown import ROOT, blocks, read, rows, sections

PAGE = read("docs/reference/credentials.md")
SECTIONS = {Provider.AWS: "AWS", Provider.AZURE: "Azure", Provider.GCP: "Google Cloud"}
SECRETS: dict[Provider, type[SecretDocument]] = {
    Provider.AWS: AwsSecret,
    Provider.AZURE: AzureSecret,
    Provider.GCP: GcpSecret,
}
FIELDS = {
    provider: [row for row in rows(sections(PAGE)[title]) if "field" in row]
    for provider, title in SECTIONS.items()
}
SERVICES = ("ce", "ec2", "s3", "sts", "resourcegroupstaggingapi")


@pytest.mark.parametrize("provider", Provider)
def test_the_page_lists_exactly_the_fields_of_a_credential(provider: Provider) -> None:
    expected = {
        name: "yes" if field.is_required() else "no"
        for name, field in SECRETS[provider].model_fields.items()
    }
    assert {row["field"]: row["required"] for row in FIELDS[provider]} == expected


@pytest.mark.parametrize("provider", [Provider.AWS, Provider.AZURE])
def test_the_page_names_the_variables_that_a_credential_can_come_from(provider: Provider) -> None:
    named = {row["field"]: row["variable for --from-env"] for row in FIELDS[provider]}
    found = {field: variable for field, variable in named.items() if variable != "none"}
    assert found == _FROM_ENVIRONMENT[provider]


@pytest.mark.parametrize("provider", Provider)
def test_the_example_is_a_credential_that_would_be_accepted_in_shape(provider: Provider) -> None:
    example = json.loads(blocks(sections(PAGE)[SECTIONS[provider]], "json")[0])
    assert example.keys() <= SECRETS[provider].model_fields.keys()


def test_the_page_lists_exactly_the_permissions_of_what_we_ask_aws() -> None:
    assert set(permissions(Provider.AWS)) == permissions_used()


def test_the_page_lists_exactly_the_actions_of_what_we_ask_azure() -> None:
    listed = {
        row["action"]: row["role"] for row in rows(sections(PAGE)["Azure"]) if "action" in row
    }
    asked = [each for each in vars(azure).values() if isinstance(each, azure.Operation)]
    assert listed == {operation.permission: operation.role for operation in asked}


def test_the_page_lists_exactly_the_permissions_of_what_we_ask_google() -> None:
    listed = {name: row["role"].split()[0] for name, row in permissions(Provider.GCP).items()}
    asked = [each for each in vars(gcp).values() if isinstance(each, gcp.Operation)]
    assert listed == {each.permission: each.role for each in asked if each.permission}


def test_the_policy_grants_what_the_table_says_it_grants() -> None:
    reading, _ = policies()
    granted = {
        name for name, row in permissions(Provider.AWS).items() if row["in the policy"] == "yes"
    }
    assert reading == sorted(granted)


@pytest.mark.parametrize("provider", Provider)
def test_the_page_says_what_it_takes_to_build_each_kind(provider: Provider) -> None:
    assert {row["kind"] for row in to_build(provider)} == {*ResourceKind.of(provider)}


def test_the_policy_for_building_grants_what_building_takes_and_no_more() -> None:
    _, building = policies()
    needed = {
        action
        for row in to_build(Provider.AWS)
        for action in row["actions"].split(", ")
        if not action.startswith("those of ")
    }
    assert building == sorted(needed)


def test_every_permission_for_building_is_one_that_aws_has() -> None:
    _, building = policies()
    known = botocore.session.get_session().get_service_model("ec2").operation_names
    assert {name for name in building if name.startswith("ec2:")} <= {
        f"ec2:{operation}" for operation in known
    }


def policies() -> list[list[str]]:
    """Return the actions of each of the page's policies, as they stand there."""
    found = [json.loads(block) for block in blocks(PAGE, "json") if "Statement" in block]
    return [statement["Action"] for policy in found for statement in policy["Statement"]]


def to_build(provider: Provider) -> list[dict[str, str]]:
    """Return the rows of the page's table of what building takes in a cloud."""
    return [row for row in rows(sections(PAGE)[SECTIONS[provider]]) if "to build it" in row]


def permissions(provider: Provider) -> dict[str, dict[str, str]]:
    """Return the rows of the page's table of permissions for a cloud, by permission."""
    section = sections(PAGE)[SECTIONS[provider]]
    return {row["permission"]: row for row in rows(section) if "permission" in row}


def permissions_used() -> set[str]:
    """Return the permission of every operation whose name stands in the AWS adapter."""
    written = {
        text for path in (ROOT / "adapters/aws").glob("*.py") for text in _texts(path.read_text())
    }
    session = botocore.session.get_session()
    return {
        Operation(service=service, name=operation, region="").permission
        for service in SERVICES
        for operation in session.get_service_model(service).operation_names
        if xform_name(operation) in written
    }


def _texts(source: str) -> set[str]:
    constants = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant))
    return {node.value for node in constants if isinstance(node.value, str)}
