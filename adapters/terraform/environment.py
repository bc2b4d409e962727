"""The environment in which Terraform runs, built from nothing: what is not named here stays out.

`TF_CLI_ARGS_apply=-destroy` in the environment of a worker would turn an apply into a destroy.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

PASSED_ON: Final = frozenset(
    {
        *("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY"),
        *("http_proxy", "https_proxy", "no_proxy", "all_proxy"),
        *("SSL_CERT_FILE", "SSL_CERT_DIR"),
    }
)
"""What of the worker's own environment Terraform gets to see: the way out, and whom to trust."""

_FIXED: Final[Mapping[str, str]] = {
    "PATH": os.defpath,
    "TF_IN_AUTOMATION": "1",
    "TF_INPUT": "0",
    "CHECKPOINT_DISABLE": "1",  # or it asks the internet for news about itself
}


def terraform_environment(
    *,
    home: Path,
    cli_config: Path,
    temporary: Path,
    worker: Mapping[str, str],
    credential: Mapping[str, str],
    extra: Mapping[str, str],
) -> dict[str, str]:
    """Return the whole environment of a command.

    *credential* opens the cloud and beats the *worker*'s own variables; neither can change what
    Terraform itself is told. *temporary* is short, because sockets with paths of at most 107
    bytes are made in it. *extra* comes last.
    """
    return {
        **{name: value for name, value in worker.items() if name in PASSED_ON},
        **credential,
        **_FIXED,
        "HOME": str(home),
        "TMPDIR": str(temporary),
        "TF_CLI_CONFIG_FILE": str(cli_config),
        **extra,
    }


def cli_config_text(mirror: Path | None) -> str:
    """Return Terraform's own settings: providers come from *mirror*, or from their registry.

    Saying so keeps it from looking for plugins in folders that anybody may have filled.
    """
    if mirror is None:
        source = "direct {}"
    else:
        source = f"filesystem_mirror {{\n    path = {json.dumps(str(mirror))}\n  }}"
    return f"disable_checkpoint = true\n\nprovider_installation {{\n  {source}\n}}\n"
