"""SSH public keys, as far as one can tell by looking at them."""

import re
from base64 import b64decode
from binascii import Error as NotBase64
from struct import error as TooShort  # noqa: N812 - what it means here
from struct import unpack_from

from domain.specs.rules import RuleBroken

_RULE = "it must be one line, ssh-ed25519 AAAA... or ssh-rsa AAAA..., as a .pub file has it"
_LINE = re.compile(r"(?P<sort>\S{1,100}) (?P<body>[A-Za-z0-9+/]+={0,2})(?: [^\n\r]*)?")
_ED25519_BYTES = 32
_RSA_BITS = 2048


def check_public_key(text: str) -> str:
    """Return *text*, a public key that virtual machines take. The value is never to be shown.

    Raises:
        RuleBroken: it is none, is too weak, or is a private key.
    """
    if "PRIVATE KEY" in text:
        raise _broken("it must be the public key, and this is the private one: use its .pub file")
    found = _LINE.fullmatch(text)
    if found is None or not text.isprintable():
        raise _broken(_RULE)
    match found["sort"]:
        case "ssh-ed25519":
            _check_ed25519(_parts(found["sort"], found["body"]))
        case "ssh-rsa":
            _check_rsa(_parts(found["sort"], found["body"]))
        case sort:
            rule = "it must be ssh-ed25519 or ssh-rsa, as Azure takes no other sort"
            raise _broken(f"{rule} ({sort[:30]} is one)" if sort.isalnum() else rule)
    return text


def _check_ed25519(parts: list[bytes]) -> None:
    if [len(part) for part in parts] != [_ED25519_BYTES]:
        raise _broken(_RULE)


def _check_rsa(parts: list[bytes]) -> None:
    if len(parts) != 2:  # noqa: PLR2004 - the exponent and the modulus
        raise _broken(_RULE)
    bits = int.from_bytes(parts[1], "big").bit_length()
    if bits < _RSA_BITS:
        raise _broken(f"an RSA key must have at least {_RSA_BITS} bits, and this has {bits}")


def _parts(sort: str, body: str) -> list[bytes]:
    """Return what stands in the key behind its sort, which it must repeat."""
    try:
        rest = b64decode(body, validate=True)
        parts: list[bytes] = []
        while rest:
            (size,) = unpack_from(">I", rest)
            parts.append(rest[4 : 4 + size])
            rest = rest[4 + size :]
    except (NotBase64, TooShort):
        raise _broken(_RULE) from None
    if parts[:1] != [sort.encode()]:
        raise _broken(_RULE)
    return parts[1:]


def _broken(rule: str) -> RuleBroken:
    return RuleBroken(rule, hidden=True)
