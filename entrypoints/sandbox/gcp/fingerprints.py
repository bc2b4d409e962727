"""What tells whether something was changed since it was read."""

import base64
import hashlib
import json


def fingerprint(content: object) -> str:
    """Return a text that is another one when *content*, JSON, is another one."""
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).digest()
    return base64.b64encode(digest[:8]).decode()
