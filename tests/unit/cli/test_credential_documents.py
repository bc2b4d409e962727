import io
import sys
from pathlib import Path

import pytest

from domain.accounts import Provider
from entrypoints.cli.credential_documents import (
    LARGEST_FILE,
    document_from_environment,
    document_from_file,
)
from entrypoints.cli.failures import CommandFailed


def test_a_file_holds_the_document(tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    path.write_text('\ufeff{"access_key_id": "AKIA"}', encoding="utf-8")
    assert document_from_file(str(path)) == {"access_key_id": "AKIA"}


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO('{"a": 1}'))
    assert document_from_file("-") == {"a": 1}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b'{"secret_access_key": "canary"', r"not valid JSON \(line 1, column 31\)"),
        (b"", r"not valid JSON \(line 1, column 1\)"),
        (b'\xff\xfe{"canary"', "cannot be read: it is not UTF-8 text"),
        (b"[" * 100_000, r"not valid JSON \(it is nested too deeply\)"),
        (b'{"canary": ' + b"9" * 5_000 + b"}", r"not valid JSON \(a number in it is too long\)"),
        (b" " * (LARGEST_FILE + 1), "too large to be a credential"),
    ],
)
def test_a_malformed_file_is_one_sentence_that_quotes_nothing_of_it(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    path = tmp_path / "key.json"
    path.write_bytes(content)
    with pytest.raises(CommandFailed, match=sentence) as caught:
        document_from_file(str(path))
    assert "canary" not in str(caught.value)
    assert caught.value.__context__ is None


def test_standard_input_that_is_no_text_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"canary\xff"), "utf-8"))
    with pytest.raises(CommandFailed, match="Standard input cannot be read: it is not UTF-8"):
        document_from_file("-")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match=r"nowhere\.json cannot be read: No such file"):
        document_from_file(str(tmp_path / "nowhere.json"))


def test_the_usual_variables_hold_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIA")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    assert document_from_environment(Provider.AWS) == {
        "access_key_id": "AKIA",
        "secret_access_key": "secret",
    }


def test_a_missing_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIA")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY", raising=False)
    with pytest.raises(CommandFailed, match=r"^AWS_SECRET_ACCESS_KEY must be set"):
        document_from_environment(Provider.AWS)


def test_the_file_that_google_names_holds_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "key.json"
    path.write_text('{"type": "service_account", "project_id": "own"}', encoding="utf-8")
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))
    monkeypatch.delenv("GOOGLE_CLOUD_PROJECT", raising=False)
    key = {"type": "service_account", "project_id": "own"}
    own = document_from_environment(Provider.GCP)
    assert own == {"project_id": "own", "service_account_info": key}
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "other")
    other = document_from_environment(Provider.GCP)
    assert other == {"project_id": "other", "service_account_info": key}


def test_a_google_key_needs_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    with pytest.raises(CommandFailed, match="GOOGLE_APPLICATION_CREDENTIALS must be set"):
        document_from_environment(Provider.GCP)
