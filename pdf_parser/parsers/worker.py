"""A parser in its child process: loads once, makes page after page, and makes room for a fresh process in time."""

from __future__ import annotations

import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pdf_parser.domain.document import Page
from pdf_parser.parsers.base import Parser
from pdf_parser.parsers.suspects import Group
from pdf_parser.utils.isolation import Limits, stream

_READY, _PAGE, _SPENT = b"R", b"P", b"S"


@dataclass(frozen=True)
class Ready:
    """The parser is loaded."""


@dataclass(frozen=True)
class Spent:
    """The process has ended on purpose: a fresh one shall do the rest."""


def run_worker(
    parser: Parser, pdf: Path, groups: Sequence[Group], limits: Limits, patience: Callable[[], float]
) -> Iterator[Ready | Page | Spent]:
    """Ready, then the pages of all groups in order; Spent when it stops early on purpose. Raises as `stream` does.

    Temporary files that the parser leaves behind are deleted when the process has ended, however that happened.
    """
    with tempfile.TemporaryDirectory(prefix="pdf-parser-", ignore_cleanup_errors=True) as folder:
        for message in stream(partial(_work, parser, pdf, groups, folder), limits, patience):
            yield _decoded(message)


def _decoded(message: bytes) -> Ready | Page | Spent:
    kind, body = message[:1], message[1:]
    if kind == _PAGE:
        return Page.model_validate_json(body)
    return Ready() if kind == _READY else Spent()


def _work(parser: Parser, pdf: Path, groups: Sequence[Group], folder: str) -> Iterator[bytes]:
    """Runs in the child."""
    os.environ["TMPDIR"] = tempfile.tempdir = folder
    parser.load()
    yield _READY
    loaded_bytes, made, started = _resident_bytes(), 0, time.monotonic()
    for group in groups:
        parser.batch_size = group.batch_size
        for index, page in enumerate(parser.parse(pdf, group.items), start=1):
            yield _PAGE + _stamped(page, parser, started).model_dump_json().encode()
            made, started = made + 1, time.monotonic()
            if index % group.batch_size == 0 and _is_spent(parser, made, _resident_bytes() - loaded_bytes):
                yield _SPENT
                return
    parser.close()


def _is_spent(parser: Parser, made: int, growth_bytes: int) -> bool:
    settings = parser.settings
    return parser.holds_models and (
        made >= settings.worker_max_pages or growth_bytes > settings.worker_max_growth_bytes
    )


def _stamped(page: Page, parser: Parser, started: float) -> Page:
    measured = {
        "ms": round(1000 * (time.monotonic() - started)),
        "device_memory_bytes": parser.device_memory_bytes(),
    }
    return page.model_copy(update={"record": page.record.model_copy(update=measured)})


def _resident_bytes() -> int:
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    except OSError:  # no procfs
        return 0
