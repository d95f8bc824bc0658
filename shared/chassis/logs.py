"""Write structured logs: one line an event on standard error, a static ``snake_case`` name and keyword fields.

Every line carries time, level, service and, where one is bound, the trace id. Libraries' own records take the same way
out. Logs never hold personal data, so an exception is written as its type and its frames; its message is kept only for
kinds whose messages speak of our code or of a connection and never of a request (:data:`PLAIN_ERRORS`).
"""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType
from typing import Any

import orjson
import structlog
from pymongo.errors import ServerSelectionTimeoutError
from structlog.typing import EventDict, Processor

from chassis import trace
from chassis.config import Config, ConfigError
from chassis.errors import TashbikError

PLAIN_ERRORS = (TashbikError, ConfigError, OSError, AttributeError, NameError, ImportError, TypeError)
PLAIN_PACKAGES = {"amqp", "kombu"}
FRAMES = 20  # innermost frames that are kept of each exception
QUIET = {  # libraries whose ordinary talk is noise, or whose errors quote the arguments of a call
    "nameko": logging.WARNING,
    "nameko.containers": logging.CRITICAL,
    "amqp": logging.WARNING,
    "kombu": logging.WARNING,
    "pymongo": logging.WARNING,
}

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def get_logger(**fields: Any) -> Any:
    """Return a logger with the given fields bound. May be called at import; configuration is looked up at first use."""
    return structlog.get_logger(**fields)


def configure(config: Config, service: str) -> None:
    """Set the process's logging up, once, as the configuration says."""
    level = logging.getLevelNamesMapping()[config.log_level.upper()]
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _Origin(config.node, service),
        add_trace,
        show_exception,
    ]
    renderer = _renderer(config.log_format)
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    _route_libraries(level, shared, renderer)


def _renderer(log_format: str) -> Processor:
    if log_format == "console":
        return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    return structlog.processors.JSONRenderer(serializer=_dumps)


def _dumps(event: EventDict, **_: Any) -> str:
    return orjson.dumps(event, default=str).decode()


def _route_libraries(level: int, shared: list[Processor], renderer: Processor) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, structlog.stdlib.ExtraAdder(), *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name, quiet in QUIET.items():
        logging.getLogger(name).setLevel(max(quiet, level))


class _Origin:
    """Put the node and the service into every event."""

    def __init__(self, node: str, service: str) -> None:
        """Take both names."""
        self._fields = {"node": node, "service": service}

    def __call__(self, _logger: Any, _method: str, event: EventDict) -> EventDict:
        """Add the fields."""
        event.update(self._fields)
        return event


def add_trace(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Add the id of the trace that is bound, if one is."""
    if traceparent := trace.current():
        event["trace_id"] = trace.trace_id(traceparent)
    return event


def show_exception(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Replace ``exc_info`` by ``exception``: kinds and frames of the chain, innermost cause last."""
    exc_info = _exc_info(event.pop("exc_info", None))
    if exc_info is not None:
        event["exception"] = "\n".join(_chain(exc_info[1]))
    return event


def _exc_info(value: Any) -> ExcInfo | None:
    if isinstance(value, BaseException):
        return type(value), value, value.__traceback__
    if isinstance(value, tuple):
        return value if value[0] is not None else None
    present = sys.exc_info() if value else (None, None, None)
    return present if present[0] is not None else None


def _chain(error: BaseException | None) -> list[str]:
    lines: list[str] = []
    while error is not None:
        frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
        lines += [describe(error), *(f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames)]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return lines


def describe(error: BaseException) -> str:
    """Return the kind of an error, and its message where its kind never quotes personal data.

    Of a database that is not reached, it is why the first of its members was not.
    """
    kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    if isinstance(error, ServerSelectionTimeoutError):
        return f"{kind}: {str(error).partition(' (configured')[0].partition(', Timeout:')[0]}"
    plain = isinstance(error, PLAIN_ERRORS) or type(error).__module__.partition(".")[0] in PLAIN_PACKAGES
    return f"{kind}: {error}" if plain else kind
