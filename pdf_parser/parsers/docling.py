"""Docling: its StandardPdfPipeline, on the models of an artifacts folder or, without one, on those that come in wheels.

Pages that need OCR are read whole by RapidOCR; the others from their text layer.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pdf_parser.domain.document import Page
from pdf_parser.domain.ledger import PageRecord, PageStatus
from pdf_parser.domain.profile import PageKind, PageProfile
from pdf_parser.domain.route import needs_ocr
from pdf_parser.errors import OutOfMemory, ParseFailed
from pdf_parser.parsers.base import PageInput, Parser
from pdf_parser.parsers.layout.content import Word
from pdf_parser.parsers.pdfium import page_words
from pdf_parser.settings import Settings
from pdf_parser.utils.pdf import open_pdf
from pdf_parser.utils.scratch import named_file

if TYPE_CHECKING:
    from pdf_parser.parsers.docling_support.pipeline import PagePipeline, Reading

LEAST_KEPT = 0.5  # of the characters of the text layer; less means that text was taken for something else
NO_TEXT = "Docling found no text"


class DoclingParser(Parser):
    """`batch_size` pages are worked on together and then yielded in order; it may be lowered between calls."""

    name = "docling"
    extra = "docling"
    requires = ("docling", "docling_parse", "onnxruntime", "rapidocr")
    distribution = "docling-slim"
    holds_models = True
    load_timeout_s = 120.0

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.batch_size = settings.docling_batch_size

    def suits(self, page: PageProfile) -> bool:
        """Scans only where RapidOCR may read them."""
        return not needs_ocr(page) or self.settings.ocr_engine in ("auto", "rapidocr")

    def memory_bytes(self) -> int | None:
        """None: its threads and torch map far more address space than they use."""
        return None

    def load(self) -> None:
        super().load()
        logging.getLogger("docling").setLevel(logging.CRITICAL)  # what fails is in the ledger
        self.pipeline = self._load_pipeline()

    def _load_pipeline(self) -> PagePipeline:
        from pdf_parser.parsers.docling_support.artifacts import pipeline_from_artifacts
        from pdf_parser.parsers.docling_support.wheels import pipeline_from_wheels

        folder = self.settings.docling_artifacts_path
        return pipeline_from_artifacts(self.settings, Path(folder)) if folder else pipeline_from_wheels(self.settings)

    def parse(self, pdf: Path, pages: Sequence[PageInput]) -> Iterator[Page]:
        with open_pdf(pdf) as document, named_file(pdf) as named:
            for run in page_runs(pages, self.batch_size):
                readings = self._read(named, run)
                for item in run:
                    reading = readings.get(item.position) or self._read_alone(named, item, len(run))
                    words = [] if needs_ocr(item.profile) else page_words(document, item.position)
                    yield self._page(item.profile, reading, words) if reading else self._failure(item)

    def _read_alone(self, pdf: Path, item: PageInput, before: int) -> Reading | None:
        """Again, without the neighbours: docling gives up all that are in a stage together."""
        self._raise_if_out_of_memory(item)
        return self._read(pdf, [item]).get(item.position) if before > 1 else None

    def _raise_if_out_of_memory(self, item: PageInput) -> None:
        error = self.pipeline.errors.get(item.position)
        if isinstance(named := _named(error), OutOfMemory):
            raise named from error

    def _read(self, pdf: Path, run: Sequence[PageInput]) -> dict[int, Reading]:
        self.pipeline.batch_size = self.batch_size
        try:
            return self.pipeline.read(pdf, run[0].position, run[-1].position, needs_ocr(run[0].profile))
        except (RuntimeError, MemoryError) as exc:
            raise _named(exc) from exc

    def _failure(self, item: PageInput) -> Page:
        self._raise_if_out_of_memory(item)
        profile = item.profile
        reason = str(_named(self.pipeline.errors.get(item.position)))
        record = self._record(profile, PageStatus.FAILED).model_copy(update={"reason": reason})
        return Page(
            page=item.page, width=profile.width, height=profile.height, rotation=profile.rotation, record=record
        )

    def _page(self, profile: PageProfile, reading: Reading, words: Sequence[Word]) -> Page:
        from pdf_parser.parsers.docling_support.pages import PageBuilder

        made = PageBuilder(reading.document, profile.page, reading.width, reading.height, self.name, words)
        made.build()
        status, reason = _outcome(profile, made.chars)
        record = self._record(profile, status)
        return Page(
            page=profile.page,
            width=reading.width,
            height=reading.height,
            rotation=profile.rotation,
            blocks=tuple(made.blocks),
            tables=tuple(made.tables),
            record=record.model_copy(update={"chars": made.chars, "reason": reason, "confidence": reading.confidence}),
        )

    def _record(self, profile: PageProfile, status: PageStatus) -> PageRecord:
        return PageRecord(
            page=profile.page, kind=profile.kind, status=status, parser=self.name, parser_version=self.version()
        )

    def device_memory_bytes(self) -> int:
        from pdf_parser.parsers.docling_support.memory import peak_device_memory

        return peak_device_memory()

    def close(self) -> None:
        from pdf_parser.parsers.docling_support.memory import free_device_memory

        del self.pipeline
        free_device_memory()


def page_runs(pages: Sequence[PageInput], longest: int) -> Iterator[list[PageInput]]:
    """Neighbours in the file that are read the same way, at most `longest` together. Scans go one by one: OCR takes
    long, and its pages shall be seen to be finished."""
    run: list[PageInput] = []
    for item in pages:
        goes_on = run and item.position == run[-1].position + 1 and not needs_ocr(item.profile)
        if run and not (goes_on and not needs_ocr(run[-1].profile) and len(run) < longest):
            yield run
            run = []
        run.append(item)
    if run:
        yield run


def _outcome(profile: PageProfile, chars: int) -> tuple[PageStatus, str | None]:
    if not chars:
        is_blank = profile.kind is PageKind.BLANK and profile.note is None
        return (PageStatus.BLANK, None) if is_blank else (PageStatus.FAILED, profile.note or NO_TEXT)
    if needs_ocr(profile):
        return PageStatus.OCR, None
    if chars < LEAST_KEPT * profile.chars:
        return PageStatus.FAILED, f"Docling kept {chars} of {profile.chars} characters"
    return PageStatus.OK, profile.note


def _named(exc: BaseException | None) -> OutOfMemory | ParseFailed:
    """The error by its proper name; device memory is given back where that was what failed."""
    from pdf_parser.parsers.docling_support.memory import free_device_memory, is_out_of_memory

    if is_out_of_memory(exc):
        free_device_memory()
        return OutOfMemory(f"Docling ran out of memory: {exc}")
    return ParseFailed(f"Docling failed: {exc}" if exc else "Docling left the page out and gave no reason.")
