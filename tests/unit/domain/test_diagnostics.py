"""Terraform's errors become sentences on one line, and say what to do where we know it."""

import pytest

from domain.adoption import complaint
from domain.diagnostics import explained
from domain.provisioning import Leak
from domain.sentences import as_sentence, one_line
from domain.terraform import EventType, LogLevel, LogRecord
from tests.builders import NOON

NO_REGISTRY = (
    "Failed to query available provider packages: Could not retrieve the list of available "
    "versions for provider hashicorp/aws: could not connect to registry.terraform.io: "
    "connection refused\n\nTo see which modules are currently depending on hashicorp/aws and what "
    "versions are specified, run the following command:\n    terraform providers"
)
NOT_IN_THE_MIRROR = (
    "Failed to query available provider packages: Could not retrieve the list of available "
    "versions for provider hashicorp/aws: provider registry.terraform.io/hashicorp/aws was not "
    "found in any of the search locations\n\n  - /srv/mirror"
)
OTHER_PACKAGE = (
    "Failed to install provider: Error while installing hashicorp/aws v6.1.0: the local package "
    "doesn't match any of the checksums previously recorded in the dependency lock file"
)
OLD_WORDS = """\
Initializing the backend...

Error: Failed to query available provider packages

Could not retrieve the list of available versions for provider hashicorp/aws:
could not connect to registry.terraform.io

Error: Something else

Less important."""


def a_record(kind: EventType, message: str, level: LogLevel = LogLevel.INFO) -> LogRecord:
    return LogRecord(offset=0, length=1, at=NOON, level=level, type=kind, message=message)


def in_plain(text: str) -> list[LogRecord]:
    return [a_record(EventType.RAW, line) for line in text.splitlines()]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("creating VPC:\n\tquota\r\n  reached", "creating VPC: quota reached."),
        (r"the server said: no\n\n  more\r\ndisks ", "the server said: no more disks."),
        ("Is it there?", "Is it there?"),
        ("Done!\n", "Done!"),
        (" \n", ""),
    ],
)
def test_an_error_of_many_lines_is_one_sentence_on_one_line(said: str, shown: str) -> None:
    assert as_sentence(said) == shown
    assert as_sentence(shown) == shown


def test_what_may_exist_is_named_on_one_line_too() -> None:
    leak = Leak(address='aws_subnet.this["10.0.0.0/24"]', cloud_id="a\nb")
    assert str(leak) == 'aws_subnet.this["10.0.0.0/24"] (a b)'


@pytest.mark.parametrize("said", [NO_REGISTRY, NOT_IN_THE_MIRROR, OTHER_PACKAGE])
def test_a_provider_that_cannot_be_had_tells_where_to_get_it(said: str) -> None:
    shown = explained(said)
    assert one_line(said.partition("\n\n")[0]) in shown
    assert shown.endswith(
        ". Let the worker reach the registry, or name a folder that holds this provider with "
        "MULTICLOUD_TERRAFORM_MIRROR; then try again."
    )
    assert "terraform providers" not in shown


def test_any_other_error_is_left_as_it_is() -> None:
    assert explained("Quota: no more VPCs") == "Quota: no more VPCs."


def test_what_an_old_terraform_says_in_plain_text_is_understood_too() -> None:
    said = complaint(in_plain(OLD_WORDS))
    assert said is not None
    assert said.startswith(
        "Failed to query available provider packages: Could not retrieve the list of available "
        "versions for provider hashicorp/aws: could not connect to registry.terraform.io. Let the"
    )
    assert "Something else" not in said


def test_plain_text_without_an_error_explains_nothing() -> None:
    assert complaint(in_plain("Initializing the backend...\nkilled")) is None


def test_a_message_explains_more_than_plain_text() -> None:
    message = a_record(EventType.DIAGNOSTIC, "Quota", LogLevel.ERROR)
    assert complaint([*in_plain("Error: something"), message]) == "Quota."
