"""What the service refuses, one class per code of its problem details; those without a class are ApiError itself."""

from __future__ import annotations

from typing import Any

import httpx

from pdf_parser_client.models import Status


class ClientError(Exception):
    """All that this package raises by itself."""


class ApiError(ClientError):
    """The service answered with a problem. `code` is its name, `user_action` what can be done about it."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(str(problem.get("detail") or f"HTTP {status}"))
        self.status = status
        self.code = str(problem.get("code") or "Unknown")
        self.user_action = str(problem.get("user_action") or "")
        self.retryable = bool(problem.get("retryable"))
        self.correlation_id = str(problem.get("correlation_id") or "")


class InvalidOptions(ApiError):
    """The request is not valid."""


class SourceForbidden(ApiError):
    """The service does not read this source."""


class SourceTooLarge(ApiError):
    """The file is larger than the service accepts."""


class RunNotFound(ApiError):
    """No run has this id, or it has expired."""


class RunExpired(ApiError):
    """The run has expired."""


class RunNotFinished(ApiError):
    """There is no result yet."""


class RunFinished(ApiError):
    """The run has finished, so it cannot be canceled."""


class RunNotFailed(ApiError):
    """Only a run that has failed can be retried."""


class QueueFull(ApiError):
    """Too many runs are waiting, and were still waiting after all tries."""


class EngineUnavailable(ApiError):
    """The workflow engine did not answer the service."""


class StorageUnavailable(ApiError):
    """The object store did not answer the service."""


class RunFailed(ClientError):
    """The run has failed: `status.error` says with what."""

    def __init__(self, status: Status) -> None:
        super().__init__(f"{status.task_id} failed with {status.error}: {status.message}")
        self.status = status


class StillRunning(ClientError):
    """The run has not finished in the time given; it goes on."""


class ServiceUnreachable(ClientError):
    """The service did not answer at all. The cause is httpx's."""


_BY_CODE = {cls.__name__: cls for cls in ApiError.__subclasses__()}


def error_of(answer: httpx.Response) -> ApiError:
    try:
        problem = answer.json()
    except ValueError:  # a proxy in between
        problem = {}
    problem = problem if isinstance(problem, dict) else {}
    return _BY_CODE.get(str(problem.get("code")), ApiError)(answer.status_code, problem)
