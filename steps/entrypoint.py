"""What every step has in common: flags from its contract, one log, one way to fail.

A failure is logged, written as one JSON line to the termination log and told by exit code; this is one of the two
places in the house that catch everything.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import FrameType

from loguru import logger

from pdf_parser.errors import InternalError, OutOfMemory, PdfParserError
from pdf_parser.observability.log import setup_logging
from pdf_parser.observability.trace import NoTracer, Tracer, open_tracer
from pdf_parser.settings import Settings
from pdf_parser.storage import open_store
from pdf_parser.storage.base import ObjectStore
from pdf_parser.utils.pod import Pod
from steps.contracts import RUN_VARIABLES, Parameter, Step
from steps.progress import Progress
from steps.timings import record_time

TERMINATION_LOG = "PDF_PARSER_TERMINATION_LOG"
TERMINATION_LOG_PATH = Path("/dev/termination-log")  # unless TERMINATION_LOG names another
_TERMINATED = 128 + signal.SIGTERM
_MESSAGE_LIMIT = 2000  # Kubernetes keeps 4 kB of the termination log

Values = Mapping[str, str]


@dataclass(frozen=True)
class Context:
    """The collaborators of a step, and whose run it belongs to.

    `correlation_id` is the X-Request-ID of the upload, `traceparent` its trace (W3C Trace Context); "" when not known.
    """

    store: ObjectStore
    settings: Settings
    progress: Progress
    pod: Pod = field(default_factory=Pod)
    task_id: str = ""
    correlation_id: str = ""
    traceparent: str = ""
    tracer: Tracer = field(default_factory=NoTracer)

    def with_progress(self, progress: Progress) -> Context:
        return replace(self, progress=progress)


Run = Callable[[Values, Context], Values]


def step_main(step: Step, run: Run, argv: Sequence[str] | None = None) -> int:
    """Exit code of one step as a process of its own."""
    return guarded_main(step.name, step.inputs, step.outputs, timed(step, run), argv)


def timed(step: Step, run: Run) -> Run:
    """The same step, leaving behind how long it took when it ends well."""

    def timed_run(inputs: Values, context: Context) -> Values:
        started = time.monotonic()
        with context.tracer.span(step.name, context.traceparent, task_id=context.task_id):
            outputs = run(inputs, context)
        record_time(context.store, step, inputs, time.monotonic() - started)
        return outputs

    return timed_run


def guarded_main(
    name: str, inputs: Iterable[Parameter], outputs: Iterable[Parameter], run: Run, argv: Sequence[str] | None
) -> int:
    """Parses flags, runs, writes outputs; whatever happens becomes an exit code and a termination line."""
    outputs = tuple(outputs)
    values, targets = _parse(name, inputs, outputs, argv)
    signal.signal(signal.SIGTERM, _terminated)
    settings = Settings()
    run_of = _run_of(os.environ)
    task_id = values.get("task-id") or run_of["task_id"]
    setup_logging(settings, **(run_of | {"step": name, "task_id": task_id}))
    started, tracer = time.monotonic(), open_tracer(settings, "pdf-parser-steps")
    try:
        own = run_of | {"task_id": task_id}
        context = Context(open_store(settings), settings, Progress.from_env(), Pod.of(os.environ), tracer=tracer, **own)
        result = run(values, context)
        _write_outputs(targets, {p.name: result.get(p.name, p.default or "") for p in outputs})
    except PdfParserError as exc:
        return _fail(name, exc)
    except MemoryError as exc:
        return _fail(name, OutOfMemory(), cause=exc)
    except Exception as exc:
        return _fail(name, InternalError(f"{type(exc).__name__}: {exc}"), cause=exc)
    finally:
        tracer.close()
    logger.info("{} done in {:.2f} s", name, time.monotonic() - started)
    return 0


def _run_of(environment: Mapping[str, str]) -> dict[str, str]:
    """What the template says of the run (pipelines/argo/stages.py); "" outside of it."""
    return {name: environment.get(variable, "") for name, variable in RUN_VARIABLES.items()}


def _parse(
    name: str, inputs: Iterable[Parameter], outputs: Iterable[Parameter], argv: Sequence[str] | None
) -> tuple[dict[str, str], dict[str, Path]]:
    parser = argparse.ArgumentParser(prog=name)
    for p in inputs:
        parser.add_argument(f"--{p.name}", dest=p.name, help=p.help, default=p.default, required=p.default is None)
    for p in outputs:
        parser.add_argument(f"--out-{p.name}", dest=f"out-{p.name}", type=Path, help=f"file for: {p.help}")
    given = vars(parser.parse_args(argv))
    targets = {key[4:]: path for key, path in given.items() if key.startswith("out-") and path is not None}
    return {key: value for key, value in given.items() if not key.startswith("out-")}, targets


def _write_outputs(targets: Mapping[str, Path], values: Values) -> None:
    for name, path in targets.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(values[name])


def _fail(name: str, error: PdfParserError, cause: BaseException | None = None) -> int:
    logger.opt(exception=cause).error("{} failed: {}: {}", name, error.code(), error)
    line = json.dumps({"code": error.code(), "message": str(error)[:_MESSAGE_LIMIT], "step": error.step or name})
    path = Path(os.environ.get(TERMINATION_LOG, TERMINATION_LOG_PATH))
    if TERMINATION_LOG in os.environ or path.exists():
        with suppress(OSError):
            path.write_text(line + "\n")
    return error.exit_code


def _terminated(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(_TERMINATED)
