"""How what is in the broker is written there."""

import base64
import json
from typing import Final

CANARY: Final = "canary-of-a-message"
"""In every one of them; it may be repeated nowhere."""


def encoded(body: object) -> str:
    """Return *body* as it travels."""
    return base64.b64encode(json.dumps(body).encode()).decode()


def raw(content: object) -> bytes:
    """Return *content* as it lies in Redis."""
    match content:
        case bytes():
            return content
        case str():
            return content.encode()
        case _:
            return json.dumps(content).encode()
