"""Logs on stderr: one JSON object a line for machines, short lines for people."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from loguru import logger

from pdf_parser.settings import Settings

if TYPE_CHECKING:
    from loguru import Message

_TEXT = "<dim>{time:HH:mm:ss}</dim> <level>{level: <7}</level> {extra[step]: <13} {message}"


def setup_logging(settings: Settings, **context: str) -> None:
    """Called once by each process. `context` (task_id, step) is on every line from then on."""
    logger.remove()
    logger.configure(extra={"step": "", **context})
    if settings.log_format == "json":
        logger.add(_write_json, level=settings.log_level)
    else:
        logger.add(sys.stderr, level=settings.log_level, format=_TEXT)


def _write_json(message: Message) -> None:
    record = message.record
    line = {
        "time": record["time"].isoformat(),
        "level": record["level"].name,
        "message": record["message"],
        **{key: value for key, value in record["extra"].items() if value != ""},
    }
    if record["exception"] is not None:
        line["exception"] = str(message).partition("\n")[2]
    sys.stderr.write(json.dumps(line, default=str, ensure_ascii=False) + "\n")
