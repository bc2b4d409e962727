"""What Terraform's own errors mean to a person, and what to do about them; pure."""

from collections.abc import Iterable
from itertools import dropwhile
from typing import Final

from domain.sentences import as_sentence, one_line

_NO_PROVIDER: Final = (
    "Failed to query available provider packages",
    "Failed to install provider",
    "Failed to resolve provider packages",
)
"""How errors begin that mean: the plugin for a cloud cannot be had."""
_HAVE_IT: Final = (
    "Let the worker reach the registry, or name a folder that holds this provider with "
    "MULTICLOUD_TERRAFORM_MIRROR; then try again."
)
_ADVICE: Final = " To see which modules are currently depending on"
"""Begins advice for whoever wrote the module, which is not whoever reads this."""
_PLAIN_ERROR: Final = "Error: "


def explained(message: str) -> str:
    """Return the error *message* on one line; where its remedy is known, that follows."""
    said = one_line(message)
    if not said.startswith(_NO_PROVIDER):
        return as_sentence(said)
    return f"{as_sentence(said.partition(_ADVICE)[0])} {_HAVE_IT}"


def told_in_plain(lines: Iterable[str]) -> str:
    """Return the first error in *lines* that are not JSON; empty if there is none.

    Terraform before 1.9 speaks so when it looks for providers: a summary, an empty line, details.
    """
    found = dropwhile(lambda line: not line.startswith(_PLAIN_ERROR), lines)
    first, _, _ = "\n".join(found).removeprefix(_PLAIN_ERROR).partition(f"\n{_PLAIN_ERROR}")
    return first.strip().replace("\n\n", ": ", 1)
