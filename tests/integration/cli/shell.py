"""A terminal for tests: one environment, many commands."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg2
from typer.testing import CliRunner

from adapters.secrets.box import FernetSecretBox, new_key
from application.ports.secret_box import SecretText
from entrypoints.cli.commands import app

USER = "ada@example.org"


@dataclass(frozen=True, slots=True)
class Said:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str

    def json(self) -> Any:  # noqa: ANN401 - whatever the command printed
        return json.loads(self.out)

    @property
    def sentence(self) -> str:
        """What a command that failed says: exactly one line, on stderr, and no traceback."""
        assert (self.code, self.out) == (1, "")
        (line,) = self.err.splitlines()
        return line


@dataclass(frozen=True, slots=True)
class Shell:
    """Runs commands in this process, through the same door as a terminal."""

    environment: dict[str, str | None] = field(default_factory=dict)

    def __call__(self, *arguments: str, typed: str | None = None, **changed: str | None) -> Said:
        result = CliRunner().invoke(
            app, list(arguments), input=typed, env={**self.environment, **changed}
        )
        return Said(code=result.exit_code, out=result.stdout, err=result.stderr)

    def done(self, *arguments: str, typed: str | None = None) -> Said:
        """Run a command that is to succeed."""
        said = self(*arguments, typed=typed)
        assert said.code == 0, said.err
        return said

    def add_credential(self, name: str, document: object) -> None:
        """Give the user an AWS credential."""
        self.done(
            *("credentials", "add", "--user", USER, "--provider", "aws", "--name", name),
            *("--file", "-"),
            typed=json.dumps(document),
        )

    def seal_with_another_key(self, name: str) -> str:
        """Let the secret of a credential be sealed with a key of its own; return that."""
        key = new_key()
        box = FernetSecretBox(keys=key, learn=lambda _text: None)
        connection = psycopg2.connect(self.environment["DATABASE_URL"])
        with connection, connection.cursor() as cursor:
            sealed = box.seal(SecretText("{}")).ciphertext
            cursor.execute("UPDATE credentials SET secret = %s WHERE name = %s", [sealed, name])
            assert cursor.rowcount == 1
        connection.close()
        return key.reveal()


@contextmanager
def sandbox() -> Iterator[dict[str, Any]]:
    """Run the furnished sandbox and give what it announced."""
    process = subprocess.Popen(
        [sys.executable, "-m", "entrypoints.sandbox", "--clouds", "aws", "--seed", "demo"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.stdin.close()
        process.wait(30)
        process.stdout.close()
