"""A machine is opened by a public key, and a key that is refused is never shown."""

import pytest

from domain.inventory import ResourceKind
from tests.unit.domain.specs.documents import ED25519, accepted, complaint_about, public_key

MACHINE = ResourceKind.AZURE_VIRTUAL_MACHINE
EXPONENT = b"\1\0\1"
RULE = "it must be one line, ssh-ed25519 AAAA... or ssh-rsa AAAA..., as a .pub file has it"


def rsa(bits: int) -> str:
    modulus = (1 << (bits - 1) | 1).to_bytes(bits // 8 + 1, "big")
    return public_key("ssh-rsa", EXPONENT, modulus)


@pytest.mark.parametrize(
    "key",
    [ED25519, rsa(2048), rsa(4096), public_key("ssh-ed25519", bytes(32), comment="")],
)
def test_the_keys_that_azure_takes_are_taken_as_they_are(key: str) -> None:
    assert accepted(MACHINE, ssh_public_key=key).document()["ssh_public_key"] == key


def test_a_short_rsa_key_is_told_its_length() -> None:
    assert complaint_about(MACHINE, ssh_public_key=rsa(1024)) == (
        "ssh_public_key is not valid: an RSA key must have at least 2048 bits, and this has 1024."
    )


@pytest.mark.parametrize("sort", ["ecdsa-sha2-nistp256", "ssh-dss", "sk-ssh-ed25519@openssh.com"])
def test_sorts_of_keys_that_azure_does_not_take_are_told_those_that_it_does(sort: str) -> None:
    assert complaint_about(MACHINE, ssh_public_key=public_key(sort, bytes(64))) == (
        "ssh_public_key is not valid: it must be ssh-ed25519 or ssh-rsa, "
        "as Azure takes no other sort."
    )


def test_a_private_key_is_told_apart_and_not_shown() -> None:
    key = "-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n-----END OPENSSH PRIVATE KEY-----\n"
    assert complaint_about(MACHINE, ssh_public_key=key) == (
        "ssh_public_key is not valid: "
        "it must be the public key, and this is the private one: use its .pub file."
    )


@pytest.mark.parametrize(
    "key",
    [
        "",
        "ssh-ed25519",
        "ssh-ed25519 AAAA",
        "ssh-ed25519 ????",
        "ssh-ed25519 AAAAA",
        ED25519 + "\n",
        ED25519 + "\nssh-rsa AAAA",
        ED25519.replace(" ", "  ", 1),
        ED25519.replace("ssh-ed25519", "ssh-rsa"),
        public_key("ssh-ed25519", bytes(31)),
        public_key("ssh-ed25519", bytes(32), bytes(1)),
        public_key("ssh-rsa", EXPONENT),
        f"{ED25519} \x1b[31m",
        "hunter2",
    ],
)
def test_what_is_no_key_is_refused_and_not_shown(key: str) -> None:
    assert complaint_about(MACHINE, ssh_public_key=key) == f"ssh_public_key is not valid: {RULE}."
