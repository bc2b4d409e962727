"""Users and credentials at the command line, bad input included."""

import csv
import io
import json

import pytest

from adapters.secrets.box import new_key
from tests.integration.cli.shell import USER, Shell

DOCUMENT = {"access_key_id": "AKIACANARYCANARYCANA", "secret_access_key": "canary/secret/value"}
ADD = ("credentials", "add", "--user", USER, "--provider", "aws", "--name", "main", "--file", "-")


@pytest.fixture
def ada(shell: Shell) -> Shell:
    shell.done("users", "add", USER)
    return shell


def test_a_user_is_added_and_listed_in_every_form(shell: Shell) -> None:
    assert shell.done("users", "add", " Ada@Example.org ").out == f"Added user 1: {USER}.\n"
    (user,) = shell.done("users", "list", "--format", "json").json()
    assert list(user) == ["id", "email", "created_at"]
    assert user["email"] == USER
    rows = list(csv.DictReader(io.StringIO(shell.done("users", "list", "--format", "csv").out)))
    assert rows == [{name: str(value) for name, value in user.items()}]
    assert USER in shell.done("users", "list").out


def test_one_address_is_one_user(ada: Shell) -> None:
    sentence = ada("users", "add", USER.upper()).sentence
    assert f"{USER} exists. Use that user" in sentence


def test_an_address_that_is_none_is_refused(shell: Shell) -> None:
    assert "it must look like name@example.org" in shell("users", "add", "ada").sentence


def test_nobody_yet_is_a_hint_not_an_error(shell: Shell) -> None:
    said = shell.done("users", "list")
    assert (said.out, said.err.count("multicloud users add")) == ("", 1)


def test_a_credential_is_taken_in_from_standard_input_and_never_shown_again(ada: Shell) -> None:
    ada.add_credential("main", DOCUMENT)
    shown = "".join(
        ada.done("credentials", "list", "--format", form).out for form in ("table", "json", "csv")
    )
    assert "main" in shown
    assert "CANARY" not in shown.upper()


def test_a_credential_is_taken_in_from_the_usual_variables(ada: Shell) -> None:
    said = ada(
        *("credentials", "add", "--user", USER, "--provider", "AWS", "--name", "main"),
        "--from-env",
        AWS_ACCESS_KEY_ID="AKIACANARYCANARYCANA",
        AWS_SECRET_ACCESS_KEY="canary/secret/value",
    )
    assert said.code == 0
    assert "canary" not in said.out


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ('{"access_key_id": "AKIACANARY', "Standard input is not valid JSON"),
        ("[]", "object"),
        ('{"access_key_id": "AKIACANARYCANARYCANA"}', "secret_access_key"),
        (
            '{"access_key_id": "AKIA2", "secret_access_key": "canary/a", "pasword": "canary"}',
            "pasword",
        ),
        ('{"access_key_id": 7, "secret_access_key": "canary/secret/value"}', "access_key_id"),
    ],
)
def test_a_malformed_credential_file_is_one_sentence_that_names_the_field_only(
    ada: Shell, typed: str, sentence: str
) -> None:
    said = ada(*ADD, typed=typed)
    assert sentence in said.sentence
    assert "CANARY" not in said.err.upper()
    assert ada.done("credentials", "list", "--format", "json").json() == []


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (("users", "add", "a\udcff@example.org"), "it must look like name@example.org"),
        ((*ADD[:-4], "--name", "a\udcff", *ADD[-2:]), "it must be 1 to 100 printable characters"),
        (("credentials", "disable", "--user", USER, "--name", "a\udcff"), "printable characters"),
        (("sync", "--credential", "a\udcff"), "multicloud credentials list"),
    ],
)
def test_what_a_terminal_sends_that_is_no_unicode_is_refused_with_a_sentence(
    ada: Shell, command: tuple[str, ...], sentence: str
) -> None:
    said = ada(*command, typed=json.dumps(DOCUMENT))
    assert sentence in said.sentence
    assert r"a\udcff" in said.sentence


def test_an_unknown_provider_is_wrong_use_that_names_the_known_ones(ada: Shell) -> None:
    said = ada("credentials", "add", "--user", USER, "--provider", "nimbus", "--name", "x")
    assert said.code == 2
    assert "'aws', 'azure', 'gcp'" in said.err.splitlines()[-1]


@pytest.mark.parametrize(
    ("provider", "lacking"),
    [
        ("azure", "tenant_id and client_id and client_secret"),
        ("gcp", "project_id and service_account_info"),
    ],
)
def test_what_a_document_lacks_is_told_by_cloud(ada: Shell, provider: str, lacking: str) -> None:
    arguments = [argument.replace("aws", provider) for argument in ADD]
    assert f"lacks the fields {lacking}." in ada(*arguments, typed="{}").sentence


def test_a_key_is_given_in_exactly_one_way(ada: Shell) -> None:
    assert ada(*ADD[:-2]).code == 2
    assert ada(*ADD, "--from-env").code == 2


def test_a_secret_on_the_command_line_is_not_understood(ada: Shell) -> None:
    assert ada(*ADD[:-2], "--secret-access-key", "canary").code == 2


def test_a_credential_of_nobody_is_refused(shell: Shell) -> None:
    assert (
        USER
        in shell(
            *ADD,
            typed='{"access_key_id": "AKIACANARYCANARYCANA", '
            '"secret_access_key": "canary/secret/value"}',
        ).sentence
    )


def test_a_name_is_taken_once_per_user(ada: Shell) -> None:
    ada.add_credential("main", DOCUMENT)
    said = ada(*ADD, typed='{"access_key_id": "AKIACANARYCANARYCANA", "secret_access_key": "x"}')
    assert said.code == 1


def test_a_disabled_credential_is_used_no_more(ada: Shell) -> None:
    ada.add_credential("main", DOCUMENT)
    ada.done("credentials", "disable", "--user", USER, "--name", "main")
    (listed,) = ada.done("credentials", "list", "--format", "json").json()
    assert listed["status"] == "disabled"
    assert "No active credential fits" in ada("sync").sentence


def test_a_missing_key_is_a_sentence_that_says_how_to_get_one(ada: Shell) -> None:
    said = ada(
        *ADD,
        typed='{"access_key_id": "AKIA2", "secret_access_key": "canary/secret/x"}',
        MULTICLOUD_SECRET_KEY=None,
    )
    assert "MULTICLOUD_SECRET_KEY" in said.sentence


def test_after_rotation_the_older_key_can_be_retired(ada: Shell) -> None:
    ada.add_credential("main", DOCUMENT)
    newest, older = new_key().reveal(), ada.environment["MULTICLOUD_SECRET_KEY"]
    said = ada("credentials", "rotate-keys", MULTICLOUD_SECRET_KEY=f"{newest},{older}")
    assert said.out.startswith("1 secret is under the newest key now")
    again = ada("credentials", "rotate-keys", "--format", "json", MULTICLOUD_SECRET_KEY=newest)
    assert again.json() == {"resealed": 1, "unreadable": [], "unreadable_resources": []}


def test_a_secret_that_opens_with_no_key_is_named_and_stops_no_other(ada: Shell) -> None:
    ada.add_credential("main", DOCUMENT)
    ada.add_credential("lost", DOCUMENT)
    other = ada.seal_with_another_key("lost")
    said = ada("credentials", "rotate-keys", "--format", "json")
    assert (said.code, said.json()["resealed"], said.json()["unreadable"]) == (1, 1, [2])
    (warning,) = said.err.splitlines()
    assert warning.startswith("Warning: The secret of credential 2 opens with none of the keys")
    assert "Add the key it was sealed with" in warning
    assert "may be removed" not in ada("credentials", "rotate-keys").out
    keys = f"{ada.environment['MULTICLOUD_SECRET_KEY']},{other}"
    mended = ada("credentials", "rotate-keys", "--format", "json", MULTICLOUD_SECRET_KEY=keys)
    assert (mended.code, mended.json()["resealed"], mended.json()["unreadable"]) == (0, 2, [])


def test_a_secret_that_opens_with_no_key_is_mended_by_its_replacement(ada: Shell) -> None:
    ada.add_credential("lost", DOCUMENT)
    ada.seal_with_another_key("lost")
    said = ada("credentials", "rotate-keys")
    assert (said.code, "multicloud credentials replace" in said.err) == (1, True)
    ada.done(
        *("credentials", "replace", "--user", USER, "--name", "lost", "--file", "-"),
        typed=json.dumps(DOCUMENT),
    )
    ada.done("credentials", "rotate-keys")


def test_the_wrong_key_loses_nothing(ada: Shell) -> None:
    ada.add_credential("main", DOCUMENT)
    wrong = new_key().reveal()
    said = ada("credentials", "rotate-keys", MULTICLOUD_SECRET_KEY=wrong)
    assert (said.code, said.out) == (1, "0 secrets are under the newest key now.\n")
    assert ada.done("credentials", "rotate-keys", "--format", "json").json()["resealed"] == 1


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        (("sync", "--user", USER), "`multicloud users list`"),
        (("inventory", "show", "7"), "`multicloud inventory`"),
        (("resources", "show", "7"), "`multicloud resources`"),
        (("logs", "7"), "`multicloud resources`"),
    ],
)
def test_whoever_names_what_is_not_there_is_told_what_to_type(
    shell: Shell, arguments: tuple[str, ...], command: str
) -> None:
    assert command in shell(*arguments).sentence


def test_whoever_names_a_credential_that_is_not_there_is_told_what_to_type(shell: Shell) -> None:
    shell.done("users", "add", USER)
    said = shell("credentials", "disable", "--user", USER, "--name", "nothing")
    assert "`multicloud credentials list`" in said.sentence
