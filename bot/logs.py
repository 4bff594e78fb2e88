"""How the process says what it does: structlog for us and discord.py alike, with no token ever in it."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping, Sequence
from typing import Any, Literal

import structlog
from structlog.types import Processor

HIDDEN = "[hidden]"

# What every line carries, ours and other libraries'.
_SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.ExtraAdder(),
)


def set_up(level: str, form: Literal["console", "json"], *, secrets: Sequence[str] = ()) -> None:
    """Log to standard error, for people or as JSON lines; `secrets` are taken out wherever they would show."""
    handler = logging.StreamHandler()
    handler.setFormatter(_formatter(form, secrets))
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    logging.getLogger("discord").setLevel(max(logging.getLogger().level, logging.INFO))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


def _formatter(form: Literal["console", "json"], secrets: Sequence[str]) -> logging.Formatter:
    """Tracebacks become text before the secrets are looked for, so that none can hide in one."""
    plain = structlog.dev.plain_traceback
    console = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_SHARED,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            _hiding([secret for secret in secrets if secret]),
            structlog.processors.JSONRenderer(ensure_ascii=False) if form == "json" else console,
        ],
    )


def _hiding(secrets: Sequence[str]) -> Processor:
    def hide(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        for secret in secrets:
            for key, value in event.items():
                if isinstance(value, str) and secret in value:
                    event[key] = value.replace(secret, HIDDEN)
        return event

    return hide
