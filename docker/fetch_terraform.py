"""Fetch one release of Terraform and check it, while the image is built.

    python fetch_terraform.py https://releases.hashicorp.com/terraform 1.13.5 FOLDER [--sha256 SUM]

The archive must have the SHA-256 given, or else the one in the list that is released beside it. The
standard library is all there is at that moment.
"""

import argparse
import hashlib
import io
import platform
import sys
import urllib.request
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.error import URLError

_ARCHITECTURES: Final = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
_PATIENCE: Final = 120.0
_PROGRAM: Final = "terraform"


class CannotFetch(Exception):
    """There is no such release, or it is not what it should be; the text says which."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Put the program into the folder; on failure say why in one sentence and return 1."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("releases", help="where the folders of the releases are")
    parser.add_argument("version")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sha256", default="", help="what the archive must be")
    given = parser.parse_args(arguments)
    try:
        fetch(given.releases, given.version, given.folder, expected=given.sha256)
    except CannotFetch as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    return 0


def fetch(releases: str, version: str, folder: Path, *, expected: str = "") -> Path:
    """Put the program of release *version* into *folder* and return its path.

    Raises:
        CannotFetch: it cannot be had, or its archive is not the one that was released.
    """
    archive = f"{_PROGRAM}_{version}_linux_{_architecture()}.zip"
    place = f"{releases.rstrip('/')}/{version}"
    wanted = expected or _released_sum(f"{place}/{_PROGRAM}_{version}_SHA256SUMS", archive)
    content = _content(f"{place}/{archive}")
    found = hashlib.sha256(content).hexdigest()
    if found != wanted.lower():
        raise CannotFetch(f"{archive} has the SHA-256 {found} and should have {wanted}.")
    return _unpacked(content, folder)


def _architecture() -> str:
    machine = platform.machine()
    if machine.lower() not in _ARCHITECTURES:
        raise CannotFetch(f"There is no Terraform for {machine}: leave TERRAFORM_VERSION empty.")
    return _ARCHITECTURES[machine.lower()]


def _released_sum(url: str, archive: str) -> str:
    for line in _content(url).decode("ascii", errors="replace").splitlines():
        digest, _, name = line.partition("  ")
        if name.strip() == archive:
            return digest
    raise CannotFetch(f"{url} does not list {archive}.")


def _content(url: str) -> bytes:
    if not url.startswith(("https://", "http://")):
        raise CannotFetch(f"{url} is no address on the web.")
    try:
        with urllib.request.urlopen(url, timeout=_PATIENCE) as answer:  # noqa: S310 - see above
            return bytes(answer.read())
    except (URLError, OSError) as exc:
        raise CannotFetch(f"{url} cannot be fetched: {exc}.") from exc


def _unpacked(content: bytes, folder: Path) -> Path:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            program = archive.read(_PROGRAM)
    except (zipfile.BadZipFile, KeyError) as exc:
        raise CannotFetch(f"The archive holds no program {_PROGRAM!r}.") from exc
    path = folder / _PROGRAM
    path.write_bytes(program)
    path.chmod(0o755)
    return path


if __name__ == "__main__":
    raise SystemExit(main())
