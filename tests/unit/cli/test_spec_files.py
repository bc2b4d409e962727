"""What a person wrote is read as it stands, or refused in one sentence."""

import io
import sys
from pathlib import Path

import pytest

from entrypoints.cli.failures import CommandFailed
from entrypoints.cli.spec_files import LARGEST_FILE, spec_from_file

BUCKET = {"kind": "aws_s3_bucket", "name": "invoices", "tags": {"team": "finance"}}
AS_YAML = "kind: aws_s3_bucket\nname: invoices\ntags: {team: finance}\n"
AS_JSON = '{"kind": "aws_s3_bucket", "name": "invoices", "tags": {"team": "finance"}}'


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("bucket.yaml", AS_YAML),
        ("bucket.YML", AS_YAML),
        ("bucket.json", AS_JSON),
        ("bucket.json", "\ufeff" + AS_JSON),
        ("bucket", AS_YAML),
        ("bucket.txt", "\n\t" + AS_JSON),
    ],
)
def test_json_and_yaml_say_the_same(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert spec_from_file(str(path)) == BUCKET


@pytest.mark.parametrize("text", [AS_YAML, AS_JSON])
def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert spec_from_file("-") == BUCKET


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("cut.json", '{"kind": ', "line 1, column 10"),
        ("twice.json", '{"name": "a", "name": "b"}', "'name' stands in it twice"),
        ("deep.json", "[" * 100_000, "nested too deeply"),
        ("long.json", '{"a": ' + "9" * 5000 + "}", "a number in it is too long"),
        ("tab.yaml", "a:\n\tb: 1", "line 2, column 1"),
        ("twice.yaml", "name: a\nname: b", "line 2, column 1: 'name' stands there twice"),
        ("deep.yaml", "[" * 20_000, "nested too deeply"),
        ("bomb.yaml", "a: &a [x, x]\nb: [*a, *a]", "line 2, column 5: aliases are not allowed"),
        ("circle.yaml", "&a [*a]", "aliases are not allowed"),
        ("object.yaml", "!!python/object/apply:os.system ['id']", "line 1, column 1"),
        ("two.yaml", "a: 1\n---\nb: 2", "line 2, column 1"),
        ("day.yaml", "a: 2026-13-45", "a value in it cannot be read"),
        ("bell.yaml", "a: \x07", "a value in it cannot be read"),
    ],
)
def test_what_cannot_be_read_is_a_sentence_that_says_where(
    tmp_path: Path, name: str, text: str, reason: str
) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(CommandFailed) as failure:
        spec_from_file(str(path))
    assert str(path) in str(failure.value)
    assert reason in str(failure.value)


def test_a_file_that_is_not_there_or_is_no_text_is_a_sentence(tmp_path: Path) -> None:
    picture = tmp_path / "picture.yaml"
    picture.write_bytes(b"\x89PNG\xff\xfe")
    for path, reason in ((tmp_path / "none.yaml", "No such file"), (picture, "not UTF-8")):
        with pytest.raises(CommandFailed, match=reason):
            spec_from_file(str(path))
    with pytest.raises(CommandFailed, match="Is a directory"):
        spec_from_file(str(tmp_path))


def test_no_more_is_read_of_a_large_file_than_shows_that_it_is_large(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    endless = io.BytesIO(b"a: " + b"x" * 64_000_000)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(endless))
    with pytest.raises(CommandFailed, match="larger than 256 kB"):
        spec_from_file("-")
    assert endless.tell() <= 2 * LARGEST_FILE
