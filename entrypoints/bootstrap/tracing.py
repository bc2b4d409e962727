"""Traces for whoever collects them: a span for each task and each use case.

It is off unless OTEL_EXPORTER_OTLP_ENDPOINT names a collector and the extra `traces` is installed;
then nothing of OpenTelemetry is imported. The other OTEL_ variables mean what the standard says.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

import structlog

from application.subject import subject

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor
    from opentelemetry.trace import Tracer

_ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_TIMEOUTS: Final = ("OTEL_EXPORTER_OTLP_TIMEOUT", "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT")
_NEEDED: Final = ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")
_SERVICE: Final = "multicloud"
_SEND_SECONDS: Final = 3
"""A process that ends waits no longer for a collector that does not answer."""


class _Process:
    """What this process traces with; None: nothing is traced."""

    tracer: "Tracer | None" = None


def traced(environment: Mapping[str, str]) -> Iterator[None]:
    """Trace until the generator is closed, if *environment* asks for it; then send what is left."""
    if not any(environment.get(name) for name in _ENDPOINTS):
        yield
        return
    if not _installed():
        structlog.get_logger("tracing").warning(
            f"{_ENDPOINTS[0]} is set, but nothing can trace: pip install 'multi-cloud[traces]'"
        )
        yield
        return
    with tracing_through(_to_collector(environment), name=environment.get("OTEL_SERVICE_NAME")):
        yield


@contextmanager
def tracing_through(processor: "SpanProcessor", *, name: str | None = None) -> Iterator[None]:
    """Hand every span of this process to *processor*, and shut it down at the end."""
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - may not be installed
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415

    resource = Resource.create({"service.name": name or _SERVICE})
    provider: TracerProvider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(processor)
    _Process.tracer = provider.get_tracer(_SERVICE)
    try:
        yield
    finally:
        _Process.tracer = None
        provider.shutdown()


@contextmanager
def span(name: str) -> Iterator[None]:
    """Trace the block as *name*, with the ids of what it turned out to work on.

    Of an error no more is told than its class: its text may name what is nobody else's business.
    """
    if _Process.tracer is None:
        yield
        return
    from opentelemetry.trace import StatusCode  # noqa: PLC0415 - it is installed

    with _Process.tracer.start_as_current_span(
        name, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield
        except BaseException as error:
            current.set_attribute("error.type", type(error).__name__)
            current.set_status(StatusCode.ERROR)
            raise
        finally:
            current.set_attributes({f"multicloud.{key}": id_ for key, id_ in subject().items()})


def _installed() -> bool:
    try:
        return all(map(find_spec, _NEEDED))
    except ModuleNotFoundError:  # not even the package around it
        return False


def _to_collector(environment: Mapping[str, str]) -> "SpanProcessor":
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
        OTLPSpanExporter,
    )
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    chosen = any(environment.get(name) for name in _TIMEOUTS)
    return BatchSpanProcessor(OTLPSpanExporter(timeout=None if chosen else _SEND_SECONDS))
