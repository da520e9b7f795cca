"""Ends a run at its caller's wish: state failed, error Canceled."""

from __future__ import annotations

from loguru import logger

from api.records import Records
from api.runs import Runs, utc_now
from pdf_parser.domain.run import ErrorDetail, RunOutcome, RunState, RunStatus
from pdf_parser.errors import Canceled, RunFinished, RunNotFound
from pipelines.client import WorkflowClient


async def cancel_run(task_id: str, runs: Runs, client: WorkflowClient, records: Records) -> RunStatus:
    """The status after the request; the pods may still be ending. Harmless to repeat.

    Raises RunNotFound, RunExpired, or RunFinished for a run that succeeded or failed by itself.
    """
    status = await runs.find(task_id)
    if status.error == Canceled.code():
        return status
    if status.state.is_final:
        raise RunFinished(f"The run has {status.state.value}, so it cannot be canceled. {RunFinished.user_action()}")
    try:
        await client.stop(task_id)  # not terminate: the exit handler is to write the outcome
    except RunNotFound:
        await _note(task_id, records)
    logger.bind(task_id=task_id).info("canceled")
    return await runs.find(task_id)


async def _note(task_id: str, records: Records) -> None:
    """For a run that never reached the engine: nobody else will write its outcome."""
    record = await records.task(task_id)
    if record is not None:
        outcome = RunOutcome(state=RunState.FAILED, finished_at=utc_now(), error=_canceled())
        await records.write_task(record.model_copy(update={"outcome": outcome}))


def _canceled() -> ErrorDetail:
    return ErrorDetail(
        code=Canceled.code(),
        message=Canceled.default_message(),
        retryable=Canceled.retryable,
        user_action=Canceled.user_action(),
    )
