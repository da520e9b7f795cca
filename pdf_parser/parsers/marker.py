"""Marker: layout, reading order and tables of its own, OCR by its vision model. Its models run in servers elsewhere.

Marker starts servers and downloads weights when it finds none. Here the servers of its mode must be named, be well and
have the right models before a line of its own code runs; else it is not available.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from pdf_parser.domain.document import Page
from pdf_parser.domain.ledger import PageStatus
from pdf_parser.domain.profile import PageKind, PageProfile
from pdf_parser.errors import ParseFailed, ParserUnavailable
from pdf_parser.parsers.base import PageInput, Parser
from pdf_parser.parsers.chat.loops import repeated_words
from pdf_parser.parsers.marker_blocks import MarkerBlock, MarkerDocument, page_pieces, shortcomings
from pdf_parser.parsers.marker_servers import InferenceServer, require_servers
from pdf_parser.parsers.markup.assemble import assembled_page, failed_page, noted
from pdf_parser.settings import Settings
from pdf_parser.utils.pdf import copy_pages
from pdf_parser.utils.secrets import vlm_api_key

if TYPE_CHECKING:
    from surya.inference import SuryaInferenceManager

RENDERER = "marker.renderers.json.JSONRenderer"
NOTHING = "Marker found nothing on the page"


class MarkerParser(Parser):
    """A thin client: no models and no device here, so that many of these can share one set of servers."""

    name = "marker"
    requires = ("marker", "surya")
    extra = "marker"
    distribution = "marker-pdf"
    load_timeout_s = 180.0  # imports torch

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.batch_size = settings.marker_batch_pages
        self._models: dict[str, Any] = {}
        self._failed_requests = _FailedRequests()

    def memory_bytes(self) -> int | None:
        """Torch alone maps more address space than it ever uses."""
        return None

    def suits(self, page: PageProfile) -> bool:
        return page.kind is not PageKind.BLANK

    def load(self) -> None:
        super().load()
        servers = self._servers()
        for server in servers:
            server.require_url()
        os.environ.update(HF_HUB_OFFLINE="1", LOGLEVEL="WARNING")
        from surya.settings import settings as surya

        for name, value in self._surya_settings(servers).items():
            setattr(surya, name, value)
        require_servers(servers, surya)
        from marker.models import create_model_dict
        from marker.settings import settings as marker
        from surya.inference import SuryaInferenceManager

        marker.FONT_PATH = os.devnull  # one that is there: Marker downloads it else, though only for what is no PDF

        manager = self._failed_requests.counted(SuryaInferenceManager(method="vllm"))
        self._models = create_model_dict(inference_manager=manager)

    def parse(self, pdf: Path, pages: Sequence[PageInput]) -> Iterator[Page]:
        waiting = iter(pages)
        while batch := list(islice(waiting, self.batch_size)):
            yield from self._batch(pdf, batch)

    def _batch(self, pdf: Path, batch: list[PageInput]) -> Iterator[Page]:
        with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
            copy_pages(pdf, None, [item.position for item in batch], Path(file.name), cropped=True)
            document = self._converted(file.name)
        if failed := self._failed_requests.taken():
            raise ParseFailed(f"{failed} requests to Marker's vision model failed: text is missing.")
        ways = [stats.text_extraction_method for stats in document.metadata.page_stats]
        for item, block, way in zip(batch, document.children, ways, strict=True):
            yield self._page(item.profile, block, read_by_ocr=way == "surya")

    def _converted(self, filename: str) -> MarkerDocument:
        from marker.converters.pdf import PdfConverter
        from surya.inference.backends.spawn import SpawnError

        converter = PdfConverter(artifact_dict=self._models, renderer=RENDERER, config=self._config())
        try:
            return MarkerDocument.model_validate(converter(filename).model_dump())
        except SpawnError as exc:
            raise ParserUnavailable(f"A server of Marker is gone: {exc}") from exc
        except httpx.HTTPError as exc:
            raise ParseFailed(f"A server of Marker failed: {exc}") from exc

    def _config(self) -> dict[str, object]:
        mode = self.settings.marker_mode
        return {
            "mode": "balanced" if mode == "force_ocr" else mode,
            "force_ocr": mode == "force_ocr",
            "pdftext_workers": 1,
            "extract_images": False,
            "keep_pageheader_in_output": True,
            "keep_pagefooter_in_output": True,
            "disable_tqdm": True,
        }

    def _page(self, profile: PageProfile, block: MarkerBlock, read_by_ocr: bool) -> Page:
        pieces = list(page_pieces(block, profile.width, profile.height))
        if not any(piece.chars for piece in pieces):
            return failed_page(profile, NOTHING, self.name, self.version())
        if read_by_ocr and (said := next(filter(None, (repeated_words(piece.text) for piece in pieces)), None)):
            return failed_page(profile, f"the vision model repeats itself: {said!r}", self.name, self.version())
        status = PageStatus.OCR if read_by_ocr else PageStatus.OK
        page = assembled_page(pieces, profile, status, self.name, self.version())
        return noted(page, shortcomings(block, read_by_ocr))

    def _servers(self) -> list[InferenceServer]:
        settings = self.settings
        vision = InferenceServer("SURYA_INFERENCE_URL", settings.surya_inference_url, "SURYA_MODEL_CHECKPOINT")
        errors = InferenceServer("OCR_ERROR_SERVER_URL", settings.ocr_error_server_url, "OCR_ERROR_MODEL_CHECKPOINT")
        layout = InferenceServer(
            "FAST_LAYOUT_SERVER_URL", settings.fast_layout_server_url, "FAST_LAYOUT_MODEL_CHECKPOINT"
        )
        return [layout, errors, vision] if settings.marker_mode == "fast" else [errors, vision]

    def _surya_settings(self, servers: Sequence[InferenceServer]) -> dict[str, object]:
        """Nothing may be started, and nothing may take longer than a page."""
        settings, key = self.settings, vlm_api_key(self.name, self.settings)
        services = ("SURYA_INFERENCE", "FAST_LAYOUT_SERVER", "OCR_ERROR_SERVER")
        return {
            **{f"{name}_URL": None for name in services},
            **{server.setting: server.url for server in servers},
            **{f"{name}_AUTOSTART": False for name in services},
            **{f"{name}_TIMEOUT": settings.page_timeout_s for name in services[1:]},
            "SURYA_INFERENCE_TIMEOUT_SECONDS": settings.page_timeout_s,
            "SURYA_INFERENCE_PARALLEL": settings.vlm_concurrency,
            "VLLM_API_KEY": key.get_secret_value() if key else "EMPTY",
            "DISABLE_TQDM": True,
        }


class _FailedRequests:
    """Marker goes on without the text when its vision model fails: it has to be watched."""

    def __init__(self) -> None:
        self._count = 0

    def counted(self, manager: SuryaInferenceManager) -> SuryaInferenceManager:
        generate = manager.backend.generate

        def watched(batch: list[Any]) -> list[Any]:
            outputs: list[Any] = generate(batch)
            self._count += sum(bool(output.error) for output in outputs)
            return outputs

        manager.backend.generate = watched
        return manager

    def taken(self) -> int:
        count, self._count = self._count, 0
        return count
