"""A certificate for this machine, made when it is needed and believed only by who is given it."""

import ssl
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import TYPE_CHECKING

from entrypoints.sandbox.rest.listening import HOST

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.x509 import CertificateBuilder


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate and its private key, both as PEM text."""

    pem: str
    key: str = field(repr=False)

    def server_context(self) -> ssl.SSLContext:
        """Return what a server needs to speak TLS with it."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.TemporaryDirectory(prefix="sandbox-tls-") as folder:
            chain = Path(folder, "chain.pem")  # the library reads files only
            chain.write_text(self.key + self.pem)
            context.load_cert_chain(chain)
        return context


def self_signed() -> Certificate:
    """Make a certificate for 127.0.0.1 and localhost that is good for a week."""
    # Imported here: an AWS alone speaks plain HTTP and does without it.
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    key = ec.generate_private_key(ec.SECP256R1())
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Certificate(pem=_signed_by(key), key=secret.decode())


def _signed_by(key: "EllipticCurvePrivateKey") -> str:
    from cryptography import x509  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415

    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "multi-cloud sandbox")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))  # clocks differ
        .not_valid_after(now + timedelta(days=7))
    )
    signed = _extended(certificate, key).sign(key, SHA256())
    return signed.public_bytes(Encoding.PEM).decode()


def _extended(
    certificate: "CertificateBuilder", key: "EllipticCurvePrivateKey"
) -> "CertificateBuilder":
    """Add what a strict client wants to see in a certificate that vouches for itself."""
    from cryptography import x509  # noqa: PLC0415 - as above

    places = [x509.IPAddress(IPv4Address(HOST)), x509.DNSName("localhost")]
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    issuer = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier)
    return (
        certificate.add_extension(x509.SubjectAlternativeName(places), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(identifier, critical=False)
        .add_extension(issuer, critical=False)
    )
