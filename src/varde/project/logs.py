"""Log lines: short names with fields, for people on a terminal and as JSON elsewhere.

Nothing marked above TLP:GREEN goes to a log. Events are names, their fields are ids and numbers;
what may carry content or a person is withheld here, whoever wrote the line.
"""

import logging.config
import re
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

# Fields that may say who, or what a member was told.
WITHHELD = frozenset(
    {"address", "body", "comment", "email", "html", "phone", "subject", "text", "title"}
)
# A link's token opens a notice or an account: /n/Zx…/ is written /n/…/.
TOKEN = re.compile(r"(/(?:n|login)/)[^/\s]+")


def withhold(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The event without content, people and tokens."""
    for key, value in event.items():
        if key in WITHHELD:
            event[key] = "withheld"
        elif isinstance(value, str):
            event[key] = TOKEN.sub(r"\1…", value)
    return event


SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.stdlib.ExtraAdder(allow={"status_code"}),
    withhold,
]


def processors(*, terminal: bool) -> list[Processor]:
    """How a line is drawn at the end."""
    if terminal:
        return [structlog.dev.ConsoleRenderer(colors=True, pad_event_to=24)]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]


def logging_settings(*, level: str = "info", terminal: bool | None = None) -> dict[str, Any]:
    """Django's ``LOGGING``: everything through one formatter to the standard error."""
    terminal = sys.stderr.isatty() if terminal is None else terminal
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *processors(terminal=terminal),
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": level.upper()},
        "loggers": {
            "django": {"handlers": [], "propagate": True},
            # A refused page is the web's everyday, not a warning to be read at night.
            "django.request": {"level": "ERROR"},
            "axes": {"level": "WARNING"},
            "django_tasks": {"level": "WARNING"},
        },
    }


def use_structlog() -> None:
    """Let ``structlog.get_logger()`` write through the same formatter."""
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def start_logging(level: str) -> None:
    """For a supervisor, which goes on after Django has been made ready for a command."""
    logging.config.dictConfig(logging_settings(level=level))
    use_structlog()
