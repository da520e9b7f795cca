"""What an answer of S3 means in our words. No boto3 here: `s3` hands over status and code."""

from __future__ import annotations

from dataclasses import dataclass

from pdf_parser.errors import ObjectNotFound, PdfParserError, StorageUnavailable

_PASSES_BY_ITSELF = frozenset({408, 409, 429})


@dataclass(frozen=True)
class Failures:
    """Which of our errors to raise: the same answer means one thing for the store and another for a source.

    Without the right to list a bucket, S3 answers 403 for a missing key as well.
    """

    missing: type[PdfParserError]
    no_bucket: type[PdfParserError]
    forbidden: type[PdfParserError]
    unavailable: type[PdfParserError]

    def of(self, status: int, code: str) -> type[PdfParserError]:
        """The error for an HTTP status (0 when there was no answer) and S3's error code.

        Codes: docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html. The answer to a HEAD has no body, and so
        "404" as its code: a missing bucket then looks like a missing key.
        """
        if code == "NoSuchBucket":
            return self.no_bucket
        if status == 404:
            return self.missing
        if status in _PASSES_BY_ITSELF or code == "RequestTimeout":  # RequestTimeout comes with a 400
            return self.unavailable
        return self.forbidden if 400 <= status < 500 else self.unavailable


OF_STORE = Failures(
    missing=ObjectNotFound,
    no_bucket=StorageUnavailable,
    forbidden=StorageUnavailable,
    unavailable=StorageUnavailable,
)
