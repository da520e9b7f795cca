"""Vision models that read whole pages, behind OpenAI-compatible endpoints: the picture of a page in, Markdown out.

Nothing is loaded here. An endpoint is used only when VLM_ENDPOINTS names its parser: pages leave the house.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pdf_parser.domain.document import Page
from pdf_parser.domain.endpoint import AnswerFormat, VlmEndpoint
from pdf_parser.domain.ledger import PageStatus, Usage
from pdf_parser.domain.profile import PageKind, PageProfile
from pdf_parser.errors import ParserUnavailable
from pdf_parser.parsers.base import PageInput, Parser
from pdf_parser.parsers.chat.client import ChatClient
from pdf_parser.parsers.chat.failures import AskingFailed, Patience
from pdf_parser.parsers.chat.grounding import grounded_pieces
from pdf_parser.parsers.chat.pace import Pace
from pdf_parser.parsers.chat.presets import PRESETS
from pdf_parser.parsers.markup.assemble import assembled_page, failed_page
from pdf_parser.parsers.markup.html import html_pieces
from pdf_parser.parsers.markup.markdown import bare_answer, markdown_pieces
from pdf_parser.parsers.markup.piece import Piece
from pdf_parser.settings import Settings
from pdf_parser.utils.pdf import open_pdf
from pdf_parser.utils.render import PageCamera
from pdf_parser.utils.secrets import vlm_api_key

if TYPE_CHECKING:
    import pypdfium2 as pdfium

NOTHING = "the answer has no text in it"
IN_TIME = 0.9  # of the time that a page may take: the step must hear of it before it gives the page up


class VlmParser(Parser):
    """Any model, by its settings; the classes below have presets. `batch_size` requests are under way at once."""

    name = "vlm"
    requires = ("markdown_it", "mdit_py_plugins")
    extra = "vlm"

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.batch_size = _at_once(settings)
        self._endpoint = settings.vlm_endpoints.get(self.name, VlmEndpoint()).over(PRESETS[self.name])
        self._key = vlm_api_key(self.name, settings)

    def suits(self, page: PageProfile) -> bool:
        return page.kind is not PageKind.BLANK

    def load(self) -> None:
        super().load()
        if self.name not in self.settings.vlm_endpoints:
            raise ParserUnavailable(
                f'No endpoint is set for {self.name!r}. Set VLM_ENDPOINTS, e.g. {{"{self.name}": {{"url": '
                '"http://host:8000/v1"}}.'
            )
        if not self._endpoint.url or not self._endpoint.model:
            raise ParserUnavailable(f"VLM_ENDPOINTS must tell url and model of {self.name!r}.")
        if self._endpoint.needs_key and self._key is None:
            variable = f"VLM_API_KEY_{self.name.upper().replace('-', '_')}"
            raise ParserUnavailable(f"There is no key for {self.name!r}. Set {variable}, or put it in VLM_API_KEY_DIR.")

    def parse(self, pdf: Path, pages: Sequence[PageInput]) -> Iterator[Page]:
        """Requests that are under way when the caller stops are cancelled."""
        with open_pdf(pdf) as document:
            loop, made = asyncio.new_event_loop(), self._made(document, pages)
            try:
                while (page := loop.run_until_complete(anext(made, None))) is not None:
                    yield page
            finally:
                loop.run_until_complete(_end(made))
                loop.close()

    async def _made(self, document: pdfium.PdfDocument, pages: Sequence[PageInput]) -> AsyncGenerator[Page, None]:
        """In order; the next page is asked for when one is done."""
        async with self._client() as client:
            asked: deque[asyncio.Task[Page]] = deque()
            for item in pages:
                if len(asked) == self.batch_size:
                    yield await asked.popleft()
                asked.append(asyncio.create_task(self._page(client, item.profile, self._picture(document, item))))
            while asked:
                yield await asked.popleft()

    def _client(self) -> ChatClient:
        settings = self.settings
        return ChatClient(
            self._endpoint,
            self._key,
            Patience(settings.vlm_attempts),
            Pace(settings.vlm_requests_per_minute),
            timeout_s=settings.vlm_timeout_s,
            page_timeout_s=IN_TIME * settings.page_timeout_s,
        )

    def _picture(self, document: pdfium.PdfDocument, item: PageInput) -> bytes:
        with PageCamera(document, item.position) as camera:
            return camera.png(self.settings.vlm_dpi, self.settings.ocr_max_pixels)

    async def _page(self, client: ChatClient, profile: PageProfile, picture: bytes) -> Page:
        """A page that could not be read is one too, a failed one: what was asked for others is not lost."""
        version = self._endpoint.model
        try:
            answer = await client.ask(picture)
        except AskingFailed as exc:
            return _charged(failed_page(profile, str(exc), self.name, version), exc.usage)
        pieces = self._pieces(answer.text, profile)
        if not any(piece.chars for piece in pieces):
            return _charged(failed_page(profile, NOTHING, self.name, version), answer.usage)
        return _charged(assembled_page(pieces, profile, PageStatus.OCR, self.name, version), answer.usage)

    def _pieces(self, text: str, profile: PageProfile) -> list[Piece]:
        if self._endpoint.answer is AnswerFormat.GROUNDING:
            return grounded_pieces(text, profile.width, profile.height)
        if self._endpoint.answer is AnswerFormat.HTML:
            return html_pieces(bare_answer(text))
        return markdown_pieces(text)


class DeepSeekOcrParser(VlmParser):
    """Tells where on the page each block is."""

    name = "deepseek-ocr"


class NanonetsOcr2Parser(VlmParser):
    name = "nanonets-ocr2"


class GeminiParser(VlmParser):
    name = "gemini"


def _at_once(settings: Settings) -> int:
    """No more pages than can have their turn in half of the time that a page may take."""
    in_turn = settings.vlm_requests_per_minute * settings.page_timeout_s / 60 / 2
    return settings.vlm_concurrency if not in_turn else max(1, min(settings.vlm_concurrency, int(in_turn)))


def _charged(page: Page, usage: Usage | None) -> Page:
    return page.model_copy(update={"record": page.record.model_copy(update={"usage": usage})})


async def _end(made: AsyncGenerator[Page, None]) -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await made.aclose()
