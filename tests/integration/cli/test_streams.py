"""Output that nobody takes, and Ctrl-C before anything has begun."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.cli.processes import COMMAND, environment_of
from tests.integration.cli.shell import USER, Shell


def test_a_reader_that_leaves_early_is_no_failure(shell: Shell) -> None:
    for number in range(20):
        shell.done("users", "add", f"user-{number}@example.org")
    with subprocess.Popen(
        [*COMMAND, "users", "list", "--format", "json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment_of(shell),
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("arguments", [("users", "list", "--format", "csv"), ("--help",)])
def test_a_full_disk_behind_the_output_is_one_sentence(
    shell: Shell, arguments: tuple[str, ...], unbuffered: str
) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*COMMAND, *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env={**environment_of(shell), "PYTHONUNBUFFERED": unbuffered},
        )
    assert done.returncode == 1
    assert done.stderr == "Standard output cannot be written (No space left on device).\n"


def test_a_command_whose_output_was_closed_does_its_work(shell: Shell) -> None:
    words = [shlex.quote(word) for word in (*COMMAND, "users", "add", USER)]
    done = subprocess.run(
        ["/bin/sh", "-c", f"{' '.join(words)} <&- >&-"],
        capture_output=True,
        text=True,
        check=False,
        env=environment_of(shell),
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert USER in shell.done("users", "list").out


def test_ctrl_c_while_the_commands_are_being_loaded_is_one_line() -> None:
    script = (
        "import sys, signal\n"
        "from entrypoints.cli.main import main\n"
        "class Impatient:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'entrypoints.cli.commands': signal.raise_signal(signal.SIGINT)\n"
        "sys.meta_path.insert(0, Impatient())\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "users", "list"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr == "Interrupted; what was finished is kept.\n"
