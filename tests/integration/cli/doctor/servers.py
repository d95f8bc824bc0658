"""Serve TLS by a certificate that is soon over."""

from __future__ import annotations

import socket
import ssl
import threading
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from chassis import clock
from tests.integration.cli.doctor.patients import LONG_AGO


class tls_server:  # noqa: N801 - it reads as a function
    """Serve TLS on a free port with a certificate of its own that is valid so long."""

    def __init__(self, folder: Path, valid: timedelta) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
        builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        builder = builder.serial_number(1).not_valid_before(clock.now() - LONG_AGO)
        certificate = builder.not_valid_after(clock.now() + valid).sign(key, hashes.SHA256())
        form = serialization.Encoding.PEM
        pem = certificate.public_bytes(form) + key.private_bytes(
            form, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (folder / "tls.pem").write_bytes(pem)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(folder / "tls.pem")

    def __enter__(self) -> int:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        return int(self._listening.getsockname()[1])

    def __exit__(self, *raised: object) -> None:
        self._thread.join()
        self._listening.close()

    def _serve(self) -> None:
        peer, _ = self._listening.accept()
        with self._context.wrap_socket(peer, server_side=True):
            """Only the handshake is wanted."""
