"""Identity of a result: the hash of the bytes and the fingerprint of everything that shapes the output."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping

from pydantic import field_validator

from pdf_parser.domain.base import Model
from pdf_parser.domain.options import ParseOptions

# Raise it when the same bytes and options would now give other files: old entries are then simply not found.
SCHEMA_VERSION = 3

_SHA256 = re.compile(r"^[0-9a-f]{64}$")
_FINGERPRINT = re.compile(r"^[0-9a-f]{16}$")
_RUN = re.compile(r"^[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?$")  # the name of a workflow


class CacheKey(Model):
    """str() gives "<sha256>-<fingerprint>", which is also the name of the work folder.

    A forced run works in a folder of its own, "<sha256>-<fingerprint>-<run>", so that it neither finds nor disturbs
    what others have done. Its result lies where all results of these bytes and options lie.
    """

    sha256: str
    fingerprint: str
    run: str | None = None

    @field_validator("sha256")
    @classmethod
    def _is_sha256(cls, value: str) -> str:
        if not _SHA256.match(value):
            raise ValueError("not a lower-case sha256")
        return value

    @field_validator("fingerprint")
    @classmethod
    def _is_fingerprint(cls, value: str) -> str:
        if not _FINGERPRINT.match(value):
            raise ValueError("not a fingerprint")
        return value

    @field_validator("run")
    @classmethod
    def _is_name(cls, value: str | None) -> str | None:
        if value is not None and not _RUN.match(value):
            raise ValueError("not the name of a run")
        return value

    def __str__(self) -> str:
        return "-".join(filter(None, (self.sha256, self.fingerprint, self.run)))

    @classmethod
    def parse(cls, text: str) -> CacheKey:
        sha256, _, rest = text.partition("-")
        fingerprint, dash, run = rest.partition("-")
        return cls(sha256=sha256, fingerprint=fingerprint, run=run if dash else None)

    def of_run(self, run: str | None) -> CacheKey:
        """The same result, made in the folder of a forced run, or with None in the one that all others share."""
        return self.model_copy(update={"run": run})


def fingerprint(options: ParseOptions, images: Mapping[str, str], output: Mapping[str, object]) -> str:
    """16 hex digits over schema version, parser choice and mode, parser image references and output options.

    Taken where no parser is installed: the image reference stands for parser version and weights.
    Left out on purpose: password, force and chunk sizes, which do not change what is parsed.
    """
    facts = {
        "schema": SCHEMA_VERSION,
        "parser": options.parser,
        "mode": options.mode,
        "pages": options.pages,
        "images": dict(images),
        "output": dict(output),
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]
