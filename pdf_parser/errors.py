"""Everything that can go wrong, one class each. The class name is what `/status` shows; the exit code is its wire form.

The docstring is the default message: first what happened, then what the reader can do.
Exit codes 10-63 are ours, from 50 on for those that no step can raise; 2 belongs to argparse, 64 and 65 to argoexec,
137 and 143 to signals.
"""

from __future__ import annotations

import inspect
from typing import ClassVar


class PdfParserError(Exception):
    """The document could not be parsed. Look at the log of the run."""

    exit_code: ClassVar[int] = 49
    retryable: ClassVar[bool] = False
    http_status: ClassVar[int] = 422
    step: str | None = None  # inside a stage: the step that raised it

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.default_message())

    @classmethod
    def code(cls) -> str:
        return cls.__name__

    @classmethod
    def default_message(cls) -> str:
        return " ".join(inspect.cleandoc(cls.__doc__ or "").split())

    @classmethod
    def user_action(cls) -> str:
        """What the caller can do: the docstring without its first sentence."""
        return cls.default_message().partition(". ")[2]


# --- the source -----------------------------------------------------------------------------------------------------
class SourceNotFound(PdfParserError):
    """There is no object at the source URL. Check bucket and key, and that the upload had finished."""

    exit_code = 10
    http_status = 404


class NotAPdf(PdfParserError):
    """The file is not a PDF: it has no %PDF header. Send a PDF."""

    exit_code = 11


class EncryptedPdf(PdfParserError):
    """The PDF is encrypted and the password is missing or wrong. Give the password, or remove the encryption."""

    exit_code = 12


class EmptyPdf(PdfParserError):
    """The PDF has no pages. Export it again from its source."""

    exit_code = 13


class CorruptPdf(PdfParserError):
    """The PDF is damaged beyond repair. Export it again, or repair it with `qpdf` or `mutool clean`."""

    exit_code = 14


class TooManyPages(PdfParserError):
    """The PDF has more pages than the service accepts. Split it, ask for fewer pages, or raise MAX_PAGES."""

    exit_code = 15


class SourceForbidden(PdfParserError):
    """The source refused access. Renew the presigned URL, or grant read access to the service."""

    exit_code = 16
    http_status = 403


class SourceTooLarge(PdfParserError):
    """The file is larger than the service accepts. Split it, or raise MAX_SOURCE_BYTES."""

    exit_code = 17
    http_status = 413


class SourceUnavailable(PdfParserError):
    """The source did not answer. Check host and network; the run is tried again by itself."""

    exit_code = 18
    retryable = True
    http_status = 502


class InvalidOptions(PdfParserError):
    """An option of the request is not valid for this document. Correct it and send the request again."""

    exit_code = 19


# --- parsing --------------------------------------------------------------------------------------------------------
class Sha256Mismatch(PdfParserError):
    """The bytes at the source do not have the sha256 of the request. Send the hash of these bytes, or none."""

    exit_code = 27


class ParserUnavailable(PdfParserError):
    """The parser asked for is not installed or lacks its models. Install its extra, or choose another parser."""

    exit_code = 20


class ParseFailed(PdfParserError):
    """A parser failed on a page. Try another parser."""

    exit_code = 21


class OutOfMemory(PdfParserError):
    """Parsing ran out of memory. It is retried with more; else raise the memory limit or lower the batch size."""

    exit_code = 22
    retryable = True


class ParseTimeout(PdfParserError):
    """Parsing took longer than allowed. Raise PAGE_TIMEOUT_S, or ask for fewer pages."""

    exit_code = 23
    retryable = True


class TooManyFailedPages(PdfParserError):
    """More pages failed than the request tolerates. See the page ledger for the reason of each page."""

    exit_code = 24


class StepOutputMissing(PdfParserError):
    """A step ended without leaving the output that the next one needs. Retry the run; report it if it comes back."""

    exit_code = 25


class ParsedElsewhere(PdfParserError):
    """Another run is parsing the same document. This one waits for its result by itself; else retry the run."""

    exit_code = 26
    retryable = True


# --- storage --------------------------------------------------------------------------------------------------------
class ObjectNotFound(PdfParserError):
    """An object that the run needs is not in the store. It was deleted while the run was under way: retry the run."""

    exit_code = 30
    http_status = 404


class StorageUnavailable(PdfParserError):
    """The object store did not answer or refused access. Check endpoint, credentials and bucket."""

    exit_code = 31
    retryable = True
    http_status = 503


# --- the engine -----------------------------------------------------------------------------------------------------
class Canceled(PdfParserError):
    """The run was stopped on request. Submit the document again to parse it."""

    exit_code = 40


class PodLost(PdfParserError):
    """The pod that did the work was lost. The step is retried by itself; else retry the run."""

    exit_code = 41
    retryable = True


class NoCapacity(PdfParserError):
    """The cluster has no room for the run. Add nodes or GPUs, or wait until other runs end."""

    exit_code = 42
    http_status = 503


class InvalidWorkflow(PdfParserError):
    """The engine refused the workflow. Deploy templates and service of the same version."""

    exit_code = 43
    http_status = 500


class UnsupportedFeature(PdfParserError):
    """The embedded engine does not support a field of this workflow. Remove the field, or run it on Argo."""

    exit_code = 44
    http_status = 501


class RunNotFound(PdfParserError):
    """No run has this id, or it has expired. Submit the document again."""

    exit_code = 45
    http_status = 404


class QueueFull(PdfParserError):
    """Too many runs are waiting. Try again after the time given in Retry-After."""

    exit_code = 46
    http_status = 429


class EngineUnavailable(PdfParserError):
    """The workflow engine did not answer. Try again in a moment; see /health."""

    exit_code = 47
    http_status = 503


class RunNotFailed(PdfParserError):
    """Only a run that has failed can be retried. Wait for its end; to parse again, upload with `force`."""

    exit_code = 48
    http_status = 409


class RetryExpired(PdfParserError):
    """The workflow of the run is gone, and its source cannot be read again. Upload the document again."""

    exit_code = 39
    http_status = 410


class CallbackRefused(PdfParserError):
    """Events cannot be sent to this callback. Give a public https URL, or ask the operator to allow it."""

    exit_code = 28
    http_status = 422


class RunExpired(PdfParserError):
    """The run has expired, and its result is no longer told. Upload the document again: the result may be cached."""

    exit_code = 53
    http_status = 410


class RunNotFinished(PdfParserError):
    """The run has not finished, so there is no result yet. Poll its status, and ask again when it has succeeded."""

    exit_code = 54
    http_status = 409


class RunHasFailed(PdfParserError):
    """The run has failed, so there is no result. Its status has the reason; retry the run, or upload again."""

    exit_code = 55
    http_status = 409


class RunFinished(PdfParserError):
    """The run has finished, so it cannot be canceled. Leave it: it expires by itself."""

    exit_code = 56
    http_status = 409


class IdempotencyKeyReused(PdfParserError):
    """This Idempotency-Key came before, with another body. Use a new key for each upload."""

    exit_code = 57


class UploadExpired(PdfParserError):
    """The upload URL is unknown, used or expired. Ask POST /uploads for a new one."""

    exit_code = 58
    http_status = 410


class IncompleteUpload(PdfParserError):
    """The upload has not as many bytes as announced. Ask POST /uploads for a URL for the size that the file has."""

    exit_code = 59


class InternalError(PdfParserError):
    """Something went wrong that has no name yet. Report it with the log of the run."""

    exit_code = 49
    http_status = 500


ALL: tuple[type[PdfParserError], ...] = tuple(PdfParserError.__subclasses__())
BY_CODE: dict[str, type[PdfParserError]] = {cls.code(): cls for cls in ALL}
BY_EXIT_CODE: dict[int, type[PdfParserError]] = {cls.exit_code: cls for cls in ALL}


def from_code(code: str, message: str | None = None) -> PdfParserError:
    """The error called `code`; InternalError when the name is not ours."""
    return BY_CODE.get(code, InternalError)(message)
