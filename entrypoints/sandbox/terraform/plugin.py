"""The program that terraform starts: it shakes hands, answers, and ends with terraform.

How: https://github.com/hashicorp/go-plugin. If terraform shows a certificate, the provider makes
one for this run and hands it over in the handshake. Terraform's is on the curve P-521, which the
TLS of gRPC in Python does not accept. So it is not asked for, and any program on this machine may
call: no more than may call the sandbox's clouds themselves.
"""

import base64
import os
import ssl
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread
from typing import Any, Final

import grpc

from entrypoints.sandbox.rest.certificate import self_signed
from entrypoints.sandbox.rest.listening import HOST
from entrypoints.sandbox.terraform.service import ProviderService
from entrypoints.sandbox.terraform.wire import message

COOKIE: Final = (
    "TF_PLUGIN_MAGIC_COOKIE",
    "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
)
"""What terraform puts into the environment of a provider, and nobody else does."""

_CLIENT_CERTIFICATE: Final = "PLUGIN_CLIENT_CERT"
_SERVING: Final = 1
_CORE_PROTOCOL, _PLUGIN_PROTOCOL = 1, 5
_AT_ONCE: Final = 16
"""Terraform asks for ten things at a time, and checks the health besides."""
_LARGEST_MESSAGE: Final = 256 << 20
_WATCH_SECONDS: Final = 0.25
_LAST_WORDS_SECONDS: Final = 1.0


def serve(service: ProviderService) -> None:
    """Answer until terraform says that it is done, or is gone.

    Whoever starts it with the cookie and without a certificate may attach one terraform after the
    other to it, by TF_REATTACH_PROVIDERS. Never returns: what the process holds needs no clean end.
    """
    parent, done = os.getppid(), Event()
    server = _server(service, done)
    handshake = _opened(server)
    server.start()
    Thread(target=_watch, args=(parent,), daemon=True).start()
    _shake_hands(handshake)
    done.wait()
    server.stop(grace=_LAST_WORDS_SECONDS).wait()
    os._exit(0)


def _server(service: ProviderService, done: Event) -> grpc.Server:
    server = grpc.server(
        ThreadPoolExecutor(max_workers=_AT_ONCE),
        options=[
            ("grpc.max_receive_message_length", _LARGEST_MESSAGE),
            ("grpc.max_send_message_length", _LARGEST_MESSAGE),
        ],
    )
    offered: Mapping[str, Mapping[str, grpc.RpcMethodHandler]] = {
        "tfplugin5.Provider": _provider_methods(service),
        "grpc.health.v1.Health": {
            "Check": _method("HealthCheckRequest", "HealthCheckResponse", _healthy)
        },
        "plugin.GRPCController": {"Shutdown": _method("Empty", "Empty", _shutdown(done))},
    }
    for name, methods in offered.items():
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(name, methods),))
    return server


def _provider_methods(service: ProviderService) -> Mapping[str, grpc.RpcMethodHandler]:
    usual = {
        "PrepareProviderConfig": service.prepare_provider_config,
        "ValidateResourceTypeConfig": service.validate_resource_type_config,
        "UpgradeResourceState": service.upgrade_resource_state,
        "Configure": service.configure,
        "ReadResource": service.read_resource,
        "PlanResourceChange": service.plan_resource_change,
        "ApplyResourceChange": service.apply_resource_change,
        "ImportResourceState": service.import_resource_state,
    }
    return {
        **{name: _method(f"{name}Request", f"{name}Response", do) for name, do in usual.items()},
        "GetSchema": _method("Empty", "GetSchemaResponse", service.get_schema),
        "GetFunctions": _method("Empty", "GetFunctionsResponse", service.get_functions),
        "Stop": _method("Empty", "StopResponse", service.stop),
    }


def _method(asked: str, answered: str, do: Callable[[Any], Any]) -> grpc.RpcMethodHandler:
    return grpc.unary_unary_rpc_method_handler(
        lambda request, _context: do(request),
        request_deserializer=message(asked).FromString,
        response_serializer=message(answered).SerializeToString,
    )


def _healthy(_request: Any) -> Any:  # noqa: ANN401 - messages are made at run time
    return message("HealthCheckResponse")(status=_SERVING)


def _shutdown(done: Event) -> Callable[[Any], Any]:
    def shut_down(_request: Any) -> Any:  # noqa: ANN401 - as above
        done.set()
        return message("Empty")()

    return shut_down


def _opened(server: grpc.Server) -> str:
    """Open a port, and return the line that says how to call there."""
    address = f"{HOST}:0"
    begin = f"{_CORE_PROTOCOL}|{_PLUGIN_PROTOCOL}|tcp|{HOST}"
    if not os.environ.get(_CLIENT_CERTIFICATE):
        return f"{begin}:{server.add_insecure_port(address)}|grpc\n"
    certificate = self_signed()
    own = (certificate.key.encode(), certificate.pem.encode())
    port = server.add_secure_port(address, grpc.ssl_server_credentials([own]))
    encoded = base64.b64encode(ssl.PEM_cert_to_DER_cert(certificate.pem)).decode().rstrip("=")
    return f"{begin}:{port}|grpc|{encoded}\n"


def _shake_hands(line: str) -> None:
    """Write *line* to whoever started this; without a reader, end."""
    try:
        sys.stdout.write(line)
        sys.stdout.flush()
    except BrokenPipeError:
        os._exit(1)


def _watch(parent: int) -> None:
    """End when terraform does, by kill -9 too: it is the parent, and the parent then changes."""
    while os.getppid() == parent:
        time.sleep(_WATCH_SECONDS)
    os._exit(1)
