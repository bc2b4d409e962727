"""The credentials page shows the fields that are read and the permissions that are used."""

import ast
import json

import botocore.session
from botocore import xform_name

from adapters.aws.errors import Operation
from adapters.aws.secret import AwsSecret
from domain.accounts import Provider
from entrypoints.cli.credential_documents import _FROM_ENVIRONMENT
from tests.docs.markdown import ROOT, blocks, read, rows, sections

PAGE = read("docs/reference/credentials.md")
AWS = [row for row in rows(sections(PAGE)["AWS"]) if "field" in row]
PERMISSIONS = {row["permission"]: row for row in rows(PAGE) if "permission" in row}
SERVICES = ("ec2", "s3", "sts", "resourcegroupstaggingapi")


def test_the_page_lists_exactly_the_fields_of_an_aws_credential() -> None:
    expected = {
        name: "yes" if field.is_required() else "no"
        for name, field in AwsSecret.model_fields.items()
    }
    assert {row["field"]: row["required"] for row in AWS} == expected


def test_the_page_names_the_variables_that_a_credential_can_come_from() -> None:
    named = {row["field"]: row["variable for --from-env"] for row in AWS}
    found = {field: variable for field, variable in named.items() if variable != "none"}
    assert found == _FROM_ENVIRONMENT[Provider.AWS]


def test_the_example_is_a_credential_that_would_be_accepted_in_shape() -> None:
    example = json.loads(blocks(PAGE, "json")[0])
    assert example.keys() <= AwsSecret.model_fields.keys()


def test_the_page_lists_exactly_the_permissions_of_what_we_ask_aws() -> None:
    assert set(PERMISSIONS) == permissions_used()


def test_the_policy_grants_what_the_table_says_it_grants() -> None:
    (policy,) = (block for block in blocks(PAGE, "json") if "Statement" in block)
    (statement,) = json.loads(policy)["Statement"]
    granted = {name for name, row in PERMISSIONS.items() if row["in the policy"] == "yes"}
    assert set(statement["Action"]) == granted


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
