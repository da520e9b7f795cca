"""`python -m steps retry --times=2 … STEP --flags`: a step, repeated inside its own container as Argo repeats pods.

For engines that cannot repeat a pod by its exit code (Kubeflow ignores `set_retry` inside ParallelFor, kfp#13897). The
step is a child process: a child that is killed for memory or for its deadline leaves somebody who can start the next.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from loguru import logger

from pdf_parser.domain import layout
from pdf_parser.domain.failure import Failure, classify_failure
from pdf_parser.errors import BY_CODE, ParsedElsewhere, ParseTimeout, PdfParserError
from pdf_parser.settings import Settings
from pdf_parser.storage import open_store
from steps.contracts import BY_NAME, RETRY_BACKOFF, Step
from steps.entrypoint import TERMINATION_LOG, TERMINATION_LOG_PATH

Attempt = Callable[[], tuple[int, str]]


@dataclass(frozen=True)
class Patience:
    """`times`: attempts after the first for what is retryable; `waits`: for a document that is parsed elsewhere.

    A step that `resumes` finds what an earlier attempt has finished: then even running out of time is worth another.
    """

    times: int = 0
    waits: int = 0
    resumes: bool = False

    def allows(self, failure: Failure, failed_before: int) -> bool:
        """Whether another attempt may mend it, after that many failures."""
        if failure.code == ParsedElsewhere.code():
            return failed_before < max(self.waits, self.times)
        can_be_mended = BY_CODE[failure.code].retryable and (self.resumes or failure.code != ParseTimeout.code())
        return failed_before < self.times and can_be_mended


def repeat(attempt: Attempt, patience: Patience, sleep: Callable[[float], None]) -> tuple[int, Failure | None]:
    """Exit code and failure of the last attempt; (0, None) when one went well."""
    waits = _waits()
    failed = 0
    while True:
        code, said = attempt()
        if code == 0:
            return 0, None
        failure = classify_failure(said, code)
        if not patience.allows(failure, failed):
            return code, failure
        failed += 1
        pause_s = next(waits)
        logger.warning("attempt {} failed: {}; again in {:.0f} s", failed, failure.code, pause_s)
        sleep(pause_s)


def _waits() -> Iterator[float]:
    pause_s = RETRY_BACKOFF.first_s
    while True:
        yield pause_s
        pause_s = min(RETRY_BACKOFF.most_s, pause_s * RETRY_BACKOFF.factor)


def run_child(command: Sequence[str], deadline_s: float | None) -> tuple[int, str]:
    """Exit code, as a shell tells it, and termination line of one process. SIGTERM is handed on to it."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "termination-log"
        child = subprocess.Popen(command, env={**os.environ, TERMINATION_LOG: str(log)})  # noqa: S603
        signal.signal(signal.SIGTERM, lambda _signal, _frame: _hand_on(child, _frame))
        try:
            code = child.wait(deadline_s)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
            return ParseTimeout.exit_code, ""
        return (code if code >= 0 else 128 - code), log.read_text() if log.exists() else ""


def _hand_on(child: subprocess.Popen[bytes], _frame: FrameType | None) -> None:
    child.terminate()
    sys.exit(128 + signal.SIGTERM)


def load_environment(folder: Path) -> None:
    """Each file of a mounted ConfigMap or Secret as a variable; what is set already wins, `..data` is no setting."""
    for file in sorted(folder.glob("*/[!.]*")):
        os.environ.setdefault(file.name, file.read_text())


def leave_failure(task_id: str, step: Step, failure: Failure) -> None:
    """For the exit handler, where the engine tells it nothing. Losing it costs the name of the error, not the run."""
    told = failure.model_copy(update={"step": failure.step or step.name})
    try:
        store = open_store(Settings())
        store.put(layout.task_failure(task_id), told.model_dump_json().encode(), "application/json")
    except PdfParserError as exc:
        logger.warning("the failure of {} is not told to the exit handler: {}", step.name, exc)


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m steps retry", description=__doc__)
    parser.add_argument("--task-id", required=True, help="run for whose exit handler the failure is left")
    parser.add_argument("--times", type=int, default=0, help="attempts after the first")
    parser.add_argument("--waits", type=int, default=0, help="attempts while the document is parsed elsewhere")
    parser.add_argument("--deadline-s", type=float, help="longest time of one attempt, in seconds")
    parser.add_argument("--resumes", action="store_true", help="an attempt that ran out of time is worth another")
    parser.add_argument("--forgive", action="store_true", help="exit 0 whatever happens")
    parser.add_argument("--environment", type=Path, help="folder with a folder of variables for each mounted map")
    parser.add_argument("step", choices=sorted(BY_NAME))
    parser.add_argument("flags", nargs=argparse.REMAINDER)
    chosen = parser.parse_args(argv)
    if chosen.environment is not None:
        load_environment(chosen.environment)
    step = BY_NAME[chosen.step]
    command = [sys.executable, "-m", step.module, *chosen.flags]
    patience = Patience(chosen.times, chosen.waits, chosen.resumes)
    code, failure = repeat(lambda: run_child(command, chosen.deadline_s), patience, time.sleep)
    if failure is None:
        return 0
    if chosen.forgive:
        logger.warning("{} failed and is forgiven: {}", step.name, failure.code)
        return 0
    leave_failure(chosen.task_id, step, failure)
    with suppress(OSError):
        if TERMINATION_LOG in os.environ or TERMINATION_LOG_PATH.exists():
            Path(os.environ.get(TERMINATION_LOG, TERMINATION_LOG_PATH)).write_text(failure.model_dump_json() + "\n")
    return code
