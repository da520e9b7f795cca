"""From what argo-server says to the errors of this service."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pdf_parser.errors import EngineUnavailable, InvalidWorkflow, PdfParserError, RunNotFound
from pipelines.argo.server.answers import INVALID_ARGUMENT, NOT_FOUND, Refused


@contextmanager
def translated() -> Iterator[None]:
    """The server's words as ours."""
    try:
        yield
    except Refused as exc:
        if exc.code == NOT_FOUND or exc.http == 404:
            raise RunNotFound from exc
        if exc.code == INVALID_ARGUMENT or exc.http == 400:
            raise InvalidWorkflow(f"The workflow engine refused: {exc.message}") from exc
        raise EngineUnavailable(f"The workflow engine failed: {exc}") from exc
    except TimeoutError as exc:
        raise EngineUnavailable("The workflow engine did not answer in time.") from exc


def refused_submission(exc: Refused) -> PdfParserError:
    """404 is about the template: there is no run yet."""
    if exc.http in (400, 404):
        return InvalidWorkflow(f"The workflow engine refused: {exc.message}")
    return EngineUnavailable(f"The workflow engine failed: {exc}")
